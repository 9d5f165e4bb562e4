# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockLot(models.Model):
    _inherit = "stock.lot"

    def action_gsp_trace(self):
        """Trace the lot forwards and backwards: supplier, acceptance, places, every buyer, returns."""
        self.ensure_one()
        self.check_access("read")
        return self.env["gsp.lot.trace"]._open(self.product_id, self)
