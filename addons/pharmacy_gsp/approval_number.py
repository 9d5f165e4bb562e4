# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Forms of the numbers under which drugs and devices are approved, registered or filed in China."""

import re
import unicodedata

from odoo.tools.barcode import get_barcode_check_digit

# After the words of approval: the kind of the drug (H chemical, Z Chinese, S biological, C classical formula,
# J imported and packed here, B, T and F by older editions), then J for an overseas holder or C for one from Hong Kong,
# Macao or Taiwan, then year and serial number.
# Import registration certificates of older editions have no such words: H, Z or S, C for Hong Kong, Macao and Taiwan,
# and B in front for bulk goods that are packed here.
DRUG_NUMBER = re.compile(
    r"(国药准字([HZS][JC]?|[CJBTF])|国药试字[HZSJBTF]|(进口药品注册证号|医药产品注册证号)?B?[HZS][CJ]?)[0-9]{8}"
)
# Registration: place, kind, year, class, two digits of the group, four of the serial number. Filing of class I:
# place, year, serial number. The third form is that before the edition of 2014.
DEVICE_REGISTRATION = re.compile(r"[\u4e00-\u9fff]械注[准进许][0-9]{4}(?P<cls>[123])[0-9]{6}")
DEVICE_FILING = re.compile(r"[\u4e00-\u9fff]{1,3}械备[0-9]{8}号?")
DEVICE_OLD = re.compile(
    r"[\u4e00-\u9fff]{1,3}药监械\([准进许]\)字[0-9]{4}第(?P<cls>[123])[0-9]{6}号(\(更\))?"
)
LETTER_FOR_DIGIT = str.maketrans({"O": "0", "I": "1", "L": "1"})
GTIN_LENGTHS = (8, 12, 13, 14)


def normalize(number):
    """The number as it is printed: full-width signs made plain, capitals, no blanks."""
    return "".join(unicodedata.normalize("NFKC", number or "").split()).upper()


def is_drug_number(number):
    """Whether ``number`` has the form of an approval or import registration number of a drug."""
    return bool(DRUG_NUMBER.fullmatch(number))


def suggest_drug_number(number):
    """The number with letters that look like digits replaced, if only these are wrong with it; else None."""
    for digits in range(8, 0, -1):
        candidate = number[:-digits] + number[-digits:].translate(LETTER_FOR_DIGIT)
        if candidate != number and is_drug_number(candidate):
            return candidate
    return None


def get_device_class(number):
    """Class of device that the number belongs to: ``"1"``, ``"2"``, ``"3"``, or None if it has no lawful form."""
    match = DEVICE_REGISTRATION.fullmatch(number) or DEVICE_OLD.fullmatch(number)
    if match:
        return match["cls"]
    return "1" if DEVICE_FILING.fullmatch(number) else None


def is_gtin(code):
    """Whether ``code`` is a GS1 trade item number: 8, 12, 13 or 14 digits, the last of which checks the others."""
    return (
        code.isascii()
        and code.isdecimal()
        and len(code) in GTIN_LENGTHS
        and get_barcode_check_digit(code.zfill(18)) == int(code[-1])
    )
