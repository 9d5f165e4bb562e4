# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models

from .helpdesk_ticket import TICKET_KINDS

FAULT_LEVELS = [("1", "1 – Serious"), ("2", "2 – Major"), ("3", "3 – Minor")]
REGIONS = [
    ("city", "City"),
    ("surroundings", "Surroundings"),
    ("province", "Other provinces"),
    ("abroad", "Abroad"),
]


class ServiceResponseRule(models.Model):
    """How soon a customer gets an answer, a visit and a solution. The first rule that fits decides."""

    _name = "service.response.rule"
    _description = "Response Time"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: the rule is for all companies.")
    # Which tickets
    kind = fields.Selection(TICKET_KINDS)
    fault_level = fields.Selection(FAULT_LEVELS)
    region = fields.Selection(REGIONS)
    categ_ids = fields.Many2many("product.category", string="Product Families")
    grade = fields.Selection(
        selection=lambda self: self.env["res.partner"]._fields["service_grade"].selection
    )
    cover = fields.Selection([("in", "In warranty"), ("out", "Out of warranty")], string="Warranty")
    # How soon
    working_hours = fields.Boolean(
        string="Count Working Hours", help="Hours run only while we work; otherwise around the clock."
    )
    answer_hours = fields.Float(string="Answer (h)", help="Zero: nothing promised.")
    onsite_hours = fields.Float(string="On Site (h)", help="Zero: nothing promised.")
    solution_days = fields.Float(string="Solution (days)", help="Zero: nothing promised.")
    working_days = fields.Boolean(string="Count Working Days")

    _times = models.Constraint(
        "CHECK(answer_hours >= 0 AND onsite_hours >= 0 AND solution_days >= 0)",
        "Response times are not negative.",
    )

    @api.model
    def _get_rules(self):
        """All rules in order, of all companies: read once, asked for many tickets."""
        return self.sudo().search([])

    def _pick(self, ticket):
        """The first of these rules that fits a ticket; empty if none does."""
        return next((rule for rule in self if rule._fits(ticket)), self.browse())

    def _fits(self, ticket):
        self.ensure_one()
        wanted = (
            (self.company_id, ticket.company_id),
            (self.kind, ticket.kind),
            (self.fault_level, ticket.fault_level),
            (self.region, ticket.service_region),
            (self.grade, ticket.partner_id.commercial_partner_id.service_grade),
            (self.cover, "in" if ticket.cover_status == "covered" else "out"),
        )
        if any(mine and mine != theirs for mine, theirs in wanted):
            return False
        paths = tuple(self.categ_ids.mapped("parent_path"))
        return not paths or (ticket.product_id.categ_id.parent_path or "").startswith(paths)

    def _get_deadlines(self, moment, company):
        """Deadlines of a ticket that came in at ``moment`` (naive UTC), as field values."""
        rule = self[:1]
        return {
            "reply_deadline": rule._add_hours(moment, rule.answer_hours, company),
            "onsite_deadline": rule._add_hours(moment, rule.onsite_hours, company),
            "solution_deadline": rule._add_days(moment, rule.solution_days, company),
        }

    def _add_hours(self, moment, hours, company):
        if not hours:
            return False
        return (
            company._add_working_hours(moment, hours)
            if self.working_hours
            else moment + timedelta(hours=hours)
        )

    def _add_days(self, moment, days, company):
        """The last second of the day, for whole days; hours of a day otherwise."""
        if not days:
            return False
        if not self.working_days:
            return moment + timedelta(days=days)
        last = company._add_working_days(company._get_law_date(moment), round(days))
        _start, end = company._get_law_day_bounds(last)
        return end - timedelta(seconds=1)
