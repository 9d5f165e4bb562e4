# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation

# Everything else on a line is a fact the system records.
DRAFT_FIELDS = {
    "attachment_ids",
    "late_reason",
    "note",
    "old_part_ids",
    "preauthorization_by",
    "preauthorization_date",
    "preauthorization_number",
    "sequence",
    "waive_reason",
}
ANSWER_FIELDS = {"amount_agreed", "decision", "decision_reason"}


class PartsClaimLine(models.Model):
    """What may be typed in and when, what the supplier would send back, and what is frozen when submitted."""

    _inherit = "parts.claim.line"

    @api.model
    def _get_evidence_fields(self):
        """What was claimed and why; the supplier's answer comes after it."""
        return [
            "agreement_id",
            "amount_claimed",
            "attachment_ids",
            "basis_currency_id",
            "basis_date",
            "basis_price",
            "basis_reference",
            "cap",
            "cover_percent",
            "coverage_reason",
            "currency_id",
            "currency_rate",
            "deadline",
            "defect_reason",
            "kind",
            "late_reason",
            "markup_percent",
            "move_id",
            "name",
            "note",
            "old_part_required",
            "old_part_tags",
            "origin_kind",
            "preauthorization_by",
            "preauthorization_date",
            "preauthorization_number",
            "price_basis",
            "product_id",
            "quantity",
            "repair_date",
            "repair_id",
            "share_percent",
            "source_key",
            "split_share",
            "supplier_id",
            "ticket_id",
            "unit_lot_id",
            "unit_price",
            "unit_product_id",
            "uom_id",
            "warranty_registration_line_id",
        ]

    def _check_writable(self, names):
        if names - DRAFT_FIELDS - ANSWER_FIELDS:
            raise UserError(
                self.env._(
                    "Claim lines are made from the repair; only remarks, evidence and answers are typed in."
                )
            )
        if names & {"late_reason", "waive_reason"}:
            self._check_group("parts_claims.parts_claims_group_manager")
        if names & DRAFT_FIELDS and not all(line._is_editable() for line in self):
            raise UserError(self.env._("A submitted claim is evidence; its content can no longer change."))
        if names & ANSWER_FIELDS and any(line.state not in ("submitted", "disputed") for line in self):
            raise UserError(
                self.env._("The supplier's answer is recorded while a claim is submitted or disputed.")
            )

    def _get_submit_violations(self):
        """What the supplier would send this line back for."""
        self.ensure_one()
        return [
            *self._get_old_part_violations(),
            *self._get_deadline_violations(),
            *self._get_evidence_violations(),
            *self._get_preauthorization_violations(),
            *self._get_responsibility_violations(),
        ]

    def _get_old_part_violations(self):
        kept = self._get_kept_quantity()
        if not self.old_part_required or self.uom_id.compare(kept, self.quantity) >= 0:
            return []
        message = self.env._(
            "%(line)s: %(agreement)s asks for the old part, and %(kept)g of %(quantity)g are kept.",
            line=self.display_name,
            agreement=self.agreement_id.name,
            kept=kept,
            quantity=self.quantity,
        )
        remedy = self.env._(
            "Assign the old parts of repair %(repair)s, or take the line out of the claim.",
            repair=self.repair_id.name,
        )
        return [Violation("claims.submit.old_part", self, message, remedy, self.agreement_id.name)]

    def _get_deadline_violations(self):
        if not self.deadline or self.days_left >= 0 or self.late_reason:
            return []
        message = self.env._(
            "%(line)s had to be filed by %(deadline)s.",
            line=self.display_name,
            deadline=format_date(self.env, self.deadline),
        )
        remedy = self.env._(
            "Take the line out of the claim; or, if the supplier agrees to a late claim, let a manager write down why."
        )
        return [Violation("claims.submit.late", self, message, remedy, self.agreement_id.name)]

    def _get_answer_violations(self):
        """What is missing in the supplier's answer to this line."""
        self.ensure_one()
        if not self.decision:
            message = self.env._("%(line)s has no decision.", line=self.display_name)
            remedy = self.env._("Record whether the supplier accepts the line, a part of it, or nothing.")
            return [Violation("claims.answer.undecided", self, message, remedy)]
        if self.decision != "accepted" and not self.decision_reason:
            message = self.env._(
                "%(line)s is refused in whole or part without a reason.", line=self.display_name
            )
            remedy = self.env._("Record the reason the supplier gives.")
            return [Violation("claims.answer.reason", self, message, remedy)]
        return []
