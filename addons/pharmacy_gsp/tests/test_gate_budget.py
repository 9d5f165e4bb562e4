# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common_gate import GateCommon


@tagged("post_install", "-at_install")
class TestGateBudget(GateCommon):
    """What all rules of a licensed store cost on top of the same order of unregulated goods tracked by lot."""

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

    def _count(self, products, **vals):
        order = self._create_order(*products, **vals)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        with self._at_day(0):
            order.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            order.picking_ids.move_ids.picked = True
            order.picking_ids.button_validate()
            self.env.flush_all()
        self.assertEqual(order.picking_ids.state, "done")
        return self.cr.sql_log_count - start

    def test_twenty_lines_cost_at_most_twenty_five_queries_and_as_many_as_five(self):
        plain, drugs = self._create_goods(20)
        self._hold(self.rx_lot)
        for products in (plain[:2], drugs[:2]):
            self._count(products)  # fills the caches that outlive a request
        extra = {size: self._count(drugs[:size]) - self._count(plain[:size]) for size in (5, 20)}
        self.assertLessEqual(extra[20], 25)
        self.assertLessEqual(extra[20], extra[5])
