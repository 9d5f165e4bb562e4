# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .test_repair_labor import LaborCase

# A Monday, nine o'clock in Shanghai.
MONDAY = "2026-06-01 01:00:00"


@tagged("post_install", "-at_install")
class TestRepairPromise(LaborCase):
    """Two dates: the one we work to, and a later one for the customer."""

    def plan(self, **vals):
        repair = self.covered_repair(report_date="2026-05-30 04:00:00", **vals)
        repair.action_plan_dates()
        return repair

    @freeze_time(MONDAY)
    def test_the_customer_is_promised_more_time_than_planned_and_the_promise_is_kept(self):
        """Covers: S3-R30."""
        repair = self.plan(parts=[("add", self.pump)], work=(self.pump_work,))
        self.assertEqual(repair.target_date, self.at("2026-06-01 03:00:00"), "two hours of work")
        self.assertEqual(
            repair.promise_date, self.at("2026-06-01 08:00:00"), "four working hours later, lunch aside"
        )
        with self.assertRaises(ValidationError):
            repair.promise_date = "2026-06-01 02:00:00"
        repair.labor_ids.hours = 30
        repair.action_plan_dates()
        self.assertEqual(repair.promise_date, self.at("2026-06-01 08:00:00"), "what was promised stays")
        self.assertGreater(repair.target_date, repair.promise_date)

    @freeze_time(MONDAY)
    def test_the_workshops_other_hours_come_first(self):
        other = self.covered_repair(report_date="2026-05-30 04:00:00", work=(self.pump_work,))
        other.labor_ids.hours = 8 * self.env["res.users"].search_count(
            [
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("aftersales_service.aftersales_service_group_technician").ids,
                ),
                ("company_ids", "in", self.company.ids),
                ("share", "=", False),
            ]
        )
        other.action_validate()
        repair = self.plan(parts=[("add", self.pump)], work=(self.pump_work,))
        self.assertEqual(self.company._get_law_date(repair.target_date), date(2026, 6, 2))

    @freeze_time(MONDAY)
    def test_parts_that_are_not_there_move_the_date(self):
        belt = self.create_product("Belt", self.part_categ, list_price=30)
        belt.seller_ids = [Command.create({"partner_id": self.supplier.id, "price": 10, "delay": 5})]
        repair = self.plan(parts=[("add", belt)], work=(self.pump_work,))
        self.assertGreaterEqual(repair.target_date, self.at(MONDAY) + timedelta(days=5))
        self.assertIn("Expected on", repair.move_ids._get_availability_text())

    @freeze_time(MONDAY)
    def test_up_to_three_pieces_are_due_the_same_day_after_the_advisers_own_check(self):
        """Covers: A-10-R3."""
        repair = self.plan(parts=[("add", self.pump)], work=(self.paint_work,) * 3)
        self.assertTrue(repair.quick_repair)
        self.assertEqual(self.company._get_law_date(repair.promise_date), date(2026, 6, 1))
        four = self.plan(parts=[("add", self.pump)], work=(self.paint_work,) * 4)
        self.assertFalse(four.quick_repair)
        self.finish_repair(repair)
        violations = repair._get_service_violations("settled")
        self.assertIn("aftersales_service.quick.final_check", [one.rule for one in violations])
        with self.assertRaises(AccessError):
            repair.with_user(self.technician).action_advisor_check()
        with self.assertRaises(UserError):
            repair.with_user(self.reception).write({"advisor_check_on": fields.Datetime.now()})
        repair.with_user(self.reception).action_advisor_check()
        rules = [one.rule for one in repair._get_service_violations("settled")]
        self.assertNotIn("aftersales_service.quick.final_check", rules)
        self.assertEqual(repair.advisor_check_by_id, self.reception)


