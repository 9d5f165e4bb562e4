# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.queue_job.tests.common import trap_jobs

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestSettlementBatch(ClaimsCommon):
    """A settlement of more lines than one document holds is posted, and undone, one document after the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.claim_batch_lines = 2
        cls.others = [cls._make_part(f"Part {number}", 10.0 + number) for number in range(3)]
        for part in cls.others:
            cls._purchase(part, 10, part.standard_price)

    def _make(self):
        """A draft with five lines, which make three documents."""
        parts = {self.part: 1, self.fan: 1} | dict.fromkeys(self.others, 1)
        return self._make_settlement(self._make_agreed(self._make_repair(parts)))

    def _work(self):
        with self.enter_registry_test_mode():
            self.env.ref("parts_claims.ir_cron_settlement_work").method_direct_trigger()

    def _get_booked(self, settlement):
        """What is in the books: documents less their reversals."""
        return sum(
            settlement.sudo().batch_ids.filtered(lambda b: b.state == "posted").move_id.mapped("amount_total")
        )

    def test_documents_hold_a_bounded_number_of_lines_and_their_sum_is_the_total(self):
        settlement = self._make()
        total = settlement.amount_total
        settlement.action_post()
        self.assertEqual((settlement.state, settlement.batch_count), ("posting", 3))
        self.assertEqual(settlement.batch_ids.mapped("line_count"), [2, 2, 1])
        self.assertFalse(settlement.sudo()._get_documents(), "nothing is posted while the user waits")
        self._work()
        self.assertEqual((settlement.state, settlement.progress), ("posted", 100.0))
        moves = settlement.sudo().batch_ids.move_id
        self.assertEqual(moves.mapped("state"), ["posted"] * 3)
        self.assertEqual(moves[0].ref, f"{settlement.name} (1/3)")
        self.assertEqual(len(moves.invoice_line_ids), 5)
        self.assertEqual(sum(moves.mapped("amount_total")), total)
        self.assertEqual(settlement.amount_residual, total)
        self.assertEqual(settlement.line_ids.claim_id.state, "settled")
        self.assertEqual(len(settlement.line_ids.move_line_id), 5, "each line has an entry of its own")
        self._work()
        self.assertEqual(settlement.sudo().batch_ids.move_id, moves, "nothing is posted twice")

    def test_each_step_leaves_claims_settlement_and_books_in_agreement(self):
        settlement = self._make()
        settlement.action_post()
        claim = settlement.line_ids.claim_id
        settlement._work_batch()
        self.assertEqual((settlement.state, settlement.batch_done_count), ("posting", 1))
        self.assertEqual(sorted(claim.line_ids.mapped("state")), ["agreed"] * 3 + ["settled"] * 2)
        self.assertEqual(claim.state, "agreed")
        self.env.flush_all()
        rows = self.env["claim.recovery.report"].search([("supplier_id", "=", self.supplier.id)])
        self.assertEqual(sum(rows.mapped("settled")), settlement.sudo().batch_ids.move_id.amount_untaxed)

    def test_a_batch_that_was_done_in_the_meantime_is_left_alone(self):
        settlement = self._make()
        settlement.action_post()
        settlement._work_batch(1)
        settlement._work_batch(1)
        self.assertEqual(settlement.batch_ids.mapped("state"), ["posted", "waiting", "waiting"])

    def test_reversing_undoes_all_documents_also_those_that_wait(self):
        settlement = self._make()
        settlement.action_post()
        settlement._work_batch()
        settlement._work_batch()
        with self.assertRaises(AccessError):
            settlement.action_cancel()
        settlement.with_user(self.manager).action_cancel()
        self.assertEqual(settlement.state, "reversing")
        with self.assertRaisesRegex(UserError, "This step is for settlements"):
            settlement.with_user(self.manager).action_cancel()
        self._work()
        self.assertEqual(settlement.state, "canceled")
        batches = settlement.sudo().batch_ids
        self.assertEqual((len(batches.move_id), len(batches.reversal_id)), (2, 2))
        for account, lines in (batches.move_id | batches.reversal_id).line_ids.grouped("account_id").items():
            self.assertEqual(self.company.currency_id.round(sum(lines.mapped("balance"))), 0.0, account.name)
        claim = settlement.line_ids.claim_id
        self.assertEqual((claim.state, set(claim.line_ids.mapped("state"))), ("agreed", {"agreed"}))
        self.assertEqual(len(self._make_settlement(claim).line_ids), 5)

    def test_what_cannot_be_posted_says_why_and_goes_on_once_it_is_corrected(self):
        settlement, journals = self._make(), self.env["account.journal"]
        settlement.action_post()
        settlement._work_batch()
        journals = journals.search([("company_id", "=", self.company.id), ("type", "=", "purchase")])
        journals.active = False
        self._work()
        self.assertEqual((settlement.state, settlement.batch_done_count), ("posting", 1))
        self.assertTrue(settlement.post_error)
        journals.active = True
        settlement.action_continue()
        self._work()
        self.assertEqual((settlement.state, settlement.post_error), ("posted", False))
        self.assertEqual(len(settlement.sudo().batch_ids.move_id), 3)

    def test_variances_go_with_the_last_document(self):
        settlement = self._make()
        settlement.variance_ids = [(0, 0, {"reason": "Rounding", "amount": -0.5})]
        total = settlement.amount_total
        settlement.action_post()
        self._work()
        documents = settlement.sudo().batch_ids.move_id
        self.assertEqual(sum(documents.mapped("amount_total")), total)
        self.assertEqual(documents.mapped(lambda move: len(move.invoice_line_ids)), [2, 2, 2])

    def test_all_documents_are_set_off_against_bills(self):
        bill = self._make_bill(10000.0)
        settlement = self._make()
        settlement.action_post()
        self._work()
        settlement.action_reconcile()
        self.assertEqual(settlement.state, "reconciled")
        self.assertEqual(bill.amount_residual, 10000.0 - settlement.amount_total)

    def test_where_jobs_run_each_document_has_a_job_of_its_own(self):
        settlement = self._make()
        modules = [*config["server_wide_modules"], "queue_job"]
        with patch.dict(config.options, {"server_wide_modules": modules}), trap_jobs() as trap:
            settlement.action_post()
            settlement.action_continue()
            trap.assert_jobs_count(1, only=settlement._run_batch_job)
            trap.perform_enqueued_jobs()
            trap.assert_jobs_count(1, only=settlement._run_batch_job)
            self.assertEqual(settlement.batch_done_count, 1)
            trap.perform_enqueued_jobs()
            trap.perform_enqueued_jobs()
        self.assertEqual(settlement.state, "posted")
        self.assertEqual(len(settlement.sudo().batch_ids.move_id), 3)

    def test_batches_are_nobodys_to_write(self):
        settlement = self._make()
        settlement.action_post()
        batch = settlement.batch_ids[:1]
        for vals in ({"state": "posted"}, {"number": 9}, {"move_id": False}, {"settlement_id": 1}):
            with self.assertRaisesRegex(UserError, "cannot be typed in"):
                batch.write(vals)
        with self.assertRaises(UserError):
            batch.create({"settlement_id": settlement.id, "number": 7, "move_type": "in_refund"})
        with self.assertRaises(AccessError):
            batch.unlink()
        for vals in ({"withdrawn": True}, {"post_error": "x"}, {"batch_ids": [(5,)]}):
            with self.assertRaisesRegex(UserError, "cannot be typed in"):
                settlement.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError):
            settlement.with_user(self.clerk).action_continue()

    def test_the_documents_are_not_undone_behind_the_settlement(self):
        settlement = self._make()
        settlement.action_post()
        self._work()
        for move in settlement.sudo().batch_ids.move_id:
            with self.assertRaises(UserError):
                move.button_draft()

    def test_the_statement_names_the_documents_and_reads_as_before(self):
        settlement = self._make()
        settlement.action_post()
        self._work()
        rows = settlement._get_statement_rows()
        self.assertEqual([row["number"] for row in rows], [1, 2, 3, 4, 5])
        self.assertEqual(sum(row["agreed"] for row in rows), settlement.amount_untaxed)
        self.assertEqual(settlement._get_document_names().count(","), 2)
