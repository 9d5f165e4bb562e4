# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_gsp_print_voucher(self):
        """Print the sales voucher of these transfers (GSP 17101)."""
        self.check_access("read")
        records = self.env["gsp.sale.record"].search([("picking_id", "in", self.ids)], order="id")
        return records.action_print_voucher()
