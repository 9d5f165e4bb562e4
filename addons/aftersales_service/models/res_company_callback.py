# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    """What a company decides about complaints and call-backs."""

    _inherit = "res.company"

    complaint_release_user_id = fields.Many2one(
        "res.users",
        string="Serious Complaints Released By",
        domain="[('share', '=', False)]",
        help="Usually the deputy general manager. Serious complaints go to this person at once, and nobody handles or "
        "answers one before it was released.",
    )
    complaint_escalate_after = fields.Integer(
        string="Raise Complaints After Failed Handlings",
        default=2,
        help="A complaint is raised to the next level at once when it was handled this many times without success.",
    )
    callback_event_is_day_one = fields.Boolean(
        string="Count the Event as Day 1",
        help="Call-back days are counted from the day of the event. That day is day 0, or day 1 if this is ticked.",
    )

    _complaint_escalate_after = models.Constraint(
        "CHECK(complaint_escalate_after > 0)",
        "A complaint is raised after at least one failed handling.",
    )
