# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockMove(models.Model):
    """Tagged old parts leave their place only together with their entry in the ledger, whoever moves them."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Old parts moved by an ordinary transfer are followed in the ledger, or the transfer is refused."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done.filtered(lambda move: move.state == "done").move_line_ids._follow_old_parts()
        return done
