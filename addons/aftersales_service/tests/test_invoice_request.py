# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, TransactionCase, tagged

from .settlement_common import SettlementWorld

NUMBER = "24312000000012345678"


@tagged("post_install", "-at_install")
class TestInvoiceRequest(SettlementWorld, TransactionCase):
    """A VAT invoice: data received, verified, issued with the 20 digits of the e-fapiao."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_settlement()
        cls.customer.write({"vat": "91310000MA1K35XXXX", "phone": "021-5555"})
        cls.repair = cls.make_settled()
        action = cls.repair.action_request_invoice()
        cls.request = cls.env["service.invoice.request"].with_user(cls.reception).browse(action["res_id"])

    def test_the_known_data_are_filled_in_and_issued_after_verification(self):
        """Covers: A-12-R4."""
        self.assertEqual((self.request.title, self.request.vat), (self.customer.name, "91310000MA1K35XXXX"))
        self.assertEqual((self.request.state, self.request.is_verified), ("requested", False))
        request = self.request.with_user(self.accountant)
        request.efapiao_number = NUMBER
        with self.assertRaisesRegex(UserError, "verify"):
            request.action_issue()
        self.request.action_verify()
        self.assertEqual(self.request.verified_by_id, self.reception)
        request.action_issue()
        self.assertEqual((request.state, self.get_bill(self.repair).efapiao_number), ("issued", NUMBER))

    def test_a_special_invoice_needs_all_data(self):
        """Covers: A-12-R4."""
        with Form(self.request) as form:
            form.kind = "special"
        with self.assertRaisesRegex(UserError, "Bank"):
            self.request.action_verify()
        self.request.write({"address": "1 Road", "bank": "Bank of Test", "account": "6222"})
        self.request.action_verify()
        self.assertTrue(self.request.is_verified)

    def test_changed_data_are_verified_anew(self):
        self.request.action_verify()
        self.request.vat = "91310000MA1K35YYYY"
        self.assertFalse(self.request.is_verified)

    def test_state_and_verification_are_not_written(self):
        for values in ({"state": "issued"}, {"is_verified": True}):
            for user in (self.reception, self.accountant, self.manager):
                with self.assertRaises(UserError):
                    self.request.with_user(user).write(values)
        other = self.env["service.invoice.request"].with_user(self.reception)
        self.request.action_cancel()
        self.request.flush_recordset()
        forged = other.with_context(default_is_verified=True, default_state="issued").create(
            {"repair_id": self.repair.id, "state": "issued", "is_verified": True}
        )
        self.assertEqual((forged.state, forged.is_verified), ("requested", False))

    def test_reception_does_not_issue(self):
        self.request.action_verify()
        with self.assertRaises(AccessError):
            self.request.action_issue()
        with self.assertRaises(AccessError):
            self.request.with_user(self.technician).action_verify()

    def test_an_efapiao_number_has_twenty_digits(self):
        """Covers: A-12-R4."""
        bill = self.get_bill(self.repair)
        for number in ("12345678", "2431200000001234567X", "２４３１２０００００００１２３４５６７８"):
            with self.assertRaises(ValidationError):
                bill.efapiao_number = number
        bill.efapiao_number = NUMBER
        self.assertEqual(bill.efapiao_number, NUMBER)

    def test_a_closed_request_stays(self):
        request = self.request.with_user(self.accountant)
        self.request.action_verify()
        request.efapiao_number = NUMBER
        request.action_issue()
        for act in (request.action_issue, request.action_cancel, request.action_verify):
            with self.assertRaises(UserError):
                act()
        with self.assertRaises(UserError):
            request.title = "Other"
        with self.assertRaises(UserError):
            request.with_user(self.manager).unlink()

    def test_the_invoice_of_another_repair_is_refused(self):
        other = self.make_settled()
        self.request.action_verify()
        request = self.request.with_user(self.accountant)
        request.write({"move_id": self.get_bill(other).id, "efapiao_number": NUMBER})
        with self.assertRaisesRegex(UserError, "not one of this repair"):
            request.action_issue()
