# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The table in docs/gsp_clauses.md says what is there: every clause, and tests and screens that exist."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDON = ROOT / "addons" / "pharmacy_gsp"
CLAUSES = [
    *("16801", "16901", "16902"),
    *("17001", "17002", "17003", "17004", "17005", "17006", "17007"),
    *("17101", "17102"),
    *("17201", "17202", "17203", "17204", "17205", "17206"),
    *("17301", "17501", "17601", "17701"),
]


def read_table():
    """{clause: list of the cells of its row}"""
    rows = {}
    for line in (ROOT / "docs" / "gsp_clauses.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 5 and cells[0].isdigit():
            rows[cells[0]] = cells
    return rows


def find_tests():
    return {
        name
        for path in (ADDON / "tests").glob("test_*.py")
        for name in re.findall(r"^    def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def find_screens():
    """Names of the window and report actions of the addon."""
    return {
        name
        for folder in ("views", "report", "wizards")
        for path in (ADDON / folder).glob("*.xml")
        for name in re.findall(
            r'<record id="(\w+)" model="ir\.actions\.(?:act_window|report)"', path.read_text(encoding="utf-8")
        )
    }


class TestGspClauses(unittest.TestCase):
    def test_every_clause_has_its_row(self):
        self.assertEqual(list(read_table()), CLAUSES)

    def test_the_named_tests_and_screens_exist(self):
        tests, screens = find_tests(), find_screens()
        for clause, (_clause, asks, rule, named_tests, named_screens) in read_table().items():
            with self.subTest(clause):
                self.assertTrue(asks and rule)
                for cell, known in ((named_tests, tests), (named_screens, screens)):
                    names = re.findall(r"`(\w+)`", cell)
                    self.assertTrue(names)
                    self.assertFalse(set(names) - known)

    def test_at_least_one_test_of_a_row_bears_the_number_of_its_clause(self):
        for clause, cells in read_table().items():
            with self.subTest(clause):
                self.assertIn(f"test_{clause}_", cells[3])
