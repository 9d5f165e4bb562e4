# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation


class PartsClaimLine(models.Model):
    """What the supplier said to a line, version by version, and what the supplier still wants to know."""

    _inherit = "parts.claim.line"

    answer_count = fields.Integer(string="Versions of the Answer", compute="_compute_answer_count")
    answer_ids = fields.One2many("parts.claim.answer", "claim_line_id", string="Answers")
    question_reply = fields.Char(
        string="Our Reply", copy=False, help="What we reply to the supplier's question; shown on the portal."
    )
    supplier_question = fields.Char(
        string="Supplier Asks",
        readonly=True,
        copy=False,
        help="What the supplier wants to know before answering.",
    )

    def _compute_answer_count(self):
        counts = dict(
            self.env["parts.claim.answer"]._read_group(
                [("claim_line_id", "in", self.ids)], ["claim_line_id"], ["__count"]
            )
        )
        for line in self:
            line.answer_count = counts.get(line, 0)

    def action_view_answers(self):
        """Open every version of the answer to these lines."""
        return self.answer_ids._get_records_action(name=self.env._("Answers"))

    def _check_writable(self, names):
        if "question_reply" in names:
            names = names - {"question_reply"}
            self._check_group("parts_claims.parts_claims_group_clerk")
            if any(line.state not in ("submitted", "disputed") for line in self):
                raise UserError(
                    self.env._("Questions are replied to while a claim is submitted or disputed.")
                )
        return super()._check_writable(names)

    def _get_latest_answers(self):
        """Latest answer of each line: dict line -> answer, empty where none was given."""
        return self.env["parts.claim.answer"]._get_latest(self)

    def _get_supplier_answer_violations(self, decision, amount, reason):
        """Everything wrong with a supplier's answer to this line."""
        self.ensure_one()
        name = self._get_supplier_label()
        if decision not in ("accepted", "partly", "refused", "more"):
            message = self.env._("%(line)s: “%(decision)s” is no answer.", line=name, decision=decision or "")
            remedy = self.env._("Answer: accepted, partly, refused or more.")
            return [Violation("claims.answer.decision", self, message, remedy)]
        violations = []
        if decision != "accepted" and not (reason or "").strip():
            message = self.env._("%(line)s: the reason is missing.", line=name)
            remedy = self.env._("Say why less is accepted, or what you want to know.")
            violations.append(Violation("claims.answer.reason", self, message, remedy))
        # Written this way round so that a figure that is not a number is refused as well.
        if decision == "partly" and not 0 < self.currency_id.round(amount) < self.amount_claimed:
            message = self.env._(
                "%(line)s: %(amount)s is not between nothing and the claimed %(claimed)s.",
                line=name,
                amount=amount,
                claimed=self.amount_claimed,
            )
            remedy = self.env._("Accept a part of what is claimed, or accept or refuse the whole line.")
            violations.append(Violation("claims.answer.amount", self, message, remedy))
        return violations

    def _get_supplier_label(self):
        """Claim, number of the line and part: how a supplier knows the line."""
        self.ensure_one()
        return self.env._(
            "%(claim)s line %(number)s, %(part)s",
            claim=self.claim_id.name,
            number=self.claim_id._get_line_numbers().get(self, "?"),
            part=self.product_id.display_name,
        )
