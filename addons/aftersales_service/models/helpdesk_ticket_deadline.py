# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .service_response_rule import FAULT_LEVELS, REGIONS

# What decides which response times hold.
DECIDING_FIELDS = {"kind", "fault_level", "service_region", "product_id", "partner_id", "lot_id"}
DEADLINES = ("reply_deadline", "onsite_deadline", "solution_deadline")


class HelpdeskTicket(models.Model):
    """By when a customer is answered, visited and helped, and who is chased when that is late."""

    _inherit = "helpdesk.ticket"

    fault_level = fields.Selection(
        FAULT_LEVELS,
        tracking=True,
        help="1: the unit or business stands still. 2: it works badly, or may stop. 3: little harm.",
    )
    service_region = fields.Selection(
        REGIONS,
        string="Region",
        compute="_compute_service_region",
        store=True,
        readonly=False,
        precompute=True,
    )
    response_rule_id = fields.Many2one(
        "service.response.rule", string="Response Time", readonly=True, copy=False
    )
    reply_deadline = fields.Datetime(string="Answer By", readonly=True, copy=False)
    onsite_deadline = fields.Datetime(string="On Site By", readonly=True, copy=False)
    solution_deadline = fields.Datetime(
        string="Solution By", readonly=True, copy=False, index="btree_not_null"
    )
    deadline_note = fields.Char(compute="_compute_deadline_note")
    first_reply_date = fields.Datetime(string="First Answer", readonly=True, copy=False)
    next_answer_on = fields.Datetime(
        string="Next Answer Promised",
        copy=False,
        tracking=True,
        help="When we told the customer he would hear from us.",
    )
    is_late = fields.Boolean(string="Late", compute="_compute_is_late", search="_search_is_late")
    chased_on = fields.Date(string="Last Chased", readonly=True, copy=False)

    # Compute

    @api.depends("partner_id", "company_id")
    def _compute_service_region(self):
        """Where the customer is, seen from the company: a proposal."""
        for ticket in self:
            here, there = ticket.company_id.partner_id, ticket.partner_id
            if not there.country_id or not here.country_id:
                ticket.service_region = False
            elif there.country_id != here.country_id:
                ticket.service_region = "abroad"
            elif there.city and there.city == here.city:
                ticket.service_region = "city"
            elif there.state_id and there.state_id == here.state_id:
                ticket.service_region = "surroundings"
            else:
                ticket.service_region = "province"

    @api.depends("solution_deadline", "response_rule_id", "company_id")
    def _compute_deadline_note(self):
        """Where the working days of the deadline are not those of the public holidays, it says so."""
        for ticket in self:
            counted = ticket.response_rule_id.sudo().working_days and ticket.solution_deadline
            ticket.deadline_note = counted and ticket.company_id._describe_working_calendar(
                ticket.company_id._get_law_date(ticket.create_date),
                ticket.company_id._get_law_date(ticket.solution_deadline),
            )

    @api.depends("closed_date", "first_reply_date", "next_answer_on", *DEADLINES)
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.is_late = not ticket.closed_date and bool(
                (not ticket.first_reply_date and ticket.reply_deadline and ticket.reply_deadline < now)
                or (ticket.solution_deadline and ticket.solution_deadline < now)
                or (ticket.next_answer_on and ticket.next_answer_on < now)
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        unanswered = Domain("first_reply_date", "=", False) & Domain("reply_deadline", "<", now)
        return Domain("closed_date", "=", False) & (
            unanswered | Domain("solution_deadline", "<", now) | Domain("next_answer_on", "<", now)
        )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        tickets._set_deadlines()
        return tickets

    def write(self, vals):
        result = super().write(vals)
        if DECIDING_FIELDS & set(vals):
            self.filtered(lambda ticket: not ticket.closed_date)._set_deadlines()
        return result

    def _set_deadlines(self):
        """Deadlines by the first response rule that fits, counted from the day the ticket came in."""
        rules = self.env["service.response.rule"]._get_rules()
        for ticket in self:
            rule = rules._pick(ticket)
            vals = rule._get_deadlines(ticket.create_date or fields.Datetime.now(), ticket.company_id)
            # sudo: deadlines follow from rules, not from the hand of whoever writes the ticket
            ticket.sudo().write({"response_rule_id": rule.id, **vals})

    # Actions

    def action_log_answer(self):
        """The customer got a first answer, by phone or in person."""
        self._check_staff()
        self.env["compliance.refusal"]._refuse(self._get_release_violations())
        # sudo: the clock is stopped by this action alone, after the check of access
        self.filtered(lambda ticket: not ticket.first_reply_date).sudo().write(
            {"first_reply_date": fields.Datetime.now()}
        )
        return True

    def _message_post_after_hook(self, message, msg_vals):
        """A message of ours that reaches the customer is the first answer."""
        author = message.author_id.user_ids
        if message.subtype_id == self.env.ref("mail.mt_comment") and any(
            user._is_internal() for user in author
        ):
            # sudo: the clock is stopped by the program
            self.sudo().filtered(lambda ticket: not ticket.first_reply_date).first_reply_date = message.date
        return super()._message_post_after_hook(message, msg_vals)

    # Chasing

    @api.model
    def _cron_chase(self):
        """Daily: whoever has a late ticket is asked for it, once a day."""
        for company in self.env["res.company"].search([]):
            today = company._get_law_date()
            late = self.search(
                [
                    ("company_id", "=", company.id),
                    ("is_late", "in", [True]),
                    "|",
                    ("chased_on", "=", False),
                    ("chased_on", "<", today),
                ]
            )
            for ticket in late:
                receiver = ticket.user_id or ticket.department_id.user_id or ticket.team_id.user_id
                ticket._chase(receiver or company.complaint_release_user_id, today)
            self.env["ir.cron"]._commit_progress(len(late))

    def _chase(self, receiver, today):
        """The chasing note: in the ticket's history, and as an activity of whoever has to act."""
        self.ensure_one()
        self.message_post(body=self.env._("Chasing note: this ticket is late. Answer the customer today."))
        if receiver:
            self.activity_unlink(["mail.mail_activity_data_todo"])
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=today,
                summary=self.env._("Late: %s", self.number),
                user_id=receiver.id,
            )
        self.sudo().chased_on = today
