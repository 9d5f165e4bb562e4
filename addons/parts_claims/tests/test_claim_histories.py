# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging
import os

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .old_part_common import OldPartCommon

_logger = logging.getLogger(__name__)

# How many histories are tried; CLAIM_HISTORIES=1000 tries as many as the promise says.
HISTORIES = int(os.environ.get("CLAIM_HISTORIES", "100"))
# Where a history begins: nothing is answered, the answer is in, or money is near.
BEGINNINGS = (
    (),
    ("partly", "accept", "close"),
    ("refuse", "accept", "close", "dispute"),
    ("accept", "close", "agree", "settle"),
    ("partly", "accept", "close", "agree", "settle", "post", "work"),
)
CLAIM_STEPS = ("accept", "partly", "refuse", "close", "dispute", "escalate", "agree", "withdraw", "file")
SETTLEMENT_STEPS = ("settle", "post", "work", "set off", "reverse")
PART_STEPS = ("ship", "receive", "keep", "reject", "take back")
STEPS = CLAIM_STEPS + SETTLEMENT_STEPS + PART_STEPS
WAYS = ("credit_note", "invoice", "offset", "both")


class StepIdleError(Exception):
    """There is nothing that a step could be done with."""


@tagged("post_install", "-at_install")
class TestClaimHistories(OldPartCommon):
    """Whatever happens in whatever order, the sums agree with each other, with the books and with the stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Settlements of several documents, which may stop between two of them
        cls.company.claim_batch_lines = 2
        cls._make_bill(300.0)

    def _get_claims(self):
        return self.env["parts.claim"].search([("supplier_id", "=", self.supplier.id)])

    def _get_settlements(self):
        settlements = self.env["claim.settlement"].with_user(self.manager)
        return settlements.search([("supplier_id", "=", self.supplier.id), ("state", "!=", "canceled")])

    def _get_doors(self, step, part, way):
        """The ways into a step: on every record that may let it happen; what is refused changes nothing."""
        if step in SETTLEMENT_STEPS[1:]:
            return [lambda one=one: self._handle_settlement(one, step) for one in self._get_settlements()]
        if step in PART_STEPS:
            return [lambda: self._handle_old_parts(step)]
        if step == "file":
            return [self._file_again]
        claims = self._get_claims().filtered(lambda claim: claim.state not in ("canceled", "refused"))
        return [lambda claim=claim: self._handle_claim(claim, step, part, way) for claim in claims]

    def _handle_claim(self, claim, step, part, way):
        doors = {
            "accept": claim.action_accept_rest,
            "partly": lambda: self._answer(claim, "partly", part),
            "refuse": lambda: self._answer(claim, "refused", 0.0),
            "close": lambda: claim.sudo()._close_supplier_answer(self.supplier, "portal"),
            "dispute": claim.action_dispute,
            "escalate": claim.action_escalate,
            "agree": claim.with_user(self.manager).action_agree,
            "withdraw": claim.with_user(self.manager).action_cancel,
            "settle": lambda: self._settle(claim, way),
        }
        doors[step]()

    def _settle(self, claim, way):
        claim.with_user(self.accountant).action_settle()
        self._get_settlements().filtered(lambda one: one.state == "draft").settlement_way = way

    def _answer(self, claim, decision, part):
        line = claim.line_ids[:1]
        amount = round(line.amount_claimed * part, 2)
        answer = {"line": line, "decision": decision, "amount": amount, "reason": "Why"}
        claim.sudo()._record_supplier_answers([answer], self.supplier, "portal")

    def _file_again(self):
        """What was withdrawn is claimed anew."""
        lines = self.env["parts.claim.line"].search(
            [("supplier_id", "=", self.supplier.id), ("state", "=", "claimable")]
        )
        if not lines:
            raise StepIdleError("Nothing to claim")
        claims = self.env["parts.claim"]._gather(lines)
        claims.dispute_reason = "We see it differently"
        claims.action_submit()

    def _handle_settlement(self, settlement, step):
        doors = {
            "post": settlement.action_post,
            "work": lambda: self._work(settlement),
            "set off": settlement.action_reconcile,
            "reverse": settlement.action_cancel,
        }
        doors[step]()

    def _work(self, settlement):
        """One document is posted or reversed behind the scenes."""
        if settlement.state not in ("posting", "reversing"):
            raise StepIdleError("Nothing to do")
        settlement._work_batch()

    def _handle_old_parts(self, step):
        parts = self.env["old.part"].with_user(self.clerk).search([("supplier_id", "=", self.supplier.id)])
        state, door = {
            "ship": ("appraised", self._ship),
            "receive": ("shipped", lambda some: some.action_receive()),
            "keep": ("received", lambda some: some.action_accept()),
            "reject": ("received", self._reject),
            "take back": ("rejected", lambda some: some.action_take_back()),
        }[step]
        some = parts.filtered(lambda part: part.state == state)[:2]
        if not some:
            raise StepIdleError("No such part")
        door(some)

    def _reject(self, parts):
        parts.write({"reject_reason": "Misuse"})
        parts.action_reject()

    def _check(self):
        """The ledger says the same as the claims, the settlements, the books and the stock."""
        self.env.flush_all()
        lines = self.env["parts.claim.line"].search([("supplier_id", "=", self.supplier.id)])
        live = lines.filtered(lambda line: line.state != "canceled")
        self.assertEqual(len(set(live.mapped("source_key"))), len(live), "no cost is claimed twice")
        rows = self.env["claim.recovery.report"].search([("supplier_id", "=", self.supplier.id)])
        rows.invalidate_recordset()
        self.assertEqual(len(rows), len(live))
        for row in rows:
            self.assertAlmostEqual(row.claimed, row.agreed + row.refused + row.open, 2)
        for claim in lines.claim_id:
            own = claim.line_ids
            self.assertAlmostEqual(claim.amount_claimed, sum(own.mapped("amount_claimed")), 2)
            self.assertAlmostEqual(claim.amount_agreed, sum(own.mapped("amount_agreed")), 2)
        self._check_books(lines, rows)
        self.assertLedgerEqualsStock()

    def _check_books(self, lines, rows):
        batches = self.env["claim.settlement.batch"].search(
            [("settlement_id.supplier_id", "=", self.supplier.id)]
        )
        entries = (batches.move_id | batches.reversal_id).invoice_line_ids
        booked = -sum(entries.filtered(lambda entry: entry.display_type == "product").mapped("balance"))
        self.assertAlmostEqual(sum(rows.mapped("settled")), booked, 2)
        settled = lines.settlement_line_ids.filtered(lambda line: line.state != "canceled")
        self.assertEqual(len(settled), len(settled.claim_line_id), "no line is settled twice")
        posted = settled.filtered(lambda line: line.state == "posted")
        self.assertEqual(len(posted), len(posted.move_line_id), "no entry stands for two lines")
        self.assertEqual(set(posted.claim_line_id.mapped("state")) - {"settled"}, set())

    def test_claimed_is_agreed_refused_and_open_and_settled_is_posted(self):
        parts = {self.part: 1, self.fan: 2}
        claims = self._make_claim(self._make_repair(parts))
        claims.action_submit()
        second = self._make_claim(self._make_repair({self.fan: 1}))
        second.action_submit()
        (claims | second).write({"dispute_reason": "We see it differently"})
        self._appraise(
            self.env["old.part"].with_user(self.clerk).search([("supplier_id", "=", self.supplier.id)])
        )
        done, tried = set(), []

        @settings(
            max_examples=HISTORIES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.sampled_from(BEGINNINGS),
            st.lists(st.sampled_from(STEPS), min_size=3, max_size=8),
            st.floats(0.1, 0.9),
            st.sampled_from(WAYS),
        )
        # What is drawn may leave a step out: these hold every step.
        @example(
            ("partly", "accept", "close"),
            ["agree", "settle", "post", "work", "work", "set off"],
            0.5,
            "offset",
        )
        @example(("accept", "close", "agree", "settle", "post"), ["work", "reverse", "work"], 0.5, "both")
        @example(
            ("refuse", "accept", "close", "dispute"),
            ["partly", "accept", "close", "escalate"],
            0.5,
            "invoice",
        )
        @example((), ["withdraw", "file", "accept", "close", "agree"], 0.5, "credit_note")
        @example(
            (), ["ship", "receive", "keep", "ship", "receive", "reject", "take back"], 0.5, "credit_note"
        )
        def run(beginning, steps, part, way):
            tried.append(way)
            savepoint = self.env.cr.savepoint()
            try:
                for step in (*beginning, *steps):
                    for door in self._get_doors(step, part, way):
                        try:
                            with self.env.cr.savepoint():
                                door()
                            done.add(step)
                        except (UserError, StepIdleError):
                            self.env.invalidate_all()
                self._check()
            finally:
                savepoint.rollback()
                savepoint.close(rollback=False)
                self.env.invalidate_all()

        run()
        _logger.info("%s histories tried", len(tried))
        self.assertGreaterEqual(len(tried), HISTORIES)
        self.assertEqual(done, set(STEPS), "every step really happened in some history")
