# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .claim_kind_common import ClaimKindCommon


@tagged("post_install", "-at_install")
class TestSettlementBoth(ClaimKindCommon):
    """Of both kinds: the supplier credits the parts, and we invoice the work."""

    def _make(self, **vals):
        self.cover_labor(settlement_way="both", **vals)
        return self._make_settlement(self._make_agreed(self.repair_with_labor()))

    def test_parts_are_credited_and_the_rest_is_invoiced(self):
        """Covers: S2-C-06."""
        settlement = self._make()
        self.assertEqual(settlement.settlement_way, "both")
        settlement.action_post()
        note, invoice = settlement.sudo().batch_ids.move_id
        self.assertEqual((note.move_type, note.amount_untaxed), ("in_refund", 400.0))
        self.assertEqual((invoice.move_type, invoice.amount_untaxed), ("out_invoice", 270.0))
        self.assertEqual(note.invoice_line_ids.tax_ids.mapped("type_tax_use"), ["purchase"])
        self.assertEqual(set(invoice.invoice_line_ids.tax_ids.mapped("type_tax_use")) - {"sale"}, set())
        self.assertEqual(settlement.amount_total, note.amount_total + invoice.amount_total)
        self.assertEqual(settlement.amount_residual, settlement.amount_total)
        self.assertEqual(settlement.line_ids.claim_id.state, "settled")

    def test_it_is_over_when_the_credit_is_set_off_and_the_invoice_is_paid(self):
        bill = self._make_bill(1000.0)
        settlement = self._make()
        settlement.action_post()
        note, invoice = settlement.sudo().batch_ids.move_id
        settlement.action_reconcile()
        self.assertEqual((settlement.state, note.amount_residual), ("posted", 0.0))
        self.assertEqual(bill.amount_residual, 1000.0 - note.amount_total)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        self.assertEqual(settlement.state, "reconciled")

    def test_reversal_undoes_both(self):
        settlement = self._make()
        settlement.action_post()
        settlement.with_user(self.manager).action_cancel()
        batches = settlement.sudo().batch_ids
        self.assertEqual((settlement.state, len(batches.reversal_id)), ("canceled", 2))
        for account, lines in (batches.move_id | batches.reversal_id).line_ids.grouped("account_id").items():
            self.assertEqual(self.company.currency_id.round(sum(lines.mapped("balance"))), 0.0, account.name)
        self.assertEqual(settlement.line_ids.claim_id.state, "agreed")

    def test_a_document_without_anything_to_pay_is_refused(self):
        settlement = self._make()
        settlement.variance_ids = [(0, 0, {"reason": "Rebate", "amount": -500.0})]
        with self.assertRaisesRegex(UserError, "does not leave anything to pay"):
            settlement.action_post()
