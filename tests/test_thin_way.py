# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The ways through the house, each walked from the first click to the last entry by the people who work there.

Nothing is made by the superuser on the way but the world itself (company, people, products, terms); every step is
taken as the person whose work it is.
"""

from scratch import connect
from service_world import ServiceWorld, load_chinese_chart

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.pharmacy_gsp.tests.common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestFromSoldToSettled(ServiceWorld):
    """A machine is sold, breaks, is repaired under warranty, and the supplier of the part pays."""

    def test_sold_covered_repaired_claimed_settled_posted_and_reconciled(self):
        bill = self.buy_parts()
        total_bill = bill.amount_residual
        registration = self.sell_machine()
        self.assertEqual((registration.lot_id, registration.state), (self.serial, "active"))

        repair = self.repair_machine(self.report_fault())
        added = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
        removed = repair.move_ids.filtered(lambda move: move.repair_line_type == "remove")
        self.assertEqual(repair.state, "done")
        self.assertEqual(repair.customer_words, "It hums and stays warm.")
        self.assertEqual(added.coverage, "warranty")
        self.assertEqual(added.warranty_registration_line_id.registration_id, registration)
        self.assertEqual(removed.move_line_ids.owner_id, self.supplier)
        self.assertEqual(removed.location_dest_id, self.warehouse.old_part_location_id)
        self.assertEqual(
            self.env["stock.move"].browse(removed.id).value, 0, "an old part is worth nothing in our books"
        )
        self.assertEqual(self.compressor.qty_available, 4, "an old part is not for sale")

        claim = self.claim(repair)
        self.assertEqual(claim.supplier_id, self.supplier)
        self.assertEqual((claim.amount_claimed, claim.amount_agreed, claim.amount_refused), (440, 400, 40))
        self.assertEqual(claim.line_ids.old_part_ids.move_line_id, removed.move_line_ids)
        self.assertEqual((claim.line_ids.basis_price, claim.line_ids.basis_currency_id.name), (400, "CNY"))

        settlement = self.settle(claim)
        note = settlement.credit_note_id.with_user(self.accountant)
        self.assertEqual((settlement.state, claim.state), ("reconciled", "settled"))
        self.assertEqual((note.move_type, note.state, note.payment_state), ("in_refund", "posted", "paid"))
        self.assertEqual((note.amount_untaxed, note.amount_tax, note.amount_total), (400, 52, 452))
        self.assertEqual(bill.amount_residual, total_bill - 452)
        self.assertEqual(settlement.reconciled_bill_ids, bill)
        self.check_entries(note)

    def check_entries(self, note):
        """Payable down, cost and input tax back; under the Chinese chart as negative figures on the same side."""
        balances = {
            line.account_id.account_type: line.balance for line in note.line_ids if not line.tax_line_id
        }
        tax = note.line_ids.filtered("tax_line_id")
        self.assertEqual(balances["liability_payable"], 452)
        self.assertEqual(sum(note.invoice_line_ids.mapped("balance")), -400)
        self.assertEqual((tax.tax_line_id, tax.balance), (self.tax, -52))
        self.assertEqual(sum(note.line_ids.mapped("balance")), 0)
        self.assertTrue(self.company.account_storno)
        self.assertTrue(all(line.debit <= 0 for line in note.invoice_line_ids), "storno: a negative debit")

    def test_what_is_not_covered_is_never_claimed(self):
        """Out of warranty the customer pays, and no supplier is asked."""
        self.buy_parts()
        registration = self.sell_machine()
        repair = self.report_fault()
        self.env["warranty.registration.close"].with_user(self.manager).create(
            {"registration_ids": registration.ids, "operation": "void", "reason": "Opened by the customer"}
        ).action_apply()
        self.repair_machine(repair)
        added = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
        self.assertEqual(added.coverage, "billable")
        self.assertFalse(self.env["parts.claim.line"].search([("repair_id", "=", repair.id)]))
        with self.assertRaises(UserError):
            repair.with_user(self.clerk).action_claim()


@tagged("post_install", "-at_install")
class TestPharmacyWay(PharmacyCommon):
    """A prescription drug is refused, refused, sold, and the sale stands in a register that cannot be changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        load_chinese_chart(cls.company)
        cls.accountant = cls._create_user(
            "gsp_accountant", "account.group_account_invoice,sales_team.group_sale_salesman_all_leads"
        )

    def test_refused_refused_sold_recorded_chained_and_the_refusals_kept(self):
        order = self._create_order((self.rx, 2), self.otc)
        self.assertRefused("gsp.sale.prescription", order.action_confirm)

        prescription = self._create_prescription((self.rx, 2, {"usage": "as directed by the physician"}))
        with self.assertRaises(UserError), self.cr.savepoint():
            self._review(prescription)
        prescription.line_ids.usage = "oral, after meals"
        self._review(prescription)
        self.assertEqual((prescription.state, prescription.reviewed_by_id), ("reviewed", self.pharmacist))

        order.gsp_prescription_id = prescription
        order.action_confirm()
        expired = self._create_lot(self.rx, "RX-OLD", -1)
        self.assertRefused("gsp.sale.expired", self._deliver, order, lot=expired)

        self._deliver(order, lot=self.rx_lot)
        self.assertEqual(order.picking_ids.state, "done")
        records = self._records(order_id=order.id)
        sold = records.filtered(lambda record: record.product_id == self.rx)
        self.assertEqual(records.product_id, self.rx | self.otc)
        self.assertEqual((sold.lot_name, sold.quantity, sold.kind), ("RX-GOOD", 2, "prescription"))
        self.assertEqual((sold.prescription_id, sold.salesperson_id), (prescription, self.clerk))
        self.assertEqual(prescription.state, "dispensed")
        self.check_chain(records)
        self.check_refusals()
        self.check_payment(order, records)

    def check_payment(self, order, records):
        """Goods, register and money say the same: three packages, invoiced as recorded, and paid."""
        wizard = self.env["sale.advance.payment.inv"].with_user(self.accountant)
        wizard.with_context(active_model="sale.order", active_ids=order.ids).create({}).create_invoices()
        invoice = order.invoice_ids.with_user(self.accountant)
        invoice.action_post()
        self.assertEqual(invoice.amount_untaxed, 60)
        self.assertAlmostEqual(invoice.amount_total, sum(records.mapped("amount")))
        payment = self.env["account.payment.register"].with_user(self.accountant)
        payment.with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        ).action_create_payments()
        self.assertIn(invoice.payment_state, ("in_payment", "paid"))
        self.assertEqual(invoice.amount_residual, 0)

    def check_chain(self, records):
        """Both lines are sealed one after the other, and nobody can touch them."""
        self.env["gsp.sale.record"]._seal_evidence()
        records.invalidate_recordset()
        first, second = records.sorted("evidence_sequence")
        self.assertEqual(set(records.mapped("evidence_state")), {"sealed"})
        self.assertEqual(second.evidence_sequence, first.evidence_sequence + 1)
        self.assertEqual(second.previous_hash, first.evidence_hash)
        for user in (
            self.clerk,
            self.quality,
            self.env.ref("base.user_admin"),
            self.env.ref("base.user_root"),
        ):
            for change in (lambda record: record.write({"quantity": 9}), lambda record: record.unlink()):
                with self.assertRaises(UserError), self.cr.savepoint():
                    change(records.with_user(user))

    def check_refusals(self):
        """What was refused is kept, with who asked and by which rule, although nothing else of it is."""
        with connect(self.env.cr.dbname) as cursor:
            cursor.execute(
                "SELECT rule, user_name FROM compliance_refusal WHERE company_id = %s ORDER BY id",
                [self.company.id],
            )
            kept = cursor.fetchall()
        rules = [rule for rule, _user in kept]
        self.assertEqual(rules[0], "gsp.sale.prescription")
        self.assertIn("gsp.review.usage", rules)
        self.assertEqual(rules[-1], "gsp.sale.expired")
        self.assertEqual({user for _rule, user in kept}, {self.clerk.name, self.pharmacist.name})
