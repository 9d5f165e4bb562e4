# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import zipfile
from xml.etree.ElementTree import ParseError

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from odoo import api, models
from odoo.exceptions import UserError

from .parts_claim_line_station import STATION_KINDS
from .parts_claim_station_filing import MAX_LINES

MAX_SHEET_BYTES = 10 * 1024 * 1024


class StationClaimSheet(models.AbstractModel):
    """The list in which stations file many lines at once: how it is made, and how it is read row by row."""

    _name = "station.claim.sheet"
    _description = "List of Station Claims"

    @api.model
    def _get_columns(self):
        """Key of each column -> its title in the language of the context, in the order of the sheet."""
        return {
            "document": self.env._("Document"),
            "serial": self.env._("Serial"),
            "kind": self.env._("Kind"),
            "part": self.env._("Part Number"),
            "operation": self.env._("Operation"),
            "description": self.env._("Description"),
            "quantity": self.env._("Quantity"),
            "price": self.env._("Price"),
            "repair_date": self.env._("Repair Date"),
            "report_date": self.env._("Report Date"),
            "meter": self.env._("Meter"),
            "symptom": self.env._("Fault"),
            "return_cause": self.env._("Cause of Return"),
            "note": self.env._("Note"),
        }

    @api.model
    def _in_languages(self):
        """This model in each installed language."""
        return [self.with_context(lang=code) for code, _name in self.env["res.lang"].get_installed()]

    @api.model
    def _get_words(self, field):
        """What people may write for a selection field of the line: dict of lower-case word -> key."""
        words = {}
        for model in self._in_languages():
            lines = model.env["parts.claim.line"]
            for key, label in lines._fields[field]._description_selection(model.env):
                words[label.lower()] = key
                words[key] = key
        return words

    @api.model
    def _make_template(self):
        """Bytes of an empty sheet in the language of the context, with the words that may be chosen."""
        stream = io.BytesIO()
        labels = dict(self.env["parts.claim.line"]._fields["kind"]._description_selection(self.env))
        causes = dict(self.env["parts.claim.line"]._fields["return_cause"]._description_selection(self.env))
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet(self.env._("Claims"))
            columns = list(self._get_columns())
            sheet.write_row(0, 0, self._get_columns().values(), book.add_format({"bold": True}))
            sheet.set_column(0, len(columns) - 1, 16)
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for name in ("repair_date", "report_date"):
                sheet.set_column(columns.index(name), columns.index(name), 14, day)
            for name, choices in (
                ("kind", [labels[kind] for kind in STATION_KINDS]),
                ("return_cause", list(causes.values())),
            ):
                column = columns.index(name)
                sheet.data_validation(1, column, MAX_LINES, column, {"validate": "list", "source": choices})
        return stream.getvalue()

    @api.model
    def _read_sheet(self, content, name=""):
        """Lines of a sheet as ``station.claim.reader`` reads them, and the row of each.

        :param content: bytes of the file
        :return: (list of dicts, list of row numbers, dict row number -> list of what is wrong)
        :raise UserError: the file is no such sheet
        """
        kinds, causes = self._get_words("kind"), self._get_words("return_cause")
        lines, numbers, errors = [], [], {}
        book = self._open_sheet(content, name)
        try:
            columns = list(self._get_columns())
            rows = book.worksheets[0].iter_rows(max_col=len(columns), values_only=True)
            self._check_header(next(rows, ()))
            for number, row in enumerate(rows, start=2):
                if not any(value not in (None, "") for value in row):
                    continue
                if len(lines) + len(errors) >= MAX_LINES:
                    raise UserError(
                        self.env._("The list has more than %(most)s rows. Split it.", most=MAX_LINES)
                    )
                if any(isinstance(value, str) and value.startswith("=") for value in row):
                    errors[number] = [self.env._("Formulas are not read; paste the values.")]
                    continue
                line = dict(zip(columns, row, strict=False))
                for key, words in (("kind", kinds), ("return_cause", causes)):
                    word = str(line.get(key) or "").strip().lower()
                    line[key] = words.get(word, word)
                lines.append(line)
                numbers.append(number)
        except (ParseError, IndexError, KeyError, ValueError, TypeError) as error:
            raise UserError(self._get_unreadable(name)) from error
        finally:
            book.close()
        return lines, numbers, errors

    @api.model
    def _open_sheet(self, content, name):
        if len(content) > MAX_SHEET_BYTES:
            raise UserError(self.env._("The file is larger than 10 MB. Split it."))
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as pack:
                if sum(entry.file_size for entry in pack.infolist()) > 40 * MAX_SHEET_BYTES:
                    raise UserError(self._get_unreadable(name))
            return load_workbook(io.BytesIO(content), read_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise UserError(self._get_unreadable(name)) from error

    @api.model
    def _get_unreadable(self, name):
        return self.env._("“%(file)s” is no XLSX file that can be read.", file=name or "")

    @api.model
    def _check_header(self, row):
        """The titles of the columns, in any installed language."""
        found = [str(value or "").strip() for value in row]
        if not any(found == list(model._get_columns().values()) for model in self._in_languages()):
            raise UserError(
                self.env._(
                    "The first row must be: %(header)s. Use the template.",
                    header=", ".join(self._get_columns().values()),
                )
            )

    @api.model
    def _file_sheet(self, partner, company, content, name, partial):
        """File the lines of a sheet; called by the system only, after whose station it is was checked.

        :return: (claims, dict row number -> list of what is wrong)
        """
        lines, numbers, errors = self._read_sheet(content, name)
        claims = self.env["parts.claim"]
        if errors and not partial:
            _good, wrong = (
                self.env["station.claim.reader"]
                .with_company(company)
                ._read(partner.commercial_partner_id, company, lines)
            )
        elif lines:
            claims, wrong = claims._file_inbound(partner, lines, "list", company=company, partial=partial)
        else:
            return claims, errors or {1: [self.env._("The list holds no lines.")]}
        return claims, dict(
            sorted((errors | {numbers[index]: found for index, found in wrong.items()}).items())
        )
