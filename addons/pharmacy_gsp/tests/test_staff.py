# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_master import SCAN, MasterCommon


@tagged("post_install", "-at_install")
class TestStaff(MasterCommon):
    """Who may do what, at the moment of doing it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._staff(cls.pharmacist, "pharmacist")
        cls.registration = cls._license(
            "pharmacist", cls.employee, registered_unit_id=cls.company.partner_id.id
        )

    def _submitted(self):
        prescription = self._create_prescription(self.rx)
        prescription.with_user(self.pharmacist).action_submit()
        self._answer(prescription.with_user(self.pharmacist))
        return prescription

    def assertReviewRefused(self, code):
        prescription = self._submitted()
        self.assertRefused(f"gsp.staff.{code}", prescription.with_user(self.pharmacist).action_review)
        self.assertRefused(f"gsp.staff.{code}", self._review, prescription)
        self.assertEqual(prescription.state, "reviewing")

    def test_17001_the_registered_pharmacist_on_duty_reviews(self):
        """Covers: P-17001-R2."""
        self.assertEqual(self._review(self._submitted()).state, "reviewed")
        self.assertIn("Review Prescriptions", self.employee.gsp_may_now)
        self.assertFalse(self.employee.gsp_may_not)

    def test_17001_a_pharmacist_who_is_off_duty_does_not_review(self):
        """Covers: P-17001-R2."""
        self.employee.attendance_ids.check_out = fields.Datetime.now() - timedelta(minutes=1)
        self.assertReviewRefused("duty")
        self.assertIn("not on duty", self.employee.gsp_may_not)

    def test_17001_yesterdays_pharmacist_does_not_review_today(self):
        """A check-in of yesterday that was never closed is no presence. Covers: P-17001-R2."""
        self.employee.attendance_ids.check_in = fields.Datetime.now() - timedelta(hours=25)
        self.assertReviewRefused("duty")

    def test_16801_an_expired_registration_does_not_review(self):
        """Covers: P-16801-R4."""
        self.registration._cancel("Replaced")
        self._license("pharmacist", self.employee, days=-1, registered_unit_id=self.company.partner_id.id)
        self.assertReviewRefused("license")

    def test_16801_a_pharmacist_of_another_unit_needs_the_leaving_certificate(self):
        """Covers: P-16801-R4."""
        self.registration._cancel("Replaced")
        elsewhere = self.env["res.partner"].create({"name": "Elsewhere Pharmacy", "is_company": True})
        foreign = self._license("pharmacist", self.employee, registered_unit_id=elsewhere.id)
        self.assertReviewRefused("unit")
        foreign._cancel("Replaced")
        self._license("pharmacist", self.employee, registered_unit_id=elsewhere.id, leaving_certificate=SCAN)
        self.assertEqual(self._review(self._submitted()).state, "reviewed")

    def test_17001_the_group_alone_makes_no_pharmacist(self):
        self.employee.gsp_post_ids = self.env.ref("pharmacy_gsp.gsp_post_clerk")
        self.assertReviewRefused("post")
        self.employee.user_id = False
        self.assertReviewRefused("employee")

    def test_17501_only_employees_of_the_company_act(self):
        self.employee.active = False
        prescription = self._submitted()
        self.assertRefused("gsp.staff.employee", prescription.with_user(self.pharmacist).action_review)

    def test_17501_a_health_check_thirteen_months_old_stops_the_act(self):
        """Covers: GSP-12."""
        with self._at_day(400):
            problems = self._problems("sell")
            self.assertIn("health", problems)
        self._health_check(self.employee, 1, "unfit")
        self.assertIn("health", self._problems("sell"))
        self.assertReviewRefused("health")

    def _problems(self, act):
        found = self.employee._get_gsp_entitlement(act, fields.Datetime.now())[self.employee]
        return {code for code, _message, _remedy in found}

    def test_17501_training_runs_out(self):
        with self._at_day(400):
            self.assertIn("training", self._problems("dispense"))
        self.assertFalse(self._problems("dispense"))

    def test_17201_split_sale_needs_its_own_training(self):
        self.employee.gsp_post_ids += self.env.ref("pharmacy_gsp.gsp_post_splitter")
        self.assertEqual(self._problems("split"), {"training"})
        with self.assertRaisesRegex(UserError, "Professional Knowledge"):
            self._training(self.employee, 1, is_split=True, covers_records=True)
        self._training(
            self.employee,
            1,
            is_split=True,
            covers_regulations=True,
            covers_policies=True,
            covers_procedures=True,
            covers_records=True,
            covers_knowledge=True,
        )
        self.assertFalse(self._problems("split"))
        self.employee.gsp_post_ids -= self.env.ref("pharmacy_gsp.gsp_post_splitter")
        self.assertEqual(self._problems("split"), {"post"})

    def test_an_act_that_is_refused_is_kept(self):
        prescription = self._submitted()
        employees = self.env["hr.employee"].with_user(self.pharmacist)
        employees._gsp_check_act("dispense", prescription, "GSP 17004")
        self.employee.attendance_ids.unlink()
        self.assertRefused("gsp.staff.duty", employees._gsp_check_act, "dispense", prescription, "GSP 17004")
        refusals = self._read_refusals(prescription.with_user(self.pharmacist))
        self.assertEqual([refusal["rule"] for refusal in refusals], ["gsp.staff.duty"])

    def test_posts_say_who_accepts_and_who_checks_stock(self):
        self.assertEqual(self._problems("accept"), {"post"})
        self.employee.gsp_post_ids = self.env.ref("pharmacy_gsp.gsp_post_acceptor")
        self.assertFalse(self._problems("accept"))
        self.assertEqual(self._problems("maintain"), {"post"})
        self.assertEqual(self._problems("review"), {"post"})

    def test_reasons_come_all_at_once_with_the_rules_of_writing(self):
        self.employee.attendance_ids.unlink()
        prescription = self._create_prescription((self.rx, 1, {"dose": "遵医嘱"}))
        prescription.with_user(self.pharmacist).action_submit()
        with self.assertRaises(UserError) as caught:
            prescription.with_user(self.pharmacist).action_review()
        rules = {violation.rule for violation in caught.exception.violations}
        self.assertIn("gsp.staff.duty", rules)
        self.assertGreater(len(rules), 1)

    def test_16902_on_duty_now_is_searchable(self):
        on_duty = self.env["hr.employee"].search(
            [("gsp_on_duty", "=", True), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(on_duty, self.employee + self.clerk_employee)
        self.employee.attendance_ids.check_out = fields.Datetime.now()
        self.employee.invalidate_recordset(["gsp_on_duty"])
        self.assertFalse(self.employee.gsp_on_duty)

    def test_companies_that_are_no_pharmacy_ask_for_no_post(self):
        self.company.gsp_company_kind = False
        self.employee.user_id = False
        self.assertEqual(self._review(self._submitted()).state, "reviewed")

    def test_staff_files_are_evidence_and_confidential(self):
        check, training = self.employee.gsp_health_check_ids, self.employee.gsp_training_ids
        for record in (check, training):
            with self.assertRaises(UserError):
                record.with_user(self.quality).write({"date": self.today})
            with self.assertRaises(UserError):
                record.with_user(self.quality).unlink()
            with self.assertRaises(UserError):
                record.with_user(self.quality).write({"state": "draft"})
            for user in (self.clerk, self.pharmacist, self.purchaser):
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["date"])
        with self.assertRaises(ValidationError):
            self._health_check(self.employee, -2)

    def test_cost_is_the_same_for_many_people(self):
        others = self.env["hr.employee"].create(
            [
                {
                    "name": f"Test {number}",
                    "company_id": self.company.id,
                    "gsp_post_ids": self.employee.gsp_post_ids.ids,
                }
                for number in range(20)
            ]
        )

        def count(employees):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            employees._get_gsp_entitlement("review", fields.Datetime.now())
            return self.env.cr.sql_log_count - before

        alone = count(self.employee)
        self.assertLessEqual(count(self.employee + others), alone + 3)
