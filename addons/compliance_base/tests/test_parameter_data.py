# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ComplianceCase


@tagged("post_install", "-at_install")
class TestParameterData(ComplianceCase):
    """The figures as they are delivered: for a company that has changed none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new_company = cls.env["res.company"].create({"name": "Law Test Untouched"})
        data = cls.env["ir.model.data"].search(
            [("module", "=", "compliance_base"), ("model", "=", "compliance.parameter")]
        )
        cls.delivered = cls.Parameter.browse(data.mapped("res_id"))

    def value(self, code, on="2026-11-22"):
        return self.Parameter._value(code, on, self.new_company)

    def test_every_delivered_parameter_has_a_figure_with_its_source(self):
        self.assertGreaterEqual(len(self.delivered), 140)
        for parameter in self.delivered:
            edition = self.Parameter._edition(parameter.code, "2026-11-22", self.new_company)
            self.assertTrue(edition.law and edition.evidence, parameter.code)
            if edition.evidence == "read":
                named = edition.article or edition.law_edition
                self.assertTrue(named, f"{parameter.code}: read where?")

    def test_figures_before_and_after_a_change_of_the_law(self):
        for code, last_day, before, after in (
            ("drug.prescription.retention_years", date(2023, 12, 31), 1, 5),
            ("drug.recall.notice_hours.level2", date(2022, 10, 31), 48, 72),
            ("drug.recall.notice_hours.level3", date(2022, 10, 31), 72, 168),
            ("car.compensation.coefficient_percent", date(2021, 12, 31), 0.8, 0.5),
            ("car.remedy.total_repair_days", date(2021, 12, 31), 35, 30),
            ("car.remedy.same_fault_repairs", date(2021, 12, 31), 5, 4),
        ):
            with self.subTest(code=code):
                next_day = date.fromordinal(last_day.toordinal() + 1)
                self.assertEqual((self.value(code, last_day), self.value(code, next_day)), (before, after))

    def test_rights_that_did_not_exist_before_are_no_silent_zero(self):
        self.assertEqual(self.value("car.immediate_return.days", "2022-01-01"), 7)
        self.assertFalse(
            self.Parameter._is_in_force("car.immediate_return.days", "2021-12-31", self.new_company)
        )
        with self.assertRaises(UserError):
            self.value("car.immediate_return.days", "2021-12-31")

    def test_figures_not_found_in_a_text_say_so(self):
        for code in (
            "drug.prescription.validity_days",
            "drug.sampling.base_cases",
            "drug.recall.plan_days.level1",
            "drug.near_expiry.critical_days",
            "goods.remedy.spare_part_days",
        ):
            edition = self.Parameter._edition(code, "2026-11-22", self.new_company)
            self.assertEqual(edition.evidence, "to_verify", code)

    def test_some_figures(self):
        for code, expected in (
            ("drug.ephedrine.max_packs", 2),
            ("drug.special_compound.max_packs", 5),
            ("drug.toxic.max_supply_days", 2),
            ("drug.prescription.max_lines.western", 5),
            ("drug.storage.temperature_max.cool", 20.0),
            ("drug.adr.report_days.death", 0),
            ("device.record.retention.implant", "permanent"),
            ("device.self_inspection.report_day", "03-31"),
            ("car.warranty.km", 50000),
            ("car.repair_record.retention_years", 6),
            ("consumer.return_days", 7),
            ("complaint.mediation_working_days", 45),
        ):
            self.assertEqual(self.value(code), expected, code)

    def test_only_numbers_are_bounded(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.make_parameter("test.bounded", value_kind="text", company_figure="higher")
