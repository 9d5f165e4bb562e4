# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged

from .common import draw_signature
from .settlement_common import SettlementWorld


@tagged("post_install", "-at_install")
class TestSettlement(SettlementWorld, TransactionCase):
    """Finish → statement → requests answered → bill signed → invoice → payment → hand-over, and no other way round."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_settlement()
        cls.repair = cls.make_ready()

    # Statement

    def test_the_statement_is_made_when_the_work_is_done(self):
        """Parts and labor with their full value, the customer's share, and who bears the rest.

        Covers: AS-04, F-35.
        """
        statement = self.repair.statement_id
        self.assertEqual(
            [
                (line.kind, line.name, line.quantity, line.amount_full, line.amount_customer, line.bearer)
                for line in statement.line_ids
            ],
            [
                ("part", "Pump", 1, 100, 0, "supplier"),
                ("part", "Hose", 1, 20, 20, "customer"),
                ("labor", "Labor", 2, 160, 160, "customer"),
            ],
        )
        self.assertEqual(
            (statement.amount_full, statement.amount_customer, statement.amount_supplier), (280, 180, 100)
        )
        self.assertEqual(statement.received_by_id, self.reception)

    def test_each_kind_of_cover_has_its_bearer(self):
        """Covers: F-35."""
        repair = self.create_repair(self.lot, [("add", self.pump)] * 3, user=self.reception)
        moves = repair.move_ids
        moves[1]._grant_coverage("goodwill", "Old customer")
        moves[2]._grant_coverage("contract", "Maintenance contract")
        self.finish_repair(repair.with_user(self.technician))
        self.assertEqual(repair.statement_id.line_ids.mapped("bearer"), ["supplier", "ourselves", "contract"])
        self.assertEqual(repair.statement_id.amount_customer, 0)
        self.assertEqual(repair.statement_id.amount_ourselves, 100)

    def test_a_share_of_goodwill_is_split(self):
        move = self.create_repair(self.lot, [("add", self.pump)], user=self.reception).move_ids
        move._grant_coverage("goodwill", "Half")
        move._write_coverage({"coverage_share": 30})
        repair = move.repair_id
        repair.with_user(self.advisor).action_create_sale_order()
        repair._sign_as_customer("estimate", "Customer", draw_signature())
        self.finish_repair(repair.with_user(self.technician))
        line = repair.statement_id.line_ids
        self.assertEqual((line.amount_full, line.amount_customer, line.amount_borne), (100, 70, 30))
        self.assertEqual(line.bearer, "ourselves")

    def test_what_was_used_is_billed_not_what_was_planned(self):
        repair = self.create_repair(self.lot, [("add", self.hose)], user=self.reception)
        repair.move_ids.product_uom_qty = 3
        repair.move_ids._grant_coverage("billable", "Worn")
        repair.with_user(self.advisor).action_create_sale_order()
        repair._sign_as_customer("estimate", "Customer", draw_signature())
        repair.with_user(self.technician).action_validate()
        repair.with_user(self.technician).action_repair_start()
        repair.move_ids.quantity = 2
        self.pass_quality_check(repair.with_user(self.technician))
        repair.with_user(self.technician).action_repair_end()
        self.assertEqual(repair.statement_id.amount_customer, 40)
        self.assertEqual(repair.sudo().sale_order_id.order_line.product_uom_qty, 2)

    def test_billable_parts_get_a_quotation_by_themselves(self):
        """A part that costs nothing is agreed by nobody, and still stands on a quotation when the work is done."""
        gasket = self.create_product("Gasket", self.part_categ, list_price=0)
        self.add_stock(gasket, 1)
        repair = self.create_repair(self.lot, [("add", gasket)], user=self.reception)
        repair.move_ids._grant_coverage("billable", "Worn")
        self.finish_repair(repair.with_user(self.technician))
        order = repair.sudo().sale_order_id
        self.assertEqual((order.order_line.product_id, order.state), (gasket, "draft"))
        self.assertEqual(repair.statement_amount, 0)

    def test_billable_work_found_on_the_way_is_quoted_and_agreed_before_the_repair_ends(self):
        repair = self.create_repair(self.lot, [("add", self.hose)], user=self.reception)
        worked = repair.with_user(self.technician)
        worked.action_validate()
        worked.action_repair_start()
        repair.move_ids._grant_coverage("billable", "Worn")
        repair.move_ids.write({"quantity": 1, "picked": True})
        self.assertFalse(repair.sale_order_id)
        with self.assertRaisesRegex(UserError, "has not agreed to pay for"):
            worked.action_repair_end()
        self.sign_estimate(repair)
        self.assertEqual(repair.sudo().sale_order_id.state, "sale")
        self.pass_quality_check(worked)
        worked.action_repair_end()
        self.assertEqual(repair.statement_amount, 20)

    def test_settling_confirms_the_quotation(self):
        """A quotation nobody had to agree to, since the warranty bears it, is confirmed by settling."""
        repair = self.create_repair(self.lot, [("add", self.pump)], user=self.reception)
        repair.with_user(self.advisor).action_create_sale_order()
        order = repair.sudo().sale_order_id
        self.finish_repair(repair.with_user(self.technician))
        self.assertEqual(order.state, "draft")
        self.answer_requests(repair)
        self.sign_bill(repair)
        repair.with_user(self.reception).action_settle()
        self.assertEqual(order.state, "sale")
        self.assertEqual(repair.bill_residual, 0)

    def test_nobody_writes_a_statement(self):
        statement = self.repair.statement_id
        for user in (self.reception, self.technician, self.manager):
            with self.assertRaises(AccessError):
                statement.with_user(user).write({"explained_by_id": user.id})
            with self.assertRaises(AccessError):
                statement.line_ids[0].with_user(user).amount_customer = 0
            with self.assertRaises(AccessError):
                self.env["repair.statement"].with_user(user).create({"repair_id": self.repair.id})
        with self.assertRaises(UserError):
            self.repair.with_user(self.manager).write({"statement_ids": [(5, 0, 0)]})

    # Requests and signature

    def test_an_open_request_stops_signature_and_settlement(self):
        """Covers: AS-04."""
        for act in (self.repair.action_sign_bill, self.repair.action_settle):
            with self.assertRaisesRegex(UserError, "It leaks"):
                act()
        with self.assertRaisesRegex(UserError, "It leaks"):
            self.repair.sudo()._sign_as_customer("bill", "Customer", draw_signature(), channel="portal")
        with self.assertRaises(ValidationError):
            self.repair.request_ids.write({"state": "declined", "resolution": " "})
        self.repair.request_ids.write({"state": "declined", "resolution": "Customer will come again"})
        self.assertTrue(self.repair.action_sign_bill())

    def test_an_unsigned_bill_is_not_settled(self):
        """Covers: AS-04, A-13-R1."""
        self.answer_requests(self.repair)
        with self.assertRaisesRegex(UserError, "not signed"):
            self.repair.action_settle()
        self.assertEqual(self.repair.service_stage, "ready")

    def test_whoever_received_the_unit_explains_and_it_is_recorded(self):
        """Covers: AS-04."""
        self.assertEqual(self.repair.received_by_id, self.reception)
        self.sign_bill(self.repair)
        self.assertEqual(self.repair.statement_id.explained_by_id, self.reception)
        self.assertTrue(self.repair.is_bill_signed)

    def test_a_new_statement_needs_a_new_signature(self):
        self.sign_bill(self.repair)
        first = self.repair.statement_id
        order = self.repair.sudo().sale_order_id
        order.order_line.filtered(lambda line: line.product_id == self.labor).product_uom_qty = 3
        with self.assertRaisesRegex(UserError, "out of date"):
            self.repair.action_settle()
        self.repair.action_remake_statement()
        self.assertEqual((first.state, self.repair.statement_id.amount_customer), ("replaced", 260))
        with self.assertRaisesRegex(UserError, "not signed"):
            self.repair.action_settle()
        self.sign_bill(self.repair)
        self.repair.action_settle()
        self.assertEqual(self.repair.bill_residual, 260)

    def test_a_unit_without_customer_or_away_from_the_workshop_needs_no_bill_signature(self):
        repair = self.make_ready(billable=False, service_mode="on_site")
        self.answer_requests(repair)
        repair.action_settle()
        self.assertEqual(repair.service_stage, "settled")

    # Invoice and bearers

    def test_only_the_customers_share_is_invoiced(self):
        """Covers: F-35."""
        self.sign_bill(self.repair)
        self.repair.action_settle()
        bill = self.get_bill(self.repair)
        self.assertEqual(bill.state, "posted")
        lines = bill.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        self.assertEqual(lines.product_id, self.hose | self.labor)
        self.assertEqual((bill.amount_total, bill.service_repair_id), (180, self.repair))

    def test_the_rest_is_booked_to_its_bearer_once_and_at_cost(self):
        """One analytic entry for the covered pump, no journal entry beside the stock's own.

        Covers: F-35.
        """
        before = self.env["account.move"].search([])
        self.sign_bill(self.repair)
        self.repair.action_settle()
        entry = self.repair.sudo().service_cost_line_ids
        account = self.env.ref("aftersales_service.analytic_account_supplier")
        self.assertEqual((entry.service_bearer, entry.amount, entry.account_id), ("supplier", -40, account))
        self.assertFalse(entry.move_line_id)
        self.assertEqual(self.env["account.move"].search([]) - before, self.get_bill(self.repair))

    def test_a_company_chooses_its_own_account(self):
        account = self.env["account.analytic.account"].create(
            {"name": "Own", "plan_id": self.env.ref("analytic.analytic_plan_projects").id}
        )
        self.company.service_supplier_account_id = account
        self.sign_bill(self.repair)
        self.repair.action_settle()
        self.assertEqual(self.repair.sudo().service_cost_line_ids.account_id, account)

    def test_a_fully_covered_repair_has_nothing_to_pay(self):
        repair = self.make_settled(billable=False)
        self.assertEqual((repair.bill_state, repair.bill_count), ("nothing", 0))
        repair.next_service_reason = "Sold on"
        repair.action_hand_over()
        self.assertEqual(repair.service_stage, "delivered")

    # Payment, then delivery

    def test_an_unpaid_unit_does_not_leave(self):
        """Covers: AS-04, A-13-R1."""
        repair = self.make_settled()
        repair.next_service_reason = "Sold on"
        with self.assertRaisesRegex(UserError, "not paid"):
            repair.action_hand_over()
        for values in ({"service_stage": "delivered"}, {"handed_over_on": fields.Datetime.now()}):
            with self.assertRaises(UserError):
                repair.with_user(self.manager).write(values)
        self.pay(repair)
        self.assertEqual(repair.bill_state, "paid")
        repair.action_hand_over()
        self.assertEqual((repair.service_stage, repair.handed_over_by_id), ("delivered", self.reception))

    def test_credit_is_a_managers_word_with_a_reason(self):
        """Covers: AS-04."""
        repair = self.make_settled()
        repair.next_service_reason = "Sold on"
        with self.assertRaises(AccessError):
            repair.action_open_credit_wizard()
        with self.assertRaises(AccessError):
            self.env["repair.credit"].with_user(self.reception).create(
                {"repair_id": repair.id, "reason": "x"}
            )
        with self.assertRaises(AccessError):
            repair._authorize_credit("Please")
        with self.assertRaises(UserError):
            repair.write({"credit_authorized_by_id": self.manager.id})
        action = repair.with_user(self.manager).action_open_credit_wizard()
        wizard = self.env["repair.credit"].with_user(self.manager).with_context(**action["context"])
        with self.assertRaises(UserError):
            wizard.create({"reason": "   "}).action_authorize()
        wizard.create({"reason": "Monthly account"}).action_authorize()
        repair.action_hand_over()
        self.assertEqual((repair.service_stage, repair.credit_reason), ("delivered", "Monthly account"))

    def test_a_customer_with_credit_takes_the_unit_before_paying(self):
        repair = self.make_settled()
        repair.next_service_reason = "Sold on"
        with self.assertRaises(AccessError):
            self.customer.with_user(self.reception).service_credit = True
        self.customer.with_user(self.manager).sudo().service_credit = True
        repair.action_hand_over()
        self.assertEqual(repair.service_stage, "delivered")

    def test_the_next_service_is_agreed_or_declined_with_a_reason(self):
        """Covers: AS-05."""
        repair = self.make_settled(meter_reading=1000, meter_unit="hours")
        self.pay(repair)
        today = fields.Date.today()
        for values, message in (
            ({}, "not agreed"),
            ({"next_service_reason": "  "}, "not agreed"),
            ({"next_service_date": today - timedelta(days=1)}, "past"),
            (
                {"next_service_date": False, "next_service_meter": 900, "next_service_meter_unit": "hours"},
                "due already",
            ),
        ):
            repair.write(values)
            with self.assertRaisesRegex(UserError, message):
                repair.action_hand_over()
        repair.next_service_meter = 1500
        repair.action_hand_over()
        self.assertEqual(repair.service_stage, "delivered")

    def test_settling_and_handing_over_are_receptions_work(self):
        self.sign_bill(self.repair)
        for user in (self.technician, self.stock_user):
            with self.assertRaises(AccessError):
                self.repair.with_user(user).action_settle()
            with self.assertRaises(AccessError):
                self.repair.with_user(user).action_hand_over()
            with self.assertRaises(AccessError):
                self.repair.with_user(user).action_remake_statement()

    def test_steps_are_not_skipped(self):
        with self.assertRaises(UserError):
            self.repair.action_hand_over()
        draft = self.create_repair(self.lot, user=self.reception)
        for act in (
            draft.action_settle,
            draft.action_hand_over,
            draft.action_remake_statement,
            draft.action_sign_bill,
        ):
            with self.assertRaises(UserError):
                act()

    def test_values_of_settlement_are_not_brought_along(self):
        with self.assertRaises(AccessError):
            self.create_repair(self.lot, user=self.reception, received_by_id=self.manager.id)
        repair = self.create_repair(
            self.lot,
            user=self.reception,
            credit_authorized_by_id=self.manager.id,
            handed_over_on=fields.Datetime.now(),
        )
        self.assertEqual(repair.received_by_id, self.reception)
        self.assertFalse(repair.credit_authorized_by_id or repair.handed_over_on)
        result = (
            self.env["repair.order"]
            .with_user(self.reception)
            .load([".id", "credit_reason"], [[str(repair.id), "Because"]])
        )
        self.assertFalse(result["ids"])

    # Cashier

    def test_the_cashier_sees_totals_and_collects_only(self):
        """Covers: AS-04."""
        repair = self.make_settled()
        cashier = new_test_user(self.env, "t_cashier", groups="account.group_account_invoice")
        bill = self.env["account.move"].with_user(cashier).search([("is_service_bill", "=", True)])
        self.assertIn(self.get_bill(repair).id, bill.ids)
        bill = bill.filtered(lambda move: move.service_repair_name == repair.name)
        self.assertEqual(bill.read(["amount_total", "amount_residual"])[0]["amount_total"], 180)
        for name in ("repair.order", "repair.statement", "repair.statement.line", "service.repair.record"):
            with self.assertRaises(AccessError):
                self.env[name].with_user(cashier).search([])
        with self.assertRaises(AccessError):
            bill.read(["service_repair_id"])
        with self.assertRaises(AccessError):
            repair.with_user(cashier).action_hand_over()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            bill.button_draft()
        self.pay(repair, user=cashier)
        self.assertEqual(repair.bill_state, "paid")

    def test_a_manager_may_reopen_a_bill(self):
        repair = self.make_settled()
        bill = self.get_bill(repair)
        self.manager.group_ids += self.env.ref("account.group_account_invoice")
        bill.with_user(self.manager).button_draft()
        repair.invalidate_recordset()
        self.assertEqual((bill.state, repair.bill_state), ("draft", "open"))

    def test_the_receipt_prints_in_the_customers_language(self):
        """Covers: A-12-R3."""
        repair = self.make_settled()
        self.pay(repair)
        payment = self.get_bill(repair).matched_payment_ids
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales_service.account_payment_report_service", payment.ids)[0]
            .decode()
        )
        for text in (self.customer.name, repair.name, "180.00", self.accountant.name, "One Hundred"):
            self.assertIn(text, html)

    # Others' companies

    def test_another_company_has_no_part_in_it(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "t_elsewhere",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for act in ("action_settle", "action_hand_over", "action_remake_statement", "action_view_bills"):
            with self.assertRaises(AccessError):
                getattr(self.repair.with_user(stranger), act)()
        self.assertFalse(self.env["repair.statement"].with_user(stranger).search([]))
