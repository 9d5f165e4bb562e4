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
        """Queries of confirming and delivering an order of these products, as two requests of the clerk.

        The clock stands still, so that which dates are written does not depend on when the seconds change.
        """
        order = self._create_order(*products, prescription=prescription)
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
        queries = self.cr.sql_log_count - start
        self.assertEqual(order.picking_ids.state, "done")
        return queries

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
        self._count(drugs[:2], self._prescribe(drugs[:2], 1))
        extra = {
            size: self._count(drugs[:size], self._prescribe(drugs[:size], 1)) - self._count(plain[:size])
            for size in (5, 20)
        }
        self.assertLessEqual(extra[20], 14)
        self.assertLessEqual(extra[20], extra[5])

    def test_a_prescription_dispensed_in_parts_costs_no_more(self):
        plain, _drugs = self._create_goods(5)
        drugs = self._create_pieces(5)
        prescription = self._prescribe(drugs, 3, partner_id=self.customer.id)
        self._count(plain[:2])
        self._count(drugs, prescription)
        self._sell(*drugs, prescription=prescription)  # still to be delivered
        self.assertLessEqual(self._count(drugs, prescription) - self._count(plain), 14)
        self.assertEqual(prescription.line_ids.mapped("remaining_quantity"), [1] * 5)
