# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_master import MasterCommon


@tagged("post_install", "-at_install")
class TestPrescriptionHandling(MasterCommon):
    """In a licensed store: review, dispensing and check by three people, then the customer gets the drugs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls._staff(cls.pharmacist, "pharmacist")
        cls._license("pharmacist", cls.employee, registered_unit_id=cls.company.partner_id.id)
        cls._make_handling_staff()
        cls._approve("product", product=cls.rx)

    def _checked(self, *lines, **vals):
        prescription = self._reviewed(*lines, **vals)
        self._dispense(prescription)
        self._check(prescription)
        return prescription

    def _deliver_as_is(self, order):
        """Deliver without the preparation of the shared helper."""
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()

    # -- review -------------------------------------------------------------------------------------------------

    def test_17002_the_seven_items_are_answered_first(self):
        """Covers: P-17002-R3."""
        prescription = self._create_prescription(self.rx).with_user(self.pharmacist)
        prescription.action_submit()
        checklist = prescription.checklist_ids
        self.assertEqual(len(checklist.line_ids), 7)
        self.assertRefused("gsp.review.suitability", prescription.action_review)
        checklist.line_ids[:6].answer_yes_no = "yes"
        with self.assertRaises(UserError), self.cr.savepoint():
            checklist.action_done()
        self.assertRefused("gsp.review.suitability", prescription.action_review)
        checklist.line_ids.answer_yes_no = "yes"
        checklist.action_done()
        self.assertTrue(prescription.action_review())

    def test_17002_one_item_that_fails_means_refuse(self):
        """Covers: P-17002-R3."""
        prescription = self._create_prescription(self.rx).with_user(self.pharmacist)
        prescription.action_submit()
        self._answer(prescription, "no")
        self.assertRefused("gsp.review.suitability", prescription.action_review)
        prescription._refuse("other", "Dose not right")
        prescription.with_user(self.clerk).write(
            {"correction_kind": "corrected", "correction_date": self.today}
        )
        prescription.with_user(self.clerk).action_resubmit()
        self.assertRefused("gsp.review.suitability", prescription.action_review)
        self.assertEqual(self._review(prescription).state, "reviewed")

    def test_17002_answers_are_the_reviewers_own(self):
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        self._answer(prescription.with_user(self.clerk))
        self.assertRefused("gsp.review.suitability", prescription.with_user(self.pharmacist).action_review)

    def test_17002_what_changes_after_the_answers_is_answered_anew(self):
        for change in (
            lambda prescription: prescription.write({"diagnosis": "Otitis"}),
            lambda prescription: prescription.line_ids.write({"quantity": 2}),
        ):
            prescription = self._create_prescription(self.rx)
            prescription.action_submit()
            self._answer(prescription.with_user(self.pharmacist))
            change(prescription)
            self.assertRefused(
                "gsp.review.suitability", prescription.with_user(self.pharmacist).action_review
            )

    def test_a_prescription_of_yesterdays_pharmacist_is_refused(self):
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        self._answer(prescription.with_user(self.pharmacist))
        with self._at_day(1):
            rules = ["gsp.review.validity", "gsp.staff.duty"]
            self.assertRefused(rules, prescription.with_user(self.pharmacist).action_review)

    # -- three signatures ---------------------------------------------------------------------------------------

    def test_17004_three_signatures_then_the_customer_gets_it(self):
        """Covers: P-17002-R2, P-17004-R1, P-17003-R1."""
        prescription = self._reviewed((self.rx, 1))
        order = self._sell((self.rx, 1), prescription=prescription)
        self.assertRefused("gsp.sale.unchecked", self._deliver_as_is, order)
        self._dispense(prescription)
        self.assertEqual((prescription.state, prescription.dispensed_by_id), ("dispensed", self.dispenser))
        self.assertRefused("gsp.sale.unchecked", self._deliver_as_is, order)
        order.picking_ids.move_ids.picked = True
        self.assertRefused("gsp.sale.unchecked", order.picking_ids.move_ids._action_done)
        self._check(prescription)
        self.assertEqual((prescription.state, prescription.checked_by_id), ("checked", self.checker))
        self._deliver_as_is(order)
        self.assertEqual(prescription.state, "delivered")
        meanings = prescription.signature_ids.mapped("meaning")
        self.assertEqual(sorted(meanings), ["check", "dispense", "review"])
        self.assertEqual(len(prescription.signature_ids.user_id), 3)
        self.assertEqual(set(prescription.signature_ids.mapped("content_state")), {"valid"})

    def test_17003_the_ten_verifications_come_first(self):
        """Covers: P-17003-R1."""
        prescription = self._reviewed(self.rx)
        self._dispense(prescription)
        checking = prescription.with_user(self.checker)
        checklist = checking._get_last_checklist("gsp.prescription.check")
        self.assertEqual(len(checklist.line_ids), 10)
        checklist.line_ids[:9].answer_yes_no = "yes"
        with self.assertRaises(UserError), self.cr.savepoint():
            checklist.action_done()
        self.assertRefused("gsp.handling.check", checking.action_check)
        self.assertRefused("gsp.handling.check", self._sign, prescription, "check", self.checker)
        checklist.line_ids[9].answer_yes_no = "no"
        checklist.action_done()
        self.assertRefused("gsp.handling.check", checking.action_check)
        checking.action_put_back()
        self.assertFalse(prescription.dispensed_by_id)
        self._dispense(prescription)
        self.assertRefused("gsp.handling.check", checking.action_check)
        self._check(prescription)
        self.assertEqual(prescription.state, "checked")

    def test_17003_decoction_pieces_have_more_to_check(self):
        herb = self._create_drug("Test Herb", False, gsp_drug_type="pieces", gsp_approval_number=False)
        prescription = self._reviewed((herb, 1, {"dose_weight": 9}), category="pieces", dose_count=1)
        self._weigh(prescription)
        checklist = prescription._get_last_checklist("gsp.prescription.check.pieces")
        self.assertEqual(len(checklist.line_ids), 14)

    def test_17003_whoever_dispensed_does_not_check(self):
        """Covers: P-17003-R3."""
        technician = self.env.ref("pharmacy_gsp.gsp_post_technician")
        (self.dispenser_employee + self.checker_employee).gsp_post_ids = technician
        prescription = self._reviewed(self.rx)
        self.assertRefused("gsp.handling.person", self._dispense, prescription, self.pharmacist)
        self._dispense(prescription)
        self.assertRefused("gsp.handling.person", self._check, prescription, self.dispenser)
        self.assertRefused("gsp.handling.person", self._check, prescription, self.pharmacist)
        self._check(prescription)
        self.assertEqual(prescription.state, "checked")

    def test_17004_each_step_by_somebody_entitled_and_on_duty(self):
        """Covers: P-17004-R1."""
        prescription = self._reviewed(self.rx)
        self.dispenser_employee.attendance_ids.check_out = fields.Datetime.now() - timedelta(minutes=1)
        self.assertRefused("gsp.staff.duty", self._dispense, prescription)
        self._check_in(self.dispenser_employee, hours=0)
        self._dispense(prescription)
        self.checker_employee.gsp_post_ids = self.env.ref("pharmacy_gsp.gsp_post_clerk")
        self.assertRefused("gsp.staff.post", self._check, prescription)
        rules = {item["rule"] for item in self._read_refusals(prescription.with_user(self.checker))}
        self.assertIn("gsp.staff.post", rules)

    def test_steps_of_handling_are_not_typed(self):
        prescription = self._reviewed(self.rx)
        for vals in (
            {"state": "checked"},
            {"state": "delivered"},
            {"dispensed_by_id": self.dispenser.id},
            {"checked_at": fields.Datetime.now()},
        ):
            for user in (self.clerk, self.pharmacist, self.quality):
                with self.assertRaises(UserError), self.cr.savepoint():
                    prescription.with_user(user).write(vals)
        stranger = self._create_user("gsp_plain_user", "base.group_user")
        for method in ("action_dispense", "action_check", "action_put_back", "action_examine"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                getattr(prescription.with_user(stranger), method)()
        with self.assertRaises(UserError):
            prescription.with_user(self.checker).action_check()

    def test_17004_a_signature_of_another_step_or_person_moves_nothing(self):
        prescription = self._reviewed(self.rx)
        signature = prescription.signature_ids
        with self.assertRaises(AccessError):
            prescription.with_user(self.dispenser)._signed(signature)
        self._dispense(prescription)
        dispensed = prescription.signature_ids.filtered(lambda item: item.meaning == "dispense")
        with self.assertRaises(AccessError):
            prescription.with_user(self.checker)._signed(dispensed)
        self.assertEqual(prescription.state, "dispensed")

    def test_17002_nothing_is_substituted_or_changed_after_the_review(self):
        """Covers: P-17002-R1."""
        other = self._create_drug("Test Other", "rx")
        self._create_lot(other, "OTHER", 400)
        self._approve("product", product=other)
        prescription = self._checked((self.rx, 1))
        order = self._create_order((other, 1), prescription=prescription)
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        more = self._create_order((self.rx, 2), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", more.action_confirm)
        for user in (self.clerk, self.pharmacist, self.quality):
            with self.assertRaises(UserError), self.cr.savepoint():
                prescription.line_ids.with_user(user).product_id = other
            with self.assertRaises(UserError), self.cr.savepoint():
                prescription.line_ids.with_user(user).dose_amount = 2

    def test_17004_the_rest_is_dispensed_and_checked_anew(self):
        prescription = self._checked((self.rx, 2))
        self._deliver(self._sell((self.rx, 1), prescription=prescription))
        self.assertEqual(
            (prescription.state, prescription.checked_by_id), ("reviewed", self.env["res.users"])
        )
        order = self._sell((self.rx, 1), prescription=prescription)
        self.assertRefused("gsp.sale.unchecked", self._deliver_as_is, order)
        self._dispense(prescription)
        self._check(prescription)
        self._deliver_as_is(order)
        self.assertEqual(prescription.state, "delivered")

    def test_companies_that_are_no_pharmacy_deliver_at_once(self):
        prescription = self._reviewed(self.rx)
        self.company.gsp_company_kind = False
        with self.assertRaises(UserError):
            prescription.with_user(self.dispenser).action_dispense()
        self._deliver_as_is(self._sell((self.rx, 1), prescription=prescription))
        self.assertEqual(prescription.state, "dispensed")

    # -- monthly binding ----------------------------------------------------------------------------------------

    def _delivered(self, **vals):
        prescription = self._checked((self.rx, 1), **vals)
        self._deliver(self._sell((self.rx, 1), prescription=prescription))
        return prescription

    @mute_logger("odoo.sql_db")
    def test_17004_prescriptions_are_bound_by_month(self):
        """Covers: P-17004-R4."""
        kept = self._delivered() + self._delivered(kept="copy")
        signature = self.company.logo
        away = self._delivered(kept="not", asked=True, told=True, customer_signature=signature)
        bindings = self.env["gsp.prescription.binding"].with_user(self.clerk)
        binding = bindings.create({"company_id": self.company.id, "month": self.today})
        with self.assertRaises(UserError):
            binding.action_bind()
        days = (self.today.replace(day=1) + relativedelta(months=1) - self.today).days
        with self._at_day(days):
            self.env["gsp.prescription.binding"]._cron_remind()
            binding.action_bind()
            self.assertEqual(binding.prescription_ids, kept)
            self.assertEqual((binding.prescription_count, binding.state), (2, "bound"))
            self.assertFalse(away.binding_id)
            self.assertEqual(binding.retain_until, max(kept.mapped("retain_until")))
            with self.assertRaises(UserError):
                binding.place = "Elsewhere"
            with self.assertRaises(UserError):
                binding.unlink()
            with self.assertRaises(UserError):
                kept.with_user(self.clerk).write({"binding_id": False})
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                bindings.create({"company_id": self.company.id, "month": self.today})

    def test_17004_an_unbound_month_reminds_the_quality_manager(self):
        """Covers: P-17004-R4."""
        self.company.gsp_quality_user_id = self.quality
        self._delivered()
        days = (self.today.replace(day=1) + relativedelta(months=1) - self.today).days
        with self._at_day(days):
            self.env["gsp.prescription.binding"]._cron_remind()
            self.env["gsp.prescription.binding"]._cron_remind()
            binding = self.env["gsp.prescription.binding"].search([("company_id", "=", self.company.id)])
            self.assertEqual(binding.activity_ids.user_id, self.quality)
            binding.with_user(self.clerk).action_bind()
            self.assertFalse(binding.activity_ids)

    # -- print --------------------------------------------------------------------------------------------------

    def test_17004_the_print_bears_the_three_signatures(self):
        prescription = self._checked(self.rx)
        render = self.env["ir.actions.report"].with_user(self.clerk)._render_qweb_html
        html = render("pharmacy_gsp.report_prescription", prescription.ids)[0].decode()
        for user in (self.pharmacist, self.dispenser, self.checker):
            self.assertIn(user.name, html)
        self.assertIn(prescription.physician_name, html)
