# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestRecoveryReport(ClaimsCommon):
    """From the cost of the repair to the supplier's money."""

    def _read(self, groupby=("supplier_id",)):
        self.env.flush_all()
        measures = ("cost", "claimed", "agreed", "refused", "open", "settled", "paid")
        [row] = self.env["claim.recovery.report"]._read_group(
            [("supplier_id", "=", self.supplier.id)],
            groupby,
            [*(f"{name}:sum" for name in measures), "recovery_rate:avg", "acceptance_rate:avg"],
        )
        return dict(zip((*measures, "recovery", "acceptance"), row[len(groupby) :], strict=True))

    def test_each_step_moves_the_money_on(self):
        """Covers: S2-C-07, S2-C-13."""
        claim = self._make_claim(self._make_repair({self.part: 1}) | self._make_repair({self.fan: 2}))
        self.assertEqual((self._read()["cost"], self._read()["claimed"]), (511.0, 0.0))
        claim.action_submit()
        self.assertEqual((self._read()["claimed"], self._read()["open"]), (511.0, 511.0))
        fans = claim.line_ids.filtered(lambda line: line.product_id == self.fan)
        fans.write({"decision": "refused", "decision_reason": "Wear"})
        claim.action_accept_rest()
        claim.action_answer()
        claim.action_agree()
        row = self._read()
        self.assertEqual((row["agreed"], row["refused"], row["open"]), (400.0, 111.0, 0.0))
        self.assertAlmostEqual(row["acceptance"], 400.0 / 511.0, 6)
        settlement = self._make_settlement(claim)
        settlement.action_post()
        row = self._read()
        self.assertEqual((row["settled"], row["paid"], row["recovery"]), (400.0, 0.0, 0.0))
        self._make_bill(226.0)
        settlement.action_reconcile()
        row = self._read()
        self.assertAlmostEqual(row["paid"], 200.0, 2, "half of the credit is set off")
        self.assertAlmostEqual(row["recovery"], 200.0 / 511.0, 6)
        settlement.with_user(self.manager).action_cancel()
        self.assertEqual((self._read()["settled"], self._read()["paid"]), (0.0, 0.0))

    def test_it_is_read_by_part_fault_family_and_period(self):
        self._make_claim().action_submit()
        for name in (
            "product_id",
            "cause_id",
            "symptom_id",
            "categ_id",
            "unit_product_id",
            "repair_date:month",
        ):
            with self.subTest(name=name):
                self.assertEqual(self._read((name,))["claimed"], 400.0)

    def test_only_people_of_claims_read_it_and_only_of_their_company(self):
        self._make_claim().action_submit()
        self.env.flush_all()
        report = self.env["claim.recovery.report"]
        self.assertTrue(report.with_user(self.clerk).search([]))
        with self.assertRaises(AccessError):
            report.with_user(self.technician).search([])
        other = self.env["res.company"].create({"name": "Elsewhere of Recovery"})
        stranger = self._make_user("stranger", "parts_claims.parts_claims_group_clerk", company=other)
        report = report.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(report.search([("supplier_id", "=", self.supplier.id)]))
