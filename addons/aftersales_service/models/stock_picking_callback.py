# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _action_done(self):
        """Who has got his goods is called some days later."""
        result = super()._action_done()
        delivered = self.filtered(
            lambda picking: (
                picking.state == "done"
                and picking.sale_id
                and picking.picking_type_code in ("outgoing", "dropship")
            )
        )
        self.env["service.callback.rule"]._trigger(["sale_delivery"], delivered)
        return result
