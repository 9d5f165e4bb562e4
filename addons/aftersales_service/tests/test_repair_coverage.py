# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestRepairCoverage(AftersalesCase):
    """Broken → repaired: who pays for each part is decided on the day the fault was reported, and stays so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        with freeze_time("2025-01-10 04:00:00"):
            cls.sell_and_deliver(cls.lot)
        cls.registration = cls.get_registrations(cls.lot)
        cls.add_stock(cls.pump, 10)
        cls.add_stock(cls.hose, 10)

    def repair(self, report_date, *parts, **vals):
        parts = parts or (("add", self.pump), ("remove", self.pump), ("add", self.hose))
        return self.create_repair(self.lot, parts, report_date=report_date, **vals)

    def test_each_part_is_judged_by_its_component(self):
        """Main unit: 36 months, to 9 January 2028; pipes: 12 months, to 9 January 2026."""
        repair = self.repair("2025-06-01 04:00:00")
        self.assertEqual(repair.warranty_registration_id, self.registration)
        self.assertTrue(repair.under_warranty)
        self.assertEqual(repair.move_ids.mapped("coverage"), ["warranty"] * 3)
        repair = self.repair("2026-06-01 04:00:00")
        self.assertEqual(repair.move_ids.mapped("coverage"), ["warranty", "warranty", "billable"])
        pump, _old_pump, hose = repair.move_ids
        self.assertEqual(pump.warranty_registration_line_id, self.registration.line_ids[0])
        self.assertIn(self.registration.name, pump.coverage_reason)
        self.assertEqual(hose.warranty_registration_line_id, self.registration.line_ids[1])
        self.assertIn("Pipes and electrics", hose.coverage_reason)

    def test_cover_is_judged_on_the_day_of_the_report_and_not_of_the_repair(self):
        repair = self.repair("2026-01-09 15:59:00")  # 9 January in Shanghai, the pipes' last day
        self.assertEqual(repair.move_ids[2].coverage, "warranty")
        repair = self.repair("2026-01-09 16:01:00")  # 10 January in Shanghai
        self.assertEqual(repair.move_ids[2].coverage, "billable")

    def test_unit_without_registration_is_billable(self):
        lot = self.create_lots(prefix="X")
        repair = self.create_repair(lot, [("add", self.pump)])
        self.assertFalse(repair.warranty_registration_id or repair.under_warranty)
        self.assertEqual(repair.move_ids.coverage, "billable")
        self.assertEqual(repair.move_ids.coverage_reason, "The unit has no warranty registration")

    def test_untracked_unit_is_found_by_its_buyer(self):
        heater = self.create_product("Heater", self.machine_categ)
        self.env["warranty.term"].create(
            self.prepare_term("Heaters", product_tmpl_ids=heater.product_tmpl_id)
        )
        self.add_stock(heater, 1)
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [Command.create({"product_id": heater.id})]}
        )
        order.action_confirm()
        self.deliver(order)
        repair = self.env["repair.order"].create({"product_id": heater.id, "partner_id": self.customer.id})
        self.assertEqual(repair.warranty_registration_id, order.warranty_registration_ids)
        repair.move_ids = [
            Command.create({"repair_line_type": "add", "product_id": self.pump.id, "product_uom_qty": 1})
        ]
        self.assertEqual(repair.move_ids.coverage, "warranty")
        repair.partner_id = self.other_customer
        self.assertFalse(repair.warranty_registration_id)
        self.assertEqual(repair.move_ids.coverage, "billable")

    def test_report_in_the_future_or_before_the_sale_is_refused(self):
        for moment in (fields.Datetime.now() + timedelta(hours=1), datetime(2025, 1, 8)):
            with self.assertRaises(ValidationError):
                self.repair(moment)
        repair = self.repair("2025-01-10 05:00:00")
        with self.assertRaises(ValidationError):
            repair.report_date = "2025-01-01 00:00:00"

    def test_coverage_is_frozen_when_the_repair_is_confirmed(self):
        repair = self.repair("2025-06-01 04:00:00")
        repair.action_validate()
        self.assertTrue(repair.coverage_frozen_at)
        self.registration.with_user(self.manager)._void("Found to be misused")
        self.assertEqual(repair.move_ids.mapped("coverage"), ["warranty"] * 3)
        self.assertTrue(repair.under_warranty)
        fresh = self.repair("2025-06-01 04:00:00")
        self.assertEqual(fresh.move_ids.mapped("coverage"), ["billable"] * 3)
        self.assertIn("void", fresh.move_ids[0].coverage_reason)

    def test_a_draft_is_judged_anew_when_it_is_confirmed(self):
        repair = self.repair("2025-06-01 04:00:00")
        self.registration.with_user(self.manager)._void("Found to be misused")
        repair.action_validate()
        self.assertEqual(repair.move_ids.mapped("coverage"), ["billable"] * 3)
        self.assertFalse(repair.under_warranty)

    def test_nothing_coverage_was_judged_by_changes_after_it_is_frozen(self):
        repair = self.repair("2026-06-01 04:00:00")
        repair.action_validate()
        other = self.create_lots(prefix="O")
        for user in (self.technician, self.manager):
            for vals in (
                {"report_date": "2025-06-01 04:00:00"},
                {"lot_id": other.id},
                {"warranty_registration_id": False},
                {"product_id": self.pump.id},
                {"meter_reading": 5, "meter_unit": "km"},
            ):
                with self.assertRaises(UserError, msg=f"{user.login} {vals}"):
                    repair.with_user(user).write(vals)
        repair.write({"report_date": repair.report_date, "lot_id": repair.lot_id.id})

    def test_coverage_cannot_be_written_by_any_door(self):
        repair = self.repair("2026-06-01 04:00:00")
        hose = repair.move_ids[2]
        for user in (self.technician, self.manager, self.env.user):
            for vals in (
                {"coverage": "warranty"},
                {"coverage_share": 100},
                {"coverage_reason": "Because"},
                {"coverage_granted_by_id": self.manager.id},
                {"warranty_registration_line_id": self.registration.line_ids[0].id},
            ):
                with self.assertRaises(UserError):
                    hose.with_user(user).write(vals)
        with self.assertRaises(UserError):
            repair.move_ids = [Command.update(hose.id, {"coverage": "warranty"})]
        values = {"repair_id": repair.id, "repair_line_type": "add", "product_id": self.hose.id}
        with self.assertRaises(UserError):
            self.env["stock.move"].with_user(self.technician).create(dict(values, coverage="warranty"))
        move = (
            self.env["stock.move"]
            .with_user(self.technician)
            .with_context(
                default_coverage="warranty",
                default_coverage_share=100,
                default_coverage_granted_by_id=self.technician.id,
            )
            .create(values)
        )
        self.assertEqual((move.coverage, move.coverage_share), ("billable", 0))
        self.assertFalse(move.coverage_granted_by_id)
        for vals in ({"under_warranty": True}, {"coverage_frozen_at": "2025-01-01"}):
            with self.assertRaises(UserError):
                repair.with_user(self.technician).write(vals)

    def test_a_covered_line_does_not_lend_its_cover_to_another_product(self):
        repair = self.repair("2026-06-01 04:00:00", ("add", self.pump))
        repair.action_validate()
        self.assertEqual(repair.move_ids.coverage, "warranty")
        repair.move_ids._do_unreserve()
        repair.move_ids.product_id = self.hose
        self.assertEqual(repair.move_ids.coverage, "billable")

    def test_parts_added_after_confirmation_are_judged_at_the_same_day(self):
        repair = self.repair("2026-06-01 04:00:00", ("add", self.pump))
        repair.action_validate()
        repair.move_ids = [
            Command.create({"repair_line_type": "add", "product_id": self.hose.id, "product_uom_qty": 1}),
            Command.create({"repair_line_type": "add", "product_id": self.pump.id, "product_uom_qty": 1}),
        ]
        self.assertEqual(repair.move_ids.mapped("coverage"), ["warranty", "billable", "warranty"])

    def test_unit_named_late_is_judged_then(self):
        repair = (
            self.env["repair.order"].sudo().create({"state": "confirmed", "partner_id": self.customer.id})
        )
        repair = repair.with_user(self.technician)
        self.assertFalse(repair.coverage_frozen_at)
        repair.write(
            {"product_id": self.machine.id, "lot_id": self.lot.id, "report_date": "2025-06-01 04:00:00"}
        )
        self.assertEqual(repair.warranty_registration_id, self.registration)
        self.assertTrue(repair.coverage_frozen_at)

    def test_back_to_draft_opens_the_judgment_again(self):
        repair = self.repair("2025-06-01 04:00:00", ("add", self.hose))
        repair.action_validate()
        repair.action_repair_cancel()
        repair.action_repair_cancel_draft()
        self.assertFalse(repair.coverage_frozen_at)
        repair.report_date = "2026-06-01 04:00:00"
        self.assertEqual(repair.move_ids.coverage, "billable")

    def test_meter_limit_ends_cover_and_needs_a_reading(self):
        self.term.line_ids[0].write({"meter_limit": 2000, "meter_unit": "hours"})
        lot = self.create_lots(prefix="M")
        self.sell_and_deliver(lot)
        repair = self.create_repair(lot, [("add", self.pump)])
        self.assertEqual(repair.move_ids.coverage, "billable")
        self.assertIn("enter the reading", repair.move_ids.coverage_reason)
        repair.write({"meter_reading": 1999, "meter_unit": "hours"})
        self.assertEqual(repair.move_ids.coverage, "warranty")
        repair.write({"meter_reading": 1999, "meter_unit": "km"})
        self.assertEqual(repair.move_ids.coverage, "billable", "a reading in another unit is none")
        repair.write({"meter_reading": 2001, "meter_unit": "hours"})
        self.assertEqual(repair.move_ids.coverage, "billable")

    def test_only_a_manager_judges_by_another_registration(self):
        other_lot = self.create_lots(prefix="OR")
        self.sell_and_deliver(other_lot)
        other = self.get_registrations(other_lot)
        repair = self.repair("2026-06-01 04:00:00")
        with self.assertRaises(AccessError):
            repair.warranty_registration_id = other
        with self.assertRaises(AccessError):
            self.repair("2026-06-01 04:00:00", warranty_registration_id=other.id)
        repair.with_user(self.manager).warranty_registration_id = other
        self.assertIn(other.name, repair.move_ids[0].coverage_reason)

    # Money

    def test_covered_parts_cost_the_customer_nothing_and_others_their_price(self):
        repair = self.repair("2026-06-01 04:00:00")
        repair.action_validate()
        repair.with_user(self.advisor).action_create_sale_order()
        prices = {line.product_id: line.price_unit for line in repair.sale_order_id.order_line}
        self.assertEqual(prices, {self.pump: 0, self.hose: 20})
        repair.move_ids = [
            Command.create({"repair_line_type": "add", "product_id": self.hose.id, "product_uom_qty": 2})
        ]
        self.assertEqual(
            repair.sale_order_id.order_line[-1].price_unit, 20, "although the unit is under warranty"
        )

    def test_a_share_covered_leaves_the_rest_to_the_customer(self):
        self.term.line_ids[0].parts_share = 60
        lot = self.create_lots(prefix="S")
        self.sell_and_deliver(lot)
        repair = self.create_repair(lot, [("add", self.pump)])
        repair.with_user(self.advisor).action_create_sale_order()
        self.assertEqual(repair.move_ids.coverage_share, 60)
        self.assertEqual(repair.sale_order_id.order_line.price_unit, 40)

    def test_prices_follow_the_judgment_of_a_draft(self):
        repair = self.repair("2026-06-01 04:00:00", ("add", self.hose))
        repair.with_user(self.advisor).action_create_sale_order()
        line = repair.sale_order_id.order_line
        self.assertEqual(line.price_unit, 20)
        repair.report_date = "2025-06-01 04:00:00"
        self.assertEqual(line.price_unit, 0)
        repair.report_date = "2026-06-01 04:00:00"
        self.assertEqual(line.price_unit, 20)

    def test_goodwill_is_granted_by_a_manager_with_a_reason_and_a_signature(self):
        repair = self.repair("2026-06-01 04:00:00")
        repair.with_user(self.advisor).action_create_sale_order()
        hose = repair.move_ids[2]
        values = {"repair_id": repair.id, "move_ids": [Command.set(hose.ids)], "reason": "Three days late"}
        with self.assertRaises(AccessError):
            repair.action_open_coverage_wizard()
        with self.assertRaises(AccessError):
            self.env["repair.coverage"].with_user(self.technician).create(values)
        decision = self.grant_coverage(repair, hose, reason="Three days late")
        self.assertEqual((hose.coverage, hose.coverage_reason), ("goodwill", "Three days late"))
        self.assertEqual(hose.coverage_granted_by_id, self.manager)
        self.assertEqual((hose.cost_bearer, decision.state), ("ourselves", "applied"))
        self.assertEqual(decision.signature_ids.user_id, self.manager)
        self.assertEqual(decision.signature_ids.content_state, "valid")
        self.assertEqual(hose.sale_line_id.price_unit, 0)
        self.assertIn("Three days late", repair.message_ids[0].body)
        repair.action_validate()
        self.assertEqual(hose.coverage, "goodwill", "confirming does not undo it")

    def test_warranty_cannot_be_granted_without_a_registration(self):
        repair = self.create_repair(self.create_lots(prefix="W"), [("add", self.pump)])
        with self.assertRaisesRegex(UserError, "Without a warranty registration"):
            self.grant_coverage(repair, repair.move_ids, coverage="warranty", reason="Why not")

    def test_wizard_touches_only_parts_of_its_own_repair(self):
        one, two = self.repair("2026-06-01 04:00:00"), self.repair("2026-06-01 04:00:00")
        with self.assertRaisesRegex(UserError, "Choose parts or labor"):
            self.grant_coverage(one, two.move_ids, reason="Wrong one")

    # Screen

    def test_form_shows_the_unit_its_holder_and_coverage(self):
        form = Form(self.env["repair.order"].with_user(self.technician))
        form.product_id = self.machine
        form.lot_id = self.lot
        self.assertEqual(form.partner_id, self.customer)
        self.assertEqual(form.warranty_registration_id, self.registration)
        with form.move_ids.new() as line:
            line.repair_line_type = "add"
            line.product_id = self.pump
            self.assertEqual(line.coverage, "warranty")
        repair = form.save()
        self.assertEqual(repair.move_ids.coverage, "warranty")
        self.assertEqual(repair.product_location_src_id.usage, "customer", "the unit is with its customer")
        self.assertEqual(self.registration.repair_count, 1)
        self.assertEqual(repair._get_report_day(), self.company._get_law_date())
        self.assertIsInstance(repair._get_report_day(), date)
