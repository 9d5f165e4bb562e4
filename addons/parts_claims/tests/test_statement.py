# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io

from openpyxl import load_workbook
from pypdf import PdfReader

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestStatement(ClaimsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["parts_claims"], ["zh_CN"])

    def setUp(self):
        super().setUp()
        claim = self._make_claim(self._make_repair({self.part: 1, self.fan: 2}, serial="SN-0042"))
        claim.action_submit()
        fan = claim.line_ids.filtered(lambda line: line.product_id == self.fan)
        fan.write({"decision": "partly", "amount_agreed": 50.0, "decision_reason": "Half of it"})
        claim.action_accept_rest()
        claim.action_answer()
        claim.action_agree()
        self.settlement = self._make_settlement(claim)
        self.settlement.action_post()

    def _render(self, lang):
        self.settlement.print_lang = lang
        report = self.env["ir.actions.report"].with_user(self.accountant)
        html = report._render_qweb_html("parts_claims.report_settlement_statement", self.settlement.ids)[0]
        return html.decode()

    def _read_xlsx(self):
        report = (
            self.env["ir.actions.report"].with_user(self.clerk).with_context(active_model="claim.settlement")
        )
        content, kind = report._render_xlsx("parts_claims.settlement_xlsx", self.settlement.ids, {})
        self.assertEqual(kind, "xlsx")
        return load_workbook(io.BytesIO(content)), load_workbook(io.BytesIO(content), data_only=True)

    def test_statement_carries_every_figure_and_both_words(self):
        html = self._render("en_US")
        for text in (
            self.company.name,
            "Claim Settlement Statement",
            self.settlement.name,
            "Harbor Compressors",
            self.settlement.credit_note_id.name,
            "SN-0042",
            "Compressor",
            "Half of it",
            "511.00",
            "450.00",
            "61.00",
            "58.50",
            "508.50",
            "人民币伍佰零捌元伍角",
            "Five Hundred And Eight Yuan and Fifty Fen",
        ):
            with self.subTest(text=text):
                self.assertIn(text, html)
        self.assertNotIn("not posted", html)

    def test_statement_is_printed_in_the_suppliers_language(self):
        self.supplier.lang = "zh_CN"
        self.assertEqual(self.settlement._get_print_lang(), "zh_CN")
        self.settlement.print_lang = "en_US"
        self.assertEqual(self.settlement._get_print_lang(), "en_US")

    def test_statement_in_chinese_keeps_figures_and_words(self):
        html = self._render("zh_CN")
        for text in ("508.50", "人民币伍佰零捌元伍角", "Five Hundred And Eight Yuan and Fifty Fen"):
            self.assertIn(text, html)
        for text in (
            "Claim Settlement Statement",
            "Unit Serial",
            "Claimed",
            "Agreed",
            "Reason",
            "Seal and date",
        ):
            self.assertNotIn(text, html)

    def test_spreadsheet_follows_the_language_of_the_statement(self):
        self.settlement.print_lang = "zh_CN"
        book, _values = self._read_xlsx()
        everything = {cell.value for line in book.active.iter_rows() for cell in line}
        self.assertIn("人民币伍佰零捌元伍角", everything)
        self.assertFalse(
            everything & {"Claim Settlement Statement", "Unit Serial", "Claimed", "Agreed", "Reason", "Sum"}
        )

    def test_a_draft_says_that_it_is_one(self):
        draft = self._make_settlement(self._make_agreed(self._make_repair()))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("parts_claims.report_settlement_statement", draft.ids)[0]
            .decode()
        )
        self.assertIn("not posted", html)

    def test_every_page_says_which_it_is(self):
        settlement = self._make_settlement(
            self._make_agreed(self._make_repair({self._make_priced_part(number): 1 for number in range(30)}))
        )
        pages = settlement._get_statement_pages()
        self.assertEqual([len(rows) for rows in pages], [20, 10])
        self.assertEqual([row["number"] for rows in pages for row in rows], list(range(1, 31)))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("parts_claims.report_settlement_statement", settlement.ids)[0]
            .decode()
        )
        self.assertEqual(html.count("o_settlement_page"), 2)

    def _make_priced_part(self, number):
        part = self._make_part(f"Refrigerant valve type {number}", 1.0)
        self._purchase(part, 2, 1.0)
        return part

    def test_spreadsheet_has_the_figures_of_the_statement_as_numbers(self):
        book, values = self._read_xlsx()
        sheet, shown = book.active, values.active
        rows = {sheet.cell(row, 6).value: row for row in range(1, sheet.max_row + 1)}
        row = rows["Compressor"]
        self.assertEqual(
            [sheet.cell(row, column).value for column in (5, 7, 9, 10, 11, 12)],
            ["SN-0042", 1, 400, 400, 400, 0],
        )
        self.assertEqual(sheet.cell(row, 10).number_format, "#,##0.00")
        self.assertEqual([sheet.cell(rows["Fan"], column).value for column in (10, 11, 12)], [111, 50, 61])
        self.assertEqual(sheet.cell(rows["Fan"], 13).value, "Half of it")
        total = rows["Sum"]
        self.assertTrue(sheet.cell(total, 11).value.startswith("=SUM(K"))
        totals = self.settlement._get_statement_totals()
        for column, key in ((10, "claimed"), (11, "agreed"), (12, "refused")):
            self.assertEqual(shown.cell(total, column).value, totals[key])
        self.assertEqual(sheet.cell(rows["Tax"], 11).value, 58.5)
        self.assertEqual(sheet.cell(rows["Total"], 11).value, 508.5)
        everything = [cell.value for line in sheet.iter_rows() for cell in line]
        self.assertIn("人民币伍佰零捌元伍角", everything)
        self.assertIn("Five Hundred And Eight Yuan and Fifty Fen", everything)
        self.assertIn(self.settlement.credit_note_id.name, everything)

    def test_statement_is_not_for_outsiders(self):
        report = (
            self.env["ir.actions.report"]
            .with_user(self.technician)
            .with_context(active_model="claim.settlement")
        )
        with self.assertRaises(AccessError):
            report._render_xlsx("parts_claims.settlement_xlsx", self.settlement.ids, {})
        with self.assertRaises(AccessError):
            report._render_qweb_html("parts_claims.report_settlement_statement", self.settlement.ids)

    def test_pdf_of_several_statements_is_one_document(self):
        """An unpatched wkhtmltopdf converts a single document only."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        if report.get_wkhtmltopdf_state() not in ("ok", "workers", "upgrade"):
            self.skipTest("wkhtmltopdf is not installed")
        other = self._make_settlement(self._make_agreed(self._make_repair()))
        both = (self.settlement | other).ids
        content, kind = report._render_qweb_pdf("parts_claims.report_settlement_statement", both)
        self.assertEqual(kind, "pdf")
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 2)

    def test_a_full_page_with_totals_and_seals_stays_one_page(self):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        if report.get_wkhtmltopdf_state() not in ("ok", "workers", "upgrade"):
            self.skipTest("wkhtmltopdf is not installed")
        settlement = self._make_settlement(
            self._make_agreed(self._make_repair({self._make_priced_part(number): 1 for number in range(20)}))
        )
        self.assertEqual(len(settlement._get_statement_pages()), 1)
        content, _kind = report._render_qweb_pdf("parts_claims.report_settlement_statement", settlement.ids)
        self.assertEqual(len(PdfReader(io.BytesIO(content)).pages), 1)
