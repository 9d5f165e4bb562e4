# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .old_part_common import OldPartCommon


@tagged("post_install", "-at_install")
class TestOldPartDue(OldPartCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"old_part_ship_days": 30, "old_part_keep_days": 90, "old_part_alert_days": 7})
        cls.today = cls.company._get_law_date()

    def _age(self, part, days):
        part.sudo()._set({"date_collected": fields.Datetime.now() - timedelta(days=days)})
        return part

    def test_dates_follow_the_days_the_company_has_set(self):
        part = self._age(self._take_out(), 10)
        self.assertEqual(part.ship_by, self.today + timedelta(days=20))
        self.assertEqual(part.keep_until, self.today + timedelta(days=80))
        self.assertEqual(part.days_to_ship, 20)
        self.company.old_part_ship_days = 5
        self.assertEqual(part.days_to_ship, -5)

    def _agree_keep_days(self, days):
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.old_part_keep_days = days
        self.agreement.with_user(self.manager).action_activate()

    def test_the_days_agreed_with_the_supplier_go_before_those_of_the_company(self):
        self._agree_keep_days(120)
        part = self._age(self._take_out(), 10)
        self.assertEqual(part.claim_line_id.agreement_id, self.agreement)
        self.assertEqual(part.keep_until, self.today + timedelta(days=110))

    def test_parts_already_kept_follow_an_agreement_that_is_changed(self):
        part = self._age(self._take_out(), 10)
        self.assertEqual(part.keep_until, self.today + timedelta(days=80), "nothing was agreed")
        self._agree_keep_days(15)
        self.assertEqual(part.keep_until, self.today + timedelta(days=5))
        self._agree_keep_days(0)
        self.assertEqual(part.keep_until, self.today + timedelta(days=80))

    def test_a_part_whose_claim_line_is_taken_away_is_kept_as_the_company_does(self):
        self._agree_keep_days(15)
        part = self._take_out()
        part.claim_line_id = False
        self.assertEqual(part.keep_until, self.today + timedelta(days=90))

    def test_who_handles_the_agreement_is_reminded_once_before_the_day(self):
        early, due = self._age(self._take_out(), 1), self._age(self._take_out(), 24)
        shipped = self._age(self._take_out(), 24)
        self._ship(shipped)
        for _day in range(2):
            self.env["old.part"]._cron_remind()
        self.assertFalse((early | shipped).activity_ids)
        self.assertEqual(len(due.activity_ids), 1)
        self.assertEqual(
            (due.activity_ids.user_id, due.activity_ids.date_deadline), (self.clerk, due.ship_by)
        )

    def test_the_due_list_holds_what_is_late_or_soon_due(self):
        early, due, late = (self._age(self._take_out(), days) for days in (1, 25, 40))
        shipped = self._age(self._take_out(), 40)
        self._ship(shipped)
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.old_part_action_due")
        self.assertEqual(safe_eval(action["context"])["search_default_due"], 1)
        arch = self.env["old.part"].get_view(self.env.ref("parts_claims.old_part_view_search").id, "search")[
            "arch"
        ]
        found = {}
        for name in ("due", "late", "kept"):
            domain = arch.split(f'name="{name}"')[1].split('domain="')[1].split('"')[0].replace("&lt;", "<")
            found[name] = self.env["old.part"].search(
                Domain(safe_eval(domain)) & Domain("company_id", "=", self.company.id)
            )
        self.assertEqual(found["due"], due | late)
        self.assertEqual(found["late"], late)
        self.assertFalse(found["kept"])
        self.assertNotIn(early, found["due"])
