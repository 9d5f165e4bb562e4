# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import PharmacyCommon
from .common_budget import BudgetHelpers


@tagged("post_install", "-at_install")
class TestQueryBudget(BudgetHelpers, PharmacyCommon):
    """What the gate and the register cost on top of the same order of unregulated goods tracked by lot."""

    def test_the_gate_costs_a_handful_of_queries_whatever_the_number_of_lines(self):
        plain, drugs = self._create_goods(20)
        for products in (plain[:2], drugs[:2]):
            self._count(products)  # fills the caches that outlive a request
        extra = {size: self._count(drugs[:size]) - self._count(plain[:size]) for size in (5, 20)}
        self.assertLessEqual(extra[20], 14)
        self.assertLessEqual(extra[20], extra[5])

    def _create_pieces(self, count):
        """Prescription drugs of which any number may stand on one prescription."""
        drugs = []
        for index in range(count):
            drug = self._create_drug(f"Test Rx {index}", "rx", gsp_drug_type="pieces")
            self._create_lot(drug, f"RX-{index}", 400)
            drugs.append(drug)
        return drugs

    def _prescribe(self, drugs, quantity, **vals):
        return self._reviewed(*((drug, quantity) for drug in drugs), category="pieces", **vals)

    def test_prescription_drugs_cost_no_more_whatever_the_number_of_lines(self):
        plain, _drugs = self._create_goods(20)
        drugs = self._create_pieces(20)
        self._count(plain[:2])
        self._count(drugs[:2], prescription=self._prescribe(drugs[:2], 1))
        extra = {
            size: self._count(drugs[:size], prescription=self._prescribe(drugs[:size], 1))
            - self._count(plain[:size])
            for size in (5, 20)
        }
        self.assertLessEqual(extra[20], 14)
        self.assertLessEqual(extra[20], extra[5])

    def test_a_prescription_dispensed_in_parts_costs_no_more(self):
        plain, _drugs = self._create_goods(5)
        drugs = self._create_pieces(5)
        prescription = self._prescribe(drugs, 3, partner_id=self.customer.id)
        self._count(plain[:2])
        self._count(drugs, prescription=prescription)
        self._sell(*drugs, prescription=prescription)  # still to be delivered
        self.assertLessEqual(self._count(drugs, prescription=prescription) - self._count(plain), 14)
        self.assertEqual(prescription.line_ids.mapped("remaining_quantity"), [1] * 5)
