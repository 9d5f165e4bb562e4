# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

COMPLAINT_TYPES = [
    ("quality", "Quality"),
    ("service", "Service"),
    ("general", "General"),
    ("event", "Sudden event"),
]


class ServiceComplaintCause(models.Model):
    """Why a customer complains, as found by those who looked into it."""

    _name = "service.complaint.cause"
    _description = "Complaint Cause"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    complaint_type = fields.Selection(COMPLAINT_TYPES, string="Type", required=True, default="quality")
    active = fields.Boolean(default=True)
    ticket_count = fields.Integer(string="Complaints", compute="_compute_ticket_count")

    _code_uniq = models.Constraint("UNIQUE(code)", "There is another complaint cause with this code.")

    @api.depends_context("uid")
    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group([("cause_id", "in", self.ids)], ["cause_id"], ["__count"])
        )
        for cause in self:
            cause.ticket_count = counts.get(cause, 0)
