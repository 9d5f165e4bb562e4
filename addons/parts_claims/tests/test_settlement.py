# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestSettlement(ClaimsCommon):
    def _get_credit_notes(self):
        return self.env["account.move"].search(
            [("move_type", "=", "in_refund"), ("partner_id", "=", self.supplier.id)]
        )

    # Posting

    def test_only_the_settlement_role_posts(self):
        """Covers: R-42."""
        settlement = self._make_settlement()
        for action in ("action_post", "action_reconcile", "action_cancel", "action_collect_lines"):
            with self.subTest(action=action), self.assertRaises(AccessError):
                getattr(settlement.with_user(self.clerk), action)()
        with self.assertRaises(AccessError):
            settlement.with_user(self.clerk).create({"supplier_id": self.supplier.id})
        self.assertFalse(self._get_credit_notes())

    def test_nothing_is_settled_twice(self):
        claim = self._make_agreed()
        settlement = self._make_settlement(claim)
        settlement.action_post()
        with self.assertRaisesRegex(UserError, "This step is for settlements"):
            settlement.action_post()
        with self.assertRaisesRegex(UserError, "This step is for claims"):
            claim.with_user(self.accountant).action_settle()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["claim.settlement"].with_user(self.accountant).create(
                {
                    "supplier_id": self.supplier.id,
                    "company_id": self.company.id,
                    "line_ids": [Command.create({"claim_line_id": claim.line_ids.id})],
                }
            )
            self.env.flush_all()
        self.assertEqual(len(self._get_credit_notes()), 1)

    def test_a_line_cannot_wait_in_two_settlements(self):
        settlement = self._make_settlement()
        settlement.action_collect_lines()
        self.assertEqual(len(settlement.line_ids), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            settlement.line_ids.copy()
            self.env.flush_all()

    def test_only_agreed_lines_of_the_same_supplier_and_currency_are_posted(self):
        settlement = self._make_settlement()
        foreign = self._make_repair({self.fan: 1}).claim_line_ids
        settlement.write({"line_ids": [Command.create({"claim_line_id": foreign.id})]})
        with self.assertRaisesRegex(UserError, "is not agreed with Harbor Compressors in CNY"):
            settlement.action_post()
        self.assertEqual(settlement.state, "draft")
        self.assertFalse(self._get_credit_notes())

    def test_an_empty_settlement_is_not_posted(self):
        settlement = (
            self.env["claim.settlement"]
            .with_user(self.accountant)
            .create({"supplier_id": self.supplier.id, "company_id": self.company.id})
        )
        with self.assertRaisesRegex(UserError, "has no lines"):
            settlement.action_post()

    def test_lines_agreed_after_the_cut_date_wait(self):
        claim = self._make_agreed()
        settlement = (
            self.env["claim.settlement"]
            .with_user(self.accountant)
            .create(
                {"supplier_id": self.supplier.id, "company_id": self.company.id, "cut_date": "2020-01-01"}
            )
        )
        settlement.action_collect_lines()
        self.assertFalse(settlement.line_ids)
        settlement.cut_date = claim.agreed_date
        settlement.action_collect_lines()
        self.assertEqual(settlement.line_ids.claim_line_id, claim.line_ids)

    def test_the_credit_note_says_what_the_settlement_says(self):
        """Quantity × price may not hit the agreed amount: then the line is one lump, exact to the cent."""
        claim = self._make_claim(self._make_repair({self.fan: 3}))
        claim.action_submit()
        claim.line_ids.write({"decision": "partly", "amount_agreed": 100.0, "decision_reason": "Two thirds"})
        claim.action_answer()
        claim.action_agree()
        settlement = self._make_settlement(claim)
        settlement.action_post()
        line = settlement.line_ids.move_line_id
        self.assertEqual((line.quantity, line.price_subtotal), (1.0, 100.0))
        self.assertIn("Fan × 3", line.name)
        self.assertEqual(settlement.amount_total, settlement.credit_note_id.amount_total)

    def test_taxes_come_from_the_agreement_else_from_the_part(self):
        nine = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "purchase"), ("amount", "=", 9)],
            limit=1,
        )
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.tax_ids = nine
        self.agreement.with_user(self.manager).action_activate()
        settlement = self._make_settlement()
        self.assertEqual(settlement.line_ids.tax_ids, nine)
        self.assertEqual((settlement.amount_tax, settlement.amount_total), (36.0, 436.0))
        settlement.line_ids.tax_ids = False
        self.assertEqual(settlement.amount_total, 400.0)

    def test_a_tax_included_in_prices_is_refused(self):
        tax = self.env["account.tax"].create(
            {
                "name": "13 % included",
                "amount": 13,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                "price_include_override": "tax_included",
            }
        )
        settlement = self._make_settlement()
        settlement.line_ids.tax_ids = tax
        with self.assertRaisesRegex(UserError, "included in prices"):
            settlement.action_post()

    def test_recovered_cost_goes_to_the_account_chosen_never_to_stock(self):
        account = self.env["account.account"].create(
            {
                "name": "Warranty recovered",
                "code": "640199",
                "account_type": "expense",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        value = self.part.with_company(self.company).total_value
        claim = self._make_agreed()
        value_after_repair = self.part.with_company(self.company).total_value
        self.assertLess(value_after_repair, value)
        self.company.claim_recovery_account_id = account
        settlement = self._make_settlement(claim)
        settlement.action_post()
        line = settlement.line_ids.move_line_id
        self.assertEqual((line.account_id, line.balance), (account, -400.0))
        self.part.invalidate_recordset()
        self.assertEqual(self.part.with_company(self.company).total_value, value_after_repair)

    def test_storno_books_negative_figures_on_the_same_side(self):
        settlement = self._make_settlement()
        settlement.action_post()
        self.assertTrue(self.company.account_storno)
        line = settlement.line_ids.move_line_id
        self.assertEqual((line.debit, line.credit, line.balance), (-400.0, 0.0, -400.0))

    # All or nothing

    def test_a_posting_error_leaves_nothing_behind(self):
        """Each cause is the platform's own refusal; claims stay agreed and no entry exists."""

        def archive_account(settlement):
            settlement.company_id.claim_recovery_account_id = self.env["account.account"].create(
                {
                    "name": "Closed account",
                    "code": "640198",
                    "account_type": "expense",
                    "active": False,
                    "company_ids": [Command.set(self.company.ids)],
                }
            )

        def archive_journals(settlement):
            self.env["account.journal"].search(
                [("company_id", "=", self.company.id), ("type", "=", "purchase")]
            ).active = False

        def archive_currency(settlement):
            self.env.cr.execute(
                "UPDATE res_currency SET active = false WHERE id = %s", [settlement.currency_id.id]
            )
            settlement.currency_id.invalidate_recordset()

        for break_it in (archive_account, archive_journals, archive_currency):
            with self.subTest(cause=break_it.__name__):
                settlement = self._make_settlement(self._make_agreed(self._make_repair()))
                break_it(settlement.sudo())
                with self.assertRaises(UserError):
                    settlement.action_post()
                self.assertEqual(settlement.state, "draft")
                self.assertFalse(settlement.credit_note_id)
                self.assertEqual(set(settlement.line_ids.claim_line_id.mapped("state")), {"agreed"})
                self.assertFalse(self._get_credit_notes())
                settlement.action_cancel()
                self.env["account.journal"].with_context(active_test=False).search(
                    [("company_id", "=", self.company.id), ("type", "=", "purchase")]
                ).active = True
                self.company.claim_recovery_account_id = False

    def test_a_locked_period_moves_the_entry_not_the_document(self):
        self.company.fiscalyear_lock_date = fields.Date.today().replace(day=1)
        settlement = self._make_settlement()
        settlement.invoice_date = "2026-01-15"
        settlement.action_post()
        note = settlement.credit_note_id
        self.assertEqual(note.invoice_date, fields.Date.to_date("2026-01-15"))
        self.assertGreater(note.date, self.company.fiscalyear_lock_date)

    # Set-off

    def test_the_oldest_bill_is_set_off_first_and_the_next_after_it(self):
        newer = self._make_bill(300.0, days_ago=5)
        older = self._make_bill(200.0, days_ago=50)
        settlement = self._make_settlement()
        settlement.action_post()
        settlement.action_reconcile()
        self.assertEqual(older.amount_residual, 0.0)
        self.assertEqual(newer.amount_residual, 300.0 - (452.0 - 200.0))
        self.assertEqual(settlement.state, "reconciled")
        self.assertEqual(settlement.reconciled_bill_ids, older | newer)

    def test_the_bill_chosen_is_set_off_and_the_rest_stays_open(self):
        self._make_bill(200.0, days_ago=50)
        chosen = self._make_bill(300.0, days_ago=5)
        settlement = self._make_settlement()
        settlement.bill_id = chosen
        settlement.action_post()
        settlement.action_reconcile()
        self.assertEqual(chosen.amount_residual, 0.0)
        self.assertEqual((settlement.state, settlement.amount_residual), ("posted", 152.0))

    def test_a_bill_of_another_supplier_or_a_draft_is_never_used(self):
        other = self.env["res.partner"].create({"name": "Other vendor", "is_company": True})
        foreign = self._make_bill(1000.0, partner_id=other.id)
        draft = self._make_bill(1000.0, post=False)
        settlement = self._make_settlement()
        settlement.action_post()
        for bill in (foreign, draft, self.env["account.move"]):
            settlement.bill_id = bill
            with self.subTest(bill=bill.state), self.assertRaisesRegex(UserError, "no open bill"):
                settlement.action_reconcile()
        self.assertEqual(foreign.amount_residual, 1000.0)

    def test_the_state_follows_the_accounting(self):
        """Set off by an accountant in the books, not by our button; and torn apart again."""
        bill = self._make_bill(452.0)
        settlement = self._make_settlement()
        settlement.action_post()
        lines = (settlement.credit_note_id | bill).line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )
        lines.reconcile()
        self.assertEqual(settlement.state, "reconciled")
        lines.remove_move_reconcile()
        self.assertEqual(settlement.state, "posted")

    # Undoing

    def test_reversal_undoes_everything(self):
        bill = self._make_bill(1000.0)
        claim = self._make_agreed()
        settlement = self._make_settlement(claim)
        settlement.action_post()
        settlement.action_reconcile()
        with self.assertRaises(AccessError):
            settlement.action_cancel()
        settlement.with_user(self.manager).action_cancel()
        self.assertEqual(settlement.state, "canceled")
        self.assertEqual((claim.state, claim.line_ids.state), ("agreed", "agreed"))
        self.assertEqual((bill.amount_residual, bill.payment_state), (1000.0, "not_paid"))
        note, reversal = settlement.credit_note_id, settlement.reversal_id
        self.assertEqual((reversal.state, reversal.reversed_entry_id), ("posted", note))
        for account, entries in (note | reversal).line_ids.grouped("account_id").items():
            self.assertEqual(sum(entries.mapped("balance")), 0.0, account.display_name)
        self.assertFalse(settlement.reconciled_bill_ids)
        self.assertEqual(settlement.line_ids.claim_line_id, claim.line_ids, "the canceled one stays readable")
        again = self._make_settlement(claim)
        self.assertNotEqual(again, settlement)
        again.action_post()
        self.assertEqual(claim.state, "settled")

    def test_a_canceled_draft_frees_its_lines(self):
        claim = self._make_agreed()
        settlement = self._make_settlement(claim)
        settlement.action_cancel()
        self.assertEqual(settlement.state, "canceled")
        self.assertNotEqual(self._make_settlement(claim), settlement)
        with self.assertRaisesRegex(UserError, "This step is for settlements"):
            settlement.action_post()

    def test_the_credit_note_is_not_undone_behind_the_settlement(self):
        settlement = self._make_settlement()
        settlement.action_post()
        note = settlement.credit_note_id.sudo()
        for undo in (
            note.button_draft,
            note.button_cancel,
            note._reverse_moves,
            lambda: note.write({"state": "draft"}),
            note.unlink,
        ):
            with self.subTest(undo=undo), self.assertRaises(UserError):
                undo()
        self.assertEqual((note.state, settlement.state), ("posted", "posted"))

    # Doors that must stay shut

    def test_state_and_entries_cannot_be_written(self):
        settlement = self._make_settlement()
        bill = self._make_bill(10.0)
        for vals in (
            {"state": "posted"},
            {"canceled": True},
            {"credit_note_id": bill.id},
            {"supplier_id": self.customer.id},
            {"name": "X"},
        ):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "cannot be typed in"):
                settlement.with_user(self.manager).write(vals)
        for vals in ({"state": "posted"}, {"credit_note_id": bill.id}, {"canceled": True}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "cannot be typed in"):
                settlement.with_user(self.accountant).create({"supplier_id": self.supplier.id, **vals})
        with self.assertRaises(UserError):
            bill.write({"claim_settlement_ids": [Command.link(settlement.id)]})

    def test_amounts_and_lines_are_not_typed_in(self):
        settlement = self._make_settlement()
        for vals in ({"amount": 1.0}, {"state": "posted"}, {"claim_line_id": False}, {"move_line_id": False}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "cannot be typed in"):
                settlement.line_ids.write(vals)
        settlement.action_post()
        with self.assertRaisesRegex(UserError, "posted or canceled"):
            settlement.line_ids.tax_ids = False
        with self.assertRaisesRegex(UserError, "posted or canceled"):
            settlement.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "posted or canceled"):
            settlement.cut_date = "2026-01-01"
        with self.assertRaises(AccessError):
            settlement.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "Settlements are kept"):
            settlement.sudo().unlink()

    def test_amounts_sent_by_a_client_do_not_count(self):
        """Neither as values nor as defaults of the context."""
        claim = self._make_agreed()
        model = self.env["claim.settlement"].with_user(self.accountant)
        vals = {"supplier_id": self.supplier.id, "company_id": self.company.id}
        line = {"claim_line_id": claim.line_ids.id}
        for forged in (
            vals | {"amount_total": 9999.0},
            vals | {"line_ids": [Command.create(line | {"amount": 9999.0})]},
            vals | {"line_ids": [Command.create(line | {"state": "posted"})]},
        ):
            with self.assertRaisesRegex(UserError, "cannot be typed in"):
                model.create(forged)
        context = {"default_amount": 9999.0, "default_amount_total": 9999.0, "default_canceled": True}
        settlement = model.with_context(**context, default_state="posted", default_credit_note_id=1).create(
            vals | {"line_ids": [Command.create(line)]}
        )
        self.assertEqual(
            (settlement.state, settlement.amount_untaxed, settlement.amount_total), ("draft", 400.0, 452.0)
        )
        self.assertEqual((settlement.line_ids.state, settlement.line_ids.amount), ("draft", 400.0))
        self.assertEqual((claim.line_ids.state, settlement.credit_note_id.id), ("agreed", False))
        settlement.action_post()
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            settlement.amount_total = 1.0
