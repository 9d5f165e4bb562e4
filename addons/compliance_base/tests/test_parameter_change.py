# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

import psycopg2
from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ComplianceCase


@tagged("post_install", "-at_install")
class TestParameterChange(ComplianceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parameter = cls.make_parameter("test.years")
        cls.old = cls.make_edition(cls.parameter, "2", "2020-01-01", "2023-12-31")
        cls.new = cls.make_edition(cls.parameter, "5", "2024-01-01")

    def value(self, day, company=None):
        return self.Parameter._value("test.years", date.fromisoformat(day), company or self.company)

    def changes(self, **criteria):
        found = self.env["compliance.parameter.change"].search([("parameter_id", "=", self.parameter.id)])
        return found.filtered(lambda change: all(change[name] == value for name, value in criteria.items()))

    def wizard(self, user=None, **vals):
        return self.env["compliance.edition.wizard"].with_user(user or self.manager).create(vals)

    # ---- what is refused

    def test_direct_change_is_refused_to_everybody(self):
        admin = self.env.ref("base.user_admin")
        vals = {"parameter_id": self.parameter.id, "value": "9", "law": "None", "valid_from": "2030-01-01"}
        for editions in (
            self.Edition.with_user(self.manager),
            self.Edition.with_user(admin),
            self.Edition.sudo(),
            self.Edition.with_user(SUPERUSER_ID).sudo(),
            self.Edition.with_user(self.manager).with_context(
                install_mode=True, reason="x", module="compliance_base"
            ),
        ):
            with self.assertRaises(UserError):
                editions.create(vals)
            for change in (
                {"value": "9"},
                {"valid_to": "2024-12-31"},
                {"withdrawn_at": "2024-01-01"},
                {"note": "x"},
            ):
                with self.assertRaises(UserError):
                    editions.browse(self.new.id).write(change)
            with self.assertRaises(UserError):
                editions.browse(self.new.id).unlink()
            with self.assertRaises(UserError):
                editions.browse(self.new.id).copy()
        self.assertEqual(self.value("2025-01-01"), 5)

    def test_client_pretending_an_uninstallation_is_refused(self):
        for user in (self.manager, self.env.ref("base.user_admin")):
            edition = self.new.with_user(user).with_context(_force_unlink=True)
            with self.assertRaises(UserError):
                edition.unlink()
            with self.assertRaises(UserError):
                self.parameter.with_user(user).with_context(_force_unlink=True).unlink()
            with self.assertRaises(UserError):
                self.changes().with_user(user).with_context(_force_unlink=True).unlink()

    def test_import_is_refused(self):
        fields = ["parameter_id/.id", "value", "law", "valid_from"]
        row = [str(self.parameter.id), "9", "Imported", "2030-01-01"]
        for user in (self.manager, self.env.ref("base.user_admin")):
            count = self.Edition.search_count([])
            result = self.Edition.with_user(user).load(fields, [row])
            self.assertFalse(result["ids"])
            result = (
                self.Edition.with_user(user)
                .with_context(install_mode=True)
                .load(["id", "value"], [["compliance_base.edition_drug_record_retention_years_1", "1"]])
            )
            self.assertFalse(result["ids"])
            self.assertEqual(self.Edition.search_count([]), count)

    def test_change_through_the_parameter_is_refused(self):
        parameter = self.parameter.with_user(self.manager)
        for command in (
            (0, 0, {"value": "9", "law": "x"}),
            (1, self.new.id, {"value": "9"}),
            (2, self.new.id),
        ):
            with self.assertRaises(UserError):
                parameter.write({"edition_ids": [command]})
        for vals in ({"code": "other"}, {"value_kind": "text"}, {"unit": "day"}, {"company_figure": "lower"}):
            with self.assertRaises(UserError):
                parameter.write(vals)
        parameter.write({"code": "test.years", "name": "Better wording"})
        with self.assertRaises(UserError):
            parameter.unlink()

    def test_wording_of_the_law_cannot_be_rewritten_by_translating_it(self):
        with self.assertRaises(AccessError):
            self.new.with_user(self.manager).update_field_translations("law", {"en_US": "Another law"})
        self.assertEqual(self.new.law, "Law on Tests")

    def test_only_the_manager_changes_figures(self):
        with self.assertRaises(AccessError):
            self.wizard(self.reader, parameter_id=self.parameter.id, value="9", law="x", reason="x")
        for user in (self.reader, self.user):
            with self.assertRaises(AccessError):
                self.make_edition(self.parameter, "9", "2030-01-01", user=user)
            with self.assertRaises(AccessError):
                self.new.with_user(user)._correct({"value": "9"}, "x")
            with self.assertRaises(AccessError):
                self.new.with_user(user)._close(date(2030, 1, 1), "x")

    def test_no_reason_no_change(self):
        edition = self.new.with_user(self.manager)
        for reason in ("", "  \n", False):
            with self.assertRaises(UserError):
                edition._add_edition(
                    {"parameter_id": self.parameter.id, "value": "9", "law": "x", "valid_from": "2030-01-01"},
                    reason,
                )
            with self.assertRaises(UserError):
                edition._correct({"value": "9"}, reason)
            with self.assertRaises(UserError):
                edition._close(date(2030, 1, 1), reason)
        self.assertFalse(self.new.valid_to)
        self.assertEqual(self.value("2031-01-01"), 5)

    def test_other_companies_figures_are_out_of_reach(self):
        own = self.make_edition(self.parameter, "8", company_id=self.company.id)
        foreign = own.with_user(self.stranger)
        with self.assertRaises(AccessError):
            foreign._correct({"value": "1"}, "x")
        with self.assertRaises(AccessError):
            foreign._withdraw("x")
        with self.assertRaises(AccessError):
            foreign._add_edition(
                {"parameter_id": self.parameter.id, "value": "1", "law": "x", "company_id": self.company.id},
                "x",
            )
        self.assertNotIn(own.id, self.Edition.with_user(self.stranger).search([]).ids)
        self.assertNotIn(
            own.id, self.env["compliance.parameter.change"].with_user(self.stranger).search([]).edition_id.ids
        )

    def test_the_history_is_immutable(self):
        change = self.changes(edition_id=self.new)
        for user in (self.manager, self.env.ref("base.user_admin"), self.env.user):
            for record in (change.with_user(user), change.with_user(user).sudo()):
                with self.assertRaises(UserError):
                    record.write({"reason": "Another"})
                with self.assertRaises(UserError):
                    record.unlink()
                with self.assertRaises(UserError):
                    record.create({"parameter_id": self.parameter.id, "kind": "added", "reason": "Made up"})

    # ---- overlapping

    def test_overlapping_editions_are_refused(self):
        for first, last in (
            ("2023-12-31", "2023-12-31"),
            ("2019-01-01", "2020-01-01"),
            ("2019-01-01", None),
            (None, "2020-01-01"),
            (None, None),
            ("2024-01-01", None),
            ("2021-01-01", "2022-01-01"),
        ):
            with self.subTest(first=first, last=last), self.assertRaisesRegex(ValidationError, "overlap"):
                self.make_edition(self.parameter, "9", first, last)
        self.make_edition(self.parameter, "1", None, "2019-12-31")
        self.assertEqual(self.value("1999-01-01"), 1)

    def test_last_day_before_the_first_is_refused(self):
        with self.assertRaises(ValidationError):
            self.make_edition(self.parameter, "9", "2019-02-01", "2019-01-01")
        with self.assertRaises(ValidationError):
            self.new.with_user(self.manager)._close(date(2023, 12, 31), "x")

    def test_the_database_itself_refuses_an_overlap(self):
        """Two people at the same moment do not see each other's edition; the database does."""
        with (
            self.assertRaises(psycopg2.errors.ExclusionViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                "INSERT INTO compliance_parameter_edition (parameter_id, value, law, evidence, valid_from)"
                " SELECT parameter_id, value, law, evidence, '2025-01-01'"
                " FROM compliance_parameter_edition WHERE id = %s",
                [self.new.id],
            )
        with (
            self.assertRaises(psycopg2.errors.ExclusionViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                "UPDATE compliance_parameter_edition SET valid_to = '2024-01-01' WHERE id = %s", [self.old.id]
            )

    # ---- what is done, and what it leaves behind

    def test_new_edition_ends_the_one_before(self):
        edition = self.make_edition(self.parameter, "7", "2026-07-01")
        self.assertEqual(self.new.valid_to, date(2026, 6, 30))
        self.assertEqual((self.value("2026-06-30"), self.value("2026-07-01")), (5, 7))
        closing, added = self.changes(kind="closed", edition_id=self.new), self.changes(edition_id=edition)
        self.assertIn("2024-01-01 to …", closing.before)
        self.assertIn("2024-01-01 to 2026-06-30", closing.after)
        self.assertEqual(
            (added.kind, added.reason, added.changed_by_id),
            ("added", "Published in the gazette", self.manager),
        )
        self.assertFalse(added.before)
        self.assertIn("7 years", added.after)

    @freeze_time("2026-05-01 04:00:00")
    def test_correction_keeps_the_wrong_edition_and_says_who_and_why(self):
        wizard = self.wizard(kind="correct", edition_id=self.new.id, reason="Misprint in our list")
        self.assertEqual(
            (wizard.value, wizard.law, wizard.valid_from), ("5", "Law on Tests", date(2024, 1, 1))
        )
        wizard.value = "6"
        wizard.action_apply()
        self.assertTrue(self.new.withdrawn_at)
        self.assertEqual(
            (self.new.value, self.new.withdrawn_by_id, self.new.status), ("5", self.manager, "withdrawn")
        )
        corrected = self.new.replaced_by_id
        self.assertEqual((corrected.value, corrected.valid_from), ("6", date(2024, 1, 1)))
        self.assertEqual(self.value("2024-01-01"), 6)
        change = self.changes(kind="corrected")
        self.assertEqual((change.edition_id, change.changed_by_id), (corrected, self.manager))
        self.assertEqual(str(change.changed_at), "2026-05-01 04:00:00")
        self.assertIn("5 years", change.before)
        self.assertIn("6 years", change.after)
        self.assertEqual(change.reason, "Misprint in our list")

    def test_withdrawn_edition_does_not_change_any_more(self):
        edition = self.new.with_user(self.manager)
        edition._correct({"value": "6"}, "x")
        with self.assertRaises(UserError):
            edition._correct({"value": "7"}, "x")
        with self.assertRaises(UserError):
            edition._close(date(2030, 1, 1), "x")

    def test_correction_cannot_move_an_edition_to_another_parameter_or_company(self):
        other = self.make_parameter("test.other")
        for vals in ({"parameter_id": other.id}, {"company_id": self.company.id}, {"withdrawn_at": False}):
            with self.assertRaises(UserError):
                self.new.with_user(self.manager)._correct(vals, "x")

    def test_evidence_mark_is_raised_by_a_correction(self):
        quoted = self.make_edition(self.make_parameter("test.quoted"), "5", evidence="quoted")
        quoted.with_user(self.manager)._correct(
            {"evidence": "read", "article": "Art. 42"}, "Read in the gazette"
        )
        edition = self.Parameter._edition("test.quoted", company=self.company)
        self.assertEqual((edition.evidence, edition.article, edition.value), ("read", "Art. 42", "5"))

    def test_correction_keeps_translations_of_unchanged_wording(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        edition = self.make_edition(self.make_parameter("test.lang"), "5")
        type(edition)._write_internal(edition.with_context(lang="fr_FR"), {"law": "Loi"})
        edition.with_user(self.manager).with_context(lang="en_US")._correct({"value": "6"}, "x")
        corrected = edition.replaced_by_id
        self.assertEqual(corrected.with_context(lang="fr_FR").law, "Loi")
        self.assertEqual(corrected.with_context(lang="en_US").law, "Law on Tests")

    def test_figures_and_references_are_read_in_the_language_of_each_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search([("name", "=", "compliance_base")])._update_translations(
            ["zh_CN"]
        )
        parameter = self.env.ref("compliance_base.parameter_drug_prescription_retention_years")
        for lang, name, figure, reference in (
            (
                "en_US",
                "Retention of prescriptions in a retail pharmacy",
                "5 years",
                "Measures for Supervision of Drug Distribution and Use Quality (SAMR Order No. 84, 2023), Art. 42",
            ),
            (
                "zh_CN",
                "药品零售企业处方保存年限",
                "5 年",
                "《药品经营和使用质量监督管理办法》（国家市场监督管理总局令第84号，2023年）第四十二条",
            ),
        ):
            reader = parameter.with_context(lang=lang, figures_on="2024-06-01")
            self.assertEqual(reader.display_name, f"{name} ({parameter.code})")
            self.assertEqual((reader.figure_text, reader.figure_reference), (figure, reference))

    def test_closing_leaves_no_figure_afterwards(self):
        self.wizard(
            kind="close", edition_id=self.new.id, valid_to="2026-12-31", reason="Repealed"
        ).action_apply()
        self.assertEqual(self.value("2026-12-31"), 5)
        with self.assertRaises(UserError):
            self.value("2027-01-01")
        self.assertEqual(self.changes(kind="closed").reason, "Repealed")
        with self.assertRaises(UserError):
            self.new.with_user(self.manager)._close(date(2027, 12, 31), "Longer again")

    def test_withdrawing_an_own_figure_brings_the_law_back(self):
        own = self.make_edition(self.parameter, "8", company_id=self.company.id)
        self.wizard(kind="withdraw", edition_id=own.id, reason="Decided otherwise").action_apply()
        self.assertEqual(self.value("2025-01-01"), 5)
        self.assertIn("8 years", self.changes(kind="withdrawn").before)
        with self.assertRaises(UserError):
            self.new.with_user(self.manager)._withdraw("x")

    def test_wizard_for_a_new_edition(self):
        wizards = self.env["compliance.edition.wizard"].with_user(self.manager)
        form = Form(wizards.with_context(default_kind="add", default_parameter_id=self.parameter.id))
        form.value = "6"
        form.valid_from = "2027-01-01"
        form.law = "New Law"
        form.evidence = "read"
        form.reason = "New law"
        form.save().action_apply()
        self.assertEqual((self.value("2026-12-31"), self.value("2027-01-01")), (5, 6))

    # ---- delivered data

    def test_data_of_an_addon_is_recorded_as_delivered(self):
        data = {
            "xml_id": "compliance_base.test_edition",
            "noupdate": True,
            "values": {
                "parameter_id": self.parameter.id,
                "value": "7",
                "law": "Law",
                "valid_from": "2027-01-01",
            },
        }
        edition = self.Edition.with_user(SUPERUSER_ID).sudo()._load_records([data])
        self.assertEqual(self.changes(edition_id=edition).kind, "delivered")
        self.assertEqual(self.new.valid_to, date(2026, 12, 31))
        # loading it again, as an update does, changes nothing
        again = self.Edition.with_user(SUPERUSER_ID).sudo()._load_records([data], update=True)
        self.assertEqual(again, edition)

    def test_data_of_an_addon_leaves_what_was_recorded_here(self):
        here = self.make_edition(self.parameter, "6", "2027-01-01")
        data = {
            "xml_id": "compliance_base.test_edition",
            "noupdate": True,
            "values": {
                "parameter_id": self.parameter.id,
                "value": "7",
                "law": "Law",
                "valid_from": "2027-01-01",
            },
        }
        self.assertEqual(self.Edition.with_user(SUPERUSER_ID).sudo()._load_records([data]), here)
        self.assertEqual(self.value("2027-01-01"), 6)

    # ---- screens

    def test_figures_of_a_day_for_a_company(self):
        self.make_edition(self.parameter, "8", "2025-01-01", company_id=self.company.id)
        lookup = self.env["compliance.figure.lookup"].with_user(self.reader)
        action = lookup.create({"date": "2022-01-01"}).action_show()
        row = self.parameter.with_user(self.reader).with_context(**action["context"])
        self.assertEqual(
            (row.figure_value, row.figure_reference, row.figure_evidence),
            ("2", "Law on Tests, Art. 1", "read"),
        )
        self.assertEqual((row.figure_edition_id, row.figure_is_own), (self.old, False))
        row = row.with_context(**lookup.create({"date": "2025-01-01"}).action_show()["context"])
        self.assertEqual((row.figure_value, row.figure_is_own), ("8", True))
        row = row.with_context(**lookup.create({"date": "2019-01-01"}).action_show()["context"])
        self.assertFalse(row.figure_edition_id)
        self.assertIn(row, row.search([("figure_evidence", "=", False)]))
        self.assertNotIn(row, row.search([("figure_evidence", "=", "read")]))

    def test_figures_of_a_foreign_company_are_not_shown(self):
        self.make_edition(self.parameter, "8", "2025-01-01", company_id=self.company.id)
        row = self.parameter.with_user(self.stranger)
        row = row.with_context(figures_on="2025-01-01", figures_company_id=self.company.id)
        self.assertEqual((row.figure_value, row.figure_is_own), ("5", False))

    def test_status_of_editions(self):
        with freeze_time("2023-12-31 12:00:00"):
            self.assertEqual((self.old + self.new).mapped("status"), ["current", "future"])
            self.assertIn(self.old, self.Edition.search([("status", "=", "current")]))
        with freeze_time("2024-01-01 12:00:00"):
            self.env.invalidate_all()
            self.assertEqual((self.old + self.new).mapped("status"), ["past", "current"])
            self.assertIn(self.old, self.Edition.search([("status", "=", "past")]))
            self.assertNotIn(
                self.old, self.Edition.search([("status", "in", ("current", "future", "withdrawn"))])
            )
