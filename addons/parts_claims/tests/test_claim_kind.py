# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.aftersales_service.tests.common import SIGNATURE

from .claim_kind_common import ClaimKindCommon


@tagged("post_install", "-at_install")
class TestClaimKind(ClaimKindCommon):
    """What a repair costs besides parts is claimed, as far as the agreement covers it."""

    # Labor

    def test_covered_labor_is_claimable_when_the_repair_closes(self):
        """Covers: PC-01, S2-C-05."""
        self.cover_labor()
        repair = self.repair_with_labor()
        labor = self.of_kind(repair, "labor")
        self.assertEqual((labor.state, labor.labor_id), ("claimable", repair.labor_ids))
        self.assertEqual((labor.quantity, labor.unit_price, labor.amount_claimed), (3, 90, 270))
        self.assertEqual((labor.supplier_id, labor.agreement_id), (self.supplier, self.agreement))
        self.assertIn("3 hours of the repair × 90.00 CNY", labor.price_explanation)
        self.assertEqual(labor.deadline, labor.repair_date + timedelta(days=90))
        self.assertFalse(labor.old_part_required)

    def test_labor_is_no_line_to_look_after_where_the_agreement_does_not_cover_it(self):
        labor = self.of_kind(self.repair_with_labor(), "labor")
        self.assertEqual((labor.state, labor.amount_claimed), ("uncovered", 0))
        self.assertIn("does not cover this kind of cost: Labor", labor.uncovered_reason)
        with self.assertRaisesRegex(UserError, "these are not"):
            labor.with_user(self.clerk).action_add_to_claims()
        self.cover_labor()
        labor.with_user(self.clerk).action_recheck()
        self.assertEqual((labor.state, labor.amount_claimed), ("claimable", 270))

    def test_the_suppliers_own_hours_replace_those_of_the_repair(self):
        hours = Command.create({"operation_id": self.operation.id, "hours": 2.5})
        self.cover_labor(hours_ids=[hours])
        labor = self.of_kind(self.repair_with_labor(), "labor")
        self.assertEqual((labor.quantity, labor.amount_claimed), (2.5, 225))
        self.assertIn("2.5 agreed hours × 90.00 CNY", labor.price_explanation)

    def test_labor_by_percent_of_our_rate_and_by_a_fixed_amount(self):
        self.terms(cover_ids=[self.cover("labor", percent=50)])
        labor = self.of_kind(self.repair_with_labor(), "labor")
        self.assertEqual((labor.unit_price, labor.amount_claimed), (60, 180))
        self.assertIn("covered 50.00 %", labor.price_explanation)
        self.terms(cover_ids=[Command.clear(), self.cover("labor", "fixed", amount=200)])
        labor.with_user(self.clerk).action_recheck()
        self.assertEqual((labor.quantity, labor.amount_claimed), (1, 200))
        self.assertIn("Amount Agreed", labor.price_explanation)

    def test_labor_goes_with_the_main_cause_part(self):
        """The main-cause part takes the labor; associated parts do not repeat it."""
        self.cover_labor()
        other = self.env["res.partner"].create({"name": "Fan maker", "is_company": True})
        self.fan.seller_ids.partner_id = other
        self._purchase(self.fan, 1, 50.0, days_ago=2, supplier=other)
        self._make_agreement(name="Fans", supplier_id=other.id, cover_ids=[self.cover("labor")])

        def prepare(repair):
            fan = repair.move_ids.filtered(
                lambda move: move.product_id == self.fan and move.repair_line_type == "add"
            )
            repair.main_cause_move_id = fan

        repair = self.repair_with_labor({self.part: 1, self.fan: 1}, prepare=prepare)
        labor = self.of_kind(repair, "labor")
        parts = self.of_kind(repair, "part")
        fan = parts.filtered(lambda line: line.product_id == self.fan)
        self.assertEqual(labor.supplier_id, other)
        self.assertEqual(((parts - fan) | labor).main_line_id, fan)
        self.assertFalse(fan.main_line_id)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            repair.main_cause_move_id = False

    def test_the_same_operation_on_an_associated_part_is_not_claimed_again(self):
        self.cover_labor()
        repair = self._make_repair({self.part: 1, self.fan: 1}, finish=False)
        added = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
        main = added.filtered(lambda move: move.product_id == self.part)
        repair.main_cause_move_id = main
        vals = {"repair_id": repair.id, "operation_id": self.operation.id, "rate": 100.0}
        self.env["repair.labor"].create([vals | {"move_id": move.id} for move in added])
        self._finish(repair)
        labor = self.of_kind(repair, "labor")
        on_main = labor.filtered(lambda line: line.labor_id.move_id == main)
        self.assertEqual((on_main.state, (labor - on_main).state), ("claimable", "blocked"))
        self.assertIn("associated parts do not repeat it", (labor - on_main).problem)

    def test_labor_is_claimed_once(self):
        self.cover_labor()
        repair = self.repair_with_labor()
        before = repair.claim_line_ids
        repair.sudo()._collect_claim_costs()
        self.lines._collect_missed()
        self.assertEqual(repair.claim_line_ids, before)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.of_kind(repair, "labor").sudo().copy()

    def test_the_daily_job_finds_labor_that_was_missed(self):
        self.cover_labor()
        repair = self.repair_with_labor()
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM parts_claim_line WHERE labor_id IN %s", [tuple(repair.labor_ids.ids)]
        )
        self.env.invalidate_all()
        self.assertTrue(self.lines._collect_missed())
        self.assertEqual(self.of_kind(repair, "labor").amount_claimed, 270)
        self.assertFalse(self.lines._collect_missed())

    def test_labor_is_filed_settled_and_posted_with_the_parts(self):
        self.cover_labor()
        repair = self.repair_with_labor()
        claim = self._make_agreed(repair)
        self.assertEqual(claim.amount_agreed, 670)
        settlement = self._make_settlement(claim)
        settlement.action_post()
        self.assertEqual(settlement.credit_note_id.amount_untaxed, 670)
        names = settlement.credit_note_id.invoice_line_ids.mapped("name")
        self.assertTrue(any("Change compressor × 3" in name for name in names), names)
        rows = settlement._get_statement_rows()
        self.assertEqual({row["part"] for row in rows}, {"Compressor", "Change compressor"})

    # Limits

    def test_limits_per_repair_and_kind_cut_the_amount(self):
        self.terms(cover_ids=[self.cover("labor", "hourly", amount=90.0, cap=400)])
        labor = [{"name": f"Step {number}", "hours": 3} for number in range(3)]
        repair = self.repair_with_labor(labor=labor)
        lines = self.of_kind(repair, "labor").sorted("id")
        self.assertEqual(lines.mapped("amount_claimed"), [270, 130, 0])
        self.assertEqual(lines.mapped("state"), ["claimable", "claimable", "uncovered"])
        self.assertIn("limited to", lines[1].price_explanation)
        self.assertIn("pays at most", lines[2].uncovered_reason)
        lines[0].with_user(self.clerk).action_recheck()
        self.assertEqual(lines.mapped("amount_claimed"), [270, 130, 0], "checking again gives the same")

    def test_parts_can_be_limited_too(self):
        self.terms(cover_ids=[self.cover("part", percent=80, cap=500)])
        line = self._make_repair({self.part: 2}).claim_line_ids
        self.assertEqual((line.amount_claimed, line.cap), (500, 500))
        self.assertIn("covered 80.00 %", line.price_explanation)

    def test_no_part_is_paid_by_an_agreement_that_covers_none(self):
        self.terms(cover_ids=[self.cover("part", percent=0)])
        self.assertEqual(self._make_repair().claim_line_ids.state, "uncovered")

    def test_a_quantity_beyond_the_rule_needs_attention(self):
        rule = Command.create({"product_tmpl_id": self.part.product_tmpl_id.id, "max_quantity": 2})
        self.terms(line_ids=[rule])
        self._purchase(self.part, 3000, 400.0)
        line = self._make_repair({self.part: 2000}, removed=False).claim_line_ids
        self.assertEqual((line.state, line.amount_claimed), ("blocked", 0))
        self.assertIn("2000 × Compressor in one repair", line.problem)

    def test_the_suppliers_period_and_meter_limit_end_its_cover(self):
        self.terms(cover_months=1)
        line = self._make_repair().claim_line_ids
        self.assertEqual(line.state, "uncovered")
        self.assertIn("covers the unit of", line.uncovered_reason)
        self.terms(cover_months=12, meter_limit=1000, meter_unit="hours")
        line.with_user(self.clerk).action_recheck()
        self.assertEqual(line.state, "blocked")
        self.assertIn("has no reading", line.problem)
        repair = self._make_repair(finish=False)
        repair.write({"meter_unit": "hours", "meter_reading": 1200})
        repair._sign_as_customer("intake", "Mill Street Bakery", SIGNATURE)
        self._finish(repair)
        self.assertIn("up to 1,000 on the meter", repair.claim_line_ids.uncovered_reason)

    def test_a_currency_without_rate_is_named(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        usd.rate_ids.unlink()
        self.terms(currency_id=usd.id)
        line = self._make_repair().claim_line_ids
        self.assertEqual(line.state, "blocked")
        self.assertIn("no exchange rate of USD", line.problem)

    # Expenses

    def test_freight_and_travel_of_a_repair_are_claimed_with_it(self):
        """Covers: C-20-R1."""
        covers = [self.cover("freight"), self.cover("travel", "fixed", amount=100)]
        self.terms(cover_ids=covers)
        repair = self._make_repair(finish=False)
        self.expense(repair_id=repair.id, reference="SF-1", amount=60.0)
        self.expense(repair_id=repair.id, kind="travel", name="Trip", amount=480.0)
        self.expense(repair_id=repair.id, kind="consumable", name="Gas", amount=35.0)
        self.assertFalse(repair.claim_line_ids, "nothing is claimed before the repair is over")
        self._finish(repair)
        amounts = {line.kind: line.amount_claimed for line in repair.claim_line_ids}
        self.assertEqual(amounts, {"part": 400, "freight": 60, "travel": 100, "consumable": 0})
        freight = self.of_kind(repair, "freight")
        self.assertIn("Actual Cost SF-1", freight.price_explanation)
        self.assertEqual(freight.main_line_id, self.of_kind(repair, "part"))
        self.assertEqual(self.of_kind(repair, "consumable").state, "uncovered")

    def test_an_expense_of_a_finished_repair_is_claimable_at_once(self):
        self.terms(cover_ids=[self.cover("freight", percent=50)])
        repair = self._make_repair()
        expense = {"name": "Courier", "amount": 61.0, "kind": "freight"}
        repair.with_user(self.clerk).claim_expense_ids = [Command.create(expense)]
        self.assertEqual(self.of_kind(repair, "freight").amount_claimed, 30.5)

    def test_a_claimed_expense_is_fixed_and_recorded_once(self):
        self.terms(cover_ids=[self.cover("freight")])
        repair = self._make_repair()
        expense = self.expense(repair_id=repair.id)
        with self.assertRaisesRegex(UserError, "can no longer change"):
            expense.amount = 600.0
        with self.assertRaisesRegex(UserError, "can no longer change"):
            expense.unlink()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.expense(repair_id=repair.id)

    def test_impossible_expenses_are_refused(self):
        repair = self._make_repair()
        for vals in ({"amount": -5.0}, {"amount": 0.0}, {"amount": 60e9}, {"repair_id": False}):
            with (
                self.subTest(**vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.expense(**{"repair_id": repair.id, **vals})

    def test_only_claims_clerks_record_expenses(self):
        repair = self._make_repair()
        with self.assertRaises(AccessError):
            self.env["claim.expense"].with_user(self.technician).create(
                {"repair_id": repair.id, "name": "Courier", "amount": 60.0}
            )

    # Goodwill and campaigns

    def test_goodwill_is_asked_for_only_where_agreed(self):
        def grant(repair):
            repair.move_ids._grant_coverage("goodwill", "Old customer")

        repair = self.repair_with_labor(prepare=grant)
        self.assertEqual(self.of_kind(repair, "goodwill").state, "uncovered")
        self.terms(cover_ids=[self.cover("goodwill", percent=50)])
        line = self.of_kind(repair, "goodwill")
        line.with_user(self.clerk).action_recheck()
        self.assertEqual((line.state, line.amount_claimed), ("claimable", 200))

    def test_the_part_of_a_campaign_is_claimed_from_its_supplier(self):
        campaign_supplier = self.env["res.partner"].create({"name": "Maker", "is_company": True})
        self._make_agreement(
            name="Recall agreement", supplier_id=campaign_supplier.id, price_basis="standard_cost"
        )
        campaign = self.env["warranty.campaign"].create(
            {"title": "Recall", "company_id": self.company.id, "supplier_id": campaign_supplier.id}
        )

        def set_campaign(repair):
            repair.move_ids._set_campaign(campaign)

        repair = self.repair_with_labor(prepare=set_campaign)
        line = self.of_kind(repair, "part")
        self.assertEqual((line.origin_kind, line.supplier_id), ("campaign", campaign_supplier))
        self.assertEqual(line.amount_claimed, 400)

    # Evidence

    def test_everything_the_agreement_asks_for_is_named_before_filing(self):
        """Covers: S2-C-02, R-21."""
        self.terms(
            appraisal_required=True,
            meter_required=True,
            photo_required=True,
            preauthorization_above=300,
            report_required=True,
        )
        repair = self._make_repair(removed=False)
        line = repair.claim_line_ids.with_user(self.clerk)
        for text in ("fault report", "photo", "closed appraisal", "meter", "old part", "pre-authorization"):
            self.assertIn(text, line.lacking)
        claim = self._make_claim(repair)
        with self.assertRaises(UserError) as refused:
            claim.action_submit()
        rules = {violation.rule for violation in refused.exception.violations}
        self.assertEqual(
            rules, {"claims.submit.evidence", "claims.submit.old_part", "claims.submit.preauthorization"}
        )

    def test_a_preauthorization_lets_an_expensive_line_pass(self):
        self.terms(preauthorization_above=300)
        claim = self._make_claim()
        line = claim.line_ids.with_user(self.clerk)
        line.preauthorization_number = "PA-7"
        self.assertIn("pre-authorization", line.lacking, "number, day and name belong together")
        line.write({"preauthorization_date": fields.Date.today(), "preauthorization_by": "Ms. Lin"})
        claim.action_submit()
        with self.assertRaisesRegex(UserError, "evidence"):
            line.preauthorization_number = "PA-8"

    def test_a_cheap_part_needs_no_old_part(self):
        self.terms(old_part_waived_under=100)
        repair = self._make_repair({self.part: 1, self.fan: 1}, removed=False)
        needs = {line.product_id: line.old_part_required for line in repair.claim_line_ids}
        self.assertEqual(needs, {self.part: True, self.fan: False})

    def test_an_appraisal_against_the_supplier_stops_the_claim(self):
        """Covers: PC-03, C-00-R2."""
        claim = self._make_claim()
        appraisal = self.env["repair.appraisal"].create(
            {
                "repair_id": claim.line_ids.repair_id.id,
                "product_id": self.part.id,
                "defect": "Burnt winding",
                "cause": "Wrong voltage",
                "verdict": "misuse",
            }
        )
        claim.action_submit()
        claim = self._make_claim()
        appraisal = appraisal.copy({"repair_id": claim.line_ids.repair_id.id})
        picture = self.env["ir.attachment"].with_user(self.technician).create({"name": "p.png", "raw": b"x"})
        appraisal.with_user(self.technician).photo_ids = [Command.link(picture.id)]
        appraisal.with_user(self.technician).action_close()
        with self.assertRaisesRegex(UserError, "genuine defects only"):
            claim.action_submit()
        claim.line_ids.action_remove_from_claim()
        line = self.lines.search([("repair_id", "=", appraisal.repair_id.id)])
        line.with_user(self.clerk).action_recheck()
        self.assertEqual(line.state, "blocked")

    # Speed

    def test_queries_do_not_grow_with_labor_and_parts(self):
        """Making lines takes the same number of queries for few and for many."""
        self.cover_labor()
        warm, few, many = (self._make_missed(count) for count in (2, 3, 24))
        self._count(warm)
        self.assertEqual(self._count(few), self._count(many))

    def _make_missed(self, count):
        labor = [{"name": f"Step {number}", "hours": 1} for number in range(count)]
        repair = self.repair_with_labor({self.part: 1, self.fan: 1}, labor=labor)
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM parts_claim_line WHERE labor_id IN %s", [tuple(repair.labor_ids.ids)]
        )
        self.env.invalidate_all()
        return repair.labor_ids

    def _count(self, labor):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        lines = self.lines._collect_records(labor)
        self.env.flush_all()
        self.assertEqual(len(lines), len(labor))
        return self.env.cr.sql_log_count - before
