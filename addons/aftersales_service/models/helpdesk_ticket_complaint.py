# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare

from odoo.addons.compliance_base.violation import Violation

from ..roles import MANAGER

STAFF_GROUP = "helpdesk_mgmt.group_helpdesk_user_own"
COMPLAINT_STAGES = [
    ("registered", "Registered"),
    ("accepted", "Accepted"),
    ("analysis", "Analysis"),
    ("measure", "Measure"),
    ("replied", "Replied"),
    ("settled", "Settled"),
]
# Written by actions alone.
COMPLAINT_SYSTEM_FIELDS = {
    "complaint_stage",
    "accepted_by_id",
    "accepted_on",
    "released_by_id",
    "released_on",
    "replied_on",
    "reply_user_id",
    "customer_satisfied",
    "failed_handlings",
    "escalation_level",
    "escalated_on",
}


class HelpdeskTicket(models.Model):
    """A complaint's way: registered, accepted, analyzed, a measure taken, answered, and the customer's opinion."""

    _inherit = "helpdesk.ticket"

    complaint_stage = fields.Selection(
        COMPLAINT_STAGES,
        string="Complaint Status",
        readonly=True,
        required=True,
        default="registered",
        copy=False,
        tracking=True,
        index=True,
    )
    severity = fields.Selection(
        [("ordinary", "Ordinary"), ("serious", "Serious")],
        required=True,
        default="ordinary",
        tracking=True,
        help="A serious complaint goes to management at once; nobody handles or answers it before it was released.",
    )
    accepted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    accepted_on = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    released_on = fields.Datetime(readonly=True, copy=False)
    can_release = fields.Boolean(compute="_compute_can_release")
    department_id = fields.Many2one(
        "helpdesk.ticket.team", string="Responsible Department", check_company=True, copy=False, tracking=True
    )
    cause_id = fields.Many2one("service.complaint.cause", copy=False, tracking=True, index="btree_not_null")
    complaint_type = fields.Selection(related="cause_id.complaint_type", store=True)
    legal_basis = fields.Char(
        string="Rule or Term Relied On",
        copy=False,
        help="Article of the law, warranty term or standard that decides.",
    )
    analysis = fields.Text(copy=False)
    measure = fields.Text(copy=False)
    responsible_ids = fields.One2many(
        "helpdesk.ticket.responsible", "ticket_id", string="Responsible Parties"
    )
    reply = fields.Text(string="Reply to the Customer", copy=False)
    reply_channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("letter", "Letter"),
            ("mail", "E-mail"),
            ("visit", "Visit"),
            ("portal", "Portal"),
        ],
        copy=False,
    )
    replied_on = fields.Datetime(readonly=True, copy=False, tracking=True)
    reply_user_id = fields.Many2one("res.users", string="Replied By", readonly=True, copy=False)
    customer_satisfied = fields.Selection(
        [("yes", "Yes"), ("no", "No")], readonly=True, copy=False, tracking=True
    )
    customer_opinion = fields.Text(copy=False, help="What the customer says about our reply.")
    failed_handlings = fields.Integer(readonly=True, copy=False, tracking=True)
    escalation_level = fields.Integer(readonly=True, copy=False, tracking=True)
    escalated_on = fields.Datetime(readonly=True, copy=False)
    callback_ids = fields.One2many("service.callback", "ticket_id", string="Call-Backs")
    rectification_ids = fields.One2many("service.rectification", "ticket_id", string="Rectification Notices")

    @api.depends("severity", "company_id", "released_on")
    @api.depends_context("uid")
    def _compute_can_release(self):
        for ticket in self:
            ticket.can_release = (
                ticket.severity == "serious"
                and not ticket.released_on
                and ticket.company_id.sudo().complaint_release_user_id == self.env.user
            )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._refuse_system_fields(vals)
        tickets = super().create(vals_list)
        tickets._refuse_closing()
        tickets.filtered(lambda ticket: ticket.severity == "serious")._call_releaser()
        return tickets

    def write(self, vals):
        """Statuses move through actions, assignment waits for acceptance, closing for reply and cause."""
        complaints = self.filtered(lambda ticket: ticket.kind == "complaint")
        if not self.env.su:
            self._refuse_system_fields(vals)
            complaints._refuse_rewriting(vals)
            complaints._refuse_assignment(vals)
        serious = self.browse()
        if vals.get("severity") == "serious":
            serious = self.filtered(lambda ticket: ticket.severity != "serious")
        result = super().write(vals)
        if {"stage_id", "kind"} & set(vals):
            self._refuse_closing()
        serious._call_releaser()
        return result

    def _refuse_system_fields(self, vals):
        names = {
            name for name in COMPLAINT_SYSTEM_FIELDS & set(vals) if vals[name] not in (False, 0, "registered")
        }
        if names or (self and COMPLAINT_SYSTEM_FIELDS & set(vals)):
            raise UserError(
                self.env._(
                    "The status of a complaint cannot be written (%(fields)s). Use its buttons: accept, analyze, "
                    "measure, reply.",
                    fields=", ".join(
                        sorted(self._fields[name].string for name in COMPLAINT_SYSTEM_FIELDS & set(vals))
                    ),
                )
            )

    def _refuse_rewriting(self, vals):
        """What was told the customer stays; only managers say that something is no complaint or not serious."""
        if {"reply", "reply_channel"} & set(vals) and any(
            ticket.complaint_stage in ("replied", "settled") for ticket in self
        ):
            raise UserError(self.env._("The customer has this reply already. It cannot be rewritten."))
        milder = (vals.get("kind", "complaint") != "complaint") or vals.get("severity") == "ordinary"
        changed = self.filtered(
            lambda ticket: (
                vals.get("kind", "complaint") != "complaint"
                or (vals.get("severity") == "ordinary" and ticket.severity == "serious")
            )
        )
        if milder and changed and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only managers may decide that %s is no complaint, or not a serious one.",
                    changed[0].number,
                )
            )

    def _refuse_assignment(self, vals):
        """A complaint is assigned after customer service has accepted it."""
        if not {"department_id", "user_id"} & {name for name, value in vals.items() if value}:
            return
        self.env["compliance.refusal"]._refuse(
            Violation(
                "complaint.assign",
                ticket,
                self.env._("Complaint %s was not accepted yet and cannot be assigned.", ticket.number),
                self.env._("A manager accepts the complaint first."),
                "AS-15",
            )
            for ticket in self
            if ticket.complaint_stage == "registered"
        )

    # Closing

    def _refuse_closing(self):
        """Gate: a complaint is closed with a reply, a cause, its responsible parties and a satisfied customer."""
        closed = self.filtered(lambda ticket: ticket.kind == "complaint" and ticket.stage_id.closed)
        self.env["compliance.refusal"]._refuse(closed._get_closing_violations())

    def _get_closing_violations(self):
        """What keeps these complaints open."""
        violations = []
        for ticket in self.sudo():  # customers close their tickets from the portal and read no shares
            missing = []
            if not ticket.replied_on:
                missing.append(("reply", self.env._("the customer has no reply yet")))
            if not ticket.cause_id:
                missing.append(("cause", self.env._("no cause was found yet")))
            if ticket.customer_satisfied != "yes":
                missing.append(("satisfied", self.env._("it is not recorded that the customer is satisfied")))
            total = sum(ticket.responsible_ids.mapped("share"))
            if float_compare(total, 100, precision_digits=2):
                missing.append(("shares", self.env._("the shares of the responsible parties are not 100 %")))
            violations += [
                Violation(
                    f"complaint.close.{code}",
                    ticket.sudo(False),
                    self.env._(
                        "Complaint %(number)s cannot be closed: %(reason)s.",
                        number=ticket.number,
                        reason=reason,
                    ),
                    self.env._("Complete the complaint, then close it."),
                    "AS-15",
                )
                for code, reason in missing
            ]
        return violations

    # Actions

    def action_complaint_accept(self):
        """Customer service confirms the complaint as it was registered. Managers only."""
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers may accept a complaint."))
        self._check_complaint("registered")
        self._move_complaint("accepted", accepted_by_id=self.env.uid, accepted_on=fields.Datetime.now())
        return True

    def action_complaint_analyze(self):
        """The responsible department begins to look into it."""
        self._check_complaint("accepted")
        self._refuse_handling(
            department_id=self.env._("Choose the responsible department."),
        )
        self._move_complaint("analysis")
        return True

    def action_complaint_measure(self):
        """The cause is found and a measure follows."""
        self._check_complaint("analysis")
        self._refuse_handling(
            cause_id=self.env._("Choose the cause."),
            analysis=self.env._("Write down what was found."),
        )
        self._move_complaint("measure")
        return True

    def action_complaint_reply(self):
        """The customer gets the reply: by mail if that is the channel, and on the portal."""
        self._check_complaint("measure")
        self._refuse_handling(
            measure=self.env._("Write down the measure."),
            reply=self.env._("Write the reply to the customer."),
            reply_channel=self.env._("Say how the customer is told."),
        )
        now = fields.Datetime.now()
        self._move_complaint("replied", replied_on=now, reply_user_id=self.env.uid, customer_satisfied=False)
        for ticket in self:
            # sudo: the answer clock is stopped by the program
            ticket.sudo().first_reply_date = ticket.first_reply_date or now
            partners = ticket.partner_id if ticket.reply_channel == "mail" else self.env["res.partner"]
            ticket.message_post(body=ticket.reply, subtype_xmlid="mail.mt_comment", partner_ids=partners.ids)
        return True

    def action_customer_satisfied(self):
        """The customer accepts the reply."""
        self._check_complaint("replied")
        self._move_complaint("settled", customer_satisfied="yes")
        return True

    def action_customer_dissatisfied(self):
        """The customer does not accept the reply: it is looked into again, and raised when that happened too often."""
        self._check_complaint("replied")
        for ticket in self:
            if not (ticket.customer_opinion or "").strip():
                raise UserError(
                    self.env._(
                        "Write down what the customer says about our reply to complaint %s.", ticket.number
                    )
                )
        for ticket in self:
            ticket._move_complaint(
                "analysis", customer_satisfied="no", failed_handlings=ticket.failed_handlings + 1
            )
            if ticket.failed_handlings >= ticket.company_id.sudo().complaint_escalate_after:
                ticket._escalate()
        return True

    def action_complaint_release(self):
        """The person named in the settings lets a serious complaint be handled."""
        for ticket in self:
            if ticket.company_id.sudo().complaint_release_user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only the person named in the settings releases serious complaint %s.", ticket.number
                    )
                )
            if ticket.severity != "serious" or ticket.released_on:
                raise UserError(self.env._("Complaint %s waits for no release.", ticket.number))
        # sudo: the person named in the settings need not be in the ticket's team
        self.sudo().write({"released_by_id": self.env.uid, "released_on": fields.Datetime.now()})
        self.sudo().activity_feedback(["mail.mail_activity_data_warning"])
        return True

    # Business

    def _check_complaint(self, stage):
        """Only staff who may write the ticket, only complaints, only from this status."""
        if not self.env.user.has_group(STAFF_GROUP):
            raise AccessError(self.env._("Only helpdesk staff may handle complaints."))
        self.check_access("write")
        labels = dict(self._fields["complaint_stage"]._description_selection(self.env))
        for ticket in self:
            if ticket.kind != "complaint":
                raise UserError(self.env._("Ticket %s is not a complaint.", ticket.number))
            if ticket.complaint_stage != stage:
                raise UserError(
                    self.env._(
                        "Complaint %(number)s is “%(stage)s”. This can only be done with one that is: %(expected)s.",
                        number=ticket.number,
                        stage=labels[ticket.complaint_stage],
                        expected=labels[stage],
                    )
                )

    def _refuse_handling(self, **needs):
        """Gate before each step of handling: released if serious, and complete.

        :param needs: the remedy by the name of each field that must be filled in
        """
        violations = self._get_release_violations()
        for ticket in self:
            violations += [
                Violation(
                    f"complaint.{name}",
                    ticket,
                    self.env._(
                        "Complaint %(number)s lacks: %(field)s.",
                        number=ticket.number,
                        field=self._fields[name]._description_string(self.env),
                    ),
                    remedy,
                    "P-06",
                )
                for name, remedy in needs.items()
                if not ticket[name]
            ]
        self.env["compliance.refusal"]._refuse(violations)

    def _get_release_violations(self):
        """Serious complaints that management has not released."""
        return [
            Violation(
                "complaint.release",
                ticket,
                self.env._("Complaint %s is serious and was not released by management yet.", ticket.number),
                ticket.company_id.sudo().complaint_release_user_id
                and self.env._(
                    "%s releases it first.", ticket.company_id.sudo().complaint_release_user_id.sudo().name
                )
                or self.env._("Name in the settings who releases serious complaints."),
                "R-08",
            )
            for ticket in self
            if ticket.kind == "complaint" and ticket.severity == "serious" and not ticket.released_on
        ]

    def _move_complaint(self, stage, **vals):
        # sudo: statuses are written by actions alone, after their checks
        self.sudo().write({"complaint_stage": stage, **vals})

    def _call_releaser(self):
        """Serious complaints are put before management at once."""
        for ticket in self.filtered(lambda ticket: ticket.kind == "complaint" and not ticket.released_on):
            # sudo: whoever registers a complaint need not see the settings
            releaser = ticket.company_id.sudo().complaint_release_user_id
            if releaser:
                ticket.sudo().activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=self.env._("Serious complaint: release it before it is handled"),
                    user_id=releaser.id,
                )

    def _escalate(self):
        """Raise complaints to the next level: highest priority, and management knows today."""
        for (
            ticket
        ) in self.sudo():  # the level is raised by the program, whoever recorded the customer's opinion
            ticket.write(
                {
                    "escalation_level": ticket.escalation_level + 1,
                    "escalated_on": fields.Datetime.now(),
                    "priority": "3",
                }
            )
            receiver = (
                ticket.company_id.complaint_release_user_id or ticket.department_id.user_id or ticket.user_id
            )
            ticket.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Handled without success %s times", ticket.failed_handlings),
                user_id=receiver.id or self.env.uid,
            )

    # Messages

    def message_post(self, **kwargs):
        """An answer to a serious complaint by message is an answer too."""
        if not self.env.su and self.env.user._is_internal() and self._is_answer(kwargs):
            self.env["compliance.refusal"]._refuse(self._get_release_violations())
        return super().message_post(**kwargs)

    def _is_answer(self, post):
        """Whether what is posted reaches the customer: a comment, not a note."""
        if post.get("subtype_id"):
            return post["subtype_id"] == self.env.ref("mail.mt_comment").id
        return post.get("subtype_xmlid") == "mail.mt_comment"
