# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Setup that every step of a repair goes by is kept in the registry's cache: a change of it holds at once."""

from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .common import AftersalesWorld

DAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestSetupCache(AftersalesWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()

    def find_rate(self, trade=False):
        return self.env["repair.labor.rate"]._find_rate(self.company, DAY, trade, self.customer)

    def test_a_labor_rate_holds_as_soon_as_it_is_written(self):
        self.assertEqual(self.find_rate(), 0)
        rate = self.env["repair.labor.rate"].create({"name": "Base", "rate": 100, "date_from": DAY})
        self.assertEqual(self.find_rate(), 100)
        rate.rate = 120
        self.assertEqual(self.find_rate(), 120)
        rate.active = False
        self.assertEqual(self.find_rate(), 0)

    def test_the_nearest_region_the_named_trade_and_the_newest_rate_come_first(self):
        state = self.env["res.country.state"].search([("country_id.code", "=", "CN")], limit=1)
        base, trade, old, region, later = self.env["repair.labor.rate"].create(
            [
                {"name": "Base", "rate": 100, "date_from": DAY},
                {"name": "Electric", "rate": 110, "date_from": DAY, "trade": "electrical"},
                {"name": "Old", "rate": 90, "date_from": date(2025, 1, 1)},
                {"name": "Region", "rate": 130, "date_from": DAY, "state_ids": [Command.set(state.ids)]},
                {"name": "Later", "rate": 150, "date_from": date(2026, 3, 3)},
            ]
        )
        self.assertEqual(self.find_rate(), base.rate)
        self.assertEqual(self.find_rate("electrical"), trade.rate)
        self.customer.write({"country_id": state.country_id.id, "state_id": state.id})
        self.assertEqual(self.find_rate("electrical"), region.rate)
        self.assertNotIn(old.rate, (self.find_rate(), self.find_rate("electrical")))
        region.unlink()
        later.date_from = DAY
        self.assertEqual(self.find_rate(), later.rate)

    def test_a_quality_item_is_asked_for_in_the_language_of_whoever_hands_over(self):
        self.env["repair.quality.item"].search([]).active = False
        item = self.env["repair.quality.item"].create({"name": "Leaks", "categ_ids": self.machine_categ.ids})
        repair = self.env["repair.order"].new({"product_id": self.machine.id, "company_id": self.company.id})
        items = self.env["repair.quality.item"]
        self.env["res.lang"]._activate_lang("zh_CN")
        item.with_context(lang="zh_CN").name = "渗漏"
        self.assertEqual(items._get_for(repair), [("Leaks", 10)])
        self.assertEqual(items.with_context(lang="zh_CN")._get_for(repair), [("渗漏", 10)])
        item.categ_ids = self.part_categ
        self.assertEqual(items._get_for(repair), [])

    def test_a_skill_is_asked_for_as_soon_as_its_families_change(self):
        skill = self.env["service.skill"].create({"name": "High voltage", "categ_ids": self.part_categ.ids})
        values = {"product_id": self.machine.id, "company_id": self.company.id}
        self.assertNotIn(skill, self.env["repair.order"].create(values).skill_ids)
        skill.categ_ids = self.machine_categ
        self.assertIn(skill, self.env["repair.order"].create(values).skill_ids)

    def test_the_law_for_all_goods_is_taken_out_of_force_at_once(self):
        statute = self.env["warranty.statute"].create({"code": "TEST", "name": "Test", "is_general": True})
        rule = self.env["warranty.statute.rule"].search([], limit=1).copy({"statute_id": statute.id})
        self.assertIn(statute, statute._get_general())
        self.assertIn(rule.id, rule._get_rule_ids((statute.id,)))
        statute.active = False
        self.assertNotIn(statute, statute._get_general())
        rule.unlink()
        self.assertEqual(self.env["warranty.statute.rule"]._get_rule_ids((statute.id,)), ())

    def test_a_sequence_numbers_as_it_is_written_now(self):
        sequence = self.env["ir.sequence"].create(
            {"name": "Test", "code": "setup.test", "prefix": "A-", "padding": 3, "company_id": False}
        )
        draw = self.env["ir.sequence"]._next_many_by_code
        self.assertEqual(draw("setup.test", 2, self.company), ["A-001", "A-002"])
        sequence.write({"prefix": "B-", "padding": 2})
        self.assertEqual(draw("setup.test", 1, self.company), ["B-03"])
        own = sequence.copy({"company_id": self.company.id, "prefix": "OWN-"})
        self.assertEqual(draw("setup.test", 1, self.company), ["OWN-01"])
        own.unlink()
        sequence.active = False
        self.assertEqual(draw("setup.test", 1, self.company), [])
