# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class GspSaleRecord(models.Model):
    _inherit = "gsp.sale.record"

    def action_trace(self):
        """From a sale back to the supplier, and on to all other buyers of the lot."""
        self.ensure_one()
        self.check_access("read")
        return self.env["gsp.lot.trace"]._open(self.product_id, self.lot_id)
