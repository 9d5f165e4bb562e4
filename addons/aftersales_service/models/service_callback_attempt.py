# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

OUTCOMES = [
    ("reached", "Reached"),
    ("no_answer", "No answer"),
    ("busy", "Busy"),
    ("later", "Asked to be called later"),
    ("wrong_number", "Wrong number"),
]


class ServiceCallbackAttempt(models.Model):
    """One attempt to reach a customer: the register of outgoing calls."""

    _name = "service.callback.attempt"
    _description = "Call Attempt"
    _order = "attempted_on desc, id desc"
    _rec_name = "callback_id"

    callback_id = fields.Many2one(
        "service.callback", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="callback_id.company_id", store=True)
    rule_id = fields.Many2one(related="callback_id.rule_id", store=True)
    partner_id = fields.Many2one(related="callback_id.partner_id", store=True)
    attempted_on = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one("res.users", string="Caller", required=True, readonly=True)
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    at_request = fields.Boolean(string="At the Customer's Request", readonly=True)
    note = fields.Char(readonly=True)
