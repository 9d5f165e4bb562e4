# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.compliance_base.violation import Violation

# Instructions that leave the dose to the patient: "as directed", "for own use" (GSP 17001, writing rule 4).
VAGUE_USAGE = re.compile(r"遵\s*医\s*嘱|自\s*用|as\s+directed|own\s+use", re.IGNORECASE)
PHARMACIST = "pharmacy_gsp.pharmacy_gsp_group_pharmacist"


class GspPrescription(models.Model):
    """The review: every rule a small method that returns the problems it found, all shown at once."""

    _inherit = "gsp.prescription"

    @api.model
    def _get_review_rules(self):
        """Names of the rule methods; each returns a list of (rule, message, remedy, reference)."""
        return [
            "_rule_header",
            "_rule_lines",
            "_rule_category",
            "_rule_usage",
            "_rule_days",
            "_rule_validity",
        ]

    def _check_review(self):
        """All that must hold when a pharmacist opens the signature and again when it has been given.

        :raises AccessError: not a pharmacist, or not of this company
        :raises UserError: wrong state, or writing rules broken (kept in the register of refusals)
        """
        self._check_step(PHARMACIST, ("reviewing",))
        self._check_reviewer()
        violations = [
            Violation(rule=rule, record=prescription, message=message, remedy=remedy, reference=reference)
            for prescription in self
            for method in self._get_review_rules()
            for rule, message, remedy, reference in getattr(prescription, method)()
        ]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)

    def _check_reviewer(self):
        """Who may review, beyond the group: extended by the rules on licenses and presence of pharmacists."""

    def _get_signature_meanings(self):
        return {"review": self.env._("Review of a Prescription")}

    def _get_signature_fields(self):
        """The signature covers what the physician prescribed, not what the review itself writes down."""
        return sorted(self._get_content_fields() | {"name"})

    def _signed(self, signature):
        """The pharmacist's signature releases the prescription: it becomes evidence (GSP 17001, 17004)."""
        result = super()._signed(signature)
        if signature.meaning == "review":
            self.ensure_one()
            if (signature.user_id, signature.res_model, signature.res_id) != (
                self.env.user,
                self._name,
                self.id,
            ):
                raise AccessError(
                    self.env._("A prescription is released by the reviewer's own signature under it.")
                )
            self._check_review()
            self._move_to("reviewed", reviewed_by_id=signature.user_id.id, reviewed_at=signature.signed_at)
            self._close_evidence()
        return result

    @api.model
    def _get_evidence_fields(self):
        return sorted(self._get_content_fields() | {"name", "reviewed_by_id", "reviewed_at"})

    def _get_retain_until(self):
        """Years after the review, the longest of what applies to the drugs on it (GSP 17004)."""
        result = {}
        for prescription in self:
            today = prescription.company_id._get_law_date()
            years = max(prescription._get_parameter(code) for code in prescription._get_retention_codes())
            result[prescription.id] = fields.Date.add(today, years=years)
        return result

    def _get_retention_codes(self):
        """Codes of the legal figures, in years, that say how long this prescription is kept."""
        code = "drug.prescription.retention_years"
        special = {"toxic": "toxic", "psychotropic_2": "psychotropic2", "poppy_shell": "narcotic"}
        classes = set(self.line_ids.product_id.mapped("gsp_special_class"))
        return [code, *(f"{code}.{special[name]}" for name in classes & special.keys())]

    def _rule_header(self):
        """Patient, diagnosis, institution and physician (writing rules 1, 2, 5, 10)."""
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("patient_name", "patient_sex", "patient_age", "institution", "physician_name")
            if not self[name]
        ]
        if not (self.diagnosis or "").strip() and not (self.diagnosis_exemption or "").strip():
            missing.append(self._fields["diagnosis"]._description_string(self.env))
        if not missing:
            return []
        message = self.env._(
            "Prescription %(name)s does not say: %(fields)s.", name=self.name, fields=", ".join(missing)
        )
        return [("gsp.review.header", message, self._get_physician_remedy(), self.env._("GSP 17001"))]

    def _rule_lines(self):
        """At least one drug, at most as many as the rules allow on one sheet (writing rule 7)."""
        if not self.line_ids:
            message = self.env._("Prescription %(name)s lists no drug.", name=self.name)
            return [("gsp.review.lines", message, self._get_physician_remedy(), self.env._("GSP 17001"))]
        limit = self._get_parameter("drug.prescription.max_lines.western")
        if self.category != "western" or len(self.line_ids) <= limit:
            return []
        message = self.env._(
            "Prescription %(name)s lists %(count)s drugs; at most %(limit)s are allowed on one.",
            name=self.name,
            count=len(self.line_ids),
            limit=limit,
        )
        return [("gsp.review.lines", message, self._get_physician_remedy(), self.env._("GSP 17001"))]

    def _rule_category(self):
        """Decoction pieces stand on a prescription of their own (writing rule 6)."""
        pieces = self.line_ids.filtered(lambda line: line.product_id.gsp_drug_type == "pieces")
        wrong = self.line_ids - pieces if self.category == "pieces" else pieces
        if not wrong:
            return []
        message = self.env._(
            "Prescription %(name)s mixes decoction pieces with other drugs: %(products)s does not belong on it.",
            name=self.name,
            products=", ".join(wrong.product_id.mapped("display_name")),
        )
        return [("gsp.review.category", message, self._get_physician_remedy(), self.env._("GSP 17001"))]

    def _rule_usage(self):
        """Dose, frequency and usage exact; nothing left to the patient (writing rules 4, 9)."""
        problems = []
        for line in self.line_ids:
            texts = (line.usage, line.dose, line.frequency)
            if self.category == "western" and not all((text or "").strip() for text in texts):
                message = self.env._(
                    "Prescription %(name)s: dose, frequency or usage of %(product)s is missing.",
                    name=self.name,
                    product=line.product_id.display_name,
                )
            elif any(VAGUE_USAGE.search(text or "") for text in texts):
                message = self.env._(
                    'Prescription %(name)s: "%(text)s" for %(product)s is not an exact instruction.',
                    name=self.name,
                    text=" ".join(filter(None, texts)),
                    product=line.product_id.display_name,
                )
            else:
                continue
            problems.append(
                ("gsp.review.usage", message, self._get_physician_remedy(), self.env._("GSP 17001"))
            )
        return problems

    def _rule_days(self):
        """Days of supply within the limit, unless the physician says why (GSP 17002)."""
        if self._is_extended():
            return []
        code = "drug.prescription.supply_days"
        limit = self._get_parameter(f"{code}.emergency" if self.prescription_type == "emergency" else code)
        remedy = self.env._("Record the physician's reason for the extension, or have less prescribed.")
        return [
            (
                "gsp.review.days",
                self.env._(
                    "Prescription %(name)s: %(days)s days of %(product)s; at most %(limit)s without a reason.",
                    name=self.name,
                    days=line.days,
                    product=line.product_id.display_name,
                    limit=limit,
                ),
                remedy,
                self.env._("GSP 17002"),
            )
            for line in self.line_ids
            if line.days > limit
        ]

    def _rule_validity(self):
        """Valid today; longer than the day of issue only as far, and with the note, that the rules ask for."""
        today = self.company_id._get_law_date()
        names = {"name": self.name, "date": self.date, "until": self.valid_until}
        message = None
        if self.date > today:
            message = self.env._("Prescription %(name)s is dated in the future: %(date)s.", **names)
        elif self.valid_until < today:
            message = self.env._("Prescription %(name)s of %(date)s was valid until %(until)s.", **names)
        elif self.valid_until > self._get_last_valid_day("drug.prescription.validity_days.extended"):
            message = self.env._(
                "Prescription %(name)s of %(date)s cannot be valid until %(until)s, whatever the physician notes.",
                **names,
            )
        elif (
            self.valid_until > self._get_last_valid_day("drug.prescription.validity_days")
            and not self._is_extended()
        ):
            message = self.env._(
                "Prescription %(name)s of %(date)s is to be valid until %(until)s without the physician's reason.",
                **names,
            )
        return (
            [("gsp.review.validity", message, self._get_physician_remedy(), self.env._("GSP 17001"))]
            if message
            else []
        )

    def _get_last_valid_day(self, code):
        """Last day of validity by a figure in days that counts the day of issue as the first."""
        return fields.Date.add(self.date, days=self._get_parameter(code) - 1)

    def _is_extended(self):
        """Whether the physician gave a reason to go beyond the general limits."""
        return bool((self.extension_reason or "").strip())

    def _get_physician_remedy(self):
        return self.env._(
            "Correct what was entered wrongly; otherwise refuse, and let the physician correct and sign."
        )

    def _get_parameter(self, code):
        """Legal figure in force on the day of the prescription."""
        self.ensure_one()
        return self.env["compliance.parameter"]._value(code, on=self.date, company=self.company_id)
