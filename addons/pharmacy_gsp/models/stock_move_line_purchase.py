# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..licensing import PurchaseLine


class StockMoveLine(models.Model):
    """The innermost door on the way in: what is received passes the purchase gate on the day it comes."""

    _inherit = "stock.move.line"

    def _action_done(self):
        self._gsp_check_purchase()
        return super()._action_done()

    def _gsp_check_purchase(self):
        lines = [
            line._gsp_prepare_purchase_line()
            for line in self
            if line.quantity > 0 and line.product_id.gsp_kind and line._gsp_comes_from_supplier()
        ]
        if lines:
            self.env["gsp.gate"]._check_purchase(lines)

    def _gsp_comes_from_supplier(self):
        """Whether the line takes goods over from a supplier: from outside, or from another company of the group."""
        self.ensure_one()
        outside = {"supplier", "transit"}
        source, destination = self.location_id, self.location_dest_id
        if source.usage == "transit" and source.company_id:
            return False
        return source.usage in outside and destination.usage not in outside

    def _gsp_prepare_purchase_line(self):
        self.ensure_one()
        move, picking = self.move_id, self.picking_id
        # sudo: whoever receives need not be allowed to read purchase orders
        supplier = move.sudo().purchase_line_id.order_id.partner_id.sudo(self.env.su)
        return PurchaseLine(
            document=picking or move,
            company=self.company_id,
            partner=supplier or picking.partner_id or move.partner_id,
            product=self.product_id,
            warehouse=picking.picking_type_id.warehouse_id or move.warehouse_id,
        )
