# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockMove(models.Model):
    """Conditions of a single component, and what a part costs that no warranty pays."""

    _inherit = "stock.move"

    def _get_part_refusal(self, line, day):
        """Also: no accepted proof of purchase for the component, or not installed by a professional."""
        return super()._get_part_refusal(line, day) or line._get_condition_refusal()

    def _apply_coverage_prices(self):
        """Billable parts cost what the terms say."""
        result = super()._apply_coverage_prices()
        # Superuser mode as for the prices themselves: they follow from the terms, not from the technician.
        for move in self.sudo():
            line = move.sale_line_id
            if move.repair_line_type != "add" or not move.repair_id or not line or line.qty_invoiced:
                continue
            if move.coverage == "billable" and not move.coverage_granted_by_id:
                price = line.currency_id.round(
                    move.repair_id._get_customer_price(move.product_id, line.price_unit)
                )
                if line.currency_id.compare_amounts(price, line.price_unit):
                    line.write({"price_unit": price, "technical_price_unit": price})
        return result
