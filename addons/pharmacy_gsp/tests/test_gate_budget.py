# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common_budget import BudgetHelpers
from .common_gate import GateCommon


@tagged("post_install", "-at_install")
class TestGateBudget(BudgetHelpers, GateCommon):
    """What all rules of a licensed store cost on top of the same order of unregulated goods tracked by lot."""

    def test_twenty_lines_cost_at_most_twenty_five_queries_and_as_many_as_five(self):
        plain, drugs = self._create_goods(20)
        self._hold(self.rx_lot)
        for products in (plain[:2], drugs[:2]):
            self._count(products)  # fills the caches that outlive a request
        extra = {size: self._count(drugs[:size]) - self._count(plain[:size]) for size in (5, 20)}
        self.assertLessEqual(extra[20], 25)
        self.assertLessEqual(extra[20], extra[5])
