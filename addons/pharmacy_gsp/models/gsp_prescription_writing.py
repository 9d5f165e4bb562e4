# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class GspPrescription(models.Model):
    """What else the rules of writing ask for, and how the paper itself is kept (GSP 17001, 17004)."""

    _inherit = "gsp.prescription"

    record_number = fields.Char(string="Medical Record Number")
    physician_license = fields.Char(help="Number of the physician's practice certificate.")
    patient_phone = fields.Char(string="Phone")
    patient_pregnant = fields.Boolean(string="Pregnant")
    is_altered = fields.Boolean(string="Altered", help="Something on the paper has been corrected.")
    alteration_signed = fields.Boolean(string="Alteration Signed by the Physician")
    alteration_date = fields.Date(string="Alteration Signed On")
    blank_struck = fields.Boolean(
        string="Blank Space Struck Out",
        help="A slash stands below the last drug, so that nothing can be added.",
    )
    specimen = fields.Selection(
        [
            ("match", "As the Specimen"),
            ("differs", "Differs from the Specimen"),
            ("none", "No Specimen on File"),
        ],
        string="Signature and Seal",
        help="Compared with the specimen of the physician's signature and seal.",
    )
    specimen_reason = fields.Char(
        string="Reason to Accept", help="Why the prescription is accepted although the specimen differs."
    )
    kept = fields.Selection(
        [("original", "Original"), ("copy", "Copy"), ("not", "Not Kept")],
        string="Kept in the Store",
        required=True,
        default="original",
        help="Not kept: the customer wants the paper back. Ask, tell and register then take its place.",
    )
    asked = fields.Boolean(help="Whether the customer has a prescription and is willing to leave it here.")
    told = fields.Boolean(help="That prescription drugs are sold on prescription only.")
    customer_signature = fields.Image(
        string="Customer's Signature", attachment=True, max_width=1024, max_height=1024
    )

    @api.model
    def _get_review_rules(self):
        return [
            *super()._get_review_rules(),
            "_rule_alteration",
            "_rule_correction",
            "_rule_specimen",
            "_rule_skin_test",
            "_rule_infant",
            "_rule_kept",
            "_rule_special_person",
            "_rule_special_paper",
            "_rule_special_days",
        ]

    def _rule_alteration(self):
        """A correction counts only with the physician's signature and its date beside it (writing rule 3)."""
        if not self.is_altered or self.alteration_signed and self.alteration_date:
            return []
        message = self.env._(
            "Prescription %(name)s has been altered, and the physician has not signed and dated the alteration.",
            name=self.name,
        )
        return [("gsp.review.alteration", message, self._get_physician_remedy(), self.env._("GSP 17001"))]

    def _rule_correction(self):
        """The physician's answer to a refusal is given after it, and not in the future (GSP 17002)."""
        if not self.refused_at or not self.correction_date:
            return []
        refused = self.company_id._get_law_date(self.refused_at)
        if refused <= self.correction_date <= self.company_id._get_law_date():
            return []
        message = self.env._(
            "Prescription %(name)s was refused on %(refused)s; the physician cannot have answered on %(date)s.",
            name=self.name,
            refused=refused,
            date=self.correction_date,
        )
        remedy = self.env._("Enter the day on which the physician answered.")
        return [("gsp.review.correction", message, remedy, self.env._("GSP 17002"))]

    def _rule_specimen(self):
        """Signature and seal are those of the specimen, or the reviewer says why they are accepted (rule 12)."""
        if self.specimen != "differs" or (self.specimen_reason or "").strip():
            return []
        message = self.env._(
            "Prescription %(name)s: signature or seal differs from the specimen on file.", name=self.name
        )
        remedy = self.env._("Refuse it, or record why it is accepted.")
        return [("gsp.review.specimen", message, remedy, self.env._("GSP 17001"))]

    def _rule_skin_test(self):
        """Where the drug needs a skin test, its result is noted and negative (suitability item 1)."""
        return [
            (
                "gsp.review.skin_test",
                self.env._(
                    "Prescription %(name)s: %(product)s needs a negative skin test.",
                    name=self.name,
                    product=line.product_id.display_name,
                ),
                self.env._("Have the test made and its result noted, or refuse."),
                self.env._("GSP 17002"),
            )
            for line in self.line_ids
            if line.skin_test in ("pending", "positive")
        ]

    def _rule_infant(self):
        """The age of an infant is written in months or days (writing rule 5)."""
        years = self._get_parameter("drug.prescription.infant_years")
        if self.patient_age_unit != "year" or not self.patient_age or self.patient_age >= years:
            return []
        message = self.env._(
            "Prescription %(name)s: below %(years)s years the age is written in months or days.",
            name=self.name,
            years=years,
        )
        return [("gsp.review.infant", message, self._get_physician_remedy(), self.env._("GSP 17001"))]

    def _rule_kept(self):
        """A prescription that is not kept: ask, tell, register, and the customer signs (GSP 17004)."""
        if self.kept != "not":
            return []
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("asked", "told", "customer_signature")
            if not self[name]
        ]
        if not missing:
            return []
        message = self.env._(
            "Prescription %(name)s is not kept, and this is missing: %(fields)s.",
            name=self.name,
            fields=", ".join(missing),
        )
        remedy = self.env._("Ask, tell and let the customer sign, or keep the prescription or a copy.")
        return [("gsp.review.kept", message, remedy, self.env._("GSP 17004"))]

    def _get_special_lines(self, *classes):
        return self.line_ids.filtered(lambda line: line.product_id.gsp_special_class in classes)

    def _rule_special_person(self):
        """Class II psychotropics are not for minors (GSP 17002, 17301)."""
        lines = self._get_special_lines("psychotropic_2")
        years = self._get_parameter("drug.psychotropic2.min_age_years")
        if not lines or self.patient_age_unit == "year" and self.patient_age >= years:
            return []
        message = self.env._(
            "Prescription %(name)s: %(products)s is not for patients below %(years)s years.",
            name=self.name,
            products=", ".join(lines.product_id.mapped("display_name")),
            years=years,
        )
        return [("gsp.review.minor", message, self.env._("Refuse it."), self.env._("GSP 17002, 17301"))]

    def _rule_special_paper(self):
        """Toxic drugs and poppy shell: sealed; poppy shell only among other decoction pieces (GSP 17301)."""
        problems = []
        reference = self.env._("GSP 17002, 17301")
        lines = self._get_special_lines("toxic", "poppy_shell")
        if lines and not self.institution_seal:
            message = self.env._(
                "Prescription %(name)s with %(products)s lacks the seal of the medical institution.",
                name=self.name,
                products=", ".join(lines.product_id.mapped("display_name")),
            )
            problems.append(("gsp.review.seal", message, self._get_physician_remedy(), reference))
        poppy = self._get_special_lines("poppy_shell")
        least = self._get_parameter("drug.poppy_shell.min_drugs")
        if poppy and (self.category != "pieces" or len(self.line_ids) < least):
            message = self.env._(
                "Prescription %(name)s: poppy shell is dispensed only within a prescription of at least %(least)s "
                "decoction pieces.",
                name=self.name,
                least=least,
            )
            problems.append(("gsp.review.poppy", message, self.env._("Refuse it."), reference))
        return problems

    def _rule_special_days(self):
        """Days of toxic drugs and class II psychotropics: no reason extends them (GSP 17301)."""
        codes = {
            "toxic": "drug.toxic.max_supply_days",
            "psychotropic_2": "drug.psychotropic2.max_supply_days",
        }
        problems = []
        for line in self._get_special_lines(*codes):
            limit = self._get_parameter(codes[line.product_id.gsp_special_class])
            if line.days > limit:
                message = self.env._(
                    "Prescription %(name)s: %(days)s days of %(product)s; at most %(limit)s, whatever the reason.",
                    name=self.name,
                    days=line.days,
                    product=line.product_id.display_name,
                    limit=limit,
                )
                remedy = self._get_physician_remedy()
                problems.append(("gsp.review.special_days", message, remedy, self.env._("GSP 17301")))
        return problems


