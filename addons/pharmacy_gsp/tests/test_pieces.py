# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_pieces import PiecesCommon


@tagged("post_install", "-at_install")
class TestPieces(PiecesCommon):
    """Decoction pieces: a scale that may be used, exact weights, packs of their own, an explanation."""

    # -- scales -------------------------------------------------------------------------------------------------

    def test_17006_an_unverified_scale_weighs_nothing(self):
        """Covers: P-17006-R1."""
        prescription = self._pieces()
        dispensing = self._start_weighing(prescription)
        for days_ago, vals in ((5, {"result": "failed"}), (None, {})):
            scale = self._create_scale("Test Balance 2")
            if days_ago:
                self._verify(scale, days_ago, **vals)
            self._zero(scale)
            dispensing.scale_id = scale
            self.assertRefused("gsp.scale.verification", dispensing.action_weigh)
            self.assertEqual(scale.status, "blocked")
        expired = self._create_scale("Test Balance 3")
        self._verify(expired, 400)
        self._zero(expired)
        dispensing.scale_id = expired
        self.assertRefused("gsp.scale.verification", dispensing.action_weigh)
        dispensing.scale_id = False
        self.assertRefused("gsp.scale.missing", dispensing.action_weigh)
        dispensing.scale_id = self.scale
        dispensing.action_weigh()
        self.assertEqual(dispensing.state, "weighed")

    def test_17006_the_last_verification_counts_not_the_best(self):
        """Covers: P-17006-R1."""
        prescription = self._pieces()
        dispensing = self._start_weighing(prescription)
        dispensing.action_weigh()
        self._verify(self.scale, 1, result="failed")
        self.assertRefused("gsp.scale.verification", self._dispense, prescription)
        unconfirmed = self.env["gsp.scale.verification"].with_user(self.quality)
        unconfirmed.create(
            {
                "scale_id": self.scale.id,
                "company_id": self.company.id,
                "name": "LATER",
                "institution": "Test Institute of Metrology",
                "result": "passed",
            }
        )
        self.assertRefused("gsp.scale.verification", self._dispense, prescription)
        self._verify(self.scale, 0)
        self._dispense(prescription)
        self.assertEqual(prescription.state, "dispensed")

    def test_17006_a_certificate_is_not_valid_longer_than_the_rule(self):
        """Covers: P-17006-R1."""
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._verify(self.scale, 1, valid_to=self.today + timedelta(days=800))
        with self.assertRaises(UserError), self.cr.savepoint():
            self._verify(self.scale, 1, scan=False)
        verification = self._verify(self.scale, 1, valid_to=self.today + timedelta(days=30))
        with self.assertRaises(UserError), self.cr.savepoint():
            verification.valid_to = self.today + timedelta(days=60)
        with self.assertRaises(AccessError), self.cr.savepoint():
            verification.with_user(self.clerk).copy()
        with self._at_day(31):
            rules = [rule for rule, _message, _remedy in self.scale._find_problems()]
            self.assertIn("gsp.scale.verification", rules)

    def test_17006_zero_is_checked_each_day_and_scale(self):
        """Covers: P-17006-R2."""
        second = self._create_scale("Test Balance 4")
        self._verify(second)
        dispensing = self._start_weighing(self._pieces())
        dispensing.scale_id = second
        self.assertRefused("gsp.scale.zero", dispensing.action_weigh)
        self._zero(second, "failed")
        self.assertRefused("gsp.scale.zero", dispensing.action_weigh)
        self._zero(second)
        dispensing.action_weigh()
        self.assertEqual(second.status, "ready")
        with self._at_day(1):
            self.assertEqual([item[0] for item in second._find_problems()], ["gsp.scale.zero"])

    def test_17006_a_zero_check_is_of_now_and_stays(self):
        """Covers: P-17006-R2."""
        forged = {"checked_at": fields.Datetime.now() - timedelta(days=3), "checked_by_id": self.quality.id}
        check = (
            self.env["gsp.scale.check"]
            .with_user(self.dispenser)
            .with_context(default_checked_by_id=self.quality.id)
            .create({"scale_id": self.scale.id, "result": "failed", **forged})
        )
        self.assertEqual(check.checked_by_id, self.dispenser)
        self.assertLess(fields.Datetime.now() - check.checked_at, timedelta(minutes=5))
        for user in (self.dispenser, self.quality):
            with self.assertRaises(UserError), self.cr.savepoint():
                check.with_user(user).result = "ok"
        with self.assertRaises(UserError), self.cr.savepoint():
            check.sudo().result = "ok"
        with self.assertRaises(UserError), self.cr.savepoint():
            check.sudo().unlink()

    # -- weights ------------------------------------------------------------------------------------------------

    def test_17006_each_drug_and_each_dose_within_the_tolerance(self):
        prescription = self._pieces()
        self.assertEqual(prescription.line_ids.mapped("dose_weight"), [10, 20])
        dispensing = self._start_weighing(prescription)
        self.assertEqual(dispensing.dose_target, 30)
        dispensing.dose_ids[0].weight = 31.6
        self.assertRefused("gsp.pieces.weight", dispensing.action_weigh)
        dispensing.dose_ids[0].weight = 31.5
        dispensing.line_ids[0].weighed_weight = 28.4
        self.assertRefused("gsp.pieces.weight", dispensing.action_weigh)
        dispensing.line_ids[0].write({"weighed_weight": 28.5, "reweighed": False})
        self.assertRefused("gsp.pieces.reweighed", dispensing.action_weigh)
        dispensing.line_ids[0].reweighed = True
        dispensing.action_weigh()
        for record, vals in (
            (dispensing.line_ids[0], {"weighed_weight": 1}),
            (dispensing.dose_ids[0], {"weight": 1}),
            (dispensing, {"scale_id": False}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                record.write(vals)

    def test_17006_what_is_weighed_is_what_is_prescribed(self):
        dispensing = self._start_weighing(self._pieces(), fill=False)
        self.assertRefused(
            ["gsp.scale.missing", "gsp.pieces.pack"]
            + ["gsp.pieces.weight"] * 5
            + ["gsp.pieces.reweighed"] * 2,
            dispensing.action_weigh,
        )
        with self.assertRaises(UserError), self.cr.savepoint():
            dispensing.line_ids[0].target_weight = 5
        with self.assertRaises(AccessError), self.cr.savepoint():
            dispensing.dose_ids[0].copy({"number": 9})
        with self.assertRaises(AccessError), self.cr.savepoint():
            dispensing.line_ids[0].unlink()
        with self.assertRaises(UserError), self.cr.savepoint():
            dispensing.state = "advised"

    def test_17006_a_prescription_of_pieces_says_doses_and_weights(self):
        prescription = self._create_prescription((self.root, 30), category="pieces", dose_count=0)
        prescription.action_submit()
        self._answer(prescription.with_user(self.pharmacist))
        self.assertRefused("gsp.review.weight", prescription.with_user(self.pharmacist).action_review)

    # -- packs, check, explanation ------------------------------------------------------------------------------

    def test_17006_a_drug_with_a_footnote_is_packed_on_its_own(self):
        """Covers: P-17006-R3."""
        for footnote in ("first", "later", "wrapped", "melted", "separate", "infused", "fresh"):
            dispensing = self._start_weighing(self._pieces(footnote=footnote))
            dispensing.line_ids[1].packed_apart = False
            self.assertRefused("gsp.pieces.pack", dispensing.action_weigh)
            dispensing.line_ids[1].packed_apart = True
            dispensing.action_weigh()

    def test_17003_footnotes_and_external_use_are_checked_again(self):
        """Covers: P-17003-R2."""
        for footnote in ("first", "external"):
            prescription = self._pieces(footnote=footnote)
            if footnote == "external":
                dispensing = self._start_weighing(prescription)
                dispensing.line_ids[1].external_mark = False
                self.assertRefused("gsp.pieces.external", dispensing.action_weigh)
                dispensing.line_ids[1].external_mark = True
            dispensing = self._weigh(prescription)
            checking = dispensing.with_user(self.checker)
            checking.write({"name_verified": True, "doses_verified": True})
            self.assertRefused("gsp.pieces.rechecked", checking.action_check)
            self._answer(prescription.with_user(self.checker))
            self.assertRefused("gsp.pieces.weighing", prescription.with_user(self.checker).action_check)
            self.assertRefused("gsp.pieces.weighing", self._sign, prescription, "check", self.checker)
            checking.line_ids[1].rechecked = True
            checking.doses_verified = False
            self.assertRefused("gsp.pieces.verified", checking.action_check)
            checking.doses_verified = True
            checking.action_check()
            self._sign(prescription, "check", self.checker)
            self.assertEqual(prescription.state, "checked")

    def test_17003_whoever_weighed_does_not_check_the_packs(self):
        """Covers: P-17003-R2."""
        prescription = self._pieces()
        dispensing = self._weigh(prescription)
        self.dispenser_employee.gsp_post_ids = self._group_posts("technician")
        dispensing.line_ids.filtered("footnote").rechecked = True
        dispensing.write({"name_verified": True, "doses_verified": True})
        self.assertRefused("gsp.pieces.person", dispensing.action_check)

    def test_17006_nothing_is_handed_over_before_it_is_explained(self):
        """Covers: P-17006-R3."""
        prescription = self._pieces()
        order = self._sell_pieces(prescription)
        picking = order.picking_ids
        self.assertRefused("gsp.pieces.advice", self._deliver_as_is, order)
        dispensing = self._weigh(prescription)
        self._recheck(dispensing)
        self.assertEqual(prescription.state, "checked")
        self.assertRefused("gsp.pieces.advice", self._deliver_as_is, order)
        picking.move_ids.picked = True
        self.assertRefused("gsp.pieces.advice", picking.move_ids._action_done)
        self.assertRefused("gsp.pieces.advice", picking.move_line_ids._action_done)
        telling = dispensing.with_user(self.dispenser)
        telling.decoction_method = "Soak, decoct twice"
        self.assertRefused("gsp.pieces.advice", telling.action_advise)
        telling.write({"precautions": "No cold food"})
        self.assertRefused("gsp.pieces.advice", telling.action_advise)
        telling.advice_given = True
        telling.action_advise()
        self.assertEqual((dispensing.state, dispensing.advised_by_id), ("advised", self.dispenser))
        self.assertEqual(dispensing.evidence_state, "closed")
        self._deliver_as_is(order)
        self.assertEqual(prescription.state, "delivered")

    def test_17006_each_step_by_somebody_entitled(self):
        prescription = self._pieces()
        dispensing = self._start_weighing(prescription)
        self.dispenser_employee.gsp_post_ids = self._group_posts("cashier")
        self.assertRefused("gsp.staff.post", dispensing.action_weigh)
        outsider = self._create_user("gsp_outsider", "base.group_user")
        for method in ("action_weigh", "action_check", "action_advise", "action_cancel"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                getattr(dispensing.with_user(outsider), method)()
        other = self._create_company("Test Other Company")
        stranger = self._create_user("gsp_other_clerk", "clerk", company=other)
        with self.assertRaises(AccessError):
            dispensing.with_user(stranger).read(["name"])

    def test_17006_the_rest_and_what_was_put_back_are_weighed_anew(self):
        prescription = self._pieces()
        dispensing = self._weigh(prescription)
        prescription.with_user(self.dispenser).action_put_back()
        self.assertEqual(dispensing.state, "canceled")
        self.assertRefused("gsp.pieces.weighing", self._dispense, prescription)
        again = self._weigh(prescription)
        self.assertNotEqual(again, dispensing)
        self.assertEqual(prescription.state, "dispensed")

    def test_17006_prints(self):
        prescription = self._pieces()
        dispensing = self._weigh(prescription)
        self._recheck(dispensing)
        self._advise(dispensing)
        render = self.env["ir.actions.report"].with_user(self.clerk)._render_qweb_html
        labels = render("pharmacy_gsp.report_dispensing_labels", dispensing.ids)[0].decode()
        self.assertIn("Test Oyster Shell", labels)
        self.assertNotIn("Test Root", labels)
        advice = render("pharmacy_gsp.report_dispensing_advice", dispensing.ids)[0].decode()
        self.assertIn("No cold food", advice)
