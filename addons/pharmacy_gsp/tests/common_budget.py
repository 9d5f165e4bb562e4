# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


class BudgetHelpers:
    """Goods with and without rules, and what an order of them costs."""

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
        """Queries of confirming and delivering an order of these products, as two requests of the clerk.

        The clock stands still, so that which dates are written does not depend on when the seconds change.
        """
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
        queries = self.cr.sql_log_count - start
        self.assertEqual(order.picking_ids.state, "done")
        return queries
