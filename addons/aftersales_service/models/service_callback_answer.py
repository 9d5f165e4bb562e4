# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ServiceCallbackAnswer(models.Model):
    """One item of a questionnaire as the customer answered it, kept as it was."""

    _name = "service.callback.answer"
    _description = "Call-Back Answer"
    _order = "callback_id, sequence, id"
    _rec_name = "question"

    callback_id = fields.Many2one(
        "service.callback", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="callback_id.company_id", store=True)
    rule_id = fields.Many2one(related="callback_id.rule_id", store=True)
    technician_id = fields.Many2one(related="callback_id.technician_id", store=True)
    done_on = fields.Datetime(related="callback_id.done_on", store=True)
    sequence = fields.Integer(readonly=True)
    question = fields.Char(required=True, readonly=True)
    answer = fields.Text(readonly=True)
    score = fields.Float(readonly=True, aggregator="avg")
    max_score = fields.Float(string="Best Possible", readonly=True, aggregator="avg")
    percentage = fields.Float(string="Score (%)", readonly=True, aggregator="avg")
