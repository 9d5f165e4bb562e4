# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..licensing import PurchaseLine
from .purchase_order import BOUND_STATES


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._gsp_check_bound()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not {"product_id", "product_qty", "product_uom_id", "order_id"}.isdisjoint(vals):
            self._gsp_check_bound()
        return result

    def _gsp_check_bound(self):
        """What is added to a request or order that the supplier has, passes the gate like the rest of it."""
        lines = self.filtered(lambda line: line.order_id.state in BOUND_STATES)._gsp_get_purchase_lines()
        if lines:
            self.env["gsp.gate"]._check_purchase(lines)

    def _gsp_get_purchase_lines(self):
        """``PurchaseLine`` of the regulated products on these lines."""
        return [
            PurchaseLine(
                document=line.order_id,
                company=line.company_id,
                partner=line.order_id.partner_id,
                product=line.product_id,
                warehouse=line.order_id.picking_type_id.warehouse_id,
            )
            for line in self
            if not line.display_type and line.product_id.gsp_kind
        ]
