# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

SUITABILITY = "gsp.prescription.review"


class GspPrescription(models.Model):
    """Suitability review: what the program finds by itself, and the seven items the pharmacist answers (GSP 17002)."""

    _inherit = "gsp.prescription"

    finding_ids = fields.One2many(
        "gsp.prescription.finding", "prescription_id", string="Findings", copy=False
    )
    finding_count = fields.Integer(compute="_compute_finding_count")

    @api.depends("finding_ids")
    def _compute_finding_count(self):
        for prescription in self:
            prescription.finding_count = len(prescription.finding_ids)

    def write(self, vals):
        result = super().write(vals)
        # lines tell of their changes themselves; findings are no content the physician wrote
        if self._get_content_fields().intersection(vals) - {"finding_ids", "line_ids", "specimen_reason"}:
            self._content_changed()
        return result

    def action_submit(self):
        result = super().action_submit()
        self._start_review()
        return result

    def action_resubmit(self):
        result = super().action_resubmit()
        self._start_review()
        return result

    def action_examine(self):
        """Let the program look at the prescription again, as the lists of drugs and interactions stand now."""
        self._check_step("pharmacy_gsp.pharmacy_gsp_group_clerk", ("reviewing",))
        self._refresh_findings()
        # one handed in before the company became a pharmacy has none yet
        lacking = self.filtered(lambda prescription: not prescription._get_last_checklist(SUITABILITY))
        lacking._create_suitability()

    def action_open_checklist(self):
        """Open the checklist of the step under way: the suitability review, or the ten verifications."""
        self.ensure_one()
        self.check_access("read")
        checklist = self._get_last_checklist(self._get_checklist_code())
        if not checklist:
            raise UserError(
                self.env._(
                    'Prescription %(name)s has no checklist for this step. Press "Examine Again".',
                    name=self.display_name,
                )
            )
        return checklist.get_formview_action()

    def _get_checklist_code(self):
        """Code of the checklist template of the step under way."""
        return SUITABILITY

    def _start_review(self):
        self._refresh_findings()
        self._create_suitability()

    def _create_suitability(self):
        """Start the seven items; a company that is no pharmacy answers no checklists."""
        self.filtered("company_id.gsp_company_kind")._create_checklists(SUITABILITY)

    def _content_changed(self):
        """Under review: look again, and let the seven items be answered for what it says now."""
        changed = self.filtered(lambda prescription: prescription.state == "reviewing")
        changed._refresh_findings()
        answered = changed.filtered(
            lambda prescription: prescription._get_last_checklist(SUITABILITY).state == "done"
        )
        answered._create_checklists(SUITABILITY)

    def _get_last_checklist(self, code):
        """Newest checklist of the template ``code`` that has not been canceled; empty if there is none."""
        self.ensure_one()
        return self.checklist_ids.filtered(
            lambda checklist: checklist.template_code == code and checklist.state != "canceled"
        ).sorted("id", reverse=True)[:1]

    def _refresh_findings(self):
        """Keep the findings that still stand, with their reasons; add the new ones, drop those that are gone."""
        vals_list = []
        gone = self.env["gsp.prescription.finding"].sudo()
        for prescription in self:
            detected = {vals["key"]: vals for vals in prescription._detect_findings()}
            # sudo: nobody has the right to add or drop findings
            kept = prescription.sudo().finding_ids
            gone |= kept.filtered(lambda finding, detected=detected: finding.key not in detected)
            known = set(kept.mapped("key"))
            vals_list += [
                {**vals, "prescription_id": prescription.id}
                for key, vals in detected.items()
                if key not in known
            ]
        gone.unlink()
        gone.create(vals_list)

    def _detect_findings(self):
        """What speaks against this prescription: list of values of ``gsp.prescription.finding``.

        The key holds all that a finding depends on: another dose is another finding, to be looked at anew.
        """
        self.ensure_one()
        conflicts = self.env["gsp.interaction"]._find_conflicts(
            self.line_ids.product_id, self.company_id, pregnant=self.patient_pregnant
        )
        found = [
            {
                "key": f"{conflict.kind}:{conflict.severity}:{sorted(conflict.products.ids)}",
                "kind": conflict.kind,
                "severity": conflict.severity,
                "message": conflict.message,
                "reference": conflict.reference,
            }
            for conflict in conflicts
        ]
        for line in self.line_ids:
            found += line._detect_overdose()
        return found

    @api.model
    def _get_review_rules(self):
        return [*super()._get_review_rules(), "_rule_dose_figures", "_rule_findings", "_rule_suitability"]

    def _rule_dose_figures(self):
        """The dose of a drug that has a maximum is entered in figures, so that it can be compared."""
        return [
            (
                "gsp.review.dose",
                self.env._(
                    "Prescription %(name)s: the dose of %(product)s, which has a maximum, is not entered in figures.",
                    name=self.name,
                    product=line.product_id.display_name,
                ),
                self.env._("Enter dose and times per day in figures, as the physician wrote them."),
                self.env._("GSP 17002"),
            )
            for line in self.line_ids
            if line._lacks_dose_figures()
        ]

    def _rule_findings(self):
        """What is found is refused until the physician signs again, or let pass with the reviewer's reason."""
        kept = {finding.key: finding for finding in self.finding_ids}
        problems = []
        for vals in self._detect_findings():
            finding = kept.get(vals["key"])
            if vals["severity"] == "refuse" and not self._is_signed_again():
                remedy = self.env._("Refuse it; the physician corrects it or signs again.")
            elif finding and finding.reason and finding.acknowledged_by_id == self.env.user:
                continue
            else:
                remedy = self.env._(
                    'Enter your reason under "Findings" (press "Examine Again" if it is not listed), or refuse.'
                )
            message = self.env._(
                "Prescription %(name)s: %(finding)s", name=self.name, finding=vals["message"]
            )
            problems.append((f"gsp.review.{vals['kind']}", message, remedy, vals["reference"]))
        return problems

    def _is_signed_again(self):
        """Whether the physician confirmed by a second signature what had been refused."""
        return bool(self.refused_at and self.correction_kind == "signed" and self.correction_date)

    def _rule_suitability(self):
        """All seven items answered by the reviewer; one that is not in order means: refuse (GSP 17002)."""
        if not self.company_id.gsp_company_kind:
            return []
        checklist = self._get_last_checklist(SUITABILITY)
        remedy = self.env._("Answer and complete the suitability review of this prescription.")
        if checklist.state != "done":
            message = self.env._(
                "Prescription %(name)s: the seven items of the suitability review are not answered.",
                name=self.name,
            )
        elif checklist.result != "conform":
            message = self.env._(
                "Prescription %(name)s: an item of the suitability review is not in order.", name=self.name
            )
            remedy = self.env._("Refuse it; the physician corrects it or signs again.")
        elif checklist.done_by_id != self.env.user:
            message = self.env._(
                "Prescription %(name)s: the suitability review was answered by %(user)s.",
                name=self.name,
                user=checklist.done_by_id.name,
            )
        else:
            return []
        return [("gsp.review.suitability", message, remedy, self.env._("GSP 17002"))]


