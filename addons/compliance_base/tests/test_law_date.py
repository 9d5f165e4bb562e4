# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

import pytz
from freezegun import freeze_time

from odoo.tests import tagged

from .common import ComplianceCase


@tagged("post_install", "-at_install")
class TestLawDate(ComplianceCase):
    def set_timezone(self, company, name):
        company.partner_id.tz = name
        if "resource_calendar_id" in company._fields:
            company.resource_calendar_id.tz = name

    def test_day_begins_at_midnight_of_the_place_not_of_utc(self):
        self.assertEqual(self.company._get_law_date(datetime(2026, 3, 31, 15, 59, 59)), date(2026, 3, 31))
        self.assertEqual(self.company._get_law_date(datetime(2026, 3, 31, 16, 0, 0)), date(2026, 4, 1))

    def test_two_companies_have_two_days_at_one_moment(self):
        self.set_timezone(self.other_company, "America/New_York")
        moment = datetime(2026, 4, 1, 1, 0, 0)
        self.assertEqual(self.company._get_law_date(moment), date(2026, 4, 1))
        self.assertEqual(self.other_company._get_law_date(moment), date(2026, 3, 31))

    def test_without_moment_it_is_now(self):
        with freeze_time("2026-12-31 18:30:00"):
            self.assertEqual(self.company._get_law_date(), date(2027, 1, 1))
            self.assertEqual(self.company._get_law_datetime().hour, 2)

    def test_the_zone_of_the_user_does_not_matter(self):
        company = self.company.with_user(self.user).with_context(tz="Pacific/Honolulu")
        self.assertEqual(company._get_law_date(datetime(2026, 3, 31, 16, 0, 0)), date(2026, 4, 1))

    def test_aware_moments_and_plain_days(self):
        tokyo = pytz.timezone("Asia/Tokyo").localize(datetime(2026, 4, 1, 0, 30))
        self.assertEqual(self.company._get_law_date(tokyo), date(2026, 3, 31))
        self.assertEqual(self.company._get_law_date(date(2026, 4, 1)), date(2026, 4, 1))

    def test_without_any_zone_it_is_utc(self):
        company = self.env["res.company"].create({"name": "Law Test Without Zone"})
        self.set_timezone(company, "UTC")
        company.partner_id.tz = False
        self.assertEqual(company._get_law_date(datetime(2026, 3, 31, 23, 59)), date(2026, 3, 31))

    def test_bounds_of_a_day_also_when_the_clock_changes(self):
        bounds = self.company._get_law_day_bounds(date(2026, 4, 1))
        self.assertEqual(bounds, (datetime(2026, 3, 31, 16), datetime(2026, 4, 1, 16)))
        self.set_timezone(self.other_company, "Europe/Brussels")
        start, end = self.other_company._get_law_day_bounds(date(2026, 3, 29))
        self.assertEqual((start, end), (datetime(2026, 3, 28, 23), datetime(2026, 3, 29, 22)))
