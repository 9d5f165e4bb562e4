# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import format_amount, format_date

from odoo.addons.compliance_base.violation import Violation

from .parts_claim_answering import PORTAL_STATES

CLERK = "parts_claims.parts_claims_group_clerk"
MANAGER = "parts_claims.parts_claims_group_manager"


class PartsClaim(models.Model):
    """A service station's claim on us: we answer line by line, the station agrees or disputes once.

    ``supplier_id`` is the station. The states are those of a claim on a supplier, seen from the other side.
    """

    _inherit = "parts.claim"

    amount_allowed = fields.Monetary(
        string="Allowed", compute="_compute_amount_allowed", help="What the station's agreement gives."
    )
    direction = fields.Selection(
        selection_add=[("inbound", "From a Station")], ondelete={"inbound": "cascade"}, index=True
    )
    excess_reason = fields.Char(
        string="Quota Exceeded, Because",
        copy=False,
        help="Why more than the station's quota is accepted. Written by a manager.",
    )
    passed_count = fields.Integer(string="Claimed From Suppliers", compute="_compute_passed_count")
    quota_left = fields.Monetary(
        compute="_compute_quota_left",
        help="What is left of the station's quota in the period of the claim, without this claim.",
    )
    quota_set = fields.Boolean(compute="_compute_quota_left")

    @api.depends("line_ids.amount_allowed")
    def _compute_amount_allowed(self):
        for claim in self:
            claim.amount_allowed = sum(claim.line_ids.mapped("amount_allowed"))

    def _compute_passed_count(self):
        counts = dict(
            self.env["parts.claim.line"]._read_group(
                Domain("inbound_line_id.claim_id", "in", self.ids), ["inbound_line_id"], ["__count"]
            )
        )
        for claim in self:
            claim.passed_count = sum(counts.get(line, 0) for line in claim.line_ids)

    def _compute_quota_left(self):
        for claim in self:
            agreements = claim.line_ids.agreement_id.filtered("quota_amount")
            left = [agreement._get_quota_left(claim.date_from, but=claim) for agreement in agreements]
            claim.quota_set = bool(left) and claim.direction == "inbound"
            claim.quota_left = sum(left) if claim.quota_set else 0.0

    def write(self, vals):
        if "excess_reason" in vals:
            self._check_step(MANAGER, ("submitted", "disputed"))
        return super().write(vals)

    # What only one of the two directions does

    def _check_direction(self, direction):
        wrong = self.filtered(lambda claim: claim.direction != direction)
        if wrong:
            raise UserError(
                self.env._(
                    "This step is not for %(claims)s: %(direction)s.",
                    claims=wrong._get_names(),
                    direction=dict(self._fields["direction"]._description_selection(self.env))[
                        wrong[0].direction
                    ],
                )
            )

    def action_submit(self):
        """Only our own claims are submitted; a station's claim is filed by the station."""
        self._check_direction("outbound")
        return super().action_submit()

    def action_dispute(self):
        """We do not dispute our own answer."""
        self._check_direction("outbound")
        return super().action_dispute()

    def action_escalate(self):
        """We do not escalate our own answer."""
        self._check_direction("outbound")
        return super().action_escalate()

    def action_accept_rest(self):
        """Of a station's claim: decide what is undecided as the terms say."""
        inbound = self.filtered(lambda claim: claim.direction == "inbound")
        result = super(PartsClaim, self - inbound).action_accept_rest()
        inbound._check_step(CLERK, ("submitted", "disputed"))
        inbound.line_ids.action_accept_allowed()
        return result

    def action_answer(self):
        """Send the answer to the station, which can agree to it, or dispute it once, by the date agreed."""
        inbound = self.filtered(lambda claim: claim.direction == "inbound")
        # One clerk at a time uses up a quota.
        inbound.line_ids.agreement_id.filtered("quota_amount").sudo().lock_for_update(allow_referencing=True)
        result = super().action_answer()
        for claim in inbound:
            days = [
                agreement._get_answer_deadline(claim.answer_date) for agreement in claim.line_ids.agreement_id
            ]
            claim._set({"answer_deadline": max(filter(None, days), default=False)})
            claim._tell_station()
        return result

    def action_agree(self):
        """A station's claim is closed by us once its dispute was answered, or the time for one has passed."""
        inbound = self.filtered(lambda claim: claim.direction == "inbound")
        open_ones = inbound.filtered(lambda claim: claim.state == "answered" and not claim._is_answer_final())
        if open_ones:
            raise UserError(
                self.env._(
                    "%(claims)s: the station may still dispute the answer. It agrees on the portal, or the claim can "
                    "be closed when the time is over.",
                    claims=open_ones._get_names(),
                )
            )
        result = super().action_agree()
        inbound._pass_on()
        return result

    def action_settle(self):
        """Of a station's claim: open the settlement with everything agreed with the station."""
        self.ensure_one()
        if self.direction == "outbound":
            return super().action_settle()
        self._check_step("parts_claims.parts_claims_group_settlement", ("agreed",))
        settlement = self.env["claim.settlement"]._open_for(
            self.company_id, self.supplier_id, self.currency_id, "inbound"
        )
        return settlement._get_records_action(views=[(settlement.get_formview_id(), "form")])

    def action_view_settlements(self):
        """Open the settlements of the claim, canceled ones too."""
        action = super().action_view_settlements()
        settlements = self.line_ids.settlement_line_ids.settlement_id
        if len(settlements) == 1:
            action["views"] = [(settlements.get_formview_id(), "form")]
        return action

    def action_view_passed(self):
        """Open the lines with which what was accepted here is claimed from suppliers."""
        return self.line_ids.action_view_passed()

    def get_formview_id(self, access_uid=None):
        """A station's claim has a form of its own."""
        if len(self) == 1 and self.direction == "inbound":
            return self.env.ref("parts_claims.parts_claim_view_form_station").id
        return super().get_formview_id(access_uid=access_uid)

    def _belongs_to(self, partner):
        """A station does not answer its own claim as if it were our supplier."""
        return self.direction == "outbound" and super()._belongs_to(partner)

    def _belongs_to_station(self, partner):
        """Whether a partner's own company filed this claim."""
        self.ensure_one()
        own = self.supplier_id.commercial_partner_id == partner.commercial_partner_id
        return self.direction == "inbound" and self.state in (*PORTAL_STATES, "canceled") and own

    def _lock_for_answer(self):
        """Suppliers answer our claims only; see ``_record_supplier_answers()``."""
        self._check_direction("outbound")
        return super()._lock_for_answer()

    # Our answer

    def _get_answer_violations(self):
        """A quota is not exceeded, unless a manager says why."""
        return super()._get_answer_violations() + self._get_quota_violations()

    def _get_quota_violations(self):
        self.ensure_one()
        if self.direction != "inbound" or self.excess_reason:
            return []
        violations = []
        for agreement, lines in self.line_ids.grouped("agreement_id").items():
            left = agreement._get_quota_left(self.date_from, but=self)
            agreed = sum(lines.mapped("amount_agreed"))
            if left is not None and self.currency_id.compare_amounts(agreed, max(left, 0.0)) > 0:
                message = self.env._(
                    "%(claim)s: %(agreed)s is more than the %(left)s left of the quota of %(agreement)s.",
                    claim=self.name,
                    agreed=format_amount(self.env, agreed, self.currency_id),
                    left=format_amount(self.env, max(left, 0.0), self.currency_id),
                    agreement=agreement.name,
                )
                remedy = self.env._("Accept less, or let a manager write down why the quota is exceeded.")
                violations.append(Violation("claims.station.quota", self, message, remedy, agreement.name))
        return violations

    def _tell_station(self):
        """The station's people get a message; the answer itself is read on the portal."""
        self.ensure_one()
        filers = self.submit_user_id.sudo().filtered("share").partner_id or self.supplier_id
        self.message_post(
            body=self.env._(
                "Your claim %(claim)s is answered. Please look at it on the portal.", claim=self.name
            ),
            message_type="comment",
            partner_ids=filers.ids,
            subtype_xmlid="mail.mt_comment",
        )

    # What the station does

    def _is_answer_final(self):
        """Whether the station had its say: its dispute was answered, or its time is over."""
        self.ensure_one()
        over = self.answer_deadline and self.answer_deadline < self.company_id._get_law_date()
        return bool(self.dispute_count or over)

    def _can_dispute(self):
        """Whether the station may dispute the answer: once, and in time."""
        self.ensure_one()
        return self.direction == "inbound" and self.state == "answered" and not self._is_answer_final()

    def _station_agrees(self, partner):
        """The station accepts our answer; called by the portal, which checks whose claim it is."""
        self._lock_answered()
        for claim in self:
            claim._set(
                {
                    "agreed_date": claim.company_id._get_law_date(),
                    "state": "agreed" if claim.amount_agreed else "refused",
                }
            )
            claim.message_post(
                body=claim.env._("%(partner)s agrees to the answer.", partner=partner.display_name)
            )
        self._pass_on()

    def _station_disputes(self, partner, reason, files=()):
        """The station disputes our answer, once, with its reasons and what proves them.

        :param files: list of dicts with name and content, see ``station.claim.reader``
        """
        self.ensure_one()
        self._lock_answered()
        reason = (reason or "").strip()[:2000]
        if not self._can_dispute():
            raise UserError(self.env._("The answer to %(claim)s can no longer be disputed.", claim=self.name))
        if not reason:
            raise UserError(self.env._("Write down why you do not agree."))
        reader = self.env["station.claim.reader"]
        kept = self.env["ir.attachment"].create(
            [
                {"name": name, "raw": content, "res_model": self._name, "res_id": self.id}
                for name, content in map(reader._read_file, files)
            ]
        )
        self._set(
            {
                "answer_deadline": min(
                    filter(
                        None,
                        (
                            agreement._get_answer_deadline(self.company_id._get_law_date())
                            for agreement in self.line_ids.agreement_id
                        ),
                    ),
                    default=False,
                ),
                "dispute_attachment_ids": [Command.link(attachment.id) for attachment in kept],
                "dispute_count": 1,
                "dispute_reason": reason,
                "state": "disputed",
            }
        )
        self.message_post(body=self.env._("Disputed: %(reason)s", reason=reason))
        self._audit_filed_lines()

    def _lock_answered(self):
        self.lock_for_update(allow_referencing=True)
        closed = self.filtered(lambda claim: claim.state != "answered" or claim.direction != "inbound")
        if closed:
            raise UserError(
                self.env._("%(claims)s does not wait for your answer.", claims=closed._get_names())
            )

    def _pass_on(self):
        """What was agreed becomes claimable from suppliers."""
        # Nobody makes claim lines by hand: those to suppliers are made from what was agreed here.
        self.sudo().filtered(lambda claim: claim.state == "agreed").line_ids._pass_on()

    @api.model
    def _follow_up_overdue(self):
        """Stations that say nothing have agreed; claims we did not answer in time are brought to mind."""
        result = super()._follow_up_overdue()
        for company in self.env["res.company"].search([]):
            overdue = self.search(
                Domain("direction", "=", "inbound")
                & Domain("company_id", "=", company.id)
                & Domain("state", "in", ("submitted", "disputed", "answered"))
                & Domain("answer_deadline", "<", company._get_law_date())
            ).try_lock_for_update(allow_referencing=True)
            for claim in overdue:
                if claim.state == "answered":
                    claim._station_agrees(claim.supplier_id)
                else:
                    claim._remind_of_station()
        return result

    def _remind_of_station(self):
        """One activity, however often it is called."""
        self.ensure_one()
        summary = self.env._(
            "Answer %(station)s: it was due on %(date)s",
            station=self.supplier_id.display_name,
            date=format_date(self.env, self.answer_deadline),
        )
        if summary not in self.activity_ids.mapped("summary"):
            self.activity_schedule(
                activity_type_id=self.env.ref("mail.mail_activity_data_todo").id,
                summary=summary,
                user_id=(self.user_id or self.env.user).id,
            )

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"filing_channel"}
