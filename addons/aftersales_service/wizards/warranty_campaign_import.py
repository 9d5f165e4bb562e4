# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii
import csv
import io
import zipfile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MAX_UNITS = 50_000
MAX_BYTES = 10 * 1024 * 1024


class WarrantyCampaignImport(models.TransientModel):
    """Lists the units of a campaign from a pasted list or a file: serial numbers in the first column."""

    _name = "warranty.campaign.import"
    _description = "List Units of a Campaign"

    campaign_id = fields.Many2one("warranty.campaign", required=True, readonly=True)
    serials = fields.Text(string="Serial Numbers", help="One per line.")
    file = fields.Binary(string="File (XLSX or CSV)", attachment=False)
    file_name = fields.Char()
    result = fields.Text(readonly=True)

    def action_import(self):
        """Add the units that are found; those that are not are named and stay in the list. Managers."""
        self.ensure_one()
        campaign = self.campaign_id
        campaign._check_manager()
        names = list(dict.fromkeys([*self._read_text(), *self._read_file()]))
        if not names:
            raise UserError(self.env._("Paste serial numbers, one per line, or choose a file with them."))
        if len(names) > MAX_UNITS:
            raise UserError(
                self.env._(
                    "%(count)s numbers at once are too many. Import at most %(most)s.",
                    count=len(names),
                    most=MAX_UNITS,
                )
            )
        lots, problems = self._find_lots(names)
        new = lots - campaign.line_ids.lot_id
        self.env["warranty.campaign.line"].create(
            [{"campaign_id": campaign.id, "lot_id": lot.id} for lot in new]
        )
        summary = self.env._(
            "%(added)s units added, %(known)s were listed already, %(missing)s could not be added.",
            added=len(new),
            known=len(lots) - len(new),
            missing=len(problems),
        )
        campaign.message_post(body=summary)
        if not problems:
            return {"type": "ir.actions.act_window_close"}
        self.write(
            {
                "serials": "\n".join(problems),
                "file": False,
                "file_name": False,
                "result": "\n".join([summary, *problems.values()]),
            }
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_campaign_import_action"
        )
        return dict(action, res_id=self.id)

    def _read_text(self):
        return [name for line in (self.serials or "").splitlines() if (name := line.strip())]

    def _read_file(self):
        """Serial numbers in the first column of the file."""
        if not self.file:
            return []
        try:
            content = base64.b64decode(self.file, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self.env._("The file cannot be read: it is not complete.")) from error
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("The file is larger than 10 MB. Split it."))
        rows = self._read_workbook(content) if content[:2] == b"PK" else self._read_csv(content)
        return [name for row in rows if row and (name := str(row[0] if row[0] is not None else "").strip())]

    def _read_workbook(self, content):
        try:
            sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
            return list(sheet.iter_rows(max_col=1, values_only=True))
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
            raise UserError(
                self.env._("“%s” is no XLSX file that can be read.", self.file_name or "")
            ) from error

    def _read_csv(self, content):
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            try:
                text = content.decode("gb18030")
            except UnicodeDecodeError as error:
                raise UserError(
                    self.env._("“%s” is neither XLSX nor text. Save it as XLSX or CSV.", self.file_name or "")
                ) from error
        return list(csv.reader(io.StringIO(text)))

    def _find_lots(self, names):
        """The units of these numbers, and a sentence for each number that names none or more than one.

        :return: (stock.lot, dict {number: sentence})
        """
        campaign = self.campaign_id
        domain = Domain("name", "in", names) & Domain("company_id", "in", [campaign.company_id.id, False])
        by_name = self.env["stock.lot"].search(domain).grouped("name")
        lots, problems = self.env["stock.lot"], {}
        for name in names:
            found = by_name.get(name, lots.browse())
            fitting = (
                found.filtered(lambda lot: lot.product_id in campaign.product_ids)
                if campaign.product_ids
                else found
            )
            if len(fitting) == 1:
                lots |= fitting
            elif len(fitting) > 1:
                problems[name] = self.env._(
                    "%s: more than one product has this number; name the products.", name
                )
            elif found:
                problems[name] = self.env._(
                    "%(name)s is a %(product)s, none of the campaign's products.",
                    name=name,
                    product=found[:1].product_id.display_name,
                )
            else:
                problems[name] = self.env._("%s: no unit has this number.", name)
        return lots, problems
