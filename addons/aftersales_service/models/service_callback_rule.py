# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .res_partner_callback import SERVICE_GRADES

TRIGGERS = [
    ("sale_delivery", "Sale delivered or collected"),
    ("invoice", "Sales invoice"),
    ("repair_done", "Repair completed"),
    ("repair_delivery", "Repaired unit handed over"),
    ("installation", "Installation slip returned"),
    ("callback", "Another call-back made"),
    ("periodic", "Regularly, by customer grade"),
]
PERIODS = [
    ("week", "Week"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("half_year", "Half year"),
    ("year", "Year"),
]


class ServiceCallbackRule(models.Model):
    """Whom we call after what, when, and about what."""

    _name = "service.callback.rule"
    _description = "Call-Back Rule"
    _inherit = ["compliance.setup.mixin"]
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True, help="Short name by which people know this call, e.g. 7DC.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: the rule is for all companies.")
    level = fields.Selection(
        [("1", "Level 1"), ("2", "Level 2"), ("3", "Level 3")],
        required=True,
        default="1",
        help="Level 1: the person who looks after the customer. Level 2: customer service checks. Level 3: management.",
    )
    # When
    trigger = fields.Selection(TRIGGERS, required=True, default="repair_delivery")
    after_rule_id = fields.Many2one(
        "service.callback.rule", string="After Call-Back", domain="[('id', '!=', id)]", ondelete="restrict"
    )
    period = fields.Selection(
        PERIODS, help="One call in each calendar week, month, quarter, half year or year."
    )
    grade = fields.Selection(SERVICE_GRADES, string="Customer Grade")
    offset_unit = fields.Selection(
        [("day", "Calendar days"), ("working_day", "Working days"), ("month", "Months")],
        string="Counted In",
        required=True,
        default="day",
    )
    offset_from = fields.Integer(string="From", default=3, help="First day on which the call may be made.")
    offset_to = fields.Integer(string="To", default=5, help="Last day; the call is late after it.")
    grace_days = fields.Integer(help="Days after the last one before the call is late.")
    # Whom
    sample_share = fields.Float(
        string="Sample (%)",
        default=100,
        help="Share of the events that are called; which ones is fixed, not chance.",
    )
    sample_all_in_warranty = fields.Boolean(
        string="Always in Warranty", default=True, help="Units in warranty are called whatever the sample."
    )
    warranty = fields.Selection([("in", "In warranty"), ("out", "Out of warranty")])
    categ_ids = fields.Many2many("product.category", string="Product Categories")
    outlet = fields.Selection([("own", "Our own sales"), ("second_tier", "Second-tier outlets")])
    place = fields.Selection([("workshop", "In our workshop"), ("outside", "At the customer's")])
    min_amount = fields.Float(
        string="Large Amount", help="From this amount on (company currency). Zero: not looked at."
    )
    only_accident = fields.Boolean(string="Major Accidents")
    only_vip = fields.Boolean(
        string="VIP Customers",
        help="Large amounts, major accidents and VIP customers are alternatives: one of those ticked is enough.",
    )
    # Who and how
    user_id = fields.Many2one("res.users", string="Caller", domain="[('share', '=', False)]")
    group_id = fields.Many2one(
        "res.groups", string="Callers", help="Only members of this group may make the call."
    )
    department_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Department for Rectification",
        help="Gets a rectification notice when a customer is dissatisfied.",
    )
    call_from = fields.Float(string="Not Before", default=9.0)
    call_to = fields.Float(string="Not After", default=19.0)
    lunch_from = fields.Float(string="Lunch Break From", default=12.0)
    lunch_to = fields.Float(string="Lunch Break To", default=14.0)
    survey_id = fields.Many2one("survey.survey", string="Questionnaire", ondelete="restrict")
    satisfied_from = fields.Float(
        string="Satisfied From (%)",
        default=60,
        help="A customer who answers the questionnaire himself is satisfied from this score on.",
    )
    script = fields.Html(string="Call Script", translate=True)
    # Reports
    report_day = fields.Boolean(string="Day Report")
    report_week = fields.Boolean(string="Week Report")
    report_month = fields.Boolean(string="Month Report")
    callback_count = fields.Integer(string="Call-Backs", compute="_compute_callback_count")

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "There is another call-back rule with this code."
    )
    _offsets = models.Constraint(
        "CHECK(offset_from >= 0 AND offset_to >= offset_from AND grace_days >= 0)",
        "The days of a call-back begin at 0 or later and do not end before they begin.",
    )
    _sample = models.Constraint(
        "CHECK(sample_share >= 0 AND sample_share <= 100)", "The sample is between 0 and 100 %."
    )

    def _compute_callback_count(self):
        counts = dict(
            self.env["service.callback"]._read_group([("rule_id", "in", self.ids)], ["rule_id"], ["__count"])
        )
        for rule in self:
            rule.callback_count = counts.get(rule, 0)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.code} – {rule.name}" if rule.code else rule.name

    @api.constrains("trigger", "period", "after_rule_id")
    def _check_trigger(self):
        for rule in self:
            if rule.trigger == "periodic" and not rule.period:
                raise ValidationError(
                    self.env._(
                        "Call-back rule %s is regular: choose how often customers are called.", rule.code
                    )
                )
            if rule.trigger == "callback" and (not rule.after_rule_id or rule.after_rule_id == rule):
                raise ValidationError(
                    self.env._("Call-back rule %s follows another call-back: choose which one.", rule.code)
                )

    @api.constrains("call_from", "call_to", "lunch_from", "lunch_to")
    def _check_hours(self):
        for rule in self:
            if not 0 <= rule.call_from <= rule.lunch_from <= rule.lunch_to <= rule.call_to <= 24:
                raise ValidationError(
                    self.env._(
                        "Call-back rule %s: calls begin before the lunch break and end after it, between 0:00 and "
                        "24:00.",
                        rule.code,
                    )
                )

    # Actions

    def action_view_callbacks(self):
        """Open the call-backs made by these rules."""
        return self.env["service.callback"]._get_list_action([("rule_id", "in", self.ids)])
