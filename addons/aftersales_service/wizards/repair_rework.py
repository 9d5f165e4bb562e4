# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairRework(models.TransientModel):
    """Asks the inspector why a repair goes back to work."""

    _name = "repair.rework"
    _description = "Send a Repair Back to Work"

    repair_id = fields.Many2one("repair.order", required=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_apply(self):
        """Send it back."""
        self.ensure_one()
        self.repair_id.action_rework(self.reason)
        return {"type": "ir.actions.act_window_close"}