@tagged("post_install", "-at_install")
class TestVisitAndPayment(LaborCase):
    """Out of warranty nobody travels for a trifle, for nothing, or before the money is there."""

    def agree(self, work=(), **vals):
        """A repair without warranty whose price the customer has signed."""
        vals = {"service_mode": "on_site", "fault_severity": "serious", **vals}
        repair = self.create_repair(
            self.create_lots(prefix=f"V{self.env['stock.lot'].search_count([])}-"),
            [("add", self.hose)],
            labor_ids=self.labor(*work),
            **vals,
        )
        repair.with_user(self.advisor).action_create_sale_order()
        self.sign_estimate(repair)
        return repair

    def visit(self, **vals):
        repair = self.agree(**vals)
        self.dispatch(repair)
        return repair

    def test_a_visit_out_of_warranty_is_for_serious_faults_and_costs_the_regions_fee(self):
        """Covers: S3-R2."""
        self.customer.write({"country_id": self.china.id, "state_id": self.shanghai.id})
        with self.assertRaisesRegex(UserError, "nobody is sent out for it"):
            self.visit(work=(self.visit_fee,), fault_severity="minor").action_repair_start()
        with self.assertRaisesRegex(UserError, "visit fee is missing"):
            self.visit().action_repair_start()
        repair = self.visit(work=(self.visit_fee,))
        self.assertEqual(repair.labor_ids.customer_amount, 350, "Shanghai's fee")
        repair.action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def test_a_visit_under_warranty_is_free(self):
        repair = self.covered_repair(
            parts=[("add", self.pump)], work=(self.pump_work,), service_mode="on_site", fault_severity="minor"
        )
        self.dispatch(repair)
        repair.action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def pay(self, order):
        invoice = self.env["sale.order"].browse(order.id)._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        return invoice

    def test_out_of_warranty_the_price_is_shown_agreed_and_paid_before_somebody_travels(self):
        """Covers: R-25."""
        self.company.service_payment_before_visit = True
        repair = self.agree(work=(self.visit_fee,))
        self.assertEqual(repair.estimate_state, "agreed")
        with self.assertRaisesRegex(UserError, "is paid for in advance"):
            self.dispatch(repair)
        self.assertEqual(repair.dispatch_state, "to_dispatch")
        invoice = self.pay(repair.sale_order_id)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.dispatch(repair)
        repair.action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def test_who_was_sent_before_payment_was_asked_does_not_start(self):
        """Covers: R-25."""
        repair = self.visit(work=(self.visit_fee,))
        self.company.service_payment_before_visit = True
        with self.assertRaisesRegex(UserError, "is paid for in advance"):
            repair.action_repair_start()

    def test_nothing_is_shipped_to_the_customer_before_it_is_paid(self):
        """Covers: R-25."""
        self.customer.service_payment_before_visit = "yes"
        repair = self.agree(service_mode="mail_in")
        vals = {"carrier_id": self.supplier.id, "tracking_number": "SF-1", "repair_id": repair.id}
        shipments = self.env["service.shipment"].with_user(self.reception)
        shipments.create({**vals, "direction": "from_customer"}).action_send()
        back = shipments.create({**vals, "direction": "to_customer"})
        with self.assertRaisesRegex(UserError, "is paid for in advance"):
            back.action_send()
        self.pay(repair.sale_order_id)
        back.action_send()
        self.assertEqual(back.state, "sent")

    def test_agreed_credit_and_work_in_the_workshop_are_not_paid_in_advance(self):
        self.company.service_payment_before_visit = True
        self.customer.service_payment_before_visit = "no"
        self.visit(work=(self.visit_fee,)).action_repair_start()
        self.customer.service_payment_before_visit = False
        self.visit(service_mode="workshop").action_repair_start()

    def test_terms_may_ask_for_payment_once_cover_has_ended(self):
        """Covers: R-25."""
        self.term._write({"payment_before_work": True})
        self.term.invalidate_recordset()

        def is_payment_missing(day):
            repair = self.quoted_repair(report_date=f"{day} 04:00:00", service_mode="mail_in")
            self.sign_estimate(repair)
            rules = [violation.rule for violation in repair._get_service_violations("work")]
            return "aftersales_service.estimate.payment" in rules

        with freeze_time("2028-02-01 04:00:00"):
            self.assertFalse(is_payment_missing("2028-01-08"), "the unit is under warranty, the hose is not")
            self.assertTrue(is_payment_missing("2028-01-12"))
            self.customer.service_payment_before_visit = "no"
            self.assertFalse(is_payment_missing("2028-01-12"), "what is agreed with the customer goes before")

    def test_a_customer_may_have_to_pay_before_although_others_do_not(self):
        self.customer.service_payment_before_visit = "yes"
        repair = self.visit(service_mode="mail_in")
        with self.assertRaisesRegex(UserError, "is paid for in advance"):
            repair.action_repair_start()


