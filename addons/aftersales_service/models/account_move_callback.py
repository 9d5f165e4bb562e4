# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class AccountMove(models.Model):
    """Rules may count call-backs from the invoice."""

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        self.env["service.callback.rule"]._trigger(
            ["invoice"], posted.filtered(lambda move: move.move_type == "out_invoice")
        )
        return posted
