# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import csv
import io
import zipfile
from dataclasses import dataclass, field

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import split_every

from ..approval_number import is_drug_number, normalize, suggest_drug_number
from ..models.gsp_master_mixin import product_selection

# Lines of one batch, and of one file: what is longer is no list of a pharmacy
BATCH = 500
MOST_LINES = 20000
MOST_BYTES = 50 * 1024 * 1024
# Columns of lists of approvals as they are published
NEEDED = ("approval_number", "product_name", "manufacturer")
DRUG_TYPES = {
    "化学药品": "chemical",
    "化学药": "chemical",
    "生物制品": "biological",
    "中成药": "patent",
    "中药": "patent",
    "中药饮片": "pieces",
}
DRUG_CLASSES = {
    "处方药": "rx",
    "rx": "rx",
    "甲类非处方药": "otc_a",
    "otc_a": "otc_a",
    "乙类非处方药": "otc_b",
    "otc_b": "otc_b",
}


@dataclass(slots=True)
class Row:
    """One line of the list: its number in the file, what it says, and what stands against it."""

    number: int
    cells: dict
    problems: list = field(default_factory=list)

    @property
    def key(self):
        """What makes it the same product: approval number, strength and package."""
        names = ("approval_number", "specification", "package_size")
        return tuple(self.cells.get(name, "") for name in names)