@tagged("post_install", "-at_install")
class TestCoverEndsSoon(LaborCase):
    """Cover is decided on the day of the report; who waits for a part does not lose it."""

    def open_moves(self):
        action = self.env.ref("aftersales_service.stock_move_action_cover_ends")
        self.assertTrue(action)
        return self.env["stock.move"].with_user(self.reception).search([("cover_ends_soon", "=", True)])

    def test_a_part_ordered_in_time_and_arriving_after_the_end_of_cover_stays_covered(self):
        """The pipes are covered until 9 January 2026. Covers: AS-09."""
        with freeze_time("2026-01-05 04:00:00"):
            gasket = self.create_product("Gasket", self.pipe_categ, list_price=15)
            gasket.seller_ids = [Command.create({"partner_id": self.supplier.id, "price": 5})]
            repair = self.create_repair(self.lot, [("add", gasket)], labor_ids=self.labor(self.hose_work))
            repair.action_validate()
            self.assertEqual(self.open_moves() & repair.move_ids, repair.move_ids, "cover ends in four days")
        with freeze_time("2026-02-20 04:00:00"):
            self.add_stock(gasket, 1)
            self.assertEqual(self.open_moves() & repair.move_ids, repair.move_ids, "ended, part still open")
            repair.move_ids._action_assign()
            repair._decide_coverage()
            self.assertEqual(repair.move_ids.coverage, "warranty")
            self.assertEqual(repair.labor_ids.coverage, "warranty")
            self.assertIn("12 months from 2025-01-10", repair.move_ids.coverage_reason)
            self.finish_started(repair)
            self.assertEqual(repair.move_ids.state, "done")
            self.assertEqual(repair.amount_customer, 0)
            self.assertFalse(self.open_moves() & repair.move_ids)

    def finish_started(self, repair):
        repair.action_repair_start()
        repair.move_ids.write({"quantity": 1, "picked": True})
        self.pass_quality_check(repair)
        repair.action_repair_end()

    def test_cover_that_lasts_is_not_on_the_list(self):
        with freeze_time("2025-06-01 04:00:00"):
            repair = self.covered_repair(report_date="2025-06-01 03:00:00", parts=[("add", self.pump)])
            self.assertFalse(self.open_moves() & repair.move_ids)
        with freeze_time("2027-12-20 04:00:00"):
            self.assertTrue(self.open_moves() & repair.move_ids)

    def test_cover_of_a_list_takes_no_query_per_row(self):
        """Read from 20 or from 200 units and repairs, the same number of queries."""
        counts = []
        for size in (20, 200):
            lots = self.create_lots(size, prefix=f"Q{size}-")
            self.sell_and_deliver(lots)
            repairs = self.env["repair.order"].create(
                [
                    {
                        "product_id": self.machine.id,
                        "lot_id": lot.id,
                        "partner_id": self.customer.id,
                        "move_ids": [
                            Command.create(
                                {"repair_line_type": "add", "product_id": self.pump.id, "product_uom_qty": 1}
                            )
                        ],
                        "labor_ids": self.labor(self.pump_work),
                    }
                    for lot in lots
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env.add_to_compute(repairs._fields["warranty_registration_id"], repairs)
            repairs._decide_coverage()
            self.assertEqual(set(repairs.mapped("under_warranty")), {True})
            self.assertEqual(set(lots.mapped("cover_status")), {"covered"})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)


@tagged("post_install", "-at_install")
class TestEstimatePrint(LaborCase):
    """The estimate on paper."""

    def render(self, repair):
        report = self.env["ir.actions.report"].with_user(self.reception)
        html, _kind = report._render_qweb_html("aftersales_service.report_repair_estimate", repair.ids)
        return " ".join(html.decode().split())

    def test_the_estimate_says_work_parts_hours_dates_stock_amounts_and_signature(self):
        """Covers: AS-02."""
        repair = self.covered_repair(requested_date="2026-06-05 01:00:00")
        repair.with_user(self.reception).action_present_estimate()
        html = self.render(repair)
        for text in (
            "Replace the pump",
            "Replace a hose",
            "Pump",
            "Hose",
            "In stock",
            "Requested pick-up",
            "Promised delivery",
            "Working time",
            "02:30",
            "70.00",
            "Supplier: Supplier",
            "Customer's signature",
        ):
            self.assertIn(text, html)
        self.sign_estimate(repair)
        self.assertIn("Signed by", self.render(repair))
        self.assertIn("data:image/png;base64", self.render(repair))

    def test_the_estimate_is_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        repair = self.quoted_repair()
        self.assertIn("维修报价", self.render(repair))
