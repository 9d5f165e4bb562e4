# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AftersalesCase, draw_signature


@tagged("post_install", "-at_install")
class TestCustomerSignature(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)

    def sign(self, repair, kind="voucher", user=None, **vals):
        """Through the window in which the customer draws."""
        repair = repair.with_user(user or self.technician)
        action = repair._action_customer_sign(kind)
        wizard = self.env[action["res_model"]].with_user(repair.env.user).browse(action["res_id"])
        wizard.write({"signature": draw_signature(), **vals})
        wizard.action_sign()
        return repair.customer_signature_ids.sorted("id")[-1:]

    def finished_repair(self):
        repair = self.create_repair(self.lot)
        self.finish_repair(repair)
        return repair

    def test_a_signature_is_kept_with_what_was_signed_and_closed_at_once(self):
        repair = self.finished_repair()
        signature = self.sign(repair)
        self.assertEqual(signature.signed_by, self.customer.name)
        self.assertEqual(signature.evidence_state, "closed")
        self.assertIn(repair.name, signature.content)
        self.assertEqual(signature.user_id, self.technician)
        self.assertEqual(repair._get_valid_customer_signature("voucher"), signature)

    def test_nothing_is_signed_twice_or_without_drawing_or_name(self):
        repair = self.finished_repair()
        for vals, message in (
            ({"signature": False}, "missing"),
            ({"signature": base64.b64encode(b"no picture")}, "not a picture"),
            ({"signed_by": "  "}, "name of the person"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.sign(repair, **vals)
        self.sign(repair)
        with self.assertRaisesRegex(UserError, "signed already"):
            self.sign(repair)

    def test_a_signature_does_not_hold_for_what_changed_afterwards(self):
        repair = self.finished_repair()
        self.sign(repair)
        self.customer.name = "Another name"
        self.assertFalse(repair._get_valid_customer_signature("voucher"))
        again = self.sign(repair)
        self.assertEqual(repair._get_valid_customer_signature("voucher"), again)

    def test_nobody_makes_alters_or_deletes_a_signature(self):
        repair = self.finished_repair()
        signature = self.sign(repair)
        for user in (self.technician, self.manager):
            as_user = signature.with_user(user)
            with self.assertRaises(AccessError):
                as_user.create({"repair_id": repair.id})
            with self.assertRaises(UserError):
                as_user.write({"signed_by": "Somebody"})
            with self.assertRaises(UserError):
                as_user.unlink()
        with self.assertRaises(UserError):
            signature.sudo().write({"signed_by": "Somebody"})
        with self.assertRaises(UserError):
            signature.sudo().unlink()

    def test_who_has_no_role_cannot_let_customers_sign(self):
        repair = self.finished_repair()
        with self.assertRaises(AccessError):
            repair.with_user(self.stock_user)._action_customer_sign("voucher")
        wizard = self.env["service.customer.signature.wizard"].create(
            {"repair_id": repair.id, "kind": "voucher", "signature": draw_signature()}
        )
        with self.assertRaises(AccessError):
            wizard.with_user(self.stock_user).action_sign()
