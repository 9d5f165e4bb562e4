# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..models.service_callback_attempt import OUTCOMES


class ServiceCallbackCall(models.TransientModel):
    """How one call went, for all call-backs of the customer it was about."""

    _name = "service.callback.call"
    _description = "Log a Call"

    callback_id = fields.Many2one("service.callback", required=True, readonly=True, ondelete="cascade")
    phone = fields.Char(related="callback_id.phone")
    same_call_ids = fields.Many2many(related="callback_id.same_call_ids")
    outcome = fields.Selection(OUTCOMES, required=True, default="reached")
    at_request = fields.Boolean(
        string="The Customer Asked for This Time", help="He called us, or wanted to be called now."
    )
    all_same = fields.Boolean(string="One Call for All", default=True)
    note = fields.Char()

    def action_log(self):
        """Write the attempt down: on the call-back, and on the others that the same call does for."""
        self.ensure_one()
        callbacks = self.callback_id
        if self.all_same:
            callbacks |= self.same_call_ids._origin
        callbacks._log_attempt(self.outcome, self.note, self.at_request)
        return {"type": "ir.actions.act_window_close"}
