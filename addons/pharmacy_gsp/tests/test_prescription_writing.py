# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestPrescriptionWriting(PharmacyCommon):
    """What the program finds in a prescription, and what the physician must have written."""

    def assertReviewRefused(self, rules, prescription):
        if prescription.state == "draft":
            prescription.action_submit()
        return self.assertRefused(rules, prescription.with_user(self.pharmacist).action_review)

    # -- writing ------------------------------------------------------------------------------------------------

    def test_17001_3_an_alteration_needs_signature_and_date(self):
        """Covers: P-17001-R5."""
        for vals in ({}, {"alteration_signed": True}, {"alteration_date": self.today}):
            prescription = self._create_prescription(self.rx, is_altered=True, **vals)
            self.assertReviewRefused("gsp.review.alteration", prescription)
        prescription.alteration_signed = True
        self.assertEqual(self._review(prescription).state, "reviewed")

    def test_17001_5_the_age_of_an_infant_is_in_months_or_days(self):
        """Covers: P-17001-R4."""
        parameter = self.env["compliance.parameter"]
        self.assertEqual(parameter._value("drug.prescription.infant_years", company=self.company), 1)
        self.assertReviewRefused("gsp.review.header", self._create_prescription(self.rx, patient_age=0))
        fits = self._create_prescription(self.rx, patient_age=1)
        self.assertEqual(self._review(fits).state, "reviewed")
        manager = self._create_user("gsp_manager", "compliance_base.compliance_base_group_manager")
        figure = {
            "parameter_id": self.env.ref("pharmacy_gsp.parameter_infant_years").id,
            "company_id": self.company.id,
            "value": "2",
            "law": "Policy of the company",
            "valid_from": self.today,
        }
        self.env["compliance.parameter.edition"].with_user(manager)._add_edition(figure, "Stricter")
        self.assertReviewRefused("gsp.review.infant", self._create_prescription(self.rx, patient_age=1))
        self.assertEqual(self._reviewed(self.rx, patient_age=2).state, "reviewed")
        months = self._create_prescription(self.rx, patient_age=9, patient_age_unit="month")
        self.assertEqual(self._review(months).state, "reviewed")

    def test_17001_12_another_signature_than_the_specimen_needs_a_reason(self):
        prescription = self._create_prescription(self.rx, specimen="differs")
        self.assertReviewRefused("gsp.review.specimen", prescription)
        prescription.specimen_reason = "Confirmed by telephone"
        self.assertEqual(self._review(prescription).state, "reviewed")

    def test_17002_1_a_skin_test_is_negative(self):
        for result in ("pending", "positive"):
            prescription = self._create_prescription((self.rx, 1, {"skin_test": result}))
            self.assertReviewRefused("gsp.review.skin_test", prescription)
        prescription.line_ids.skin_test = "negative"
        self.assertEqual(self._review(prescription).state, "reviewed")

    def test_17004_not_kept_means_ask_tell_register(self):
        """Covers: P-17004-R3."""
        signature = self.env.ref("base.partner_root").image_1920 or self.env.company.logo
        prescription = self._create_prescription(self.rx, kept="not", asked=True, told=True)
        self.assertReviewRefused("gsp.review.kept", prescription)
        prescription.write({"customer_signature": signature, "told": False})
        self.assertReviewRefused("gsp.review.kept", prescription)
        prescription.told = True
        self.assertEqual(self._review(prescription).state, "reviewed")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pharmacy_gsp.gsp_prescription_action_not_kept"
        )
        register = self.env["gsp.prescription"].search([("kept", "=", "not"), ("reviewed_at", "!=", False)])
        self.assertIn("kept", action["domain"])
        self.assertIn(prescription, register)

    # -- special drugs ------------------------------------------------------------------------------------------

    def test_17002_special_drugs(self):
        """Covers: P-17002-R4."""
        sedative = self._create_drug("Test Sedative", "rx", gsp_special_class="psychotropic_2")
        minor = self._create_prescription((sedative, 1, {"days": 7}), patient_age=17)
        self.assertReviewRefused("gsp.review.minor", minor)
        long = self._create_prescription((sedative, 1, {"days": 8}), extension_reason="Lives far away")
        self.assertReviewRefused("gsp.review.special_days", long)
        toxic = self._create_drug("Test Toxic", "rx", gsp_special_class="toxic")
        unsealed = self._create_prescription((toxic, 1, {"days": 2}))
        self.assertReviewRefused("gsp.review.seal", unsealed)
        unsealed.institution_seal = True
        self.assertEqual(self._review(unsealed).state, "reviewed")
        three = self._create_prescription(
            (toxic, 1, {"days": 3}), institution_seal=True, extension_reason="Lives far away"
        )
        self.assertReviewRefused("gsp.review.special_days", three)

    def test_17002_poppy_shell_is_never_alone(self):
        herb = {"gsp_drug_type": "pieces", "gsp_approval_number": False}
        poppy = self._create_drug("Test Poppy Shell", False, gsp_special_class="poppy_shell", **herb)
        other = self._create_drug("Test Herb", False, **herb)
        alone = self._create_prescription(poppy, category="pieces", institution_seal=True)
        self.assertReviewRefused("gsp.review.poppy", alone)
        among = self._create_prescription(poppy, other, category="pieces", institution_seal=True)
        self.assertEqual(self._review(among).state, "reviewed")

    # -- detection ----------------------------------------------------------------------------------------------

    def _limited(self, name="Test Limited", single=1, daily=3):
        return self._create_drug(
            name, "rx", gsp_max_single_dose=single, gsp_max_daily_dose=daily, gsp_dose_unit="g"
        )

    def _pair(self, kind="opposition", severity="refuse"):
        """Two drugs whose ingredients do not go together."""
        first, second = self.env["gsp.ingredient"].create(
            [{"name": f"Test {name}", "code": f"test_{kind}_{name}"} for name in ("Root", "Bulb")]
        )
        self.env["gsp.interaction"].create(
            {"kind": kind, "ingredient_id": first.id, "other_id": second.id, "severity": severity}
        )
        return [
            self._create_drug(f"Test {item.name}", "rx", gsp_ingredient_ids=[Command.set(item.ids)])
            for item in first + second
        ]

    def test_17002_a_dose_above_the_maximum_is_found(self):
        """Covers: P-17001-R5."""
        drug = self._limited()
        self.assertReviewRefused("gsp.review.dose", self._create_prescription(drug))
        fits = self._create_prescription((drug, 1, {"dose_amount": 1, "times_per_day": 3}))
        self.assertEqual(self._review(fits).state, "reviewed")
        over = self._create_prescription((drug, 1, {"dose_amount": 1.5, "times_per_day": 3}))
        self.assertReviewRefused(["gsp.review.single", "gsp.review.daily"], over)
        over.line_ids.write({"overdose_signed": True, "overdose_reason": "Tolerance"})
        self.assertEqual(set(over.finding_ids.mapped("severity")), {"warn"})
        self.assertReviewRefused(["gsp.review.single", "gsp.review.daily"], over)
        over.finding_ids.with_user(self.pharmacist).write({"reason": "Confirmed with the physician"})
        self.assertEqual(self._review(over).state, "reviewed")
        self.assertEqual(over.finding_ids.acknowledged_by_id, self.pharmacist)

    def test_17002_oppositions_duplicates_and_pregnancy_are_found(self):
        """Covers: P-17002-R5."""
        pair = self._pair()
        twin = self._create_drug(
            "Test Twin", "rx", gsp_ingredient_ids=[Command.set(pair[0].gsp_ingredient_ids.ids)]
        )
        forbidden = self._create_drug("Test Forbidden", "rx", gsp_pregnancy="forbidden")
        self.assertReviewRefused("gsp.review.opposition", self._create_prescription(*pair))
        self.assertReviewRefused("gsp.review.duplicate", self._create_prescription(pair[0], twin))
        self.assertReviewRefused(
            "gsp.review.pregnancy", self._create_prescription(forbidden, patient_pregnant=True)
        )
        self.assertEqual(self._review(self._create_prescription(forbidden)).state, "reviewed")
        fear = self._pair("fear")
        self.assertReviewRefused("gsp.review.fear", self._create_prescription(*fear))

    def test_17002_the_seeded_oppositions_are_found(self):
        """Covers: P-17002-R5."""
        interactions = self.env["gsp.interaction"].search([("company_id", "=", False)])
        for kind in ("opposition", "fear"):
            interaction = interactions.filtered(lambda item, kind=kind: item.kind == kind)[:1]
            herbs = [
                self._create_drug(
                    f"Test {kind} {item.id}",
                    False,
                    gsp_drug_type="pieces",
                    gsp_approval_number=False,
                    gsp_ingredient_ids=[Command.set(item.ids)],
                )
                for item in interaction.ingredient_id + interaction.other_id
            ]
            prescription = self._create_prescription(*herbs, category="pieces")
            prescription.action_submit()
            self.assertIn(kind, prescription.finding_ids.mapped("kind"))

    def test_17002_after_the_physician_signs_again_the_pharmacist_answers_for_it(self):
        prescription = self._create_prescription(*self._pair())
        self.assertReviewRefused("gsp.review.opposition", prescription)
        prescription.finding_ids.with_user(self.pharmacist).reason = "It will be all right"
        self.assertReviewRefused("gsp.review.opposition", prescription)
        prescription.with_user(self.pharmacist)._refuse("incompatibility", "18 oppositions")
        yesterday = self.today - timedelta(days=1)
        prescription.write({"correction_kind": "signed", "correction_date": yesterday})
        prescription.action_resubmit()
        self.assertReviewRefused("gsp.review.correction", prescription)
        prescription.correction_date = self.today
        self.assertEqual(self._review(prescription).state, "reviewed")

    def test_17002_a_reason_holds_for_what_it_was_given_for(self):
        drug = self._limited()
        values = {"dose_amount": 2, "overdose_signed": True, "overdose_reason": "Tolerance"}
        prescription = self._create_prescription((drug, 1, {"times_per_day": 1, **values}))
        prescription.action_submit()
        prescription.finding_ids.with_user(self.pharmacist).reason = "Confirmed"
        prescription.line_ids.dose_amount = 2.5
        self.assertFalse(prescription.finding_ids.reason, "a higher dose is another finding")
        self.assertReviewRefused("gsp.review.single", prescription)

    def test_17002_only_the_reviewing_pharmacist_lets_a_finding_pass(self):
        second = self._create_user("gsp_second_pharmacist", "pharmacist")
        prescription = self._create_prescription(*self._pair("other", "warn"))
        prescription.action_submit()
        finding = prescription.finding_ids
        for user in (self.clerk, self.quality):
            with self.assertRaises(AccessError), self.cr.savepoint():
                finding.with_user(user).write({"reason": "Fine"})
        for vals in ({"severity": "warn"}, {"acknowledged_by_id": self.pharmacist.id}, {"message": "-"}):
            with self.assertRaises(UserError), self.cr.savepoint():
                finding.with_user(self.pharmacist).write(vals)
        for attempt in (
            lambda: finding.with_user(self.pharmacist).unlink(),
            lambda: finding.with_user(self.pharmacist).create({"prescription_id": prescription.id}),
            lambda: prescription.with_user(self.pharmacist).write({"finding_ids": [Command.clear()]}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()
        finding.with_user(second).reason = "Fine"
        self.assertReviewRefused("gsp.review.other", prescription)
        finding.with_user(self.pharmacist).reason = "Watched closely"
        reviewed = self._review(prescription)
        self.assertEqual(reviewed.state, "reviewed")
        with self.assertRaises(UserError):
            finding.with_user(self.pharmacist).reason = "Later"

    def test_17002_the_pharmacist_answers_in_the_form(self):
        prescription = self._create_prescription(*self._pair("other", "warn"))
        prescription.action_submit()
        with Form(prescription.with_user(self.pharmacist)) as form, form.finding_ids.edit(0) as finding:
            finding.reason = "Watched closely"
        self.assertEqual(prescription.finding_ids.acknowledged_by_id, self.pharmacist)
        self.assertEqual(self._review(prescription).state, "reviewed")

    def test_17002_interactions_added_later_are_found_too(self):
        pair = self._pair()
        interaction = self.env["gsp.interaction"].search(
            [("ingredient_id", "=", pair[0].gsp_ingredient_ids.id)]
        )
        interaction.active = False
        prescription = self._create_prescription(*pair)
        prescription.action_submit()
        self.assertFalse(prescription.finding_ids)
        interaction.active = True
        self.assertReviewRefused("gsp.review.opposition", prescription)
        prescription.action_examine()
        self.assertEqual(prescription.finding_ids.kind, "opposition")
