# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo.fields import Command
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCompanyCalendar(TransactionCase):
    """Working days with the public holidays of China, and by the company's own calendar elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create({"name": "Office", "tz": "Asia/Shanghai"})
        cls.company = cls.env["res.company"].create(
            {
                "name": "Chinese company",
                "country_id": cls.env.ref("base.cn").id,
                "resource_calendar_id": cls.calendar.id,
            }
        )

    def add(self, day, days, company=None):
        return (company or self.company)._add_working_days(date.fromisoformat(day), days).isoformat()

    def test_one_working_day_after_friday_is_monday_and_two_are_tuesday(self):
        self.assertEqual(self.add("2026-03-06", 1), "2026-03-09")
        self.assertEqual(self.add("2026-03-06", 2), "2026-03-10")
        self.assertEqual(self.add("2026-03-06", 0), "2026-03-06")

    def test_public_holidays_are_skipped_and_make_up_days_are_worked(self):
        self.assertEqual(
            self.add("2025-09-30", 1), "2025-10-09", "National Day and Mid-Autumn, eight days off"
        )
        self.assertEqual(self.add("2025-10-09", 2), "2025-10-11", "a Saturday that is worked")
        self.assertEqual(self.add("2025-09-26", 1), "2025-09-28", "a Sunday that is worked")

    def test_working_days_are_counted_back_too(self):
        self.assertEqual(self.add("2025-10-09", -1), "2025-09-30")
        self.assertEqual(self.add("2026-03-10", -2), "2026-03-06")

    def test_twenty_working_days_reach_over_a_long_holiday(self):
        end = date.fromisoformat(self.add("2026-02-10", 20))
        self.assertEqual(self.company._count_working_days(date(2026, 2, 10), end), 20)
        self.assertGreater((end - date(2026, 2, 10)).days, 28)

    def test_days_between_are_counted_without_the_first_and_with_the_last(self):
        count = self.company._count_working_days
        self.assertEqual(count(date(2025, 9, 30), date(2025, 10, 11)), 3)
        self.assertEqual(count(date(2025, 9, 30), date(2025, 9, 30)), 0)
        self.assertEqual(count(date(2025, 10, 11), date(2025, 9, 30)), 0)

    def test_a_deadline_of_the_law_knows_whether_its_holidays_are_announced(self):
        statute = self.env.ref("aftersales_service.warranty_statute_car")
        deadline = statute._get_deadline("answer_parameter_id", date(2026, 2, 10), self.company)
        self.assertEqual(deadline, (date.fromisoformat(self.add("2026-02-10", 10)), True))
        _day, certain = statute._get_deadline("answer_parameter_id", date(2039, 12, 1), self.company)
        self.assertFalse(certain)

    def test_a_year_without_published_holidays_follows_the_own_calendar_and_says_so(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "New Year",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2039, 12, 31, 16),
                "date_to": datetime(2040, 1, 3, 15, 59),
            }
        )
        self.assertEqual(self.add("2039-12-30", 1), "2040-01-04")
        note = self.company._describe_working_calendar(date(2039, 12, 30), date(2040, 1, 4))
        self.assertIn("2039, 2040", note)
        self.assertFalse(self.company._describe_working_calendar(date(2025, 1, 1), date(2025, 12, 31)))

    def test_a_company_elsewhere_follows_its_own_calendar(self):
        company = self.env["res.company"].create(
            {
                "name": "German company",
                "country_id": self.env.ref("base.de").id,
                "resource_calendar_id": self.env["resource.calendar"]
                .create({"name": "D", "tz": "Europe/Berlin"})
                .id,
            }
        )
        self.assertEqual(self.add("2025-09-30", 1, company), "2025-10-01")
        self.assertFalse(company._describe_working_calendar(date(2039, 1, 1), date(2039, 2, 1)))

    def test_working_hours_run_only_while_we_work(self):
        """Office hours 8–12 and 13–17 in Shanghai, which is UTC+8."""
        self.calendar.attendance_ids = [Command.clear()] + [
            Command.create(
                {
                    "name": "Work",
                    "dayofweek": str(day),
                    "hour_from": start,
                    "hour_to": end,
                    "day_period": period,
                }
            )
            for day in range(5)
            for start, end, period in ((8, 12, "morning"), (13, 17, "afternoon"))
        ]
        add = self.company._add_working_hours
        # Friday 16:00 + 2 h = Monday 9:00
        self.assertEqual(add(datetime(2026, 3, 6, 8), 2), datetime(2026, 3, 9, 1))
        # before the holiday, 30 September 16:00 + 2 h = 9 October 9:00
        self.assertEqual(add(datetime(2025, 9, 30, 8), 2), datetime(2025, 10, 9, 1))
        # over the lunch break: 11:00 + 2 h = 14:00
        self.assertEqual(add(datetime(2026, 3, 5, 3), 2), datetime(2026, 3, 5, 6))
        # a Saturday that is worked has the hours of Friday: Friday 16:00 + 2 h = Saturday 9:00
        self.assertEqual(add(datetime(2025, 10, 10, 8), 2), datetime(2025, 10, 11, 1))
