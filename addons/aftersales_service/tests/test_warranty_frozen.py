# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyFrozen(AftersalesCase):
    """Nobody changes what was promised, by any door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.create_lots()
        cls.sell_and_deliver(cls.lots)
        cls.registration = cls.get_registrations(cls.lots)

    def test_no_frozen_field_can_be_written_even_by_the_manager_or_the_system(self):
        values = {
            "start_date": "2020-01-01",
            "end_date": "2050-01-01",
            "state": "void",
            "partner_id": self.other_customer.id,
            "term_id": self.term.id,
            "lot_id": False,
            "product_id": self.pump.id,
            "sale_line_id": False,
            "line_ids": [Command.clear()],
            "name": "X",
        }
        for user in (self.reception, self.manager, self.env.user):
            for name, value in values.items():
                with self.assertRaises(UserError, msg=f"{user.login}: {name}"):
                    self.registration.with_user(user).write({name: value})
        with self.assertRaises(UserError):
            self.registration.sudo().state = "expired"

    def test_lines_can_be_neither_written_nor_added_nor_removed(self):
        line = self.registration.line_ids[0]
        for user in (self.manager, self.env.user):
            with self.assertRaises(UserError):
                line.with_user(user).sudo().write({"end_date": "2050-01-01"})
            with self.assertRaises(UserError):
                line.with_user(user).sudo().unlink()
            with self.assertRaises(UserError):
                line.with_user(user).sudo().create(
                    {
                        "registration_id": self.registration.id,
                        "component_id": self.main_unit.id,
                        "months": 999,
                    }
                )
        self.assertEqual(self.registration.line_ids.mapped("months"), [36, 12])

    def test_context_of_the_client_opens_no_door(self):
        """Defaults sent in the context count as little as values."""
        context = {
            "default_state": "active",
            "default_start_date": "2020-01-01",
            "default_end_date": "2050-01-01",
            "default_closing_reason": "none",
        }
        lot = self.create_lots(prefix="C")
        registration = (
            self.env["warranty.registration"]
            .with_user(self.reception)
            .with_context(**context)
            .create(
                {"product_id": self.machine.id, "lot_id": lot.id, "state": "active", "end_date": "2050-01-01"}
            )
        )
        self.assertEqual((registration.state, registration.end_date), ("draft", False))
        self.assertFalse(registration.closing_reason or registration.start_date)
        self.assertEqual(registration.line_ids.mapped("months"), [36, 12])
        lines = [Command.create({"component_id": self.main_unit.id, "months": 999})]
        with self.assertRaises(UserError):
            registration.with_context(default_line_ids=lines).create({"product_id": self.machine.id})

    def test_import_makes_drafts_under_the_terms_in_force(self):
        lot = self.create_lots(prefix="I")
        result = (
            self.env["warranty.registration"]
            .with_user(self.reception)
            .load(
                ["product_id/.id", "lot_id/.id", "start_date", "state", "end_date"],
                [[str(self.machine.id), str(lot.id), "2026-01-01", "active", "2050-01-01"]],
            )
        )
        self.assertTrue(result["ids"], result["messages"])
        registration = self.env["warranty.registration"].browse(result["ids"])
        self.assertEqual((registration.state, registration.end_date), ("draft", False))
        self.assertEqual(registration.term_id, self.term)

    def test_a_draft_takes_its_customer_and_day_and_nothing_else(self):
        lot = self.create_lots(prefix="D")
        draft = self.env["warranty.registration"].with_user(self.reception)
        draft = draft.create({"product_id": self.machine.id, "lot_id": lot.id})
        draft.write({"partner_id": self.customer.id, "start_date": "2026-01-01"})
        with self.assertRaises(UserError):
            draft.write({"lot_id": self.lots.id})
        draft.action_activate()
        with self.assertRaises(UserError):
            draft.write({"start_date": "2026-02-01"})
        with self.assertRaises(UserError):
            draft.action_activate()

    def test_registrations_are_neither_deleted_nor_duplicated(self):
        with self.assertRaises(UserError):
            self.registration.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.registration.with_user(self.reception).unlink()
        with self.assertRaises(UserError):
            self.registration.copy()

    def test_stock_users_read_and_never_write(self):
        registration = self.registration.with_user(self.stock_user)
        self.assertEqual(registration.partner_id, self.customer)
        with self.assertRaises(AccessError):
            registration.action_activate()
        with self.assertRaises(AccessError):
            registration.create({"product_id": self.machine.id})
        with self.assertRaises(AccessError):
            registration.message_subscribe(self.customer.ids)
