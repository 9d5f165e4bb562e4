# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyReturnCard(AftersalesCase):
    """The card comes back within 20 days of the sale, or the unit is not recognized."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term.write({"start_event": "registration", "registration_days": 20})
        cls.dealer = cls.env["res.partner"].create({"name": "Dealer", "is_company": True})

    def deliver_to_dealer(self, prefix="SN", day="2026-03-01"):
        with freeze_time(f"{day} 04:00:00"):
            lot = self.create_lots(prefix=prefix)
            self.sell_and_deliver(lot, partner=self.dealer)
        return lot

    def send(self, lot, received_on, sale_date="2026-05-04", **vals):
        """A card as reception enters it."""
        return (
            self.env["warranty.return.card"]
            .with_user(self.reception)
            .create(
                {
                    "serial": lot.name,
                    "product_id": lot.product_id.id,
                    "dealer_id": self.dealer.id,
                    "sale_date": sale_date,
                    "received_on": received_on,
                    "customer_name": "Farmer",
                    "customer_phone": "123",
                    **vals,
                }
            )
        )

    def test_card_on_the_last_day_starts_cover_for_the_customer_on_it(self):
        """Covers: F-02, R-20."""
        lot = self.deliver_to_dealer()
        registration = self.get_registrations(lot)
        self.assertEqual((registration.state, registration.card_deadline), ("draft", date(2026, 3, 21)))
        form = Form(self.env["warranty.return.card"].with_user(self.reception))
        form.serial = lot.name
        form.product_id = self.machine
        form.dealer_id = self.dealer
        form.sale_date = "2026-05-04"
        form.received_on = "2026-05-24"
        form.customer_name = "Farmer"
        form.customer_phone = "123"
        card = form.save()
        self.assertEqual(card.lot_id, lot)
        card.action_submit()
        self.assertEqual((card.state, card.deadline), ("accepted", date(2026, 5, 24)))
        self.assertEqual(card.registration_id, registration)
        self.assertEqual((registration.state, registration.start_date), ("active", date(2026, 5, 4)))
        self.assertEqual((registration.partner_id.name, registration.partner_id.phone), ("Farmer", "123"))
        self.assertEqual((registration.source, registration.recognition), ("card", "recognized"))
        self.assertEqual(lot.holder_id.name, "Farmer")

    def test_card_a_day_late_is_refused_until_a_manager_says_why_not(self):
        """Covers: F-02, R-20."""
        lot = self.deliver_to_dealer()
        card = self.send(lot, "2026-05-25")
        card.action_submit()
        self.assertEqual(card.state, "refused")
        self.assertIn("within 20 days", card.refusal_reason)
        self.assertEqual(self.get_registrations(lot).state, "draft", "nothing is covered")
        self.assertEqual(self.create_repair(lot, [("add", self.pump)]).move_ids.coverage, "billable")
        values = {"card_ids": [Command.set(card.ids)], "reason": "Post was on strike"}
        with self.assertRaises(AccessError):
            card.action_open_override_wizard()
        with self.assertRaises(AccessError):
            self.env["warranty.registration.recognize"].with_user(self.reception).create(values)
        with self.assertRaises(AccessError):
            card._override("Because I can")
        with self.assertRaisesRegex(UserError, "Say why"):
            card.with_user(self.manager)._override(" ")
        self.env["warranty.registration.recognize"].with_user(self.manager).create(values).action_apply()
        self.assertEqual((card.state, card.override_reason), ("accepted", "Post was on strike"))
        self.assertEqual(card.registration_id.recognition_note, "Post was on strike")
        self.assertEqual(self.create_repair(lot, [("add", self.pump)]).move_ids.coverage, "warranty")

    def test_card_for_a_unit_we_did_not_deliver_makes_its_registration(self):
        lot = self.create_lots(prefix="OLD")
        card = self.send(lot, "2026-05-10", partner_id=self.customer.id)
        card.action_submit()
        registration = self.get_registrations(lot)
        self.assertEqual(
            (registration.partner_id, registration.start_date), (self.customer, date(2026, 5, 4))
        )
        self.assertEqual((registration.state, registration.return_card_id), ("active", card))

    def test_card_without_accepted_proof_is_refused(self):
        invoice = self.env.ref("aftersales_service.warranty_proof_invoice")
        self.term.proof_ids = invoice
        refused = self.send(self.create_lots(prefix="P1"), "2026-05-10")
        refused.action_submit()
        self.assertEqual(refused.state, "refused")
        self.assertIn("No accepted proof", refused.refusal_reason)
        proven = self.send(
            self.create_lots(prefix="P2"), "2026-05-10", proof_id=invoice.id, proof_number="F-1"
        )
        proven.action_submit()
        self.assertEqual(proven.registration_id.proof_number, "F-1")

    def test_mistakes_on_a_card_are_named_and_decide_nothing(self):
        lot = self.deliver_to_dealer()
        unknown = self.send(lot, "2026-05-10", serial="NO-SUCH")
        with self.assertRaisesRegex(UserError, "no .*NO-SUCH"):
            unknown.action_submit()
        other = self.send(lot, "2026-05-10", product_id=self.pump.id)
        with self.assertRaisesRegex(UserError, "there is no Pump"):
            other.action_submit()
        nameless = self.send(lot, "2026-05-10", customer_name=False)
        with self.assertRaisesRegex(UserError, "name the customer"):
            nameless.action_submit()
        future = self.send(lot, "2099-05-10", sale_date="2099-05-04")
        with self.assertRaisesRegex(UserError, "in the future"):
            future.action_submit()
        self.assertEqual(set((unknown | other | nameless | future).mapped("state")), {"draft"})

    def test_unit_sold_to_somebody_else_is_not_passed_on_by_a_card(self):
        lot = self.deliver_to_dealer()
        first = self.send(lot, "2026-05-10", partner_id=self.customer.id)
        first.action_submit()
        second = self.send(lot, "2026-05-11", partner_id=self.other_customer.id)
        with self.assertRaisesRegex(UserError, f"was sold to {self.customer.name}"):
            second.action_submit()
        self.assertEqual(first.registration_id.partner_id, self.customer)

    def test_same_serial_number_of_two_products_needs_the_product(self):
        other = self.create_product("Other machine", self.machine_categ, tracking="serial")
        self.create_lots(1, other, "TWIN")
        lot = self.create_lots(prefix="TWIN")
        card = self.send(lot, "2026-05-10", product_id=False)
        self.assertFalse(card.lot_id)
        card.product_id = self.machine
        self.assertEqual(card.lot_id, lot)

    def test_decisions_cannot_be_written_nor_decided_cards_changed(self):
        lot = self.deliver_to_dealer()
        card = self.send(lot, "2026-05-25", state="accepted", deadline="2099-01-01", override_reason="mine")
        self.assertEqual((card.state, card.deadline, card.override_reason), ("draft", False, False))
        for vals in ({"state": "accepted"}, {"override_reason": "x"}, {"registration_id": False}):
            with self.assertRaises(UserError):
                card.with_user(self.manager).write(vals)
        card.action_submit()
        with self.assertRaisesRegex(UserError, "is decided"):
            card.received_on = "2026-05-10"
        with self.assertRaisesRegex(UserError, "is decided"):
            card.unlink()
        with self.assertRaisesRegex(UserError, "already decided"):
            card.action_submit()
        with self.assertRaises(AccessError):
            card.with_user(self.technician).action_submit()

    def test_cards_of_another_company_stay_out_of_reach(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        card = self.send(self.deliver_to_dealer(), "2026-05-10")
        self.reception.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        stranger = card.with_user(self.reception).with_context(allowed_company_ids=company.ids)
        with self.assertRaises(AccessError):
            stranger.action_submit()
        self.assertFalse(stranger.search([("id", "=", card.id)]))
