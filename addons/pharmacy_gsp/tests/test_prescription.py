# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestPrescription(PharmacyCommon):
    """From the clerk's desk to the pharmacist's signature."""

    def _sign(self, prescription, user, password=None):
        prescription = prescription.with_user(user)
        action = prescription.action_review()
        wizard = self.env["compliance.signature.wizard"].with_user(user).browse(action["res_id"])
        wizard.with_context(password=password or f"{user.login}-password").action_sign()

    def test_the_way_of_a_prescription(self):
        with Form(self.env["gsp.prescription"].with_user(self.clerk)) as form:
            form.patient_name = "Test Patient"
            form.patient_sex = "male"
            form.patient_age = 30
            form.diagnosis = "Acute pharyngitis"
            form.institution = "Test Hospital"
            form.physician_name = "Test Physician"
            with form.line_ids.new() as line:
                line.product_id = self.rx
                line.quantity = 2
                line.dose = "0.5 g"
                line.frequency = "three times a day"
                line.usage = "oral"
                line.days = 3
        prescription = form.record
        self.assertRegex(prescription.name, r"^RX/\d{4}/\d{5}$")
        self.assertEqual(prescription.valid_until, self.today)
        prescription.action_submit()
        self.assertEqual(prescription.state, "reviewing")
        self._sign(prescription, self.pharmacist)
        self.assertEqual(prescription.state, "reviewed")
        self.assertEqual(prescription.reviewed_by_id, self.pharmacist)
        self.assertEqual(prescription.evidence_state, "closed")
        self.assertEqual(prescription.signature_ids.user_id, self.pharmacist)
        self.assertEqual(prescription.signature_ids.content_state, "valid")

    # -- who may review -----------------------------------------------------------------------------------------

    def test_17001_only_a_pharmacist_reviews(self):
        """Covers: P-00-R7."""
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        for user in (self.clerk, self.quality):
            with self.assertRaises(AccessError):
                prescription.with_user(user).action_review()
            signatures = self.env["compliance.signature"].with_user(user)
            with self.assertRaises(AccessError), self.cr.savepoint():
                signature = signatures._sign(
                    prescription.with_user(user), "review", {"password": f"{user.login}-password"}
                )
                prescription.with_user(user)._signed(signature)
        self.assertEqual(prescription.state, "reviewing")

    def test_17001_a_wrong_password_releases_nothing(self):
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        with self.assertRaises(UserError), mute_logger("odoo.addons.base.models.res_users"):
            self._sign(prescription, self.pharmacist, "gsp_clerk-password")
        self.assertEqual(prescription.state, "reviewing")

    def test_17001_the_wizard_alone_does_not_release(self):
        prescription = self._create_prescription(self.rx, diagnosis=False)
        prescription.action_submit()
        wizard = (
            self.env["compliance.signature.wizard"]
            .with_user(self.pharmacist)
            .create({"res_model": "gsp.prescription", "res_id": prescription.id, "meaning": "review"})
        )
        with self.assertRaises(UserError), self.cr.savepoint():
            wizard.with_context(password="gsp_pharmacist-password").action_sign()
        prescription.diagnosis = "Acute pharyngitis"
        wizard.meaning = "approve"
        with self.assertRaises(UserError), self.cr.savepoint():
            wizard.with_context(password="gsp_pharmacist-password").action_sign()
        self.assertEqual(prescription.state, "reviewing")
        self.assertFalse(prescription.signature_ids)

    def test_17001_a_signature_under_another_prescription_releases_nothing(self):
        first, second = self._create_prescription(self.rx), self._create_prescription(self.rx)
        (first + second).action_submit()
        signature = (
            self.env["compliance.signature"]
            .with_user(self.pharmacist)
            ._sign(first.with_user(self.pharmacist), "review", {"password": "gsp_pharmacist-password"})
        )
        with self.assertRaises(AccessError):
            second.with_user(self.pharmacist)._signed(signature)

    def test_17001_pharmacist_of_another_company_reviews_nothing_here(self):
        other = self._create_company("Other Test Pharmacy")
        stranger = self._create_user("gsp_other_pharmacist", "pharmacist", other)
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        with self.assertRaises(AccessError):
            prescription.with_user(stranger).action_review()
        own = self.env["gsp.prescription"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(own.search([]))

    def test_health_data_are_for_the_pharmacy_only(self):
        prescription = self._create_prescription(self.rx)
        salesman = self._create_user("gsp_plain_salesman", "sales_team.group_sale_manager")
        stocker = self._create_user("gsp_plain_stocker", "stock.group_stock_manager")
        for user in (salesman, stocker):
            with self.assertRaises(AccessError):
                prescription.with_user(user).read(["diagnosis"])
            with self.assertRaises(AccessError):
                prescription.line_ids.with_user(user).read(["usage"])

    # -- the state is not typed ---------------------------------------------------------------------------------

    def test_state_moves_only_by_steps(self):
        prescription = self._create_prescription(self.rx)
        for user in (self.clerk, self.pharmacist, self.quality):
            for vals in (
                {"state": "reviewed"},
                {"reviewed_by_id": self.pharmacist.id},
                {"last_dispensed_at": False},
                {"name": "RX/1"},
            ):
                with self.assertRaises(UserError):
                    prescription.with_user(user).with_context(install_mode=True).write(vals)
        with self.assertRaises(UserError):
            self._create_prescription(self.rx, state="reviewed")
        created = (
            self.env["gsp.prescription"]
            .with_user(self.clerk)
            .with_context(default_state="reviewed", default_reviewed_by_id=self.pharmacist.id)
            .create({})
        )
        self.assertEqual(created.state, "draft")
        self.assertFalse(created.reviewed_by_id)

    def test_state_is_not_imported(self):
        result = (
            self.env["gsp.prescription"]
            .with_user(self.clerk)
            .load(["patient_name", "state"], [["Imported Patient", "reviewed"]])
        )
        self.assertFalse(result["ids"])
        self.assertTrue(result["messages"])

    def test_a_copy_starts_anew(self):
        prescription = self._reviewed(self.rx)
        copy = prescription.with_user(self.clerk).copy()
        self.assertEqual(copy.state, "draft")
        self.assertFalse(copy.reviewed_by_id)
        self.assertNotEqual(copy.name, prescription.name)
        self.assertFalse(copy.evidence_closed_at)
        self.assertEqual(copy.line_ids.product_id, self.rx)

    def test_steps_are_taken_in_order(self):
        prescription = self._create_prescription(self.rx)
        with self.assertRaises(UserError):
            prescription.with_user(self.pharmacist).action_review()
        with self.assertRaises(UserError):
            prescription.action_resubmit()
        prescription.action_submit()
        with self.assertRaises(UserError):
            prescription.action_submit()

    # -- writing rules ------------------------------------------------------------------------------------------

    def assertReviewRefused(self, rules, prescription):
        if prescription.state == "draft":
            prescription.action_submit()
        return self.assertRefused(rules, prescription.with_user(self.pharmacist).action_review)

    def test_17001_header_must_be_complete(self):
        for field in ("patient_name", "patient_sex", "institution", "physician_name", "diagnosis"):
            prescription = self._create_prescription(self.rx, **{field: False})
            self.assertReviewRefused("gsp.review.header", prescription)
        prescription = self._create_prescription(
            self.rx, diagnosis=False, diagnosis_exemption="Privacy of the patient"
        )
        self.assertEqual(self._review(prescription).state, "reviewed")

    def test_17001_7_at_most_five_western_drugs(self):
        """Covers: P-17001-R3."""
        drugs = [self._create_drug(f"Test Drug {index}", "rx") for index in range(6)]
        self.assertReviewRefused("gsp.review.lines", self._create_prescription(*drugs))
        self.assertEqual(self._reviewed(*drugs[:5]).state, "reviewed")

    def test_17001_7_the_limit_is_the_dated_legal_figure(self):
        self.assertEqual(self.env["compliance.parameter"]._value("drug.prescription.max_lines.western"), 5)
        pieces = [
            self._create_drug(f"Test Herb {index}", False, gsp_drug_type="pieces", gsp_approval_number=False)
            for index in range(7)
        ]
        self.assertEqual(self._reviewed(*pieces, category="pieces").state, "reviewed")

    def test_17001_6_decoction_pieces_stand_alone(self):
        """Covers: P-17001-R3."""
        herb = self._create_drug("Test Herb", False, gsp_drug_type="pieces", gsp_approval_number=False)
        self.assertReviewRefused("gsp.review.category", self._create_prescription(self.rx, herb))
        self.assertReviewRefused(
            "gsp.review.category", self._create_prescription(self.rx, herb, category="pieces")
        )

    def test_17001_4_vague_usage_is_refused(self):
        """Covers: P-17001-R3."""
        for usage in ("遵医嘱", "遵 医嘱", "外用，自用", "As directed"):
            prescription = self._create_prescription((self.rx, 1, {"usage": usage}))
            self.assertReviewRefused("gsp.review.usage", prescription)
        for field in ("usage", "dose", "frequency"):
            self.assertReviewRefused(
                "gsp.review.usage", self._create_prescription((self.rx, 1, {field: False}))
            )

    def test_17002_3_days_of_supply(self):
        for type_, limit in (("ordinary", 7), ("emergency", 3), ("chronic", 7)):
            with self.subTest(type=type_):
                fits = self._create_prescription((self.rx, 1, {"days": limit}), prescription_type=type_)
                self.assertEqual(self._review(fits).state, "reviewed")
                beyond = self._create_prescription((self.rx, 1, {"days": limit + 1}), prescription_type=type_)
                self.assertReviewRefused("gsp.review.days", beyond)
                beyond.extension_reason = "Lives far away"
                self.assertEqual(self._review(beyond).state, "reviewed")

    def test_17001_validity(self):
        yesterday, tomorrow = self.today - timedelta(days=1), self.today + timedelta(days=1)
        self.assertReviewRefused("gsp.review.validity", self._create_prescription(self.rx, date=yesterday))
        self.assertReviewRefused("gsp.review.validity", self._create_prescription(self.rx, date=tomorrow))
        extended = self._create_prescription(self.rx, date=yesterday, valid_until=self.today)
        self.assertReviewRefused("gsp.review.validity", extended)
        extended.extension_reason = "Physician noted two days"
        self.assertEqual(self._review(extended).state, "reviewed")
        too_long = self._create_prescription(
            self.rx, valid_until=self.today + timedelta(days=3), extension_reason="Four days"
        )
        self.assertReviewRefused("gsp.review.validity", too_long)

    def test_17001_all_problems_are_named_at_once_and_kept(self):
        prescription = self._create_prescription(
            (self.rx, 1, {"usage": "遵医嘱", "days": 30}), diagnosis=False
        )
        error = self.assertReviewRefused(
            ["gsp.review.header", "gsp.review.usage", "gsp.review.days"], prescription
        )
        self.assertIn(prescription.name, str(error))
        rules = [refusal["rule"] for refusal in self._read_refusals(prescription.with_user(self.pharmacist))]
        self.assertEqual(rules, ["gsp.review.header", "gsp.review.usage", "gsp.review.days"])

    @mute_logger("odoo.sql_db")
    def test_quantities_are_positive_and_drugs_written_once(self):
        for lines in ([(self.rx, 0)], [(self.rx, -1)], [self.rx, self.rx]):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self._create_prescription(*lines).flush_recordset()

    # -- refusal and correction ---------------------------------------------------------------------------------

    def test_17002_refusal_needs_a_pharmacist_and_a_reason(self):
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        with self.assertRaises(AccessError):
            prescription._refuse("overdose", "Too much")
        with self.assertRaises(UserError):
            prescription.with_user(self.pharmacist)._refuse("overdose", "  ")
        action = prescription.with_user(self.pharmacist).action_refuse()
        wizard = (
            self.env["gsp.prescription.refuse"].with_user(self.pharmacist).with_context(**action["context"])
        )
        wizard.create({"kind": "overdose", "reason": "Twice the usual dose"}).action_refuse()
        self.assertRecordValues(
            prescription,
            [
                {
                    "state": "refused",
                    "refusal_kind": "overdose",
                    "refusal_reason": "Twice the usual dose",
                    "refused_by_id": self.pharmacist.id,
                }
            ],
        )

    def test_17002_after_a_refusal_only_the_physician_opens_it_again(self):
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        prescription.with_user(self.pharmacist)._refuse("overdose", "Twice the usual dose")
        with self.assertRaises(UserError):
            prescription.action_resubmit()
        with self.assertRaises(UserError):
            prescription.line_ids.quantity = 1
        with self.assertRaises(UserError):
            prescription.diagnosis = "Something else"
        prescription.write({"correction_kind": "signed", "correction_date": self.today})
        prescription.action_resubmit()
        self.assertEqual(self._review(prescription).state, "reviewed")
        self.assertEqual(prescription.refusal_reason, "Twice the usual dose", "the refusal stays on file")

    # -- evidence -----------------------------------------------------------------------------------------------

    def test_17001_a_reviewed_prescription_is_read_only_for_everybody(self):
        """Covers: P-17001-R7."""
        prescription = self._reviewed((self.rx, 2))
        herb = self._create_drug("Test Herb", False, gsp_drug_type="pieces", gsp_approval_number=False)
        line = prescription.line_ids
        for user in (self.clerk, self.pharmacist, self.quality, self.env.ref("base.user_root")):
            record = prescription.with_user(user)
            for attempt in (
                lambda record=record: record.write({"diagnosis": "Else"}),
                lambda record=record: record.write({"line_ids": [Command.create({"product_id": herb.id})]}),
                lambda record=record: record.write({"line_ids": [Command.clear()]}),
                lambda record=record: record.write({"company_id": 1}),
                lambda user=user: line.with_user(user).write({"quantity": 5}),
                lambda user=user: line.with_user(user).unlink(),
                lambda record=record: record.unlink(),
                lambda user=user: line.with_user(user).create(
                    {"prescription_id": prescription.id, "product_id": herb.id}
                ),
            ):
                with self.assertRaises(UserError), self.cr.savepoint():
                    attempt()
        self.assertEqual(line.quantity, 2)

    def test_17004_a_prescription_is_kept_for_the_years_of_the_law(self):
        ordinary = self._reviewed(self.rx)
        self.assertEqual(ordinary.retain_until, self.today.replace(year=self.today.year + 5))

    def test_17004_handed_in_prescriptions_are_not_deleted(self):
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        with self.assertRaises(UserError):
            prescription.unlink()
        prescription.action_cancel()
        with self.assertRaises(UserError):
            prescription.unlink()
        draft = self._create_prescription(self.rx)
        draft.unlink()
        self.assertFalse(draft.exists())

    def test_a_prescription_with_deliveries_is_not_canceled(self):
        prescription = self._reviewed((self.rx, 2))
        with self.assertRaises(AccessError):
            prescription.with_user(self.clerk).action_cancel()
        self._deliver(self._sell((self.rx, 1), prescription=prescription))
        with self.assertRaises(UserError):
            prescription.with_user(self.pharmacist).action_cancel()

    def test_prescriptions_lead_to_orders_and_records(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 1), prescription=prescription)
        self._deliver(order)
        self.assertEqual((prescription.sale_order_count, prescription.sale_record_count), (1, 1))
        self.assertEqual(
            self.env["sale.order"].search(prescription.action_view_sale_orders()["domain"]), order
        )
        records = self.env["gsp.sale.record"].search(prescription.action_view_sale_records()["domain"])
        self.assertEqual(records, self._records(order_id=order.id))
        self.assertEqual(order.action_view_gsp_prescription()["res_id"], prescription.id)
