# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ComplianceCase


@tagged("post_install", "-at_install")
class TestParameterValue(ComplianceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameter = cls.make_parameter("test.years")
        cls.old = cls.make_edition(cls.parameter, "2", "2020-01-01", "2023-12-31")
        cls.new = cls.make_edition(cls.parameter, "5", "2024-01-01")

    def value(self, on=None, company=None, code="test.years"):
        return self.Parameter._value(code, on=on, company=company or self.company)

    def test_first_and_last_day_belong_to_the_edition(self):
        self.assertEqual(self.value(date(2020, 1, 1)), 2)
        self.assertEqual(self.value(date(2023, 12, 31)), 2)
        self.assertEqual(self.value(date(2024, 1, 1)), 5)
        self.assertEqual(self.value("2099-12-31"), 5)

    def test_a_moment_counts_as_the_day_of_the_company(self):
        self.assertEqual(self.value(datetime(2023, 12, 31, 15, 59)), 2)
        self.assertEqual(self.value(datetime(2023, 12, 31, 16, 0)), 5)
        with freeze_time("2023-12-31 16:00:00"):
            self.assertEqual(self.value(), 5)

    def test_no_edition_on_the_day_is_an_error_that_says_what_to_do(self):
        with self.assertRaisesRegex(
            UserError, r"(?s)Figure test\.years.*test\.years.*2019-12-31.*Law Test A.*Record"
        ):
            self.value(date(2019, 12, 31))

    def test_unknown_code_is_an_error_that_names_it(self):
        with self.assertRaisesRegex(UserError, "test.unknown"):
            self.value(date(2024, 1, 1), code="test.unknown")
        # also when the miss is cached, and no longer once the parameter exists
        with self.assertRaisesRegex(UserError, "test.unknown"):
            self.value(date(2024, 1, 1), code="test.unknown")
        self.make_edition(self.make_parameter("test.unknown"), "7")
        self.assertEqual(self.value(date(2024, 1, 1), code="test.unknown"), 7)

    def test_in_force_can_be_asked_without_an_error(self):
        self.assertTrue(self.Parameter._is_in_force("test.years", date(2020, 1, 1), self.company))
        self.assertFalse(self.Parameter._is_in_force("test.years", date(2019, 12, 31), self.company))

    def test_values_have_the_type_of_their_kind(self):
        for kind, written, typed in (
            ("integer", "7.0", 7),
            ("float", "0.50", 0.5),
            ("text", "permanent", "permanent"),
            ("day", "03-31", "03-31"),
        ):
            parameter = self.make_parameter(f"test.kind.{kind}", value_kind=kind)
            self.make_edition(parameter, written)
            value = self.value(code=parameter.code)
            self.assertEqual(value, typed)
            self.assertIs(type(value), type(typed))

    def test_values_of_the_wrong_kind_are_refused(self):
        for kind, written in (
            ("integer", "1.5"),
            ("integer", "five"),
            ("integer", ""),
            ("float", "0,5"),
            ("float", "NaN"),
            ("float", "Infinity"),
            ("day", "02-29"),
            ("day", "31-03"),
            ("day", "3-31"),
            ("text", "  "),
        ):
            parameter = self.make_parameter(f"test.bad.{kind}.{written}", value_kind=kind)
            with self.subTest(kind=kind, written=written), self.assertRaises(ValidationError):
                self.make_edition(parameter, written)

    def test_edition_gives_the_legal_reference_to_whoever_is_refused(self):
        portal = new_test_user(self.env, "law_portal", groups="base.group_portal", company_id=self.company.id)
        parameters = self.Parameter.with_user(portal)
        self.assertEqual(parameters._value("test.years", date(2024, 5, 1), self.company), 5)
        edition = parameters._edition("test.years", date(2024, 5, 1), self.company)
        self.assertEqual(edition, self.new)
        self.assertEqual(edition.legal_reference, "Law on Tests, Art. 1")

    def test_own_figure_of_a_company_comes_before_the_general_one(self):
        own = self.make_edition(self.parameter, "8", "2024-06-01", company_id=self.company.id)
        self.assertEqual(self.value(date(2024, 5, 31)), 5)
        self.assertEqual(self.value(date(2024, 6, 1)), 8)
        self.assertEqual(self.value(date(2024, 6, 1), self.other_company), 5)
        self.assertEqual(self.Parameter._edition("test.years", date(2024, 6, 1), self.company), own)

    def test_own_figure_holds_for_branches_unless_they_have_their_own(self):
        self.make_edition(self.parameter, "8", company_id=self.company.id)
        self.assertEqual(self.value(date(2024, 6, 1), self.branch), 8)
        self.manager.company_ids += self.branch
        edition = self.Edition.with_user(self.manager).with_context(
            allowed_company_ids=(self.company + self.branch).ids
        )
        edition._add_edition(
            {
                "parameter_id": self.parameter.id,
                "value": "9",
                "law": "House rule",
                "company_id": self.branch.id,
            },
            "The branch is stricter",
        )
        self.assertEqual(self.value(date(2024, 6, 1), self.branch), 9)
        self.assertEqual(self.value(date(2024, 6, 1), self.company), 8)

    def test_own_figure_laxer_than_the_law_is_refused(self):
        years = self.make_parameter("test.higher", company_figure="higher")
        self.make_edition(years, "5")
        packs = self.make_parameter("test.lower", company_figure="lower")
        self.make_edition(packs, "2")
        for parameter, laxer, stricter in ((years, "4", "6"), (packs, "3", "1")):
            with self.assertRaisesRegex(ValidationError, "laxer"):
                self.make_edition(parameter, laxer, company_id=self.company.id)
            self.make_edition(parameter, stricter, company_id=self.company.id)
            self.assertEqual(self.value(code=parameter.code), int(stricter))

    def test_law_that_became_stricter_than_the_own_figure_wins(self):
        years = self.make_parameter("test.higher", company_figure="higher")
        self.make_edition(years, "5", "2020-01-01")
        self.make_edition(years, "6", "2020-01-01", company_id=self.company.id)
        self.make_edition(years, "10", "2025-01-01")
        self.assertEqual(self.value(date(2024, 12, 31), code="test.higher"), 6)
        self.assertEqual(self.value(date(2025, 1, 1), code="test.higher"), 10)

    def test_second_question_costs_no_query(self):
        day, company = date(2024, 5, 1), self.company
        self.Parameter._value("test.years", day, company)
        with self.assertQueryCount(0):
            for _index in range(100):
                self.Parameter._value("test.years", day, company)
        # nor in the next transaction, whose records are not in memory yet
        self.env.flush_all()
        self.env.invalidate_all()
        fresh = self.env["res.company"].browse(company.id)
        with self.assertQueryCount(0):
            self.assertEqual(self.Parameter.with_user(self.user)._value("test.years", day, fresh), 5)
            self.assertEqual(
                self.Parameter.with_user(self.user)._value("test.years", date(2021, 1, 1), fresh), 2
            )

    def test_a_change_is_seen_at_once(self):
        self.assertEqual(self.value(date(2026, 1, 1)), 5)
        self.make_edition(self.parameter, "6", "2026-01-01")
        self.assertEqual(self.value(date(2026, 1, 1)), 6)
        self.assertEqual(self.value(date(2025, 12, 31)), 5)
