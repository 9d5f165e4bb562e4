# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyRegistration(AftersalesCase):
    """Sold → covered: each unit delivered gets the frozen promise of its terms."""

    def test_delivery_registers_each_serial_with_two_components(self):
        lots = self.create_lots(2)
        order = self.sell_and_deliver(lots)
        registrations = self.get_registrations(lots)
        self.assertEqual(len(registrations), 2)
        self.assertEqual(registrations.lot_id, lots)
        self.assertEqual(registrations.partner_id, self.customer)
        self.assertEqual(registrations.sale_id, order)
        self.assertEqual(registrations.picking_id, order.picking_ids)
        self.assertEqual(set(registrations.mapped("state")), {"active"})
        self.assertEqual(len(set(registrations.mapped("name"))), 2)
        for registration in registrations:
            self.assertEqual(registration.line_ids.mapped("months"), [36, 12])
            self.assertEqual(registration.line_ids.component_id, self.main_unit | self.pipes)
            self.assertEqual(registration.end_date, registration.line_ids[0].end_date)

    def test_delivery_by_a_stock_user_registers(self):
        lots = self.create_lots()
        self.add_stock(self.machine, lots=lots)
        order = self.sell(lots)
        self.deliver(order, user=self.stock_user)
        self.assertEqual(self.get_registrations(lots).state, "active")

    def test_product_without_term_is_not_registered(self):
        self.add_stock(self.pump, 5)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.pump.id, "product_uom_qty": 2})],
            }
        )
        order.action_confirm()
        self.deliver(order)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertFalse(order.warranty_registration_ids)

    def test_untracked_product_is_registered_per_line(self):
        self.env["warranty.term"].create(
            self.prepare_term("Pumps", product_tmpl_ids=self.pump.product_tmpl_id)
        )
        self.add_stock(self.pump, 5)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.pump.id, "product_uom_qty": 3})],
            }
        )
        order.action_confirm()
        self.deliver(order)
        registration = order.warranty_registration_ids
        self.assertEqual((len(registration), registration.quantity), (1, 3))
        self.assertFalse(registration.lot_id)

    def test_lot_tracked_product_is_registered_per_lot(self):
        filters = self.create_product("Filter", self.part_categ, tracking="lot")
        self.env["warranty.term"].create(
            self.prepare_term("Filters", product_tmpl_ids=filters.product_tmpl_id)
        )
        lots = self.create_lots(2, filters, "LOT")
        self.add_stock(filters, lots=lots)
        order = self.sell(lots)
        self.deliver(order)
        self.assertEqual(order.warranty_registration_ids.lot_id, lots)

    def test_start_is_the_calendar_day_in_the_time_zone_of_the_company(self):
        """23:30 in London is 07:30 of the next day in Shanghai, where the promise was made."""
        with freeze_time("2026-03-10 23:30:00"):
            lots = self.create_lots()
            self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        self.assertEqual(registration.start_date, date(2026, 3, 11))
        self.assertEqual(registration.line_ids.mapped("end_date"), [date(2029, 3, 10), date(2027, 3, 10)])

    def test_last_day_is_the_day_before_the_same_date(self):
        end = self.env["warranty.registration"]._get_end_date
        self.assertEqual(end(date(2026, 1, 15), 1), date(2026, 2, 14))
        self.assertEqual(end(date(2026, 3, 1), 1), date(2026, 3, 31))
        self.assertEqual(end(date(2024, 2, 29), 12), date(2025, 2, 28))
        self.assertEqual(end(date(2026, 1, 31), 1), date(2026, 2, 28), "no 31 February: its last day")
        self.assertEqual(end(date(2026, 1, 1), 36), date(2028, 12, 31))

    def test_registering_twice_changes_nothing(self):
        lots = self.create_lots(3)
        order = self.sell_and_deliver(lots)
        before = self.get_registrations(lots)
        order.picking_ids.move_ids._register_warranty()
        self.assertEqual(self.get_registrations(lots), before)

    def test_unit_that_comes_back_and_goes_home_keeps_its_warranty(self):
        lots = self.create_lots()
        order = self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        back = self._return(order.picking_ids)
        self._return(back)
        self.assertEqual(lots.location_id.usage, "customer")
        self.assertEqual(self.get_registrations(lots), registration)
        self.assertEqual(registration.state, "active")

    def test_unit_sold_again_after_a_return_gets_a_new_warranty_and_the_old_one_ends(self):
        lots = self.create_lots()
        order = self.sell_and_deliver(lots)
        first = self.get_registrations(lots)
        self._return(order.picking_ids)
        second_order = self.sell(lots, partner=self.other_customer)
        self.deliver(second_order)
        second = self.get_registrations(lots) - first
        self.assertEqual(first.state, "void")
        self.assertIn(second_order.name, first.closing_reason)
        self.assertEqual(second.state, "active")
        self.assertEqual(second.partner_id, self.other_customer)
        self.assertEqual(second.previous_id, first)
        self.assertEqual(lots.holder_id, self.other_customer)

    def test_customers_own_goods_going_out_are_not_sold(self):
        lots = self.create_lots()
        quant = self.env["stock.quant"].with_context(inventory_mode=True)
        quant.create(
            {
                "product_id": self.machine.id,
                "location_id": self.stock_location.id,
                "lot_id": lots.id,
                "owner_id": self.customer.id,
                "inventory_quantity": 1,
            }
        ).action_apply_inventory()
        order = self.sell(lots)
        order.picking_ids.move_ids.move_line_ids.owner_id = self.customer
        self.deliver(order)
        self.assertFalse(self.get_registrations(lots))

    def test_dropshipped_unit_is_registered(self):
        lots = self.create_lots()
        supplier_location, customer_location = (
            self.env.ref("stock.stock_location_suppliers"),
            self.env.ref("stock.stock_location_customers"),
        )
        move = self.env["stock.move"].create(
            {
                "product_id": self.machine.id,
                "product_uom_qty": 1,
                "location_id": supplier_location.id,
                "location_dest_id": customer_location.id,
                "partner_id": self.customer.id,
                "picked": True,
                "move_line_ids": [
                    Command.create({"product_id": self.machine.id, "lot_id": lots.id, "quantity": 1})
                ],
            }
        )
        move._action_done()
        self.assertEqual(self.get_registrations(lots).partner_id, self.customer)

    # Invoice

    def test_cover_from_the_invoice_starts_with_the_invoice(self):
        self.term.start_event = "invoice"
        lots = self.create_lots()
        order = self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        self.assertEqual((registration.state, registration.start_date), ("draft", False))
        self.assertEqual(lots.cover_status, "waiting")
        self.invoice(order, "2026-05-04")
        self.assertEqual((registration.state, registration.start_date), ("active", date(2026, 5, 4)))
        self.assertEqual(registration.line_ids.mapped("end_date"), [date(2029, 5, 3), date(2027, 5, 3)])

    def test_cover_from_an_invoice_posted_before_delivery_starts_on_the_invoice_date(self):
        self.term.start_event = "invoice"
        self.machine.invoice_policy = "order"
        lots = self.create_lots()
        self.add_stock(self.machine, lots=lots)
        order = self.sell(lots)
        self.invoice(order, "2026-05-04")
        self.deliver(order)
        self.assertEqual(self.get_registrations(lots).start_date, date(2026, 5, 4))

    def test_partial_invoices_start_the_units_delivered_first(self):
        self.term.start_event = "invoice"
        self.machine.invoice_policy = "order"
        lots = self.create_lots(3)
        order = self.sell_and_deliver(lots)
        first = order._create_invoices()
        first.invoice_line_ids.quantity = 2
        first.invoice_date = "2026-05-04"
        first.action_post()
        registrations = self.get_registrations(lots)
        self.assertEqual(registrations.mapped("state"), ["active", "active", "draft"])
        self.invoice(order, "2026-06-04")
        self.assertEqual(registrations[2].start_date, date(2026, 6, 4))
        self.assertEqual(registrations[0].start_date, date(2026, 5, 4))

    def test_invoice_posted_by_an_accountant_starts_cover(self):
        self.term.start_event = "invoice"
        lots = self.create_lots()
        order = self.sell_and_deliver(lots)
        invoice = order._create_invoices()
        invoice.with_user(self.accountant).action_post()
        self.assertEqual(self.get_registrations(lots).state, "active")

    # By hand

    def test_return_card_is_entered_and_started_by_reception(self):
        lots = self.create_lots()
        self.term.start_event = "registration"
        form = Form(self.env["warranty.registration"].with_user(self.reception))
        form.product_id = self.machine
        form.lot_id = lots
        form.partner_id = self.customer
        form.start_date = "2026-02-01"
        registration = form.save()
        self.assertEqual((registration.state, registration.term_id), ("draft", self.term))
        registration.action_activate()
        self.assertEqual((registration.state, registration.end_date), ("active", date(2029, 1, 31)))

    def test_only_a_manager_may_register_under_other_terms(self):
        lots = self.create_lots()
        better = self.env["warranty.term"].create(
            self.prepare_term("Better", product_tmpl_ids=self.hose.product_tmpl_id)
        )
        values = {"product_id": self.machine.id, "lot_id": lots.id, "term_id": better.id}
        with self.assertRaises(AccessError):
            self.env["warranty.registration"].with_user(self.reception).create(values)
        registration = self.env["warranty.registration"].with_user(self.manager).create(values)
        self.assertEqual(registration.term_id, better)

    # Life

    def test_expiry_follows_the_calendar_of_the_company(self):
        with freeze_time("2023-03-10 02:00:00"):
            lots = self.create_lots()
            self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        self.assertEqual(registration.end_date, date(2026, 3, 9))
        with freeze_time("2026-03-09 15:59:00"):  # still 9 March in Shanghai
            self._run_expiry()
            self.assertEqual(registration.state, "active")
            self.assertEqual(registration._get_cover_status(), "covered")
        with freeze_time("2026-03-09 16:01:00"):
            self.assertEqual(
                registration._get_cover_status(), "expired", "judged by the date, not by the cron"
            )
            self._run_expiry()
            self.assertEqual(registration.state, "expired")

    def _run_expiry(self):
        with self.enter_registry_test_mode():
            self.env.ref("aftersales_service.warranty_registration_cron_expire").method_direct_trigger()

    def test_transfer_keeps_the_promise_and_its_days(self):
        lots = self.create_lots()
        self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        wizard = (
            self.env["warranty.registration.close"]
            .with_user(self.reception)
            .with_context(active_ids=registration.ids)
            .create(
                {"operation": "transfer", "partner_id": self.other_customer.id, "reason": "Sold second-hand"}
            )
        )
        wizard.action_apply()
        successor = self.get_registrations(lots) - registration
        self.assertEqual(registration.state, "transferred")
        self.assertEqual(registration.closing_reason, "Sold second-hand")
        self.assertEqual((successor.state, successor.partner_id), ("active", self.other_customer))
        self.assertEqual(successor.end_date, registration.end_date)
        self.assertEqual(successor.line_ids.mapped("end_date"), registration.line_ids.mapped("end_date"))
        self.assertEqual(lots.holder_id, self.other_customer)

    def test_only_a_manager_voids(self):
        lots = self.create_lots()
        self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        wizard = self.env["warranty.registration.close"].with_context(active_ids=registration.ids)
        values = {"operation": "void", "reason": "Opened by the user"}
        with self.assertRaises(AccessError):
            wizard.with_user(self.reception).create(values).action_apply()
        wizard.with_user(self.manager).create(values).action_apply()
        self.assertEqual((registration.state, lots.cover_status), ("void", "void"))
        with self.assertRaises(UserError):
            wizard.with_user(self.manager).create(values).action_apply()

    def test_smart_buttons_lead_both_ways(self):
        lots = self.create_lots()
        order = self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        self.assertEqual(lots.warranty_registration_id, registration)
        self.assertEqual(lots.action_view_warranty_registrations()["res_id"], registration.id)
        self.assertEqual(order.action_view_warranty_registrations()["res_id"], registration.id)
        self.assertEqual(self.customer.action_view_warranty_registrations()["res_id"], registration.id)
        counts = (lots, order, self.customer)
        self.assertEqual([record.warranty_registration_count for record in counts], [1, 1, 1])
        self.assertEqual(
            self.env["stock.lot"].search([("holder_id", "=", self.customer.id)]),
            lots,
            "units are found by holder",
        )
        self.assertEqual(lots.cover_end_date, registration.end_date)
        self.assertGreater(registration.end_date, fields.Date.today())

    # Speed

    def test_a_thousand_serials_cost_no_more_queries_per_serial(self):
        """What grows is the platform's own INSERT, of a hundred rows each; nothing asks once per unit."""
        counts = {}
        for size in (100, 1000):
            lots = self.create_lots(size, prefix=f"Q{size}-")
            move = self._done_move(lots)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            move._register_warranty()
            self.env.flush_all()
            counts[size] = self.cr.sql_log_count - before
            self.assertEqual(len(self.get_registrations(lots)), size)
        self.assertLess(counts[100], 40)
        self.assertLessEqual(counts[1000] - counts[100], 9 * 3)

    def test_delivery_of_twenty_lines_without_terms_costs_at_most_two_queries(self):
        """Measured inside a real delivery, around the hook alone."""
        products = [
            self.create_product(f"P{number}", self.part_categ, tracking="lot") for number in range(20)
        ]
        for product in products:
            self.add_stock(product, lots=self.create_lots(1, product, f"L{product.id}-"))
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": product.id}) for product in products],
            }
        )
        order.action_confirm()
        spent = []
        hook = type(self.env["stock.move"])._register_warranty

        def measured(moves):
            before = self.cr.sql_log_count
            hook(moves)
            spent.append(self.cr.sql_log_count - before)

        self.patch(type(self.env["stock.move"]), "_register_warranty", measured)
        self.deliver(order)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(len(order.picking_ids.move_line_ids.lot_id), 20)
        self.assertLessEqual(sum(spent), 2)

    def _done_move(self, lots):
        """A delivery as it stands in the database once done, made without registering anything."""
        product = lots.product_id
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": len(lots),
                "location_id": self.stock_location.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "partner_id": self.customer.id,
                "move_line_ids": [
                    Command.create({"product_id": product.id, "lot_id": lot.id, "quantity": 1})
                    for lot in lots
                ],
            }
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_move SET state = 'done' WHERE id = %s", [move.id])
        move.invalidate_recordset()
        return move

    def _return(self, picking):
        """Send everything of a transfer back the way it came, and finish that."""
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        back = self.env["stock.picking"].browse(wizard.action_create_returns_all()["res_id"])
        for line in back.move_ids.move_line_ids:
            line.lot_id = picking.move_line_ids.lot_id[:1]
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(back.state, "done")
        return back
