# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestCollect(ClaimsCommon):
    def _terms(self, **vals):
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.write(vals)
        self.agreement.with_user(self.manager).action_activate()

    def test_last_purchase_price_before_the_repair_counts(self):
        """Neither another supplier's price nor a later purchase decides."""
        other = self.env["res.partner"].create({"name": "Other vendor", "is_company": True})
        self._purchase(self.part, 1, 350.0, days_ago=5, supplier=other)
        order = self._purchase(self.part, 1, 420.0, days_ago=3)
        later = self._purchase(self.part, 1, 999.0, days_ago=0)
        later.date_approve = fields.Datetime.now() + timedelta(days=1)
        line = self._make_repair().claim_line_ids
        self.assertEqual((line.basis_price, line.amount_claimed), (420.0, 420.0))
        self.assertEqual(line.basis_reference, order.name)
        self.assertEqual(line.basis_date, self.company._get_law_date(order.date_approve))
        self.assertIn(order.name, line.price_explanation)
        self.assertIn("Last Purchase Price", line.price_explanation)

    def test_discount_and_purchase_unit_are_taken_into_the_price(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._purchase(self.fan, 1, 600.0, days_ago=1)
        order.order_line.write({"product_uom_id": dozen.id, "price_unit": 600.0, "discount": 10.0})
        line = self._make_repair({self.fan: 1}).claim_line_ids
        self.assertEqual(line.unit_price, 45.0, "600 per dozen less 10 %")

    def test_inventory_cost_is_what_the_issued_part_was_worth(self):
        self._terms(price_basis="standard_cost")
        line = self._make_repair({self.part: 2}).claim_line_ids
        self.part.standard_price = 1.0
        self.assertEqual((line.unit_price, line.amount_claimed), (400.0, 800.0))
        self.assertEqual(line.basis_reference, line.repair_id.name)

    def test_vendor_price_list_of_the_day(self):
        self._terms(price_basis="vendor_price")
        self.part.seller_ids.write({"price": 500.0, "discount": 20.0})
        line = self._make_repair().claim_line_ids
        self.assertEqual(line.unit_price, 400.0)

    def test_markup_share_and_rounding_are_explained_and_add_up(self):
        self._terms(markup_percent=12.5, share_percent=80)
        line = self._make_repair({self.fan: 3}).claim_line_ids
        self.assertEqual(line.unit_price, 49.95, "55.50 × 1.125 × 0.80")
        self.assertEqual(line.amount_claimed, 149.85, "unit price × quantity, as printed")
        self.assertIn("markup 12.50 %", line.price_explanation)
        self.assertIn("share 80.00 %", line.price_explanation)

    def test_claim_in_a_foreign_currency_keeps_the_rate_of_the_day(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": usd.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 0.125}
        )
        self._terms(currency_id=usd.id)
        line = self._make_repair().claim_line_ids
        usd.rate_ids.rate = 0.5
        self.assertEqual((line.currency_id, line.currency_rate, line.amount_claimed), (usd, 0.125, 50.0))
        self.assertIn("exchange rate", line.price_explanation)

    def test_only_what_the_warranty_covers_is_claimed(self):
        self.env["stock.quant"]._update_available_quantity(
            self.unit, self.warehouse.lot_stock_id, 1, lot_id=self._make_lot("FREE")
        )
        repair = self.env["repair.order"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "product_id": self.unit.id,
                "lot_id": self.unit.stock_quant_ids.lot_id.filtered(lambda lot: lot.name == "FREE").id,
                "picking_type_id": self.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {"product_id": self.part.id, "product_uom_qty": 1, "repair_line_type": line}
                    )
                    for line in ("add", "remove")
                ],
            }
        )
        self._sign_intake(repair)
        self._finish(repair)
        self.assertEqual(repair.move_ids.mapped("coverage"), ["billable", "billable"])
        self.assertFalse(repair.claim_line_ids)
        self.assertFalse(repair.old_part_ids)

    def _make_lot(self, name):
        return self.env["stock.lot"].create(
            {"name": name, "product_id": self.unit.id, "company_id": self.company.id}
        )

    def test_unknown_supplier_is_named_not_lost(self):
        orphan = self._make_product("Orphan part", standard_price=10)
        line = self._make_repair({orphan: 1}, removed=False).claim_line_ids
        self.assertEqual((line.state, line.amount_claimed), ("blocked", 0.0))
        self.assertIn("No supplier is known for Orphan part", line.problem)

    def test_missing_agreement_is_named_and_found_later(self):
        self.agreement.with_user(self.manager).action_close()
        line = self._make_repair().claim_line_ids
        self.assertEqual(line.state, "blocked")
        self.assertIn("Harbor Compressors", line.problem)
        self._make_agreement(name="New")
        line.with_user(self.clerk).action_recheck()
        self.assertEqual((line.state, line.amount_claimed), ("claimable", 400.0))
        self.assertFalse(line.problem)

    def test_missing_price_is_named(self):
        valve = self._make_part("Valve", 5.0)
        line = self._make_repair({valve: 1}).claim_line_ids
        self.assertEqual(line.state, "blocked")
        self.assertIn("Last Purchase Price gives no price for Valve", line.problem)

    def test_collecting_twice_changes_nothing(self):
        repair = self._make_repair()
        before = (repair.claim_line_ids.ids, repair.old_part_ids.ids)
        repair.sudo()._collect_claims()
        with self.enter_registry_test_mode():
            self.env.ref("parts_claims.ir_cron_gather_claims").method_direct_trigger()
        self.assertEqual((repair.claim_line_ids.ids, repair.old_part_ids.ids), before)

    def test_the_daily_job_finds_what_was_missed_and_fills_the_drafts(self):
        """A repair finished before the addon was installed has no lines yet."""
        repair = self._make_repair()
        repair.old_part_ids._set({"claim_line_id": False})
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM parts_claim_line WHERE repair_id = %s", [repair.id])
        self.env.invalidate_all()
        self.assertFalse(repair.claim_line_ids)
        with self.enter_registry_test_mode():
            self.env.ref("parts_claims.ir_cron_gather_claims").method_direct_trigger()
        self.assertEqual(repair.claim_line_ids.state, "draft")
        self.assertEqual(repair.claim_line_ids.claim_id.supplier_id, self.supplier)
        self.assertEqual(repair.old_part_ids.claim_line_id, repair.claim_line_ids)

    def test_queries_do_not_grow_with_the_parts(self):
        parts = [self._make_part(f"Part {number}", 10.0) for number in range(8)]
        for part in parts:
            self._purchase(part, 5, 10.0)
        few = self._make_repair(dict.fromkeys(parts[:2], 1))
        many = self._make_repair(dict.fromkeys(parts, 1))
        self.assertEqual(self._count_queries(few), self._count_queries(many))

    def _count_queries(self, repair):
        moves = repair.move_ids.filtered(lambda move: move._is_claimable())
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        lines = self.env["parts.claim.line"]
        terms = lines._get_terms([source for move in moves for source in lines._get_sources(move)])
        self.assertEqual(len(terms), len(moves))
        return self.env.cr.sql_log_count - before

    def test_deadline_counts_from_the_repair_in_the_companys_calendar(self):
        line = self._make_repair().claim_line_ids
        self.assertEqual(line.repair_date, self.company._get_law_date())
        self.assertEqual(line.deadline, line.repair_date + timedelta(days=90))
        self.assertEqual(line.days_left, 90)
        self.assertIn(line, self.env["parts.claim.line"].search([("days_left", "<=", 90)]))
        self.assertNotIn(line, self.env["parts.claim.line"].search([("days_left", "<", 90)]))

    def test_the_line_keeps_what_was_true_at_the_repair(self):
        """Covers: PC-02."""
        repair = self._make_repair()
        line = repair.claim_line_ids
        move = line.move_id
        self.assertEqual(line.warranty_registration_line_id, move.warranty_registration_line_id)
        self.assertEqual(line.coverage_reason, move.coverage_reason)
        self.assertEqual(line.unit_lot_id, repair.lot_id)
        self._terms(share_percent=10)
        self._purchase(self.part, 1, 1.0, days_ago=0)
        self.assertEqual((line.share_percent, line.amount_claimed), (100, 400.0))
