# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .test_repair_labor import LaborCase

LIMIT = "aftersales_service.parameter_on_site_cash_limit"


@tagged("post_install", "-at_install")
class TestServiceCash(LaborCase):
    """A small amount at the customer's: allowed, agreed, receipted, handed in, booked, and matched with the bill."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashbook = cls.env["account.journal"].create(
            {"name": "Cash from technicians", "type": "cash", "code": "CTECH"}
        )
        cls.company.service_cash_journal_id = cls.cashbook
        cls.allow_up_to(500)
        cls.job = cls.visit_out_of_warranty()

    @classmethod
    def allow_up_to(cls, figure, since=False):
        cls.env["compliance.parameter.edition"]._add_edition(
            {
                "parameter_id": cls.env.ref(LIMIT).id,
                "company_id": cls.company.id,
                "value": str(figure),
                "law": "Service rule of the company",
                "valid_from": since,
                "evidence": "read",
            },
            "Decided by the management",
        )

    @classmethod
    def visit_out_of_warranty(cls):
        """A job at the customer's on a unit without warranty, agreed for 270 (visit, hose, half an hour), begun."""
        repair = cls.create_repair(
            cls.create_lots(prefix="CASH"),
            [("add", cls.hose)],
            labor_ids=cls.labor(cls.visit_fee, cls.hose_work),
            service_mode="on_site",
            fault_severity="serious",
        )
        repair.with_user(cls.advisor).action_create_sale_order()
        cls.sign_intake(repair)
        cls.sign_estimate(repair)
        cls.dispatch(repair)
        repair.with_user(cls.technician).action_repair_start()
        return repair.with_user(cls.technician)

    @contextmanager
    def refused(self, pattern="", error=UserError):
        """Refused, and nothing of it stays."""
        with self.assertRaisesRegex(error, pattern), self.env.cr.savepoint():
            yield

    def take(self, amount=None, user=None):
        """The technician's screen: “Take Cash”, the amount, save."""
        repair = self.job.with_user(user or self.technician)
        action = repair.action_collect_cash()
        form = Form(
            self.env[action["res_model"]].with_user(repair.env.user).with_context(**action["context"])
        )
        if amount is not None:
            form.amount = amount
        return form.save()

    def allow(self):
        self.job.with_user(self.manager).action_allow_cash()

    def finish(self):
        job = self.job
        for move in job.move_ids:
            move.quantity = move.product_uom_qty
        job.move_ids.picked = True
        self.write_visit(job).action_done()
        self.sign_voucher(job)
        self.pass_quality_check(job)
        job.action_repair_end()
        self.env["repair.request"].search([("repair_id", "=", job.id)]).write(
            {"state": "solved", "resolution": "Hose replaced"}
        )
        job.with_user(self.reception).action_settle()

    def test_cash_on_site_from_price_to_invoice_and_books(self):
        """Priced, agreed, allowed; taken against a numbered receipt; counted by the cashier; booked in the cash book
        and matched with the invoice that follows.

        Covers: F-09.
        """
        due = self.job.sudo().sale_order_id.amount_total
        self.assertGreater(due, 0)
        self.allow()
        receipt = self.take()
        self.assertEqual((receipt.amount, receipt.state), (due, "issued"))
        self.assertEqual(receipt.collected_by_id, self.technician)
        self.assertRegex(receipt.name, r"^CR/\d{4}/\d{5}$")
        self.assertEqual(self.job._get_cash_due(), 0, "nothing is left to take")
        receipt.with_user(self.accountant).action_hand_in()
        payment = receipt.sudo().payment_id
        self.assertEqual((receipt.state, receipt.cashier_id), ("handed_in", self.accountant))
        self.assertEqual((payment.journal_id.type, payment.state, payment.amount), ("cash", "paid", due))
        self.assertEqual(payment.journal_id, self.cashbook)
        booked = payment.move_id.line_ids
        self.assertEqual(payment.move_id.state, "posted")
        self.assertEqual(
            booked.filtered(lambda line: line.account_id == self.cashbook.default_account_id).debit, due
        )
        self.finish()
        bill = self.job.sudo()._get_bills()
        self.assertEqual((bill.state, bill.amount_residual), ("posted", 0))
        self.assertEqual(self.job.bill_state, "paid")
        self.assertIn(bill, payment.reconciled_invoice_ids)

    def test_cash_taken_after_the_bill_is_matched_at_once(self):
        self.allow()
        self.finish()
        bill = self.job.sudo()._get_bills()
        receipt = self.take(100)
        self.assertEqual(bill.amount_residual, bill.amount_total)
        receipt.with_user(self.accountant).action_hand_in()
        self.assertEqual(bill.amount_residual, bill.amount_total - 100)
        self.take()
        self.assertEqual(self.job._get_cash_due(), 0)

    def test_a_technician_takes_no_money_without_permission_price_and_limit(self):
        """Covers: R-04."""
        with self.refused("No manager has allowed"):
            self.take(10)
        for user in (self.technician, self.reception, self.dispatcher):
            with self.refused(error=AccessError):
                self.job.with_user(user).action_allow_cash()
        with self.refused():
            self.job.write({"cash_allowed_by_id": self.manager.id})
        self.allow()
        due = self.job._get_cash_due()
        with self.refused("more were taken than the customer owes"):
            self.take(due + 0.01)
        self.allow_up_to(50, since=fields.Date.today() - timedelta(days=1))
        self.take(30)
        with self.refused("more than the"):
            self.take(20.01)
        self.take(20)
        self.assertEqual(sum(self.job.cash_receipt_ids.mapped("amount")), 50)

    def test_as_delivered_nobody_takes_a_cent(self):
        """The figure that comes with the addon is zero: a company has to set its own. Covers: R-04."""
        value = self.env["compliance.parameter"]._value(
            "service.on_site_cash_limit", company=self.env["res.company"].create({"name": "Elsewhere"})
        )
        self.assertEqual(value, 0)

    def test_only_who_was_sent_takes_it_and_only_there(self):
        self.allow()
        other = new_test_user(
            self.env, "t_not_sent", groups="aftersales_service.aftersales_service_group_technician"
        )
        with self.refused("was not sent"):
            self.take(10, user=other)
        with self.refused(error=AccessError):
            self.take(10, user=self.reception)
        workshop = self.create_repair(self.lot)
        with self.refused("is not done at the customer's"):
            workshop.with_user(self.manager).action_allow_cash()
        vals = {"repair_id": workshop.id, "amount": 5}
        with self.refused("is not being repaired at the customer's"):
            self.env["service.cash.receipt"].with_user(self.technician).create(vals)
        result = self.env["service.cash.receipt"].with_user(self.technician)
        result = result.load(["repair_id/.id", "amount"], [[str(workshop.id), "5"]])
        self.assertFalse(result["ids"])

    def test_a_receipt_stays_as_the_customer_holds_it(self):
        self.allow()
        receipt = self.take(40)
        for user in (self.technician, self.accountant, self.manager):
            for vals in ({"amount": 4}, {"state": "handed_in"}, {"collected_by_id": self.manager.id}):
                with self.refused():
                    receipt.with_user(user).write(vals)
            with self.refused():
                receipt.with_user(user).unlink()
        with self.refused():
            receipt.create({"repair_id": self.job.id, "amount": 1, "state": "handed_in"})
        self.assertEqual(receipt.amount, 40)

    def test_money_is_counted_by_somebody_else_and_once(self):
        self.allow()
        receipt = self.take(40)
        for user in (self.technician, self.reception, self.manager):
            with self.refused(error=AccessError):
                receipt.with_user(user).action_hand_in()
        self.technician.group_ids += self.env.ref("account.group_account_invoice")
        with self.refused("he took himself"):
            receipt.with_user(self.technician).action_hand_in()
        receipt.with_user(self.accountant).action_hand_in()
        with self.refused("Handed In"):
            receipt.with_user(self.accountant).action_hand_in()
        with self.refused():
            receipt.with_user(self.manager).action_cancel()

    def test_a_canceled_receipt_needs_its_reason_and_frees_the_amount(self):
        self.allow()
        receipt = self.take(40)
        due = self.job._get_cash_due()
        with self.refused("write down why"):
            receipt.with_user(self.manager).action_cancel()
        receipt.with_user(self.manager).cancel_reason = "Customer pays by transfer"
        receipt.with_user(self.manager).action_cancel()
        self.assertEqual(self.job._get_cash_due(), due + 40)

    def test_money_not_handed_in_is_listed(self):
        self.allow()
        receipt = self.take(40)
        receipts = self.env["service.cash.receipt"].with_user(self.accountant)
        self.assertFalse(receipt.is_overdue)
        self.assertNotIn(receipt.id, receipts.search([("is_overdue", "=", True)]).ids)
        today = self.company._get_law_date()
        self.assertEqual(receipt.hand_in_deadline, self.company._add_working_days(today, 1))
        receipt.sudo()._write_system({"hand_in_deadline": today - timedelta(days=1)})
        receipt.invalidate_recordset()
        self.assertTrue(receipt.is_overdue)
        self.assertIn(receipt.id, receipts.search([("is_overdue", "=", True)]).ids)
        receipt.with_user(self.accountant).action_hand_in()
        self.assertFalse(receipt.is_overdue)

    def test_the_cashier_sees_the_receipt_and_not_the_repair(self):
        self.allow()
        receipt = self.take(40).with_user(self.accountant)
        self.assertEqual(receipt.read(["repair_name", "amount"])[0]["repair_name"], self.job.name)
        with self.refused(error=AccessError):
            receipt.read(["repair_id"])

    def test_the_receipt_prints_in_the_customers_language(self):
        self.allow()
        receipt = self.take(40)
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_cash_receipt", receipt.ids
        )[0]
        for text in (receipt.name, self.customer.name, self.job.name, "40.00", self.technician.name, "Forty"):
            self.assertIn(text, html.decode())

    def test_another_company_has_no_part_in_it(self):
        self.allow()
        receipt = self.take(40)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "t_elsewhere",
            groups="aftersales_service.aftersales_service_group_manager,account.group_account_invoice",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.env["service.cash.receipt"].with_user(stranger).search([]))
        with self.refused(error=AccessError):
            receipt.with_user(stranger).action_hand_in()
        with self.refused(error=AccessError):
            self.job.with_user(stranger).action_allow_cash()
