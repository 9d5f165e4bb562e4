# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.compliance_base.violation import Violation

OPEN_STATES = ("submitted", "disputed")
PORTAL_STATES = ("submitted", "answered", "disputed", "agreed", "settled", "refused")


class PartsClaim(models.Model):
    """The supplier's answer: line by line, through the portal or a list, closed by the supplier, by us or by time."""

    _inherit = "parts.claim"

    answer_count = fields.Integer(string="Number of Answers", compute="_compute_answer_count")
    answer_ids = fields.One2many("parts.claim.answer", "claim_id", string="Answers")
    question_count = fields.Integer(
        string="Open Questions", compute="_compute_question_count", search="_search_question_count"
    )

    def _compute_answer_count(self):
        counts = dict(
            self.env["parts.claim.answer"]._read_group(
                Domain("claim_id", "in", self.ids), ["claim_id"], ["__count"]
            )
        )
        for claim in self:
            claim.answer_count = counts.get(claim, 0)

    def _compute_question_count(self):
        counts = dict(
            self.env["parts.claim.line"]._read_group(
                Domain("claim_id", "in", self.ids) & self._get_question_domain(), ["claim_id"], ["__count"]
            )
        )
        for claim in self:
            claim.question_count = counts.get(claim, 0)

    @api.model
    def _search_question_count(self, operator, value):
        if operator != ">" or value:
            return NotImplemented
        return Domain("line_ids", "any", self._get_question_domain())

    def action_answer(self):
        """What was recorded by hand is kept as a version of the answer too."""
        result = super().action_answer()
        # sudo: nobody writes versions by hand; they record what the clerk closed here
        self.sudo()._keep_answers("clerk", self.env["res.partner"])
        return result

    def action_view_answers(self):
        """Open every version of the answers to these claims."""
        return self.answer_ids._get_records_action(name=self.env._("Answers"))

    def _belongs_to(self, partner):
        """Whether a partner's own company is the supplier of this claim, and the claim has reached it."""
        self.ensure_one()
        supplier = self.supplier_id.commercial_partner_id
        return self.state in PORTAL_STATES and supplier == partner.commercial_partner_id

    def _get_line_numbers(self):
        """Numbers of the lines as the supplier sees them: dict line -> 1, 2, 3…; they stay once submitted."""
        return {
            line: number
            for claim in self
            for number, line in enumerate(
                claim.line_ids.sorted(lambda line: (line.sequence, line.id)), start=1
            )
        }

    def _record_supplier_answers(self, answers, partner, channel):
        """Record what a supplier answers to lines of these claims; all or nothing.

        :param answers: list of dicts: line (claim line), decision (accepted, partly, refused, more), amount, reason
        :param partner: who answers
        :param channel: portal or list
        :return: the versions
        """
        self._lock_for_answer()
        violations = [violation for answer in answers for violation in self._get_answer_problems(answer)]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)
        groups = {}
        for answer in answers:
            groups.setdefault(self._prepare_answer(answer), []).append(answer["line"])
        kept = []
        for (decision, amount, reason), lines in groups.items():
            lines = self.env["parts.claim.line"].union(*lines)
            lines._write_supplier_answer(decision, amount, reason)
            kept += [(line, decision, line.amount_agreed, reason) for line in lines]
        self._schedule_questions([answer["line"] for answer in answers if answer["decision"] == "more"])
        return self.env["parts.claim.answer"]._record(kept, channel, partner)

    def _close_supplier_answer(self, partner, channel):
        """The supplier sends the answer: every line is decided, and nothing changes any more."""
        self._lock_for_answer()
        self._check_answer()
        for claim in self:
            claim._set({"answer_date": claim.company_id._get_law_date(), "state": "answered"})
            claim.message_post(
                body=claim.env._(
                    "Answered by %(partner)s.", partner=partner.display_name or claim.supplier_id.display_name
                )
            )
        self._keep_answers(channel, partner)

    def _keep_answers(self, channel, partner):
        """A version for every line whose decision is not the one of its latest version."""
        lines = self.line_ids
        latest = lines._get_latest_answers()
        new = [
            (line, line.decision, line.amount_agreed, line.decision_reason)
            for line in lines
            if (line.decision, line.amount_agreed, line.decision_reason or "")
            != (latest[line].decision, latest[line].amount_agreed, latest[line].reason or "")
        ]
        if new:
            self.env["parts.claim.answer"]._record(new, channel, partner)

    def _lock_for_answer(self):
        self.lock_for_update(allow_referencing=True)
        closed = self.filtered(lambda claim: claim.state not in OPEN_STATES)
        if closed:
            raise UserError(
                self.env._(
                    "The answer to %(claims)s is closed and can no longer change.", claims=closed._get_names()
                )
            )

    def _get_answer_problems(self, answer):
        line = answer["line"]
        if line.claim_id not in self:
            message = self.env._("The line is not part of claim %(claims)s.", claims=self._get_names())
            remedy = self.env._("Answer the lines listed in the claim.")
            return [Violation("claims.answer.foreign", self[:1], message, remedy)]
        amount = answer.get("amount") or 0.0
        return line._get_supplier_answer_violations(
            answer["decision"], amount if isfinite(amount) else -1.0, answer.get("reason")
        )

    def _prepare_answer(self, answer):
        """(decision, amount, reason) as recorded; the amount counts for a part only."""
        partly = answer["decision"] == "partly"
        amount = answer["line"].currency_id.round(answer["amount"]) if partly else 0.0
        return answer["decision"], amount, (answer.get("reason") or "").strip()

    def _schedule_questions(self, lines):
        """The responsible person replies to what the supplier asks."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        for claim in self.env["parts.claim.line"].union(*lines).claim_id if lines else self.browse():
            claim.activity_schedule(
                activity_type_id=todo.id,
                date_deadline=claim.company_id._get_law_date(),
                summary=claim.env._("%(supplier)s asks for more", supplier=claim.supplier_id.display_name),
                user_id=(claim.user_id or claim.submit_user_id).id,
            )

    @api.model
    def _get_question_domain(self):
        return Domain("supplier_question", "!=", False) & Domain("state", "in", OPEN_STATES)

    def _has_open_question(self):
        """Whether the supplier waits for a reply: then it is not the supplier who is silent."""
        self.ensure_one()
        return any(line.supplier_question and not line.question_reply for line in self.line_ids)

    def _accept_by_silence(self):
        silent = self.line_ids.filtered(lambda line: not line.decision)
        silent._write_supplier_answer("accepted", 0.0, "")
        self._close_supplier_answer(self.env["res.partner"], "deemed")
        for claim in self:
            claim.message_post(
                body=claim.env._(
                    "No answer came by the agreed date: what was not answered counts as accepted."
                )
            )


class PartsClaimLine(models.Model):
    _inherit = "parts.claim.line"

    def _write_supplier_answer(self, decision, amount, reason):
        """Write the same answer on these lines; a question leaves them undecided."""
        if decision == "more":
            self.write({"decision": False, "decision_reason": False})
            self._set({"question_reply": False, "supplier_question": reason})
            return
        vals = {"decision": decision, "decision_reason": reason or False}
        self.write(vals | ({"amount_agreed": amount} if decision == "partly" else {}))
        self._set({"supplier_question": False})
