# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date, datetime

from odoo import api, models

# A sheet holds 1,048,576 rows; what is left is for head and sums.
SHEET_ROWS = 1_000_000


class ReportRegister(models.AbstractModel):
    """A register on paper: head, rows, sums and a line to sign, whatever the register."""

    _name = "report.pharmacy_gsp.report_register"
    _description = "GSP Register"

    @api.model
    def _get_report_values(self, docids, data=None):
        kept = self.env["gsp.register.print"].browse(docids)
        return {
            "doc_ids": docids,
            "doc_model": "gsp.register.print",
            "docs": kept,
            "sheets": [self._make_sheet(item.with_context(lang=item.lang)) for item in kept],
        }

    @api.model
    def _make_sheet(self, kept):
        registers, company = kept.env["gsp.register"], kept.company_id
        register, columns, labels, readers, records = kept._get_reading()
        rows, totals = [], None
        for record in records:
            values = [read(record) for read in readers]
            totals = registers._get_totals(columns, values, totals)
            rows.append([registers._to_text(value, company) for value in values])
        width = sum(column.width for column in columns)
        return {
            "lang": kept.lang,
            "company": company.name,
            "title": register.title,
            "head": kept._get_head()[1:],
            "columns": [
                {"label": label, "width": f"{100 * column.width / width:.2f}%"}
                for label, column in zip(labels, columns, strict=True)
            ],
            "rows": rows,
            "totals": [
                registers._to_text(totals[index], company) if totals and index in totals else ""
                for index in range(len(columns))
            ],
        }


class ReportRegisterXlsx(models.AbstractModel):
    """A register as a spreadsheet, written row by row so that memory does not grow with it."""

    _name = "report.pharmacy_gsp.register_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "GSP Register (XLSX)"

    def get_workbook_options(self):
        """Rows are written once, in order; no text is taken for a formula."""
        return {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

    def generate_xlsx_report(self, workbook, data, objs):
        """One sheet for each print, more only where a sheet is full."""
        for kept in objs:
            self._write_register(workbook, kept.with_context(lang=kept.lang))

    def _write_register(self, workbook, kept):
        registers, company = kept.env["gsp.register"], kept.company_id
        _register, columns, labels, readers, records = kept._get_reading()
        formats = self._make_formats(workbook)
        sheet, first = self._start_sheet(workbook, kept, columns, labels, formats)
        row, totals = first, registers._get_totals((), ())
        for record in records:
            values = [read(record) for read in readers]
            registers._get_totals(columns, values, totals)
            for index, value in enumerate(values):
                self._write_cell(sheet, row, index, registers._to_local(value, company), formats)
            row += 1
            if row - first == SHEET_ROWS:
                sheet, first = self._start_sheet(workbook, kept, columns, labels, formats)
                row = first
        for index, total in totals.items():
            sheet.write_number(row, index, total, formats["sum"])
        if totals:
            sheet.write_string(row, 0, kept.env._("Total"), formats["sum"])

    def _start_sheet(self, workbook, kept, columns, labels, formats):
        """New sheet with head and headings; returns it and the number of its first row."""
        sheet = workbook.add_worksheet("".join(sign for sign in kept.title if sign not in "[]:*?/\\")[:28])
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        head = kept._get_head()
        sheet.write_string(0, 0, head[0][1], formats["plain"])
        sheet.write_string(1, 0, kept.title, formats["title"])
        for row, (label, value) in enumerate(head[1:], start=2):
            sheet.write_string(row, 0, f"{label}: {value}", formats["plain"])
        row = len(head) + 2
        sheet.repeat_rows(row)
        sheet.freeze_panes(row + 1, 0)
        for index, label in enumerate(labels):
            sheet.write_string(row, index, label, formats["head"])
        return sheet, row + 1

    def _write_cell(self, sheet, row, index, value, formats):
        if isinstance(value, datetime):
            sheet.write_datetime(row, index, value, formats["datetime"])
        elif isinstance(value, date):
            sheet.write_datetime(row, index, value, formats["date"])
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            sheet.write_number(row, index, value, formats["number"])
        else:
            sheet.write_string(row, index, str(value or ""), formats["text"])

    def _make_formats(self, workbook):
        thin = {"border": 1, "valign": "top"}
        return {
            "title": workbook.add_format({"bold": True, "font_size": 16}),
            "plain": workbook.add_format(),
            "head": workbook.add_format(thin | {"bold": True, "bg_color": "#EFEFEF", "text_wrap": True}),
            "text": workbook.add_format(thin | {"text_wrap": True}),
            "date": workbook.add_format(thin | {"num_format": "yyyy-mm-dd", "align": "left"}),
            "datetime": workbook.add_format(thin | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            "number": workbook.add_format(thin | {"num_format": "#,##0.####"}),
            "sum": workbook.add_format(thin | {"bold": True, "num_format": "#,##0.####"}),
        }
