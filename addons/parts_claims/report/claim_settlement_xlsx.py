# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ClaimSettlementXlsx(models.AbstractModel):
    """The statement as a spreadsheet: the printed figures, as numbers."""

    _name = "report.parts_claims.settlement_xlsx"
    _inherit = "report.report_xlsx.abstract"
    _description = "Claim Settlement Statement (XLSX)"

    def get_workbook_options(self):
        """Rows are written once, in order: memory does not grow with the statement."""
        return {"constant_memory": True}

    def generate_xlsx_report(self, workbook, data, objs):
        """One sheet per settlement, in the settlement's print language."""
        objs.check_access("read")
        for settlement in objs:
            lang = settlement._get_print_lang()
            self.with_context(lang=lang)._write_sheet(workbook, settlement.with_context(lang=lang))

    def _write_sheet(self, workbook, settlement):
        sheet = workbook.add_worksheet(settlement.name.replace("/", "-"))
        formats = self._make_formats(workbook, settlement.currency_id)
        columns = self._get_columns()
        for index, (_key, _label, width, _format) in enumerate(columns):
            sheet.set_column(index, index, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        row = self._write_head(sheet, settlement, formats)
        sheet.repeat_rows(row)
        sheet.freeze_panes(row + 1, 0)
        for index, (_key, label, _width, _format) in enumerate(columns):
            sheet.write_string(row, index, label, formats["head"])
        first = row + 1
        row = first - 1
        for row, values in enumerate(settlement._iter_statement_rows(), start=first):
            for index, (key, _label, _width, kind) in enumerate(columns):
                sheet.write(row, index, values[key], formats[kind])
        self._write_foot(sheet, settlement, formats, first, row)

    def _get_columns(self):
        """(key of the statement row, heading, width, format) per column."""
        return [
            ("number", self.env._("No."), 6, "text"),
            ("claim", self.env._("Claim"), 17, "text"),
            ("repair", self.env._("Repair"), 16, "text"),
            ("ticket", self.env._("Ticket"), 12, "text"),
            ("serial", self.env._("Unit Serial"), 18, "text"),
            ("part", self.env._("Part"), 36, "text"),
            ("quantity", self.env._("Quantity"), 10, "quantity"),
            ("unit", self.env._("Unit"), 8, "text"),
            ("price", self.env._("Unit Price"), 13, "price"),
            ("claimed", self.env._("Claimed"), 14, "money"),
            ("agreed", self.env._("Agreed"), 14, "money"),
            ("refused", self.env._("Refused"), 14, "money"),
            ("reason", self.env._("Reason"), 30, "text"),
        ]

    def _make_formats(self, workbook, currency):
        precision = self.env["decimal.precision"].precision_get
        thin = {"border": 1, "valign": "top"}
        return {
            "title": workbook.add_format({"bold": True, "font_size": 16}),
            "label": workbook.add_format({"font_color": "#666666"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            "plain": workbook.add_format(),
            "head": workbook.add_format(thin | {"bold": True, "bg_color": "#EFEFEF", "text_wrap": True}),
            "text": workbook.add_format(thin | {"text_wrap": True}),
            "quantity": workbook.add_format(thin | {"num_format": "#,##0.##"}),
            "price": workbook.add_format(
                thin | {"num_format": self._get_number_format(precision("Product Price"))}
            ),
            "money": workbook.add_format(
                thin | {"num_format": self._get_number_format(currency.decimal_places)}
            ),
            "sum": workbook.add_format(
                thin | {"bold": True, "num_format": self._get_number_format(currency.decimal_places)}
            ),
            "sum_label": workbook.add_format(thin | {"bold": True}),
        }

    def _get_number_format(self, digits):
        return "#,##0" + ("." + "0" * digits if digits else "")

    def _write_head(self, sheet, settlement, formats):
        """Company, title and data of the statement; returns the row of the column headings."""
        states = dict(settlement._fields["state"]._description_selection(settlement.env))
        sheet.write_string(0, 0, settlement.company_id.name, formats["plain"])
        sheet.write_string(1, 0, self.env._("Claim Settlement Statement"), formats["title"])
        lines = [
            (self.env._("Number"), settlement.name, "plain"),
            (self.env._("Supplier"), settlement.supplier_id.name, "plain"),
            (self.env._("Cut Date"), settlement.cut_date, "date"),
            (self.env._("Credit Note"), settlement._get_document_names(), "plain"),
            (self.env._("Currency"), settlement.currency_id.name, "plain"),
            (self.env._("Status"), states[settlement.state], "plain"),
        ]
        for row, (label, value, kind) in enumerate(lines, start=2):
            sheet.write_string(row, 0, label, formats["label"])
            write = sheet.write_datetime if kind == "date" else sheet.write_string
            write(row, 2, value, formats[kind])
        return len(lines) + 3

    def _write_foot(self, sheet, settlement, formats, first, last):
        """Sums below their columns, then tax, total and the total in words."""
        totals = settlement._get_statement_totals()
        keys = [key for key, _label, _width, _format in self._get_columns()]
        row = last + 1
        sheet.write_string(row, keys.index("part"), self.env._("Sum"), formats["sum_label"])
        for key in ("claimed", "agreed", "refused"):
            column = keys.index(key)
            letter = chr(ord("A") + column)
            sheet.write_formula(
                row, column, f"=SUM({letter}{first + 1}:{letter}{last + 1})", formats["sum"], totals[key]
            )
        column = keys.index("agreed")
        for key, label in (("tax", self.env._("Tax")), ("total", self.env._("Total"))):
            row += 1
            sheet.write_string(row, keys.index("part"), label, formats["sum_label"])
            sheet.write_number(row, column, totals[key], formats["sum"])
        for lang, words in settlement._get_statement_words().items():
            row += 1
            label = self.env._("Total in Chinese") if lang == "zh_CN" else self.env._("Total in English")
            sheet.write_string(row, 0, label, formats["label"])
            sheet.write_string(row, 2, words, formats["plain"])
