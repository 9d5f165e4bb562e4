# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.compliance_base import evidence

# What the physician wrote, and signs again after a refusal
PATIENT_FIELDS = (
    "category",
    "diagnosis",
    "dose_count",
    "patient_age",
    "patient_age_unit",
    "patient_name",
    "patient_pregnant",
    "patient_sex",
    "patient_weight",
)
DRUG_FIELDS = (
    "product_id",
    "quantity",
    "product_uom_id",
    "dose",
    "dose_amount",
    "dose_weight",
    "frequency",
    "times_per_day",
    "usage",
    "days",
    "footnote",
    "processing_note",
)


class GspPrescription(models.Model):
    """A second signature holds for what had been refused, word for word, and for nothing else (GSP 17002)."""

    _inherit = "gsp.prescription"

    refused_content = fields.Char(
        readonly=True, copy=False, help="Fingerprint of what the prescription said when it was refused."
    )

    @api.model
    def _get_review_rules(self):
        return [*super()._get_review_rules(), "_rule_signed_content"]

    def _refuse(self, kind, reason):
        result = super()._refuse(kind, reason)
        for prescription in self:
            prescription._write_step({"refused_content": prescription._get_physician_digest()})
        return result

    def _is_signed_again(self):
        return super()._is_signed_again() and self._says_what_was_refused()

    def _says_what_was_refused(self):
        self.ensure_one()
        return self.refused_content == self._get_physician_digest()

    def _get_physician_digest(self):
        """Fingerprint of patient and drugs as the physician wrote them."""
        self.ensure_one()
        content = [[self[name] for name in PATIENT_FIELDS]]
        content += sorted(
            [line._fields[name].convert_to_write(line[name], line) for name in DRUG_FIELDS]
            for line in self.line_ids
        )
        return evidence.digest(evidence.canonical(content))

    def _rule_signed_content(self):
        """Whoever changes a drug after the physician signed again has no signature any more."""
        if self.correction_kind != "signed" or not self.refused_at or self._says_what_was_refused():
            return []
        message = self.env._(
            "Prescription %(name)s no longer says what the physician signed again.", name=self.name
        )
        remedy = self.env._(
            "Refuse it, so that the physician signs what it says now; or restore what was refused."
        )
        return [("gsp.review.resigned", message, remedy, self.env._("GSP 17002"))]
