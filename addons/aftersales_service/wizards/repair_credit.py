# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairCredit(models.TransientModel):
    """A manager lets a unit leave before it is paid, and says why."""

    _name = "repair.credit"
    _description = "Hand Over on Credit"

    repair_id = fields.Many2one("repair.order", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_authorize(self):
        """Authorize the hand-over on credit. Managers."""
        self.ensure_one()
        self.repair_id._authorize_credit(self.reason)
        return {"type": "ir.actions.act_window_close"}
