# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import api, models
from odoo.exceptions import ValidationError

BRACKETED = re.compile(r"\(([0-9]{2,4})\)")


class BarcodeNomenclature(models.Model):
    _inherit = "barcode.nomenclature"

    @api.model
    def _parse_trace_code(self, text):
        """Take apart what was scanned from a package of a drug or device.

        :return: dict with ``kind`` (``code20`` or ``gs1``), ``code`` (as scanned, no blanks), and what the code says:
            ``identifier`` and ``serial`` of a 20-digit code; ``gtin``, ``lot``, ``expiry``, ``production`` (dates) of
            a GS1 code. None if it is neither.
        """
        code = (text or "").replace(" ", "").strip("\r\n\t")
        if not code:
            return None
        gs1 = self._parse_gs1_trace_code(code)
        if gs1:
            return gs1
        # sudo: nomenclatures are configuration that everybody scans by
        plain = self.env.ref("pharmacy_gsp.barcode_nomenclature_trace").sudo().parse_barcode(code)
        if plain["type"] != "gsp_trace" or len(code) != self._get_trace_figure("drug.trace.code_length"):
            return None
        length = self._get_trace_figure("drug.trace.identifier_length")
        return {"kind": "code20", "code": code, "identifier": code[:length], "serial": code[length:]}

    @api.model
    def _parse_gs1_trace_code(self, code):
        names = {
            "01": "gtin",
            "02": "gtin",
            "10": "lot",
            "11": "production",
            "17": "expiry",
            "21": "serial",
        }
        # sudo: as above
        gs1 = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature").sudo()
        # as printed below the symbol: identifiers in brackets; the separator stands for each bracket
        plain = BRACKETED.sub("\x1d\\1", code) if code.startswith("(") else code
        try:
            parts = gs1.gs1_decompose_extended(plain)
        except ValidationError:
            return None  # a date in it does not exist
        found = {names[part["ai"]]: part["value"] for part in parts or [] if part["ai"] in names}
        return {"kind": "gs1", "code": code, **found} if "gtin" in found else None

    @api.model
    def _get_trace_figure(self, code):
        company = self.env.company
        return self.env["compliance.parameter"]._value(code, on=company._get_law_date(), company=company)
