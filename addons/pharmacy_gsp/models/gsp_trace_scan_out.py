# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation


class StockPicking(models.Model):
    """Scanning trace codes out, and back in with a return."""

    _inherit = "stock.picking"

    def _scan_trace_codes(self, texts):
        """Put these scanned codes on the lines of the transfer that move their lots; all or none.

        :return: number of codes kept
        :raises UserError: everything that is wrong with any code, in one message
        """
        self.ensure_one()
        self.check_access("write")
        if self.state in ("done", "cancel"):
            raise UserError(
                self.env._(
                    "%(transfer)s is over: nothing can be scanned any more.", transfer=self.display_name
                )
            )
        names = {text: self._get_trace_name(text) for text in texts}
        # sudo: whoever delivers; the code decides
        codes = (
            self.env["gsp.trace.code"]
            .sudo()
            .search(
                [
                    ("name", "in", [name for name in names.values() if name]),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        by_name = {code.name: code for code in codes}
        violations, taken = [], set(self.move_line_ids.gsp_trace_code_ids.ids)
        for text, name in names.items():
            code = by_name.get(name)
            problem = self._assign_trace_code(code, taken)
            if problem:
                violations.append(
                    Violation(
                        rule="gsp.trace.scan",
                        record=self,
                        message=self.env._("%(code)s: %(problem)s", code=text, problem=problem),
                        remedy=self.env._("Take a package whose code is in stock."),
                        reference="GSP *17601",
                    )
                )
        self.env["compliance.refusal"]._refuse(violations)
        return len(names)

    def _get_trace_name(self, text):
        parsed = self.env["barcode.nomenclature"]._parse_trace_code(text)
        return parsed and self.env["gsp.trace.code"]._normalize(parsed)

    def _assign_trace_code(self, code, taken):
        """Put the code on a line with room for it; returns the sentence that says why not, or None."""
        if not code:
            return self.env._("this code was never scanned in here.")
        if code.id in taken:
            return self.env._("it has been scanned already.")
        lines = self.move_line_ids.filtered(lambda line: line.lot_id.id == code.lot_id.id)
        if not lines:
            return self.env._("lot %(lot)s does not go with this transfer.", lot=code.lot_id.name)
        wanted = "out" if lines[0].location_id._gsp_is_buyer() else "in_stock"
        if code.state != wanted:
            return self.env._("the package is not where it should be; it was sold, or not accepted.")
        free = lines.filtered(lambda line: len(line.gsp_trace_code_ids) < line._gsp_get_coded_packs())[:1]
        if not free:
            return self.env._("more codes than packages of lot %(lot)s.", lot=code.lot_id.name)
        taken.add(code.id)
        free.gsp_trace_code_ids |= code.sudo(False)
        return None


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _gsp_crosses_to_buyer(self):
        self.ensure_one()
        return self.location_id._gsp_crosses_register(self.location_dest_id)

    def _gsp_check_trace_codes(self):
        lines = self.filtered(lambda line: line._gsp_crosses_to_buyer())
        if lines:
            self.env["gsp.gate"]._check_trace_codes(lines)

    def _gsp_write_trace_events(self):
        """The packages have changed hands: say so on each of them."""
        for line in self.exists().filtered(
            lambda line: line.gsp_trace_code_ids and line._gsp_crosses_to_buyer()
        ):
            back = line.location_id._gsp_is_buyer()
            # sudo: nobody writes codes but the steps
            codes = line.gsp_trace_code_ids.sudo()
            codes.state = "returned" if back else "out"
            codes.sudo(self.env.su)._log("back" if back else "out", line)
