# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestSettlementWay(ClaimsCommon):
    """Each way ends in the books, is reconciled there, and is undone as a whole."""

    def _make(self, way, variance=0.0):
        settlement = self._make_settlement()
        settlement.settlement_way = way
        if variance:
            settlement.variance_ids = [Command.create({"reason": "Rounding", "amount": variance})]
        return settlement

    def _pay(self, move):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({}).action_create_payments()

    def _assert_undone(self, settlement, *bills):
        """Nothing is left in the books of the settlement; the claims can be settled anew."""
        claim = settlement.line_ids.claim_id
        settlement.with_user(self.manager).action_cancel()
        self.assertEqual(settlement.state, "canceled")
        self.assertEqual((claim.state, set(claim.line_ids.mapped("state"))), ("agreed", {"agreed"}))
        for bill in bills:
            self.assertEqual(bill.amount_residual, bill.amount_total)
        own = settlement.sudo().credit_note_id | settlement.sudo().offset_move_ids
        moves = own | self.env["account.move"].search([("reversed_entry_id", "in", own.ids)])
        self.assertEqual(len(moves), 2 * len(own))
        for account, lines in moves.line_ids.grouped("account_id").items():
            self.assertEqual(self.company.currency_id.round(sum(lines.mapped("balance"))), 0.0, account.name)
        again = self._make_settlement(claim)
        self.assertEqual(again.line_ids.claim_line_id, claim.line_ids)

    def test_our_invoice_is_posted_paid_and_undone(self):
        """Covers: S2-C-06."""
        settlement = self._make("invoice")
        settlement.action_post()
        invoice = settlement.credit_note_id.sudo()
        self.assertEqual((invoice.move_type, invoice.state), ("out_invoice", "posted"))
        self.assertEqual((invoice.amount_untaxed, invoice.amount_total), (400.0, settlement.amount_total))
        self.assertEqual(set(settlement.line_ids.tax_ids.mapped("type_tax_use")), {"sale"})
        with self.assertRaisesRegex(UserError, "the supplier pays it"):
            settlement.action_reconcile()
        self._assert_undone(settlement)

    def test_a_paid_invoice_is_reconciled(self):
        settlement = self._make("invoice")
        settlement.action_post()
        self.assertEqual(settlement.state, "posted")
        self._pay(settlement.credit_note_id.sudo())
        self.assertEqual(settlement.state, "reconciled")

    def test_the_invoice_is_offset_against_the_oldest_bills_and_undone(self):
        """Covers: S2-C-06."""
        older, newer = self._make_bill(200.0, days_ago=50), self._make_bill(1000.0, days_ago=5)
        settlement = self._make("offset")
        settlement.action_post()
        settlement.action_reconcile()
        total = settlement.amount_total
        self.assertEqual(settlement.state, "reconciled")
        self.assertEqual((older.amount_residual, newer.amount_residual), (0.0, 1200.0 - total))
        entry = settlement.offset_move_ids.sudo()
        self.assertEqual((entry.state, entry.move_type), ("posted", "entry"))
        kinds = {
            line.account_id.account_type: sum(
                entry.line_ids.filtered(lambda other, line=line: other.account_id == line.account_id).mapped(
                    "balance"
                )
            )
            for line in entry.line_ids
        }
        self.assertEqual(kinds, {"liability_payable": total, "asset_receivable": -total})
        self.assertEqual(settlement.reconciled_bill_ids, older | newer)
        self._assert_undone(settlement, older, newer)

    def test_an_offset_larger_than_the_bills_leaves_the_rest_open(self):
        bill = self._make_bill(100.0)
        settlement = self._make("offset")
        settlement.action_post()
        settlement.action_reconcile()
        self.assertEqual(bill.amount_residual, 0.0)
        self.assertEqual(
            (settlement.state, settlement.amount_residual), ("posted", settlement.amount_total - 100.0)
        )
        with self.assertRaisesRegex(UserError, "no open bill"):
            settlement.action_reconcile()

    def test_the_offset_entry_is_not_undone_behind_the_settlement(self):
        self._make_bill(1000.0)
        settlement = self._make("offset")
        settlement.action_post()
        settlement.action_reconcile()
        entry = settlement.offset_move_ids.sudo()
        for undo in (
            entry.button_draft,
            entry._reverse_moves,
            lambda: entry.write({"state": "draft"}),
            entry.unlink,
        ):
            with self.assertRaises(UserError):
                undo()
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            settlement.write({"offset_move_ids": [Command.clear()]})

    def test_the_way_and_the_variances_are_fixed_once_posted(self):
        settlement = self._make("credit_note", variance=-0.5)
        self.assertEqual(settlement.amount_untaxed, 399.5)
        settlement.action_post()
        self.assertEqual(settlement.credit_note_id.sudo().amount_untaxed, 399.5)
        self.assertEqual(settlement._get_statement_rows()[-1]["reason"], "Rounding")
        self.assertEqual(settlement._get_statement_totals()["refused"], 0.0)
        for attempt in (
            lambda: settlement.write({"settlement_way": "invoice"}),
            lambda: settlement.variance_ids.write({"amount": 1.0}),
            lambda: settlement.variance_ids.unlink(),
            lambda: settlement.variance_ids.create(
                {"settlement_id": settlement.id, "reason": "x", "amount": 1.0}
            ),
        ):
            with self.assertRaisesRegex(UserError, "can no longer change"):
                attempt()
        self._assert_undone(settlement)

    def test_a_variance_that_leaves_nothing_to_pay_is_refused(self):
        settlement = self._make("credit_note")
        settlement.variance_ids = [
            Command.create(
                {
                    "reason": "Rebate",
                    "amount": -400.0,
                    "tax_ids": [Command.set(settlement.line_ids.tax_ids.ids)],
                }
            )
        ]
        with self.assertRaisesRegex(UserError, "does not leave anything to pay"):
            settlement.action_post()

    def test_taxes_of_the_other_side_are_refused(self):
        settlement = self._make("credit_note")
        settlement.line_ids.tax_ids = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", 13)],
            limit=1,
        )
        with self.assertRaisesRegex(UserError, "do not go with the way"):
            settlement.action_post()

    def test_the_way_of_the_agreement_is_proposed(self):
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.settlement_way = "offset"
        self.agreement.with_user(self.manager).action_activate()
        self.assertEqual(self._make_settlement().settlement_way, "offset")

    def test_other_roles_cannot_add_variances(self):
        settlement = self._make("credit_note")
        with self.assertRaises(AccessError):
            settlement.with_user(self.clerk).variance_ids.create(
                {"settlement_id": settlement.id, "reason": "x", "amount": 1.0}
            )

    # The cut

    def test_the_cut_gathers_what_was_agreed_in_periods_that_are_over(self):
        claim = self._make_agreed()
        settlements = self.env["claim.settlement"]
        settlements._cron_cut()
        self.assertFalse(claim.line_ids.settlement_line_ids, "the period is not over")
        claim._set({"agreed_date": fields.Date.today() - timedelta(days=40)})
        settlements._cron_cut()
        settlement = claim.line_ids.settlement_id
        self.assertEqual(settlement.state, "draft")
        first = self.agreement._get_period(fields.Date.today())[0]
        self.assertEqual(settlement.cut_date, first - timedelta(days=1))
        settlements._cron_cut()
        self.assertEqual(len(claim.line_ids.settlement_line_ids), 1)

    # Reminders

    def test_overdue_settlements_are_reminded_of_again_and_again(self):
        self.supplier.email = "claims@harbor.example.com"
        term = self.env.ref("account.account_payment_term_immediate")
        self.supplier.with_company(self.company).property_payment_term_id = term
        settlement = self._make("invoice")
        settlement.invoice_date = fields.Date.today() - timedelta(days=60)
        settlement.action_post()
        cron = settlement.sudo()._cron_dunning
        mails = self.env["mail.mail"].search_count([("model", "=", "claim.settlement")])
        self.company.claim_dunning_days = 0
        cron()
        self.assertFalse(settlement.dunning_count)
        self.company.claim_dunning_days = 14
        cron()
        cron()
        self.assertEqual(settlement.dunning_count, 1, "not twice within the days")
        self.assertIn(self.accountant, settlement.activity_ids.user_id)
        self.assertEqual(self.env["mail.mail"].search_count([("model", "=", "claim.settlement")]), mails + 1)
        settlement._set({"dunning_date": fields.Date.today() - timedelta(days=15)})
        cron()
        self.assertEqual(settlement.dunning_count, 2)
        self._pay(settlement.credit_note_id.sudo())
        settlement._set({"dunning_date": fields.Date.today() - timedelta(days=15)})
        cron()
        self.assertEqual(settlement.dunning_count, 2, "it is paid")
