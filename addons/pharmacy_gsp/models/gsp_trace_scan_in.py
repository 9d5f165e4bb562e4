# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import Counter

from odoo import models
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation

from .gsp_acceptance import CLERK


class GspAcceptance(models.Model):
    """Scanning trace codes in: each code is one package of one of the lots that arrived."""

    _inherit = "gsp.acceptance"

    def _scan_trace_codes(self, texts):
        """Keep these scanned codes with the lots they belong to; all or none.

        :param list texts: what the scanner read, one code each
        :return: number of codes kept
        :raises UserError: everything that is wrong with any code, in one message
        """
        self.ensure_one()
        self._check_step(CLERK, ("draft",))
        violations, vals_list = [], []
        room = Counter({line: line.quantity - line.trace_code_count for line in self.line_ids})
        names = self._find_known_codes(texts)
        for text in texts:
            parsed = self.env["barcode.nomenclature"]._parse_trace_code(text)
            name = parsed and self.env["gsp.trace.code"]._normalize(parsed)
            line, problem = self._match_trace_code(parsed, name, names, room)
            if problem:
                violations.append(self._get_scan_violation(text, problem))
                continue
            room[line] -= 1
            names.add(name)
            vals_list.append(
                {
                    "name": name,
                    "kind": parsed["kind"],
                    "company_id": self.company_id.id,
                    "product_id": line.product_id.id,
                    "lot_id": line.lot_id.id,
                    "acceptance_line_id": line.id,
                }
            )
        self.env["compliance.refusal"]._refuse(violations)
        # sudo: nobody creates codes but by scanning
        codes = self.env["gsp.trace.code"].sudo().create(vals_list)
        codes._log("scan")
        return len(codes)

    def _get_scan_violation(self, text, problem):
        return Violation(
            rule="gsp.trace.scan",
            record=self,
            message=self.env._("%(code)s: %(problem)s", code=text, problem=problem),
            remedy=self.env._("Look at the package; do not take over what carries a wrong code."),
            reference="GSP *17601",
        )

    def _find_known_codes(self, texts):
        """Those of the scanned codes that the company has had already."""
        parse = self.env["barcode.nomenclature"]._parse_trace_code
        names = {self.env["gsp.trace.code"]._normalize(parsed) for text in texts if (parsed := parse(text))}
        # sudo: a code counts, whoever may see it
        found = (
            self.env["gsp.trace.code"]
            .sudo()
            .search_fetch(
                [("name", "in", list(names - {None})), ("company_id", "=", self.company_id.id)], ["name"]
            )
        )
        return set(found.mapped("name"))

    def _match_trace_code(self, parsed, name, known, room):
        """(line, None) to which the code belongs, or (None, sentence that says why it belongs to none)."""
        if not parsed:
            return None, self.env._("this is no trace code.")
        if not name:
            return None, self.env._("it has no serial number, so it does not tell one package from another.")
        if name in known:
            return None, self.env._("it has been scanned already; each package has a code of its own.")
        lines = self.line_ids.filtered(lambda line: line._carries_trace_code(parsed))
        if not lines:
            return None, self.env._("no product of this receipt carries it.")
        lines = lines.filtered(lambda line: not parsed.get("lot") or parsed["lot"] == line.lot_name)
        if not lines:
            return None, self.env._("lot %(lot)s did not arrive with this receipt.", lot=parsed["lot"])
        dates = [("expiry", "expiry_date"), ("production", "production_date")]
        for key, field in dates:
            typed = lines[0][field]
            if parsed.get(key) and typed and parsed[key] != typed:
                return None, self.env._(
                    "it says %(coded)s, but %(typed)s was typed for lot %(lot)s.",
                    coded=format_date(self.env, parsed[key]),
                    typed=format_date(self.env, typed),
                    lot=lines[0].lot_name,
                )
        if parsed["kind"] == "code20" and len(lines) > 1:
            lines = lines.filtered(lambda line: room[line] > 0) or lines
        if room[lines[0]] < 1:
            return None, self.env._("lot %(lot)s has no package left without a code.", lot=lines[0].lot_name)
        return lines[0], None


class GspAcceptanceLine(models.Model):
    _inherit = "gsp.acceptance.line"

    def _carries_trace_code(self, parsed):
        """Whether the code names the product of this line."""
        self.ensure_one()
        product = self.product_id
        if parsed["kind"] == "code20":
            return product.gsp_trace_kind == "code20" and product.gsp_trace_identifier == parsed["identifier"]
        return parsed["gtin"] in (product.gsp_udi_di, product.barcode)
