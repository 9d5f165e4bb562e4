# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Citizen identification numbers by GB 11643: 17 digits and a check character (ISO 7064, MOD 11-2)."""

import re
from datetime import datetime

PATTERN = re.compile(r"[1-9]\d{16}[0-9X]")
WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(17))
CHECK_CHARACTERS = "10X98765432"


def normalize(number):
    """The number without blanks and hyphens, its letters as capitals."""
    return re.sub(r"[\s-]", "", number or "").upper()


def is_valid(number):
    """Whether ``number`` (normalized) is a citizen identification number: form, date of birth and check character."""
    if not PATTERN.fullmatch(number) or get_birth_date(number) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11] == number[17]


def get_birth_date(number):
    """Date of birth in the number, None if there is no such day."""
    try:
        return datetime.strptime(number[6:14], "%Y%m%d").date()
    except ValueError:
        return None


def mask(text, first, last):
    """``text`` with stars in place of all but its ``first`` and ``last`` characters."""
    text = text or ""
    if len(text) <= first + last:
        return text[:1] + "*" * max(len(text) - 1, 1) if text else ""
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]
