# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii
import io
import zipfile
from datetime import date, datetime

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000
MAX_SHOWN = 100

# Header of the sheet → (field, converter). The first row has exactly these texts, in any order.
COLUMNS = {
    "Supplier": ("supplier", "text"),
    "Agreement": ("name", "text"),
    "Valid From": ("date_from", "date"),
    "Valid To": ("date_to", "date"),
    "Currency": ("currency", "text"),
    "Days to File": ("days_to_file", "whole"),
    "Days to Answer": ("days_to_answer", "whole"),
    "Labor Rate": ("labor_rate", "number"),
    "Part": ("part", "text"),
    "Category": ("category", "text"),
    "Price Basis": ("price_basis", "text"),
    "Markup %": ("markup_percent", "number"),
    "Share %": ("share_percent", "number"),
}
REQUIRED = ("supplier", "name", "date_from")
AGREEMENT_FIELDS = ("date_to", "days_to_answer", "days_to_file")
RULE_FIELDS = ("markup_percent", "price_basis", "share_percent")


class ClaimAgreementImport(models.TransientModel):
    """Reads agreements and their rules from a sheet: one row for each part or category, or for the whole agreement.

    Either every row is right and drafts are made, or nothing is made and every wrong row is named.
    """

    _name = "claim.agreement.import"
    _description = "Import Claim Agreements"

    file = fields.Binary(string="File (XLSX)", attachment=False)
    file_name = fields.Char()
    result = fields.Text(string="What Is Wrong", readonly=True)

    def action_import(self):
        """Make draft agreements from the file and open them; or show what is wrong, line by line. Managers only."""
        self.ensure_one()
        self.env["claim.agreement"]._check_manager()
        rows, errors = self._read_rows()
        groups = self._group_rows(rows, errors)
        if errors:
            return self._show(errors)
        agreements = self.env["claim.agreement"].create([self._prepare_vals(group) for group in groups])
        return agreements._get_records_action(name=self.env._("Imported Agreements"), context={})

    def _show(self, errors):
        shown = errors[:MAX_SHOWN]
        if len(errors) > len(shown):
            shown.append(self.env._("… and %(count)s more.", count=len(errors) - len(shown)))
        self.result = "\n".join(shown)
        return self._get_records_action(name=self.env._("Import Claim Agreements"), target="new", context={})

    # Reading

    def _read_rows(self):
        """Values of each row as ``{"line": number, field: value}``, and sentences about what cannot be read."""
        sheet = self._open_sheet()
        lines = sheet.iter_rows()
        header = [str(cell.value or "").strip() for cell in next(lines, [])]
        missing = [name for name in COLUMNS if name not in header]
        unknown = [name for name in header if name and name not in COLUMNS]
        if missing or unknown or len(set(header)) < len(header):
            raise UserError(
                self.env._(
                    "The first row has to name these columns, each once: %(columns)s. Missing: %(missing)s. Not "
                    "known: %(unknown)s. Download the empty sheet.",
                    columns=", ".join(COLUMNS),
                    missing=", ".join(missing) or "–",
                    unknown=", ".join(unknown) or "–",
                )
            )
        rows, errors = [], []
        for number, cells in enumerate(lines, start=2):
            if number > MAX_ROWS + 1:
                raise UserError(self.env._("More than %(most)s rows. Split the file.", most=MAX_ROWS))
            values = dict(zip(header, cells, strict=False))
            if any(cell.value not in (None, "") for cell in cells):
                rows.append(self._read_row(number, values, errors))
        if not rows:
            raise UserError(self.env._("The sheet has no rows below its header."))
        return rows, errors

    def _open_sheet(self):
        try:
            content = base64.b64decode(self.file or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file cannot be read: it is not complete.")) from error
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("The file is larger than 10 MB. Split it."))
        try:
            # Formulas are read as such, to refuse them: what they came to when saved may be out of date.
            return load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
            raise UserError(
                self.env._("“%(file)s” is no XLSX file that can be read.", file=self.file_name or "")
            ) from error

    def _read_row(self, number, values, errors):
        row = {"line": number}
        for column, (field, kind) in COLUMNS.items():
            try:
                row[field] = self._read_cell(values.get(column), kind)
            except ValueError as error:
                row[field] = None
                errors.append(self._get_error(number, f"{column}: {error}"))
        return row

    def _read_cell(self, cell, kind):
        """Value of a cell as text, number, whole number or date; None if it is empty.

        :raise ValueError: with a sentence for people
        """
        value = cell.value if cell is not None else None
        if value is None or str(value).strip() == "":
            return None
        if cell.data_type == "f":
            raise ValueError(self.env._("a formula is not accepted, enter the value"))
        if cell.data_type == "e":
            raise ValueError(self.env._("%(value)s is no value", value=value))
        return getattr(self, f"_read_{kind}")(value)

    @api.model
    def _read_text(self, value):
        whole = isinstance(value, float) and value.is_integer()
        return str(int(value) if whole else value).strip()

    @api.model
    def _read_number(self, value):
        try:
            number = float(str(value).replace("%", ""))
        except ValueError:
            raise ValueError(self.env._("“%(value)s” is no number", value=value)) from None
        if not 0 <= number < 1e9:
            raise ValueError(self.env._("%(value)s is not between 0 and 1,000,000,000", value=value))
        return number

    @api.model
    def _read_whole(self, value):
        number = self._read_number(value)
        if not number.is_integer() or number > 36_500:
            raise ValueError(self.env._("%(value)s is no number of days", value=value))
        return int(number)

    @api.model
    def _read_date(self, value):
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return fields.Date.to_date(str(value).strip())
        except ValueError:
            raise ValueError(self.env._("“%(value)s” is no date; write 2026-01-31", value=value)) from None

    # Understanding

    def _group_rows(self, rows, errors):
        """Rows of one agreement together, their names replaced by records; adds what is wrong to ``errors``."""
        found = self._find_records(rows)
        groups = {}
        for row in rows:
            problems = [*self._get_row_problems(row), *self._resolve(row, found)]
            errors += [self._get_error(row["line"], problem) for problem in problems]
            if not problems:
                groups.setdefault((row["supplier"], row["name"], row["date_from"]), []).append(row)
        for group in groups.values():
            errors += self._get_group_errors(group)
        return list(groups.values())

    @api.model
    def _get_row_problems(self, row):
        labels = {field: column for column, (field, _kind) in COLUMNS.items()}
        problems = [
            self.env._("%(column)s is empty", column=labels[field]) for field in REQUIRED if not row[field]
        ]
        if row["part"] and row["category"]:
            problems.append(self.env._("a row names either a part or a category"))
        if row["share_percent"] is not None and not 0 < row["share_percent"] <= 100:
            problems.append(self.env._("the share is more than 0 and at most 100"))
        if row["date_from"] and row["date_to"] and row["date_to"] < row["date_from"]:
            problems.append(self.env._("the agreement ends before it begins"))
        return problems

    @api.model
    def _find_records(self, rows):
        """What the sheet may name, each kind found by one query: dict field -> dict name -> records."""
        company = self.env.company
        own = Domain("company_id", "in", [company.id, False])
        parts = {row["part"] for row in rows if row["part"]}
        named = Domain("default_code", "in", parts) | Domain("name", "in", parts)
        products = self.env["product.template"].search(own & named)
        partners = self.env["res.partner"].search(
            own & Domain("is_company", "=", True) & Domain("name", "in", {row["supplier"] for row in rows})
        )
        categories = self.env["product.category"].search(
            Domain("complete_name", "in", {row["category"] for row in rows})
        )
        return {
            "supplier": partners.grouped("name"),
            "part": {
                name: products.filtered(lambda product, name=name: product.default_code == name)
                or products.filtered(lambda product, name=name: product.name == name)
                for name in parts
            },
            "category": categories.grouped("complete_name"),
            "currency": self.env["res.currency"].search([]).grouped("name"),
        }

    def _resolve(self, row, found):
        """Replace names by records in the row; return sentences about names that mean nothing, or too much."""
        problems = []
        for field, records in found.items():
            name = row[field]
            if not name:
                continue
            fits = records.get(name) or ()
            if len(fits) == 1:
                row[field] = fits
            else:
                text = self.env._("“%(name)s” is not known", name=name)
                if fits:
                    text = self.env._("“%(name)s” means more than one record", name=name)
                problems.append(text)
        bases = dict(self.env["claim.agreement"]._selection_price_basis())
        if row["price_basis"] and row["price_basis"] not in bases:
            keys = [key for key, label in bases.items() if label == row["price_basis"]]
            if keys:
                row["price_basis"] = keys[0]
            else:
                problems.append(
                    self.env._(
                        "“%(name)s” is no price basis; there are: %(bases)s",
                        name=row["price_basis"],
                        bases=", ".join(bases.values()),
                    )
                )
        return problems

    def _get_group_errors(self, group):
        """Rows of one agreement say the same about it, and name each part once."""
        errors, seen, first = [], set(), group[0]
        for row in group:
            for field in (*AGREEMENT_FIELDS, "currency", "labor_rate"):
                if row[field] is not None and first[field] is not None and row[field] != first[field]:
                    errors.append(
                        self._get_error(
                            row["line"],
                            self.env._(
                                "line %(line)s says something else about the agreement", line=first["line"]
                            ),
                        )
                    )
            subject = row["part"] or row["category"] or ""
            if subject in seen or (not subject and len(group) > 1):
                errors.append(
                    self._get_error(
                        row["line"], self.env._("the part or category is missing, or was named before")
                    )
                )
            seen.add(subject)
        return errors

    def _get_error(self, line, text):
        return self.env._("Line %(line)s: %(text)s.", line=line, text=text)

    # Making

    @api.model
    def _prepare_vals(self, group):
        first = group[0]
        currency = first["currency"] or self.env.company.currency_id
        vals = {
            "name": first["name"],
            "supplier_id": first["supplier"].id,
            "company_id": self.env.company.id,
            "currency_id": currency.id,
            "date_from": first["date_from"],
            **{field: first[field] for field in AGREEMENT_FIELDS if first[field] is not None},
        }
        if first["labor_rate"]:
            rate = {"kind": "labor", "method": "hourly", "amount": first["labor_rate"]}
            vals["cover_ids"] = [Command.create(rate)]
        rules = [row for row in group if row["part"] or row["category"]]
        if not rules:
            return vals | self._get_given(first)
        vals["line_ids"] = [
            Command.create(
                {
                    "product_tmpl_id": row["part"].id if row["part"] else False,
                    "categ_id": row["category"].id if row["category"] else False,
                }
                | self._get_given(row)
            )
            for row in rules
        ]
        return vals

    @api.model
    def _get_given(self, row):
        return {field: row[field] for field in RULE_FIELDS if row[field] is not None}
