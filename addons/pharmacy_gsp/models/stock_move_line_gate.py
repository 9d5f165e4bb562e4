# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _action_done(self):
        regulated = self.filtered("product_id.gsp_kind")
        if regulated:
            self.env["gsp.gate"]._check_comeback(regulated)
        return super()._action_done()

    def _gsp_get_final_purpose(self):
        """Why the goods will leave at the end of their way, also while this line is a step before delivery."""
        self.ensure_one()
        destination = self.move_id.location_final_id or self.location_dest_id
        return self.location_id._gsp_get_release_purpose(destination)

    def _gsp_get_facts(self):
        """``SaleFacts`` of this line: what the transfer says, else what its order says. To be read in sudo."""
        self.ensure_one()
        order, picking = self.move_id._gsp_get_order(), self.picking_id
        facts = self.move_id.sale_line_id._gsp_with_line_facts(order._gsp_get_facts())
        own = picking._gsp_get_facts()
        return replace(
            facts,
            identity=own.identity or facts.identity,
            expiry_told_how=own.expiry_told_how or facts.expiry_told_how,
            exception_reason=own.exception_reason or facts.exception_reason,
        )

    def _gsp_prepare_facts_vals(self, sign, original):
        """What the register keeps of the facts of a sale; a return keeps why the goods came back."""
        product = self.product_id
        vals = {"special_class": product.gsp_special_class}
        if sign < 0:
            return {
                **vals,
                "identity_id": original.identity_id.id,
                "masked_buyer": original.masked_buyer,
                "return_reason": self.picking_id.gsp_return_reason,
                "return_verified_by_id": self.picking_id.gsp_return_verified_by_id.id,
            }
        facts = self._gsp_get_facts()
        return {
            **vals,
            "identity_id": facts.identity.id,
            "masked_buyer": facts.identity.display_name,
            "packs": product.gsp_special_class and product._gsp_get_packs(self.quantity_product_uom),
            "expiry_told_how": facts.expiry_told_how,
            "exception_reason": facts.exception_reason,
            "course_days": facts.course_days,
        }
