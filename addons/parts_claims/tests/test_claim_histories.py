# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ClaimsCommon

# Where a history begins: nothing is answered, the answer is in, or money is near.
BEGINNINGS = (
    (),
    ("partly", "accept", "close"),
    ("refuse", "accept", "close", "dispute"),
    ("accept", "close", "agree", "settle"),
)
STEPS = ("accept", "partly", "refuse", "close", "dispute", "agree", "settle", "post", "reverse")


@tagged("post_install", "-at_install")
class TestClaimHistories(ClaimsCommon):
    """Whatever happens in whatever order, the sums agree with each other and with the books."""

    def _do(self, step, claims, part):
        """One step on every claim that lets it happen; what is refused changes nothing."""
        supplier = self.supplier
        settlements = self.env["claim.settlement"].with_user(self.manager)
        settlements = settlements.search([("supplier_id", "=", supplier.id), ("state", "!=", "canceled")])
        if step == "post":
            return [settlement.action_post for settlement in settlements]
        if step == "reverse":
            return [settlement.action_cancel for settlement in settlements[:1]]
        doors = {
            "accept": lambda claim: claim.action_accept_rest(),
            "partly": lambda claim: self._answer(claim, "partly", part),
            "refuse": lambda claim: self._answer(claim, "refused", 0.0),
            "close": lambda claim: claim.sudo()._close_supplier_answer(supplier, "portal"),
            "dispute": lambda claim: claim.action_dispute(),
            "agree": lambda claim: claim.action_agree(),
            "settle": lambda claim: claim.with_user(self.accountant).action_settle(),
        }
        return [lambda claim=claim: doors[step](claim) for claim in claims]

    def _answer(self, claim, decision, part):
        line = claim.line_ids[:1]
        amount = round(line.amount_claimed * part, 2)
        answer = {"line": line, "decision": decision, "amount": amount, "reason": "Why"}
        claim.sudo()._record_supplier_answers([answer], self.supplier, "portal")

    def _check(self, claims):
        """The ledger says the same as the claims, the settlements and the books."""
        self.env.flush_all()
        report = self.env["claim.recovery.report"]
        rows = report.search([("supplier_id", "=", self.supplier.id)])
        rows.invalidate_recordset()
        self.assertEqual(len(rows), len(claims.line_ids))
        for row in rows:
            self.assertAlmostEqual(row.claimed, row.agreed + row.refused + row.open, 2)
        notes = self.env["account.move"].search(
            [
                ("commercial_partner_id", "=", self.supplier.id),
                ("move_type", "in", ("in_refund", "in_invoice")),
            ]
        )
        booked = -sum(
            notes.filtered(lambda move: move.state == "posted")
            .line_ids.filtered(lambda line: line.display_type == "product" and line.claim_settlement_line_ids)
            .mapped("balance")
        )
        reversed_lines = (
            self.env["account.move"].search([("reversed_entry_id", "in", notes.ids)]).invoice_line_ids
        )
        booked -= sum(reversed_lines.mapped("balance"))
        self.assertAlmostEqual(sum(rows.mapped("settled")), booked, 2)
        live = claims.line_ids.settlement_line_ids.filtered(lambda line: line.state != "canceled")
        self.assertEqual(len(live), len(live.claim_line_id), "no line twice")

    def test_claimed_is_agreed_refused_and_open_and_settled_is_posted(self):
        claims = self._make_claim(self._make_repair({self.part: 1, self.fan: 2}))
        claims.action_submit()
        second = self._make_claim(self._make_repair({self.fan: 1}))
        second.action_submit()
        claims |= second
        claims.write({"dispute_reason": "We see it differently"})
        done = set()

        @settings(
            max_examples=30,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            st.sampled_from(BEGINNINGS),
            st.lists(st.sampled_from(STEPS), min_size=3, max_size=8),
            st.floats(0.1, 0.9),
        )
        # What is drawn may leave a step out: these two hold every step.
        @example(("partly", "accept", "close"), ["agree", "settle", "post", "reverse"], 0.5)
        @example(("refuse", "accept", "close", "dispute"), ["partly", "accept", "close"], 0.5)
        def run(beginning, steps, part):
            savepoint = self.env.cr.savepoint()
            try:
                for step in (*beginning, *steps):
                    for door in self._do(step, claims, part):
                        try:
                            with self.env.cr.savepoint():
                                door()
                            done.add(step)
                        except UserError:
                            self.env.invalidate_all()
                self._check(claims)
            finally:
                savepoint.rollback()
                savepoint.close(rollback=False)
                self.env.invalidate_all()

        run()
        self.assertEqual(done, set(STEPS), "every step really happened in some history")