class GspProductImport(models.TransientModel):
    """Import a list of approved drugs as it comes; what is wrong with it is said line by line.

    What is right is imported, nothing is guessed, and products that exist already are left alone.
    """

    _name = "gsp.product.import"
    _description = "Import a List of Drugs"

    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char(string="Name of the File")
    default_class = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_drug_class"),
        string="Drug Class If the List Does Not Say",
        required=True,
        default="rx",
    )
    company_id = fields.Many2one("res.company", string="Only for Company")
    state = fields.Selection([("ready", "Ready"), ("done", "Done")], required=True, default="ready")
    imported_count = fields.Integer(string="Imported", readonly=True)
    refused_count = fields.Integer(string="Refused", readonly=True)
    line_ids = fields.One2many("gsp.product.import.line", "import_id", string="Refused Lines", readonly=True)

    def action_import(self):
        """Read the file, import what is right, and show what is not."""
        self.ensure_one()
        if not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality"):
            raise AccessError(self.env._("Lists of drugs are imported by the quality manager."))
        rows = self._check_rows(self._read_rows())
        good = [row for row in rows if not row.problems]
        makers = self._get_makers(good)
        for batch in split_every(BATCH, good):
            self._create_products(batch, makers)
        refused = [row for row in rows if row.problems]
        self.line_ids = [
            fields.Command.clear(),
            *(
                fields.Command.create(
                    {
                        "number": row.number,
                        "approval_number": row.cells.get("approval_number"),
                        "product_name": row.cells.get("product_name"),
                        "problem": "\n".join(row.problems),
                    }
                )
                for row in refused
            ),
        ]
        self.write(
            {"state": "done", "imported_count": len(rows) - len(refused), "refused_count": len(refused)}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import a List of Drugs"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # -- reading ------------------------------------------------------------------------------------------------

    def _read_rows(self):
        """List of ``Row`` of the file, whichever of the two kinds it is."""
        content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        if len(content) > MOST_BYTES:
            raise UserError(self.env._("The file is too large. Split it."))
        table = self._read_xlsx(content) if content[:2] == b"PK" else self._read_csv(content)
        header = [str(cell or "").strip().lower() for cell in next(table, [])]
        missing = [name for name in NEEDED if name not in header]
        if missing:
            raise UserError(
                self.env._(
                    "The list has no column %(columns)s. Its first line names the columns.",
                    columns=", ".join(missing),
                )
            )
        rows = []
        for number, cells in enumerate(table, start=2):
            if number > MOST_LINES:
                raise UserError(
                    self.env._("The list has more than %(count)s lines. Split it.", count=MOST_LINES)
                )
            values = [self._read_cell(cell) for cell in cells]
            if any(values):
                rows.append(Row(number, dict(zip(header, values, strict=False))))
        return rows

    @api.model
    def _read_cell(self, cell):
        """Text of a cell; an array or table formula, which the reader gives as an object, as the formula it is."""
        if isinstance(cell, ArrayFormula | DataTableFormula):
            return "="
        return "" if cell is None else str(cell).strip()

    def _read_csv(self, content):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return csv.reader(io.StringIO(content.decode(encoding), newline=""))
            except UnicodeDecodeError:
                continue
        raise UserError(self.env._("The file is neither XLSX nor text in UTF-8 or GB 18030."))

    def _read_xlsx(self, content):
        """Rows of the first sheet, streamed; formulas stay formulas, so that they can be refused."""
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise UserError(self.env._("The file cannot be read as XLSX.")) from error
        return book.worksheets[0].iter_rows(values_only=True)

    # -- checks -------------------------------------------------------------------------------------------------

    def _check_rows(self, rows):
        """Write on each row what stands against it."""
        for row in rows:
            self._check_cells(row)
            row.cells["approval_number"] = normalize(row.cells.get("approval_number"))
            if not row.problems:
                self._check_number(row)
        self._check_duplicates(rows)
        return rows

    def _check_cells(self, row):
        if any(value.startswith(("=", "@")) for value in row.cells.values()):
            row.problems.append(self.env._("A cell holds a formula. Lists hold values only."))
            return
        labels = {
            "approval_number": self.env._("approval number"),
            "product_name": self.env._("product name"),
            "manufacturer": self.env._("manufacturer"),
        }
        for name in NEEDED:
            if not row.cells.get(name):
                row.problems.append(self.env._("The %(what)s is missing.", what=labels[name]))
        for name, known in (("category", DRUG_TYPES), ("drug_class", DRUG_CLASSES)):
            value = row.cells.get(name)
            if value and value.lower() not in known:
                row.problems.append(
                    self.env._('"%(value)s" in column %(column)s is not known.', value=value, column=name)
                )

    def _check_number(self, row):
        number = row.cells["approval_number"]
        if is_drug_number(number):
            return
        suggestion = suggest_drug_number(number)
        if suggestion:
            row.problems.append(
                self.env._(
                    '"%(number)s" has a letter where a digit belongs (%(suggestion)s?).',
                    number=number,
                    suggestion=suggestion,
                )
            )
        else:
            row.problems.append(self.env._('"%(number)s" is no approval number of a drug.', number=number))

    def _check_duplicates(self, rows):
        """The same product twice in the list, or in the database already."""
        first = {}
        numbers = {row.cells["approval_number"] for row in rows}
        existing = {
            (number, strength or "", size or "")
            for number, strength, size in self.env["product.template"]
            # sudo: also a product of a company that the user is not in is the same product
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [
                    ("gsp_approval_number", "in", list(numbers)),
                    ("company_id", "in", [False, self.company_id.id]),
                ],
                ["gsp_approval_number", "gsp_strength", "gsp_package_size"],
            )
        }
        for row in rows:
            if row.key in existing:
                row.problems.append(self.env._("The product exists already; change it there."))
            elif row.key in first:
                row.problems.append(
                    self.env._("The same product stands in line %(number)s already.", number=first[row.key])
                )
            elif not row.problems:
                first[row.key] = row.number

    # -- writing ------------------------------------------------------------------------------------------------

    def _get_makers(self, rows):
        """{name: partner} of all makers and holders; those not known yet are created."""
        names = {row.cells.get(name) for row in rows for name in ("manufacturer", "mah")} - {None, ""}
        # sudo: the quality manager need not be allowed to create contacts; makers are names from the list
        partners = self.env["res.partner"].sudo()
        known = partners.search(
            [
                ("name", "in", list(names)),
                ("is_company", "=", True),
                ("parent_id", "=", False),
                ("company_id", "in", [False, self.company_id.id]),
            ],
            order="id desc",
        )
        makers = {partner.name: partner for partner in known}
        unknown = sorted(names - makers.keys())
        created = partners.create([{"name": name, "is_company": True} for name in unknown])
        return {**makers, **dict(zip(unknown, created, strict=True))}

    def _create_products(self, rows, makers):
        """Create a batch; if something in it is refused, one by one, so that only the wrong ones are left out."""
        try:
            with self.env.cr.savepoint():
                self._create_batch(rows, makers)
        except (UserError, ValidationError):
            for row in rows:
                try:
                    with self.env.cr.savepoint():
                        self._create_batch([row], makers)
                except (UserError, ValidationError) as error:
                    row.problems.append(str(error))

    def _create_batch(self, rows, makers):
        templates = self.env["product.template"].with_context(tracking_disable=True)
        templates.create([self._prepare_product(row, makers) for row in rows])
        self.env.flush_all()

    @api.model
    def _get_names(self, row):
        name, brand = row.cells["product_name"], row.cells.get("brand_name")
        return f"{name} ({brand})" if brand else name

    def _prepare_product(self, row, makers):
        cells = row.cells
        maker = makers[cells["manufacturer"]]
        return {
            "name": self._get_names(row),
            "company_id": self.company_id.id,
            "is_storable": True,
            "tracking": "lot",
            "use_expiration_date": True,
            "gsp_kind": "drug",
            "gsp_drug_type": DRUG_TYPES.get(cells.get("category"), "chemical"),
            "gsp_drug_class": DRUG_CLASSES.get(cells.get("drug_class", "").lower(), self.default_class),
            "gsp_generic_name": cells["product_name"],
            "gsp_dosage_form": cells.get("dosage_form"),
            "gsp_strength": cells.get("specification"),
            "gsp_package_size": cells.get("package_size"),
            "gsp_approval_number": cells["approval_number"],
            "gsp_manufacturer_id": maker.id,
            "gsp_holder_id": makers.get(cells.get("mah"), maker).id,
        }
