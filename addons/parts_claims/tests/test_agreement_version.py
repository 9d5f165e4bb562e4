# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
from datetime import timedelta

from openpyxl import Workbook, load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_path

from .claim_kind_common import ClaimKindCommon

HEADER = [
    "Supplier",
    "Agreement",
    "Valid From",
    "Valid To",
    "Currency",
    "Days to File",
    "Days to Answer",
    "Labor Rate",
    "Part",
    "Category",
    "Price Basis",
    "Markup %",
    "Share %",
]


@tagged("post_install", "-at_install")
class TestAgreementVersion(ClaimKindCommon):
    """Terms have versions and are read from a sheet."""

    def test_a_new_version_follows_the_old_one_without_a_gap(self):
        self.cover_labor(hours_ids=[Command.create({"operation_id": self.operation.id, "hours": 2})])
        old = self.agreement.with_user(self.manager)
        fresh = old.browse(old.action_new_version()["res_id"])
        today = self.company._get_law_date()
        self.assertEqual((old.date_to, fresh.date_from), (today, today + timedelta(days=1)))
        self.assertEqual((old.state, fresh.state), ("active", "draft"))
        self.assertEqual((old.version, fresh.version, fresh.previous_id), (1, 2, old))
        self.assertEqual((fresh.cover_ids.amount, fresh.hours_ids.hours), (90, 2))
        fresh.cover_ids.amount = 110
        fresh.action_activate()
        self.assertEqual(self.of_kind(self.repair_with_labor(), "labor").unit_price, 90, "today's terms")
        with self.assertRaisesRegex(UserError, "newer version"):
            old.action_new_version()
        self.assertEqual(len(old.action_view_versions()["domain"][0][2]), 2)

    def test_only_managers_make_versions_and_nobody_writes_them(self):
        with self.assertRaises(AccessError):
            self.agreement.with_user(self.clerk).action_new_version()
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            self.agreement.with_user(self.manager).version = 7

    def test_covers_in_force_are_fixed(self):
        self.cover_labor()
        row = self.agreement.cover_ids.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "in force or closed"):
            row.amount = 200
        with self.assertRaisesRegex(UserError, "in force or closed"):
            row.unlink()
        with self.assertRaisesRegex(UserError, "in force or closed"):
            row.create({"agreement_id": self.agreement.id, "kind": "freight"})
        with self.assertRaisesRegex(UserError, "in force or closed"):
            self.agreement.with_user(self.manager).photo_required = True

    # Import

    def load(self, *rows, header=None, user=None, change=None):
        workbook, content = Workbook(), io.BytesIO()
        sheet = workbook.active
        sheet.append(header or HEADER)
        for row in rows:
            sheet.append([row.get(column) for column in HEADER])
        if change:
            change(sheet)
        workbook.save(content)
        wizard = (
            self.env["claim.agreement.import"]
            .with_user(user or self.manager)
            .create({"file": base64.b64encode(content.getvalue()), "file_name": "terms.xlsx"})
        )
        wizard.action_import()
        return wizard

    def row(self, **vals):
        columns = {column.lower().replace(" %", "").replace(" ", "_"): column for column in HEADER}
        base = {"supplier": "Harbor Compressors", "agreement": "Sheet", "valid_from": "2031-01-01"}
        return {columns[name]: value for name, value in (base | vals).items()}

    def found(self):
        return self.env["claim.agreement"].search([("name", "=", "Sheet")])

    def test_rows_make_draft_agreements_with_rules(self):
        self.fan.default_code = "FAN"
        wizard = self.load(
            self.row(part="Compressor", markup=10, days_to_file=60, labor_rate=85, valid_to="2031-12-31"),
            self.row(part="FAN", share=50, price_basis="Inventory Cost"),
            self.row(agreement="Sheet 2", valid_from="2032-01-01", share=70),
        )
        self.assertFalse(wizard.result)
        agreement = self.found()
        self.assertEqual((agreement.state, agreement.days_to_file), ("draft", 60))
        self.assertEqual((agreement.cover_ids.kind, agreement.cover_ids.amount), ("labor", 85))
        rules = {rule.product_tmpl_id.name: rule for rule in agreement.line_ids}
        self.assertEqual((rules["Compressor"].markup_percent, rules["Fan"].share_percent), (10, 50))
        self.assertEqual(rules["Fan"].price_basis, "standard_cost")
        self.assertEqual(self.env["claim.agreement"].search([("name", "=", "Sheet 2")]).share_percent, 70)

    def test_every_wrong_row_is_named_and_nothing_is_made(self):
        wizard = self.load(
            self.row(),
            self.row(supplier="Nobody Ltd."),
            self.row(valid_from="soon"),
            self.row(agreement="B", part="Compressor", share=150),
            self.row(agreement="C", markup=-3),
            self.row(agreement="D", part="No such part"),
            self.row(agreement="E", price_basis="Guess"),
            self.row(agreement="F", valid_to="2030-01-01"),
            self.row(agreement=None),
        )
        self.assertFalse(self.found())
        for text in (
            "Line 3: “Nobody Ltd.” is not known",
            "Line 4: Valid From: “soon” is no date",
            "Line 5: the share is more than 0",
            "Line 6: Markup %: -3 is not between 0",
            "Line 7: “No such part” is not known",
            "Line 8: “Guess” is no price basis",
            "Line 9: the agreement ends before it begins",
            "Line 10: Agreement is empty",
        ):
            self.assertIn(text, wizard.result)
        self.assertNotIn("Line 2:", wizard.result)

    def test_rows_that_contradict_each_other_are_named(self):
        wizard = self.load(
            self.row(part="Compressor", days_to_file=60),
            self.row(part="Fan", days_to_file=90),
            self.row(part="Compressor"),
        )
        self.assertIn("Line 3: line 2 says something else", wizard.result)
        self.assertIn("Line 4: the part or category is missing, or was named before", wizard.result)

    def test_formulas_and_a_wrong_header_are_refused(self):
        def change(sheet):
            sheet["L2"] = "=1+1"

        wizard = self.load(self.row(), change=change)
        self.assertIn("Line 2: Markup %: a formula is not accepted", wizard.result)
        for header in (["Lieferant", *HEADER[1:]], HEADER[:-1], [*HEADER[:-1], "Supplier"]):
            with self.subTest(header=header), self.assertRaisesRegex(UserError, "The first row has to name"):
                self.load(self.row(), header=header)

    def test_files_that_are_none_are_refused(self):
        for content in (b"PK\x03\x04 broken", b"a;b;c", b""):
            wizard = (
                self.env["claim.agreement.import"]
                .with_user(self.manager)
                .create({"file": base64.b64encode(content), "file_name": "terms.xlsx"})
            )
            with self.subTest(content=content), self.assertRaisesRegex(UserError, "no XLSX file"):
                wizard.action_import()

    def test_the_empty_sheet_has_the_right_header(self):
        sheet = load_workbook(file_path("parts_claims/static/xlsx/claim_agreements.xlsx")).active
        self.assertEqual([cell.value for cell in sheet[1]], HEADER)

    def test_only_managers_import(self):
        with self.assertRaises(AccessError):
            self.load(self.row(), user=self.clerk)
