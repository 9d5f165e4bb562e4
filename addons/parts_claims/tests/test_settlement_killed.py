# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import subprocess
import sys
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.tests import get_db_name, tagged
from odoo.tools import config

from .settlement_world import AMOUNTS, LINES, SECONDS, SettlementWorld


@tagged("post_install", "-at_install")
class TestSettlementKilled(SettlementWorld):
    """A process that posts a settlement is killed in the middle; another one takes it up where it was left."""

    def _start_worker(self, settlement_id):
        script = Path(__file__).with_name("settlement_worker.py")
        words = [sys.executable, str(script), config["config"], get_db_name(), str(settlement_id)]
        worker = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.addCleanup(worker.stdout.close)
        self.addCleanup(worker.wait)
        self.addCleanup(worker.kill)
        return worker

    def _get_books(self):
        """(states of the batches, documents in the books, lines of them) as another connection sees them."""
        env = self._open()
        moves = env["account.move"].search([("partner_id", "in", self.ids["res_partner"])])
        batches = env["claim.settlement.batch"].search(
            [("settlement_id.supplier_id", "in", self.ids["res_partner"])]
        )
        return batches.mapped("state"), moves, moves.invoice_line_ids

    def test_a_killed_process_leaves_nothing_half_posted_and_nothing_is_posted_twice(self):
        with self.registry.cursor() as cr:
            settlement = self._open_settlement(api.Environment(cr, SUPERUSER_ID, {}))
            settlement.action_post()
            settlement_id, total = settlement.id, settlement.amount_total
            line_id = settlement.batch_ids[1].line_ids[:1].id
        self.assertEqual(total, sum(AMOUNTS))
        # A row lock holds the worker back when the second document is posted but not committed.
        holder = self._open()
        holder.cr.execute("SELECT id FROM claim_settlement_line WHERE id = %s FOR UPDATE", [line_id])
        worker = self._start_worker(settlement_id)
        (backend,) = self._wait_for(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
            "AND query LIKE %s",
            ['%UPDATE "claim_settlement_line"%'],
            lambda: worker.poll() is None,
        )
        self.assertEqual(worker.stdout.readline().strip(), "1", "the first document is committed")
        worker.kill()
        worker.wait()
        holder.cr.rollback()
        self._wait_for("SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)", [backend])
        states, moves, lines = self._get_books()
        self.assertEqual(states, ["posted", "waiting", "waiting"])
        self.assertEqual((len(moves), len(lines)), (1, 2))
        again = self._start_worker(settlement_id)
        self.assertEqual(again.communicate(timeout=SECONDS)[0].split(), ["2", "3", "None"])
        states, moves, lines = self._get_books()
        self.assertEqual(states, ["posted"] * 3)
        self.assertEqual((len(moves), len(lines)), (3, LINES))
        self.assertEqual(sorted(lines.mapped("price_subtotal")), AMOUNTS)
        self.assertEqual(sum(moves.mapped("amount_total")), total)
        settlement = moves.env["claim.settlement"].browse(settlement_id)
        self.assertEqual((settlement.state, settlement.amount_residual), ("posted", total))
        self.assertEqual(settlement.line_ids.claim_id.state, "settled")