class GspPrescriptionLine(models.Model):
    """What is written beside a drug, and its dose in figures."""

    _inherit = "gsp.prescription.line"

    dose_amount = fields.Float(
        string="Dose in Figures",
        digits=(12, 4),
        aggregator=None,
        help="Single dose in the dose unit of the drug; compared with its maximum.",
    )
    dose_unit = fields.Selection(related="product_id.gsp_dose_unit")
    times_per_day = fields.Float(digits=(6, 2), aggregator=None)
    overdose_reason = fields.Char(
        string="Reason for the Dose", help="The physician's reason for a dose above the leaflet."
    )
    overdose_signed = fields.Boolean(
        string="Dose Signed Again", help="The physician signed a second time beside the dose."
    )
    skin_test = fields.Selection(
        [
            ("none", "Not Needed"),
            ("pending", "Needed, No Result"),
            ("negative", "Negative"),
            ("positive", "Positive"),
        ],
        required=True,
        default="none",
    )
    footnote = fields.Selection(
        [
            ("first", "Decoct First"),
            ("later", "Add Later"),
            ("wrapped", "Decoct Wrapped"),
            ("melted", "Melt"),
            ("separate", "Decoct Separately"),
            ("infused", "Take Infused"),
            ("fresh", "Fresh"),
            ("external", "For External Use"),
        ],
    )
    processing_note = fields.Char(string="Origin or Processing", help="As asked for by the physician.")

    _dose_positive = models.Constraint(
        "CHECK(COALESCE(dose_amount, 0) >= 0 AND COALESCE(times_per_day, 0) >= 0)", "A dose is not negative."
    )
