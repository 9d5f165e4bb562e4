# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import TECHNICIAN

STAFF_GROUPS = (
    "helpdesk_mgmt.group_helpdesk_user_own",
    TECHNICIAN,
)
TRIAGE_SYSTEM_FIELDS = {"triage", "triage_user_id", "triage_on"}


class HelpdeskTicket(models.Model):
    """A repair request is looked at before it is accepted: is it ours to do, and can we do it?"""

    _inherit = "helpdesk.ticket"

    in_scope = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        copy=False,
        tracking=True,
        help="Whether what the customer asks for belongs to our service: product, cover, place.",
    )
    feasible = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        copy=False,
        tracking=True,
        help="Whether we can do it: people, tools, parts, time.",
    )
    triage_note = fields.Text(copy=False)
    triage = fields.Selection(
        [("open", "To Decide"), ("accepted", "Accepted"), ("declined", "Declined")],
        string="Request",
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
    )
    triage_user_id = fields.Many2one("res.users", string="Decided By", readonly=True, copy=False)
    triage_on = fields.Datetime(string="Decided On", readonly=True, copy=False)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                if vals.get("triage", "open") != "open":
                    raise self._triage_error()
        return super().create(vals_list)

    def write(self, vals):
        if TRIAGE_SYSTEM_FIELDS & set(vals) and not self.env.su:
            raise self._triage_error()
        return super().write(vals)

    def _triage_error(self):
        return UserError(self.env._("Whether a request is accepted cannot be written. Use its buttons."))

    # Actions

    def action_triage_accept(self):
        """Take the repair request on."""
        self._check_triage()
        self.env["compliance.refusal"]._refuse(
            Violation(
                "request.triage",
                ticket,
                self.env._(
                    "Request %s cannot be accepted: it is not established that it is in our scope and feasible.",
                    ticket.number,
                ),
                self.env._("Answer both questions with yes, or decline the request with the reason."),
                "AS-20",
            )
            for ticket in self
            if ticket.in_scope != "yes" or ticket.feasible != "yes"
        )
        self._decide("accepted")
        return True

    def action_triage_decline(self):
        """Turn the repair request down; the customer is told why."""
        self._check_triage()
        for ticket in self:
            if not (ticket.triage_note or "").strip():
                raise UserError(self.env._("Write down why request %s is declined.", ticket.number))
        self._decide("declined")
        for ticket in self:
            ticket.message_post(body=ticket.triage_note, subtype_xmlid="mail.mt_comment")
        return True

    def action_create_repair(self):
        """A request that was declined, or that still has to be looked at, becomes no repair."""
        self.env["compliance.refusal"]._refuse(self._get_triage_violations())
        return super().action_create_repair()

    def _get_triage_violations(self):
        """Repair requests that nobody of ours has accepted. What reception enters itself was looked at by entering
        it, unless one of the two questions was answered with no."""
        violations = []
        for ticket in self.filtered(lambda ticket: ticket.kind == "repair" and ticket.triage != "accepted"):
            unseen = ticket.triage == "open" and ticket._is_self_service()
            if ticket.triage == "declined" or unseen or "no" in (ticket.in_scope, ticket.feasible):
                violations.append(
                    Violation(
                        "request.triage",
                        ticket,
                        self.env._("Repair request %s was not accepted.", ticket.number),
                        self.env._("Decide on scope and feasibility, and accept the request first."),
                        "AS-20",
                    )
                )
        return violations

    def _is_self_service(self):
        """Whether the customer entered the request: over the portal or by mail."""
        self.ensure_one()
        author = self.create_uid.sudo()
        return not author._is_internal() or author == self.env.ref("base.user_root")

    def _decide(self, triage):
        # sudo: the decision is written by these actions alone, after their checks
        self.sudo().write(
            {"triage": triage, "triage_user_id": self.env.uid, "triage_on": fields.Datetime.now()}
        )

    def _check_triage(self):
        self._check_staff()
        for ticket in self:
            if ticket.kind != "repair":
                raise UserError(self.env._("Ticket %s is no repair request.", ticket.number))
            if ticket.triage != "open":
                raise UserError(self.env._("Request %s was decided already.", ticket.number))

    def _check_staff(self):
        """Staff who may write the ticket."""
        if not any(self.env.user.has_group(group) for group in STAFF_GROUPS):
            raise AccessError(self.env._("Only reception, technicians and helpdesk staff may do this."))
        self.check_access("write")
