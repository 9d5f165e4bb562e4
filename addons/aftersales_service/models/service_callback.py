# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..roles import RECEPTION

OPEN_STATES = ("todo", "unreachable", "called")
# What a caller may write; everything else follows from rules and actions.
CALLER_FIELDS = {
    "user_id",
    "date_planned",
    "satisfied",
    "attitude_score",
    "repair_ok",
    "serious",
    "customer_words",
    "answer",
    "cancel_reason",
}


class ServiceCallback(models.Model):
    """One call to one customer about one thing: when it is due, what was tried, what the customer said."""

    _name = "service.callback"
    _description = "Call-Back"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_planned, date_to, id"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    rule_id = fields.Many2one(
        "service.callback.rule", required=True, readonly=True, ondelete="restrict", index=True
    )
    level = fields.Selection(related="rule_id.level", store=True, precompute=True)
    script = fields.Html(related="rule_id.script")
    has_questionnaire = fields.Boolean(compute="_compute_has_questionnaire", compute_sudo=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [
            ("todo", "To Call"),
            ("unreachable", "Not Reached"),
            ("called", "Reached"),
            ("done", "Done"),
            ("canceled", "Canceled"),
        ],
        required=True,
        readonly=True,
        default="todo",
        tracking=True,
        index=True,
        group_expand=True,
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, index=True)
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, precompute=True, index=True
    )
    phone = fields.Char(related="partner_id.phone")
    user_id = fields.Many2one(
        "res.users", string="Caller", tracking=True, index=True, domain="[('share', '=', False)]"
    )
    # What it is about
    source_key = fields.Char(required=True, readonly=True, copy=False)
    period = fields.Char(readonly=True, copy=False)
    sale_id = fields.Many2one("sale.order", readonly=True, check_company=True, index="btree_not_null")
    invoice_id = fields.Many2one("account.move", readonly=True, check_company=True, index="btree_not_null")
    repair_id = fields.Many2one("repair.order", readonly=True, check_company=True, index="btree_not_null")
    registration_id = fields.Many2one(
        "warranty.registration", string="Warranty", readonly=True, check_company=True, index="btree_not_null"
    )
    product_id = fields.Many2one("product.product", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Serial Number", readonly=True, index="btree_not_null")
    technician_id = fields.Many2one("res.users", readonly=True)
    in_warranty = fields.Boolean(
        readonly=True, help="Whether the unit was in warranty when the call was planned."
    )
    # When
    date_event = fields.Date(string="Event", readonly=True, required=True)
    date_from = fields.Date(string="From", readonly=True, required=True)
    date_to = fields.Date(string="Latest", readonly=True, required=True, index=True)
    date_planned = fields.Date(string="Planned", required=True, tracking=True, index=True)
    calendar_note = fields.Char(compute="_compute_calendar_note")
    is_overdue = fields.Boolean(string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue")
    same_call_ids = fields.Many2many(
        "service.callback", compute="_compute_same_call_ids", string="Due in the Same Call"
    )
    # What was tried and said
    attempt_ids = fields.One2many("service.callback.attempt", "callback_id", readonly=True)
    attempt_count = fields.Integer(readonly=True, string="Attempts", aggregator="sum")
    done_on = fields.Datetime(readonly=True, tracking=True)
    done_by_id = fields.Many2one("res.users", readonly=True)
    on_time = fields.Boolean(readonly=True, help="Made not later than the latest day.")
    answer_ids = fields.One2many("service.callback.answer", "callback_id", readonly=True)
    user_input_id = fields.Many2one(
        "survey.user_input",
        readonly=True,
        index="btree_not_null",
        copy=False,
        groups="survey.group_survey_user",
    )
    questionnaire_done = fields.Boolean(readonly=True)
    score = fields.Float(string="Score (%)", readonly=True, aggregator="avg", tracking=True)
    satisfied = fields.Selection([("yes", "Yes"), ("no", "No")], tracking=True)
    attitude_score = fields.Integer(
        string="Attitude (1–5)",
        aggregator="avg",
        help="How the customer rates our people: 1 bad, 5 very good.",
    )
    repair_ok = fields.Selection([("yes", "Yes"), ("no", "No")], string="Repair in Order")
    serious = fields.Boolean(
        string="Serious Opinion",
        help="The complaint that follows goes to management before anybody handles it.",
    )
    customer_words = fields.Text(string="Customer's Words")
    answer = fields.Text(string="What We Answered")
    cancel_reason = fields.Char(tracking=True)
    ticket_id = fields.Many2one("helpdesk.ticket", string="Complaint", readonly=True, index="btree_not_null")
    rectification_ids = fields.One2many("service.rectification", "callback_id", readonly=True)
    rectification_count = fields.Integer(compute="_compute_rectification_count")

    _source_uniq = models.UniqueIndex(
        "(rule_id, source_key, COALESCE(period, ''))", "This call-back is already on the list."
    )
    _attitude = models.Constraint(
        "CHECK(attitude_score IS NULL OR attitude_score BETWEEN 0 AND 5)",
        "The attitude score is between 1 and 5.",
    )

    # Compute

    @api.depends("rule_id")
    def _compute_has_questionnaire(self):
        for callback in self:
            callback.has_questionnaire = bool(callback.rule_id.survey_id)

    @api.depends("rule_id", "date_event", "date_to", "company_id")
    def _compute_calendar_note(self):
        for callback in self:
            counted = (
                callback.rule_id.offset_unit == "working_day" and callback.date_event and callback.date_to
            )
            callback.calendar_note = counted and callback.company_id._describe_working_calendar(
                callback.date_event, callback.date_to
            )

    @api.depends("state", "date_to", "company_id")
    def _compute_is_overdue(self):
        today = {company: company._get_law_date() for company in self.company_id}
        for callback in self:
            callback.is_overdue = (
                callback.state in OPEN_STATES
                and bool(callback.date_to)
                and callback.date_to < today[callback.company_id]
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", OPEN_STATES) & Domain.OR(
            Domain("company_id", "=", company.id) & Domain("date_to", "<", company._get_law_date())
            for company in self.env["res.company"].sudo().search([])
        )

    @api.depends("commercial_partner_id", "date_planned", "state")
    def _compute_same_call_ids(self):
        """Open call-backs of the same customer planned for the same day: one telephone call does for all."""
        others = self.search(
            [
                ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("date_planned", "in", self.mapped("date_planned")),
                ("state", "in", OPEN_STATES),
            ]
        )
        for callback in self:
            callback.same_call_ids = others.filtered(
                lambda other, callback=callback: (
                    other != callback._origin
                    and other.company_id == callback.company_id
                    and other.commercial_partner_id == callback.commercial_partner_id
                    and other.date_planned == callback.date_planned
                )
            )

    def _compute_rectification_count(self):
        counts = dict(
            self.env["service.rectification"]._read_group(
                [("callback_id", "in", self.ids)], ["callback_id"], ["__count"]
            )
        )
        for callback in self:
            callback.rectification_count = counts.get(callback, 0)

    @api.depends("name", "rule_id", "partner_id")
    def _compute_display_name(self):
        for callback in self:
            # sudo: the code of a rule tells nothing confidential
            code = callback.rule_id.sudo().code
            callback.display_name = f"{callback.name} {code or ''} {callback.partner_id.name or ''}".strip()

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Call-backs are made by rules."""
        if not self.env.su:
            raise UserError(
                self.env._("Call-backs are made by their rules. Change or add a call-back rule instead.")
            )
        for company_id in {vals["company_id"] for vals in vals_list}:
            own = [vals for vals in vals_list if vals["company_id"] == company_id]
            company = self.env["res.company"].browse(company_id)
            numbers = self.env["ir.sequence"]._next_many_by_code("service.callback", len(own), company)
            for vals, number in zip(own, numbers, strict=False):
                vals["name"] = number
        return super().create(vals_list)

    def write(self, vals):
        """Callers write what the customer said until the call-back is done; the rest moves through actions."""
        if not self.env.su:
            forbidden = {name for name in vals if name in self._fields and not self._is_thread_field(name)}
            forbidden -= CALLER_FIELDS
            if forbidden:
                raise UserError(
                    self.env._(
                        "These fields of a call-back follow from its rule and its buttons and cannot be written: "
                        "%(fields)s.",
                        fields=", ".join(sorted(self._fields[name].string for name in forbidden)),
                    )
                )
            if CALLER_FIELDS & set(vals):
                self._check_open()
        return super().write(vals)

    def _is_thread_field(self, name):
        """Fields of messages and activities."""
        return name.startswith(("message_", "activity_", "website_message_", "my_activity_"))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Call-backs are kept. Cancel a call-back and give the reason."))

    # Checks

    def _check_open(self):
        for callback in self:
            if callback.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "Call-back %(name)s is %(state)s; its result cannot be changed any more.",
                        name=callback.name,
                        state=dict(self._fields["state"]._description_selection(self.env))[callback.state],
                    )
                )

    def _check_caller(self):
        """Only reception and managers work with call-backs, on records they may write."""
        if not self.env.user.has_group(RECEPTION):
            raise AccessError(self.env._("Only reception and managers may work with call-backs."))
        self.check_access("write")

    # Actions

    def action_view_source(self):
        """Open the sale, repair, registration or invoice the call is about."""
        self.ensure_one()
        self.check_access("read")
        source = self.repair_id or self.registration_id or self.sale_id or self.invoice_id or self.partner_id
        source.check_access("read")
        return source._get_records_action()

    def action_view_rectifications(self):
        """Open the rectification notices that followed."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.service_rectification_action"
        )
        return dict(action, domain=[("callback_id", "in", self.ids)], context={})

    def action_view_ticket(self):
        """Open the complaint that followed."""
        self.ensure_one()
        self.check_access("read")
        return self.ticket_id._get_records_action()

    @api.model
    def _get_list_action(self, domain):
        """Window action of the call-backs in a domain."""
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.service_callback_action")
        return dict(action, domain=domain, context={})
