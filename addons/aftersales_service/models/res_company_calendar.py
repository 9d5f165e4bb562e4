# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, time, timedelta

import chinese_calendar
import pytz
from chinese_calendar.constants import holidays as chinese_holidays

from odoo import models

# Years for which the State Council's holiday arrangement is known to the library.
CHINESE_YEARS = range(min(chinese_holidays).year, max(chinese_holidays).year + 1)
# Office hours of a company without a working calendar, local time.
DEFAULT_HOURS = ((time(9), time(12)), (time(13), time(18)))


class ResCompany(models.Model):
    """The working calendar of a company: Chinese public holidays and make-up working days in China, the company's
    own calendar everywhere else and for years whose holidays are not announced yet."""

    _inherit = "res.company"

    # Days

    def _add_working_days(self, start_date, days):
        """Return the day that lies ``days`` working days after ``start_date``.

        The start is day 0, whether it is a working day or not: from a Friday, one working day is Monday.

        :param date start_date: calendar day of the company
        :param int days: number of working days; negative counts back, 0 gives ``start_date`` itself
        """
        self.ensure_one()
        day, left, step = start_date, abs(days), 1 if days > 0 else -1
        while left:
            block = timedelta(days=2 * left + 14)
            first, last = sorted((day + timedelta(days=step), day + step * block))
            working = sorted(self._get_working_days(first, last), reverse=step < 0)
            if len(working) >= left:
                return working[left - 1]
            left -= len(working)
            day = last if step > 0 else first
        return day

    def _count_working_days(self, start_date, end_date):
        """Return how many working days lie after ``start_date`` up to and including ``end_date``."""
        self.ensure_one()
        if end_date <= start_date:
            return 0
        return len(self._get_working_days(start_date + timedelta(days=1), end_date))

    def _get_working_days(self, first, last):
        """Return the working days from ``first`` to ``last``, both included, as a set of dates."""
        self.ensure_one()
        days = set()
        for year in range(first.year, last.year + 1):
            start, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
            if self._has_chinese_holidays(year):
                days.update(chinese_calendar.get_workdays(start, end))
            else:
                days.update(self._get_calendar_days(start, end))
        return days

    def _has_chinese_holidays(self, year):
        """Whether working days of a year follow the Chinese holiday arrangement."""
        # sudo: portal users and technicians ask for deadlines too; a company's country is no secret
        return self.sudo().country_id.code == "CN" and year in CHINESE_YEARS

    def _get_calendar_days(self, first, last):
        """Working days by the company's own calendar, its days off left out; Monday to Friday without one."""
        # sudo: as above
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            span = (first + timedelta(days=number) for number in range((last - first).days + 1))
            return {day for day in span if day.weekday() < 5}
        timezone = self._get_law_timezone()
        start = timezone.localize(datetime.combine(first, time.min))
        end = timezone.localize(datetime.combine(last, time.max))
        intervals = calendar._work_intervals_batch(start, end)[False]
        return {start.astimezone(timezone).date() for start, _end, _meta in intervals}

    def _get_years_without_holidays(self, first, last):
        """Years between two dates whose holidays are not announced yet, so that working days may turn out others; the
        State Council announces them in the autumn before. None outside China."""
        self.ensure_one()
        # sudo: as above
        if self.sudo().country_id.code != "CN":
            return []
        return [year for year in range(first.year, last.year + 1) if year not in CHINESE_YEARS]

    def _describe_working_calendar(self, first, last):
        """Say so where working days between two dates are not those of the Chinese holiday arrangement although
        they should be; empty otherwise."""
        years = self._get_years_without_holidays(first, last)
        if not years:
            return ""
        return self.env._(
            "The public holidays of %(years)s are not known yet: working days follow the company's own calendar.",
            years=", ".join(map(str, years)),
        )

    # Hours

    def _add_working_hours(self, moment, hours):
        """Return the moment (naive UTC) at which ``hours`` working hours have passed since ``moment`` (naive UTC)."""
        self.ensure_one()
        left = timedelta(hours=hours)
        day = self._get_law_date(moment)
        while True:
            if self._get_working_days(day, day):
                for start, end in self._get_working_intervals(day):
                    start = max(start, moment)
                    if end > start and end - start >= left:
                        return start + left
                    left -= max(end - start, timedelta())
            day += timedelta(days=1)

    def _get_working_intervals(self, day):
        """Office hours of one working day: list of (start, end), naive UTC, in order.

        A make-up working day on which the calendar has no hours is worked like the nearest day before it.
        """
        timezone = self._get_law_timezone()
        hours = self._get_model_hours(day)
        return [
            tuple(
                timezone.localize(datetime.combine(day, hour)).astimezone(pytz.utc).replace(tzinfo=None)
                for hour in interval
            )
            for interval in hours
        ]

    def _get_model_hours(self, day):
        """Pairs of local times between which is worked on ``day``, or on the last day before it that has any."""
        # sudo: as above
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return DEFAULT_HOURS
        timezone = self._get_law_timezone()
        start = timezone.localize(datetime.combine(day - timedelta(days=6), time.min))
        end = timezone.localize(datetime.combine(day, time.max))
        by_day = {}
        for begin, finish, _meta in calendar._attendance_intervals_batch(start, end)[False]:
            begin, finish = begin.astimezone(timezone), finish.astimezone(timezone)
            by_day.setdefault(begin.date(), []).append((begin.time(), finish.time()))
        return by_day[max(by_day)] if by_day else DEFAULT_HOURS
