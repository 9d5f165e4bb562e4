# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockMove(models.Model):
    """What a part costs that no warranty pays."""

    _inherit = "stock.move"

    def _apply_coverage_prices(self):
        """Billable parts cost what the terms say."""
        result = super()._apply_coverage_prices()
        # Superuser mode as for the prices themselves: they follow from the terms, not from the technician.
        for move in self.sudo():
            line = move.sale_line_id
            if move.repair_line_type != "add" or not move.repair_id or not line or line.qty_invoiced:
                continue
            if move.coverage == "billable" and not move.coverage_granted_by_id:
                move._apply_customer_pricing(line)
        return result

    def _apply_customer_pricing(self, line):
        """Price a sales order line at our cost, or with the discount promised for the time after the warranty."""
        rule, discount = self.repair_id._get_customer_pricing()
        if rule == "list":
            return
        line._reset_price_unit()
        if rule == "cost":
            price = self.company_id.currency_id._convert(
                self.product_id.with_company(self.company_id).standard_price,
                line.currency_id,
                self.company_id,
                self.repair_id._get_report_day(),
            )
        else:
            price = line.price_unit * (1 - discount / 100)
        price = line.currency_id.round(price)
        line.write({"price_unit": price, "technical_price_unit": price})
