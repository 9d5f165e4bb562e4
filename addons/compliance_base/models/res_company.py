# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime, time, timedelta

import pytz

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_law_timezone(self):
        """Return the time zone (``tzinfo``) in which the days of law of this company are counted.

        It is the one of the working calendar, else the one of the company's address, else UTC.
        """
        company = self or self.env.company
        company.ensure_one()
        # sudo: gates also run for portal users; the time zone of a company is not confidential
        company = company.sudo()
        calendar_tz = company.resource_calendar_id.tz if "resource_calendar_id" in company._fields else False
        return pytz.timezone(calendar_tz or company.partner_id.tz or "UTC")

    def _get_law_datetime(self, moment=None):
        """Return ``moment`` as an aware datetime in the company's time zone.

        :param datetime moment: naive UTC (as stored) or aware; now when empty
        """
        moment = moment or fields.Datetime.now()
        if moment.tzinfo is None:
            moment = pytz.utc.localize(moment)
        return moment.astimezone(self._get_law_timezone())

    def _get_law_date(self, moment=None):
        """Return the calendar day on which ``moment`` falls for this company.

        Legal limits (expiry, retention, validity) are counted in calendar days of the place, not of UTC.

        :param moment: naive UTC or aware datetime; now when empty. A plain date already is a day and comes back as is
        """
        if isinstance(moment, date) and not isinstance(moment, datetime):
            return moment
        return self._get_law_datetime(moment).date()

    def _get_law_day_bounds(self, day):
        """Return the two naive UTC datetimes between which the calendar day ``day`` lies: [start, end[."""
        timezone = self._get_law_timezone()
        start, end = (
            timezone.localize(datetime.combine(d, time.min)).astimezone(pytz.utc).replace(tzinfo=None)
            for d in (day, day + timedelta(days=1))
        )
        return start, end
