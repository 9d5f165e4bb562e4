# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyReplacement(AftersalesCase):
    """The unit given in exchange is covered anew, or for what remains: as the terms say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2025-01-10 04:00:00"):
            cls.lot = cls.create_lots()
            cls.sell_and_deliver(cls.lot)
        cls.registration = cls.get_registrations(cls.lot)
        cls.spare = cls.create_lots(prefix="SPARE")

    def replace(self, lot=None, user=None, **vals):
        registration = self.registration.with_user(user or self.reception)
        return registration._replace_unit(lot or self.spare, "Third failure", date(2025, 6, 1), **vals)

    def test_restart_gives_a_new_full_period_per_component(self):
        successor = self.replace()
        self.assertEqual((self.registration.state, self.lot.cover_status), ("transferred", "expired"))
        self.assertIn(self.spare.name, self.registration.closing_reason)
        self.assertEqual((successor.lot_id, successor.partner_id), (self.spare, self.customer))
        self.assertEqual((successor.source, successor.previous_id), ("replacement", self.registration))
        self.assertEqual((successor.start_date, successor.end_date), (date(2025, 6, 1), date(2028, 5, 31)))
        self.assertEqual(successor.line_ids.mapped("end_date"), [date(2028, 5, 31), date(2026, 5, 31)])
        self.assertEqual((self.spare.cover_status, self.spare.holder_id), ("covered", self.customer))

    def test_keep_gives_the_days_that_remain(self):
        self.env.cr.execute(
            "UPDATE warranty_term SET replacement_rule = 'keep' WHERE id = %s", [self.term.id]
        )
        self.term.invalidate_recordset()
        successor = self.replace()
        self.assertEqual(successor.start_date, self.registration.start_date)
        self.assertEqual(successor.end_date, self.registration.end_date)
        self.assertEqual(successor.line_ids.mapped("end_date"), self.registration.line_ids.mapped("end_date"))

    def test_reception_replaces_with_the_wizard(self):
        wizard = Form(
            self.env["warranty.registration.close"]
            .with_user(self.reception)
            .with_context(active_ids=self.registration.ids)
        )
        wizard.operation = "replace"
        wizard.lot_id = self.spare
        wizard.reason = "Third failure"
        action = wizard.save().action_apply()
        self.assertEqual(self.env["warranty.registration"].browse(action["res_id"]).lot_id, self.spare)

    def test_unit_delivered_in_exchange_keeps_one_promise(self):
        """The exchange was delivered, so the delivery has registered it: the new promise takes the place of that."""
        self.sell_and_deliver(self.spare)
        delivered = self.get_registrations(self.spare)
        successor = self.replace()
        self.assertEqual((delivered.state, successor.state), ("void", "active"))
        self.assertEqual(self.spare.warranty_registration_id, successor)

    def test_impossible_exchanges_are_refused_by_name(self):
        with self.assertRaisesRegex(UserError, "Choose the unit that replaces"):
            self.replace(self.lot)
        other = self.create_lots(1, self.create_product("Other", self.machine_categ, tracking="serial"), "X")
        with self.assertRaisesRegex(UserError, "is a Other, not a Machine"):
            self.replace(other)
        with self.assertRaisesRegex(UserError, "between the start of its cover and today"):
            self.registration._replace_unit(self.spare, "x", date(2024, 1, 1))
        foreign = self.create_lots(prefix="F")
        self.sell_and_deliver(foreign, partner=self.other_customer)
        with self.assertRaisesRegex(UserError, f"was sold to {self.other_customer.name}"):
            self.replace(foreign)
        with self.assertRaises(AccessError):
            self.replace(user=self.technician)
        self.assertEqual(self.registration.state, "active")
        successor = self.replace(other, user=self.manager)
        self.assertEqual(successor.product_id, other.product_id)
        with self.assertRaisesRegex(UserError, "already"):
            self.replace()
