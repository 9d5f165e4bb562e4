# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestQueryBudget(PharmacyCommon):
    """What the gate and the register cost on top of the same order of unregulated goods tracked by lot."""

    def _create_goods(self, count):
        plain, drugs = [], []
        for index in range(count):
            product = self.env["product.product"].create(
                {
                    "name": f"Test Cheese {index}",
                    "is_storable": True,
                    "tracking": "lot",
                    "use_expiration_date": True,
                    "taxes_id": False,
                }
            )
            self._create_lot(product, f"CHEESE-{index}", 400)
            plain.append(product)
            drug = self._create_drug(f"Test Drug {index}", "otc_b")
            self._create_lot(drug, f"DRUG-{index}", 400)
            drugs.append(drug)
        return plain, drugs

    def _count(self, products, prescription=None):
        """Queries of confirming and delivering an order of these products, as two requests of the clerk."""
        order = self._create_order(*products, prescription=prescription)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        order.action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        self.env.flush_all()
        queries = self.cr.sql_log_count - start
        self.assertEqual(order.picking_ids.state, "done")
        return queries

    def test_the_gate_costs_a_handful_of_queries_whatever_the_number_of_lines(self):
        plain, drugs = self._create_goods(20)
        for products in (plain[:2], drugs[:2]):
            self._count(products)  # fills the caches that outlive a request
        extra = {size: self._count(drugs[:size]) - self._count(plain[:size]) for size in (5, 20)}
        self.assertLessEqual(extra[20], 12)
        self.assertLessEqual(extra[20], extra[5])

    def test_prescription_drugs_cost_a_constant_number_of_queries_more(self):
        plain, _drugs = self._create_goods(5)
        drugs = [self._create_drug(f"Test Rx {index}", "rx") for index in range(5)]
        for index, drug in enumerate(drugs):
            self._create_lot(drug, f"RX-{index}", 400)
        self._count(plain[:2])
        self._count(drugs[:2], self._reviewed(*drugs[:2]))
        extra = {}
        for size in (2, 5):
            prescription = self._reviewed(*drugs[:size])
            extra[size] = self._count(drugs[:size], prescription) - self._count(plain[:size])
        self.assertLessEqual(extra[5], 24)
        self.assertLessEqual(extra[5], extra[2] + 1)
