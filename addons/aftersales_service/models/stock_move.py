# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.tools.misc import clean_context


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Old parts leave a repair in their owner's name; what reaches a customer gets its warranty."""
        self._secure_old_parts()
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        moves._register_warranty()
        return moves

    def _register_warranty(self):
        """Make the warranty registrations of the units these moves sold; running twice changes nothing."""
        sold = self.filtered(
            lambda move: (
                move.state == "done"
                and move.location_dest_id.usage == "customer"
                and move.location_id.usage != "customer"
            )
        )
        # Whoever delivers has no right to make promises: they are copied from the terms, not from the user.
        quiet = {"mail_create_nolog": True, "mail_create_nosubscribe": True}
        env = self.env(su=True, context=dict(clean_context(self.env.context), **quiet))
        for moves in sold.sudo().grouped("company_id").values():
            env["warranty.registration"]._register_deliveries(moves)
