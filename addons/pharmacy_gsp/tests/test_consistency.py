# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestConsistency(PharmacyCommon):
    """Ticket, account, goods and money say the same, or the difference is listed with its cause (GSP 17102)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user(
            "gsp_accountant", "account.group_account_invoice,pharmacy_gsp.pharmacy_gsp_group_clerk"
        )
        china = {"company_id": cls.company.id}
        income = cls.env["account.account"].create(
            {"name": "Test Sales", "code": "600100", "account_type": "income", "company_ids": cls.company.ids}
        )
        cls.receivable = cls.env["account.account"].create(
            {
                "name": "Test Receivable",
                "code": "112200",
                "account_type": "asset_receivable",
                "reconcile": True,
                "company_ids": cls.company.ids,
            }
        )
        cls.env["account.journal"].create({"name": "Test Sales", "code": "TSAL", "type": "sale", **china})
        cls.bank = cls.env["account.journal"].create(
            {"name": "Test Cash", "code": "TCSH", "type": "cash", **china}
        )
        cls.bank.inbound_payment_method_line_ids.payment_account_id = cls.env["account.account"].create(
            {
                "name": "Test Receipts",
                "code": "100200",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": cls.company.ids,
            }
        )
        cls.prepaid = cls._create_drug("Test Prepaid", "otc_b", invoice_policy="order")
        cls.otc.invoice_policy = "delivery"
        cls._create_lot(cls.prepaid, "PREPAID", 400)
        cls.customer.with_company(cls.company).property_account_receivable_id = cls.receivable
        for product in (cls.otc, cls.prepaid):
            product.with_company(cls.company).property_account_income_id = income

    def _check(self, user=None, **vals):
        check = (
            self.env["gsp.consistency"]
            .with_user(user or self.pharmacist)
            .create({"company_id": self.company.id, "date_from": self.today, "date_to": self.today, **vals})
        )
        check.action_compare()
        return check

    def _causes(self, check):
        return sorted(check.line_ids.mapped(lambda line: (line.side, line.cause)))

    def _invoice(self, order, post=True, pay=True, **line_vals):
        invoice = order.sudo()._create_invoices()
        if line_vals:
            invoice.invoice_line_ids.write(line_vals)
        if post:
            invoice.action_post()
        if post and pay:
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoice.ids
            ).create({"journal_id": self.bank.id}).action_create_payments()
        return invoice

    def test_17102_what_is_ordered_recorded_delivered_and_paid_shows_no_difference(self):
        """Covers: P-17102-R2."""
        order = self._sell((self.otc, 3, {"price_unit": 10.01}))
        self._deliver(order)
        self._invoice(order)
        check = self._check()
        self.assertEqual(self._causes(check), [])
        self.assertEqual(
            (check.order_line_count, check.record_count, check.move_line_count, check.invoice_line_count),
            (1, 1, 1, 1),
        )
        check.with_user(self.quality).action_confirm()
        self.assertEqual((check.state, check.evidence_state), ("confirmed", "closed"))

    def test_17102_every_difference_is_listed_with_its_cause(self):
        """Covers: GSP-06, P-17102-R2."""
        waiting = self._sell((self.otc, 4))
        picking = waiting.picking_ids
        self._set_lot(picking.move_ids, self.otc_lot, 1)
        picking._action_done()
        draft = self._sell((self.otc, 1))
        self._deliver(draft)
        self._invoice(draft, post=False)
        unpaid = self._sell((self.otc, 1))
        self._deliver(unpaid)
        self._invoice(unpaid, pay=False)
        before = self._sell((self.prepaid, 2))
        self._invoice(before)
        dearer = self._sell((self.otc, 1))
        self._deliver(dearer)
        self._invoice(dearer, price_unit=99)
        by_hand = self._create_transfer(self.otc, 1, lot=self.otc_lot)
        by_hand.button_validate()
        check = self._check()
        found = {}
        for line in check.line_ids:
            found.setdefault(line.document_name, set()).add(line.cause)
        self.assertEqual(
            found,
            {
                waiting.name: {"waiting", "not_invoiced"},
                draft.name: {"invoice_draft"},
                unpaid.name: {"unpaid"},
                before.name: {"waiting", "invoiced_before"},
                dearer.name: {"other_price"},
                by_hand.name: {"no_order"},
            },
        )
        line = check.line_ids.filtered(
            lambda item: item.document_name == waiting.name and item.cause == "waiting"
        )
        self.assertEqual(
            (line.ordered, line.recorded, line.moved, line.invoiced, line.difference), (4, 1, 1, 0, 3)
        )
        self.assertEqual(line.action_view_order()["res_id"], waiting.id)
        self.assertEqual(
            self.env["gsp.sale.record"].search(line.action_view_records()["domain"]),
            self._records(order_id=waiting.id),
        )
        self.assertEqual(check.unexplained_count, 2)  # another price, and no order

    def test_17102_a_record_lost_or_a_movement_past_the_register_is_found(self):
        """Covers: P-17101-R2."""
        order = self._sell((self.otc, 2))
        self._deliver(order)
        self.env.flush_all()
        record = self._records(order_id=order.id)
        # what nobody can do in the program, somebody may do in the database
        self.env.cr.execute("UPDATE gsp_sale_record SET quantity = 1 WHERE id = %s", [record.id])
        self.assertIn(("goods_account", "not_recorded"), self._causes(self._check()))
        self.env.cr.execute("UPDATE gsp_sale_record SET quantity = 3 WHERE id = %s", [record.id])
        self.assertIn(("goods_account", "recorded_too_much"), self._causes(self._check()))
        self.env.cr.execute(
            "UPDATE gsp_sale_record SET quantity = 2, voucher_number = NULL WHERE id = %s", [record.id]
        )
        self.assertIn(("goods_account", "no_voucher"), self._causes(self._check()))
        self.env.cr.execute(
            "UPDATE stock_move_line SET quantity_product_uom = 5 WHERE move_id = %s", [record.move_id.id]
        )
        self.assertIn(("ticket_goods", "over_delivered"), self._causes(self._check()))

    def test_17102_a_return_is_no_difference_once_it_is_credited(self):
        order = self._sell((self.otc, 2))
        picking = self._deliver(order)
        self._invoice(order)
        wizard = Form(
            self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        ).save()
        wizard.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self._set_lot(returned.move_ids, self.otc_lot, 1)
        returned.button_validate()
        self.assertEqual(
            self._causes(self._check()), [("goods_money", "refund_missing"), ("ticket_goods", "returned")]
        )
        refund = order.sudo()._create_invoices(final=True)
        refund.action_post()
        causes = self._causes(self._check())
        self.assertNotIn(("goods_money", "refund_missing"), causes)
        self.assertIn(("ticket_goods", "returned"), causes)

    def test_17102_units_do_not_matter(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell((self.otc, 2, {"product_uom_id": dozen.id, "price_unit": 120}))
        self._deliver(order)
        self._invoice(order)
        self.assertEqual(self._causes(self._check()), [])

    def test_17102_only_explained_differences_are_confirmed(self):
        picking = self._create_transfer(self.otc, 1, lot=self.otc_lot)
        picking.button_validate()
        check = self._check()
        line = check.line_ids
        self.assertEqual((line.cause, line.is_explained), ("no_order", False))
        with self.assertRaises(AccessError):
            check.action_confirm()
        with self.assertRaises(UserError), self.cr.savepoint():
            check.with_user(self.quality).action_confirm()
        with self.assertRaises(AccessError):
            line.with_user(self.clerk).explanation = "So what"
        for vals in ({"cause": "waiting"}, {"difference": 0}, {"explanation": "x", "is_explained": True}):
            with self.assertRaises(UserError), self.cr.savepoint():
                line.with_user(self.quality).write(vals)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.env["gsp.consistency.line"].with_user(self.quality).create({"check_id": check.id})
        line.with_user(self.pharmacist).explanation = "Sample for the authority, minutes of the day"
        check.action_compare()
        line = check.line_ids
        self.assertEqual(line.explained_by_id, self.pharmacist, "a new comparison keeps the word")
        check.with_user(self.quality).action_confirm()
        self.assertEqual(check.evidence_state, "closed")
        for attempt in (
            lambda: line.with_user(self.quality).write({"explanation": "Another"}),
            lambda: check.with_user(self.quality).write({"date_to": self.today + timedelta(days=1)}),
            check.with_user(self.quality).action_compare,
            check.with_user(self.quality).unlink,
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()

    def test_17102_the_period_and_the_company_count(self):
        self._deliver(self._sell(self.otc))
        yesterday = self.today - timedelta(days=1)
        self.assertFalse(self._check(date_from=yesterday, date_to=yesterday).order_line_count)
        other = self._create_company("Other Test Pharmacy")
        stranger = self._create_user("gsp_consistency_stranger", "quality", other)
        check = self.env["gsp.consistency"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        own = check.create({"company_id": other.id, "date_from": self.today, "date_to": self.today})
        own.action_compare()
        self.assertFalse(own.order_line_count + own.record_count)
        with self.assertRaises(AccessError):
            check.create({"company_id": self.company.id, "date_from": self.today, "date_to": self.today})
        mine = self._check()
        with self.assertRaises(AccessError):
            mine.with_user(stranger).with_context(allowed_company_ids=other.ids).action_compare()
        with self.assertRaises(ValidationError):
            self._check(date_from=self.today, date_to=yesterday)
        store = self._check(warehouse_id=self.warehouse.id)
        self.assertEqual(store.order_line_count, 1)

    def test_17102_another_period_drops_what_was_compared(self):
        self._deliver(self._sell(self.otc))
        check = self._check()
        self.assertTrue(check.line_ids)
        check.date_from = self.today - timedelta(days=1)
        self.assertFalse(check.line_ids or check.compared_at or check.order_line_count)

    def test_17102_two_queries_whatever_the_number_of_lines(self):
        def count(lines):
            order = self._sell(*[self.otc] * lines)
            self._deliver(order)
            self.env.flush_all()
            comparison = self.env["gsp.consistency.comparison"]
            start, stop = self.company._get_law_day_bounds(self.today)
            before = self.cr.sql_log_count
            comparison._compare(self.company, self.env["stock.warehouse"], start, stop)
            return self.cr.sql_log_count - before

        self.assertEqual(count(1), count(8))

    def test_17102_the_report_is_saved_as_a_spreadsheet(self):
        self._sell((self.otc, 2))
        check = self._check()
        action = check.action_print()
        self.assertEqual(action["context"]["default_register"], "consistency")
        wizard = (
            self.env["gsp.register.wizard"]
            .with_user(self.pharmacist)
            .with_context(**action["context"])
            .create({"lang": "en_US"})
        )
        report = wizard.action_xlsx()
        self.assertEqual(report["report_type"], "xlsx")
        kept = self.env["gsp.register.print"].browse(report["context"]["active_ids"])
        self.assertEqual((kept.row_count, kept.parent_name), (len(check.line_ids), check.display_name))
