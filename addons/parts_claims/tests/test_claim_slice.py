# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimSlice(ClaimsCommon):
    def test_paid_is_recovered_from_repair_to_reconciled_credit_note(self):
        """A part used under warranty ends as a posted credit note that reduces what we owe the supplier.

        Covers: S2-C-01, S2-C-06, PC-01.
        """
        bill = self._make_bill(1000.0)
        repair = self._make_repair({self.part: 1, self.fan: 2})

        lines = repair.claim_line_ids
        self.assertEqual(lines.mapped("state"), ["claimable", "claimable"])
        self.assertEqual(sorted(lines.mapped("amount_claimed")), [111.0, 400.0])
        self.assertEqual(sorted(repair.old_part_ids.mapped("quantity")), [1, 2])

        repair.with_user(self.clerk).action_claim()
        claim = repair.claim_line_ids.claim_id.with_user(self.clerk)
        self.assertEqual(
            (claim.state, claim.supplier_id, claim.amount_claimed), ("draft", self.supplier, 511.0)
        )

        claim.action_submit()
        fan_line = claim.line_ids.filtered(lambda line: line.product_id == self.fan)
        fan_line.write({"decision": "partly", "amount_agreed": 55.5, "decision_reason": "One fan was dirty"})
        claim.action_accept_rest()
        claim.action_answer()
        claim.action_agree()
        self.assertEqual((claim.state, claim.amount_agreed, claim.amount_refused), ("agreed", 455.5, 55.5))

        settlement = self._make_settlement(claim)
        self.assertEqual(settlement.amount_untaxed, 455.5)
        self.assertEqual(settlement.amount_tax, 59.22, "13 % of each line, rounded per line under chart cn")
        settlement.action_post()
        note = settlement.credit_note_id
        self.assertEqual((note.state, note.move_type, note.amount_total), ("posted", "in_refund", 514.72))
        self.assertEqual(set(claim.line_ids.mapped("state")), {"settled"})
        self.assertEqual(claim.state, "settled")

        settlement.action_reconcile()
        self.assertEqual(settlement.state, "reconciled")
        self.assertEqual(settlement.reconciled_bill_ids, bill)
        self.assertEqual(bill.amount_residual, 1000.0 - 514.72)
        entries = settlement.line_ids.move_line_id
        self.assertEqual(entries.claim_settlement_line_ids.repair_id, repair)
        self.assertEqual(sum(entries.mapped("balance")), -455.5)
