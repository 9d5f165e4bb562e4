# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Working days as Chinese deadlines count them: public holidays off, weekends worked in lieu on."""

from datetime import timedelta

import chinese_calendar

SATURDAY = 5


def is_working_day(day):
    """Tell whether ``day`` is worked, and whether that is certain.

    The State Council announces the holidays of a year only in the autumn before it. For years that the calendar does
    not know yet, Monday to Friday are taken as worked, which may be wrong around the holidays.

    :return: (worked, certain)
    """
    try:
        return chinese_calendar.is_workday(day), True
    except NotImplementedError:
        return day.weekday() < SATURDAY, False


def add_working_days(day, count):
    """Return the last day of a period of ``count`` working days that begins after ``day``.

    :return: (last day, whether the holidays of all days in between are known)
    """
    certain = True
    while count > 0:
        day += timedelta(days=1)
        worked, known = is_working_day(day)
        certain &= known
        count -= worked
    return day, certain
