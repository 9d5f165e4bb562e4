# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import format_amount

from odoo.addons.compliance_base.violation import Violation


class PartsClaimLine(models.Model):
    """What the supplier wants to see and to have agreed to before a line is filed."""

    _inherit = "parts.claim.line"

    lacking = fields.Char(
        string="Still Missing",
        compute="_compute_lacking",
        help="What has to be there before the supplier gets the line.",
    )
    preauthorization_by = fields.Char(
        string="Authorized By", help="Who at the supplier agreed to the repair in advance."
    )
    preauthorization_date = fields.Date(string="Authorized On")
    preauthorization_number = fields.Char(string="Pre-Authorization")

    @api.depends_context("lang")
    @api.depends("attachment_ids", "agreement_id", "old_part_ids", "preauthorization_number", "state")
    def _compute_lacking(self):
        for line in self:
            line.lacking = ", ".join(line._get_lacking()) if line._is_editable() else False

    def _get_lacking(self):
        """Names of everything that is missing before the line can be filed."""
        self.ensure_one()
        missing = self._get_missing_evidence()
        if self.old_part_required and self.uom_id.compare(self._get_kept_quantity(), self.quantity) < 0:
            missing.append(self.env._("old part"))
        if self._is_preauthorization_missing():
            missing.append(self.env._("pre-authorization"))
        return missing

    def _get_missing_evidence(self):
        """Names of the proofs the agreement asks for that are not there."""
        self.ensure_one()
        agreement, repair = self.agreement_id, self.repair_id
        appraisals = repair.appraisal_ids.filtered(lambda appraisal: appraisal.state == "closed")
        # Superuser mode: whether a file is a picture is no secret to those who may read the line.
        photos = (repair.fault_photo_ids | appraisals.photo_ids | self.attachment_ids).sudo()
        pictures = photos.filtered(lambda file: (file.mimetype or "").startswith("image/"))
        reports = repair.fault_report_ids or self.attachment_ids.sudo() - pictures
        missing = []
        if agreement.report_required and not reports and not appraisals:
            missing.append(self.env._("fault report"))
        if agreement.photo_required and not pictures:
            missing.append(self.env._("photo of the fault"))
        if agreement.appraisal_required and not appraisals:
            missing.append(self.env._("closed appraisal"))
        if agreement.meter_required and repair and not repair.meter_reading:
            missing.append(self.env._("meter reading"))
        return missing

    def _is_preauthorization_missing(self):
        self.ensure_one()
        limit = self.agreement_id.preauthorization_above
        above = limit and self.currency_id.compare_amounts(self.amount_claimed, limit) > 0
        given = self.preauthorization_number and self.preauthorization_date and self.preauthorization_by
        return bool(above and not given)

    def _get_evidence_violations(self):
        missing = self._get_missing_evidence()
        if not missing:
            return []
        message = self.env._(
            "%(line)s: %(agreement)s asks for evidence that is not there: %(missing)s.",
            line=self.display_name,
            agreement=self.agreement_id.name,
            missing=", ".join(missing),
        )
        remedy = self.env._("Add it to the repair or to the line, or take the line out of the claim.")
        return [Violation("claims.submit.evidence", self, message, remedy, self.agreement_id.name)]

    def _get_preauthorization_violations(self):
        if not self._is_preauthorization_missing():
            return []
        message = self.env._(
            "%(line)s: %(supplier)s has to agree in advance to more than %(limit)s.",
            line=self.display_name,
            supplier=self.supplier_id.display_name,
            limit=format_amount(self.env, self.agreement_id.preauthorization_above, self.currency_id),
        )
        remedy = self.env._(
            "Enter number, day and name of the pre-authorization on the line, or take the line out of the claim."
        )
        return [Violation("claims.submit.preauthorization", self, message, remedy, self.agreement_id.name)]

    def _get_responsibility_violations(self):
        """An appraisal may have been closed since the line was made."""
        if not self.repair_id or self.kind not in ("part", "labor") or self.origin_kind != "repair":
            return []
        message = self._get_appraisal_problem(self._get_own_source())
        if not message:
            return []
        remedy = self.env._("Take the line out of the claim and let a manager waive it.")
        return [Violation("claims.submit.responsibility", self, message, remedy)]
