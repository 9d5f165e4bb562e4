# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestResigning(PharmacyCommon):
    """GSP 17002: what the physician signs again is what had been refused."""

    def _signed_again(self, **line):
        self.rx.write({"gsp_max_single_dose": 1, "gsp_dose_unit": "g"})
        prescription = self._create_prescription(
            (self.rx, 2, {"dose_amount": 2, "times_per_day": 3, "dose": "2 g"})
        )
        prescription.action_submit()
        prescription.with_user(self.pharmacist)._refuse("overdose", "2 g at once")
        prescription.write({"correction_kind": "signed", "correction_date": self.today})
        prescription.action_resubmit()
        return prescription

    def _review_with_reason(self, prescription):
        prescription.finding_ids.with_user(self.pharmacist).write({"reason": "The physician insists"})
        return self._review(prescription)

    def test_17002_what_was_signed_again_passes_the_review(self):
        prescription = self._signed_again()
        self.assertEqual(self._review_with_reason(prescription).state, "reviewed")

    def test_17002_a_line_changed_after_the_second_signature_undoes_it(self):
        for change in (
            lambda prescription: prescription.line_ids.write({"dose_amount": 3}),
            lambda prescription: prescription.line_ids.write({"quantity": 5}),
            lambda prescription: prescription.write(
                {
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": self.otc.id,
                                "quantity": 1,
                                "dose": "1",
                                "frequency": "1",
                                "usage": "oral",
                            },
                        )
                    ]
                }
            ),
            lambda prescription: prescription.write({"patient_age": 4}),
        ):
            prescription = self._signed_again()
            change(prescription)
            with self.assertRaises(UserError) as caught, self.cr.savepoint():
                prescription.with_user(self.pharmacist).action_review()
            rules = {violation.rule for violation in caught.exception.violations}
            self.assertIn("gsp.review.resigned", rules)
            self.assertIn("gsp.review.single", rules)

    def test_17002_restored_it_counts_again(self):
        prescription = self._signed_again()
        prescription.line_ids.quantity = 5
        prescription.line_ids.quantity = 2
        self.assertEqual(self._review_with_reason(prescription).state, "reviewed")

    def test_17002_refused_again_it_needs_a_new_signature(self):
        prescription = self._signed_again()
        prescription.line_ids.quantity = 5
        prescription.with_user(self.pharmacist)._refuse("overdose", "Changed")
        with self.assertRaises(UserError), self.cr.savepoint():
            prescription.with_user(self.clerk).action_resubmit()
        prescription.write({"correction_kind": "signed", "correction_date": self.today})
        prescription.with_user(self.clerk).action_resubmit()
        self.assertEqual(self._review_with_reason(prescription).state, "reviewed")

    def test_17002_the_fingerprint_is_not_typed(self):
        prescription = self._signed_again()
        for user in (self.clerk, self.pharmacist, self.quality):
            with self.assertRaises(UserError), self.cr.savepoint():
                prescription.with_user(user).refused_content = prescription._get_physician_digest()

    def test_17002_what_the_physician_corrected_is_entered(self):
        prescription = self._signed_again()
        prescription.with_user(self.pharmacist)._refuse("overdose", "2 g at once")
        prescription.write({"correction_kind": "corrected", "correction_date": self.today})
        prescription.with_user(self.clerk).action_resubmit()
        prescription.line_ids.write({"dose_amount": 0.5, "dose": "0.5 g"})
        self.assertEqual(self._review_with_reason(prescription).state, "reviewed")