class GspPrescriptionLine(models.Model):
    _inherit = "gsp.prescription.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.prescription_id._content_changed()
        return lines

    def write(self, vals):
        before = self.prescription_id
        result = super().write(vals)
        (before | self.prescription_id)._content_changed()
        return result

    def unlink(self):
        prescriptions = self.prescription_id
        result = super().unlink()
        prescriptions.exists()._content_changed()
        return result

    def _lacks_dose_figures(self):
        product = self.product_id
        return bool(
            product.gsp_max_single_dose
            and not self.dose_amount
            or product.gsp_max_daily_dose
            and not (self.dose_amount and self.times_per_day)
        )

    def _detect_overdose(self):
        """Doses above the maximum of the drug; with the physician's reason and second signature only a warning."""
        self.ensure_one()
        product = self.product_id
        unit = dict(product._fields["gsp_dose_unit"]._description_selection(self.env)).get(
            product.gsp_dose_unit, ""
        )
        confirmed = self.overdose_signed and (self.overdose_reason or "").strip()
        severity = "warn" if confirmed else "refuse"
        names = {"product": product.display_name, "unit": unit}
        found = []
        single, daily = self.dose_amount, self.dose_amount * self.times_per_day
        if product.gsp_max_single_dose and single > product.gsp_max_single_dose:
            message = self.env._(
                "%(product)s: a single dose of %(dose)s %(unit)s is above the maximum of %(limit)s %(unit)s.",
                dose=f"{single:g}",
                limit=f"{product.gsp_max_single_dose:g}",
                **names,
            )
            found.append(("single", single, product.gsp_max_single_dose, message))
        if product.gsp_max_daily_dose and daily > product.gsp_max_daily_dose:
            message = self.env._(
                "%(product)s: %(dose)s %(unit)s a day is above the maximum of %(limit)s %(unit)s.",
                dose=f"{daily:g}",
                limit=f"{product.gsp_max_daily_dose:g}",
                **names,
            )
            found.append(("daily", daily, product.gsp_max_daily_dose, message))
        return [
            {
                "key": f"{kind}:{severity}:{product.id}:{dose:g}:{limit:g}",
                "kind": kind,
                "severity": severity,
                "message": message,
                "reference": self.env._("GSP 17002"),
            }
            for kind, dose, limit, message in found
        ]
