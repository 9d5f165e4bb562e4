# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading

from odoo.exceptions import UserError, ValidationError
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from .settlement_world import AMOUNTS, LINES, SECONDS, SettlementWorld


@tagged("post_install", "-at_install")
class TestSettlementTwoAtOnce(SettlementWorld):
    """Two accountants settle the same lines at the same moment, on two connections: one wins, the other is told."""

    def _meet(self, first_step, second_step):
        """Two steps at once: the second begins before the first is committed, and goes on when it is.

        :param first_step: gets an environment
        :param second_step: gets an environment on another connection
        :return: the error the second was told, or None
        """
        first, second = self._open(), self._open()
        told = []

        def run():
            try:
                retrying(lambda: second_step(second), second)
                second.cr.commit()
            except UserError as error:
                second.cr.rollback()
                told.append(error)

        # From here on the second sees the world as it was before the first one's commit.
        second.cr.execute("SELECT pg_backend_pid()")
        [(backend,)] = second.cr.fetchall()
        first_step(first)
        first.flush_all()
        thread = threading.Thread(target=run)
        thread.start()
        self._wait_for(
            "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'",
            [backend],
            thread.is_alive,
        )
        first.cr.commit()
        thread.join(SECONDS)
        self.assertFalse(thread.is_alive())
        return told[0] if told else None

    def _get_settlements(self, env):
        return env["claim.settlement"].search([("supplier_id", "in", self.ids["res_partner"])])

    def _open_committed(self):
        env = self._open()
        settlement = self._open_settlement(env)
        env.cr.commit()
        return settlement.id

    def test_two_settlements_of_the_same_lines_are_not_opened_at_once(self):
        with mute_logger("odoo.sql_db"):
            told = self._meet(self._open_settlement, self._open_settlement)
        self.assertIsInstance(told, ValidationError)
        self.assertIn("A claim line is settled only once", str(told))
        env = self._open()
        again = self._open_settlement(env)
        self.assertEqual(self._get_settlements(env), again, "trying again opens the one there is")
        self.assertEqual(len(again.line_ids), LINES)
        self.assertEqual(again.amount_untaxed, sum(AMOUNTS))

    def test_a_line_is_not_put_into_a_second_settlement_at_once(self):
        """Also when the second settlement is no draft of the same supplier any more."""
        env = self._open()
        settlement = self._open_settlement(env)
        settlement.line_ids.unlink()
        settlement._set({"canceled": True})
        env.cr.commit()

        def settle(env):
            own = env["parts.claim"].browse(self.ids["parts_claim"])
            other = env["claim.settlement"].create(
                {
                    "company_id": own.company_id.id,
                    "currency_id": env.ref("base.EUR").id,
                    "supplier_id": own.supplier_id.id,
                }
            )
            line = {"claim_line_id": own.line_ids[:1].id, "settlement_id": other.id}
            env["claim.settlement.line"].create(line)

        with mute_logger("odoo.sql_db"):
            told = self._meet(self._open_settlement, settle)
        self.assertIn("A claim line is settled only once", str(told))
        self.assertEqual(len(self._get_settlements(self._open()).line_ids), LINES)

    def test_a_settlement_is_not_posted_by_two_at_once(self):
        settlement_id = self._open_committed()

        def post(env):
            env["claim.settlement"].browse(settlement_id).action_post()

        told = self._meet(post, post)
        self.assertIn("Somebody else is working on", str(told))
        env = self._open()
        settlement = env["claim.settlement"].browse(settlement_id)
        self.assertEqual((settlement.state, len(settlement.batch_ids)), ("posting", 3))

    def test_a_document_is_not_posted_by_two_at_once(self):
        settlement_id = self._open_committed()
        env = self._open()
        env["claim.settlement"].browse(settlement_id).action_post()
        env.cr.commit()

        def work(env):
            env["claim.settlement"].browse(settlement_id)._work_batch(1)

        told = self._meet(work, work)
        self.assertIn("Somebody else is working on", str(told))
        # The second looks again, as its job does: the document is there.
        env = self._open()
        env["claim.settlement"].browse(settlement_id)._work_batch(1)
        moves = env["account.move"].search([("partner_id", "in", self.ids["res_partner"])])
        self.assertEqual(len(moves), 1)
