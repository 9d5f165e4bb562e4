# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_gsp_print_voucher(self):
        """Print the sales vouchers of what these orders have delivered (GSP 17101)."""
        self.check_access("read")
        records = self.env["gsp.sale.record"].search([("order_id", "in", self.ids)], order="id")
        return records.action_print_voucher()
