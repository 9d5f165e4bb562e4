# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import re
import zipfile

import xlsxwriter

from odoo import models
from odoo.fields import Domain

SHEET_HEADER = ("Claim", "Line", "Part", "Repair", "Claimed", "Decision", "Amount", "Reason")


class PartsClaim(models.Model):
    """Everything that proves a claim in one file, and the sheet the supplier can answer in."""

    _inherit = "parts.claim"

    def _make_evidence_pack(self):
        """The proof of this claim as bytes of a ZIP: list and answer sheet, and per line the pictures, the
        appraisal and the fault as found; the statement once it is settled."""
        self.ensure_one()
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, content in self._get_evidence_files():
                pack.writestr(name, content)
        return stream.getvalue()

    def _get_evidence_files(self):
        """Yields (path in the pack, bytes), one at a time."""
        yield f"{self._to_file_name(self.name)}.xlsx", self._make_answer_sheet()
        by_part = self._get_old_part_attachments()
        for line, number in self._get_line_numbers().items():
            folder = f"{number:03d}-{self._to_file_name(line.product_id.name)}"
            yield f"{folder}/report.txt", line._get_fault_report().encode()
            appraisals = line.repair_id.appraisal_ids.filtered(lambda one: one.state == "closed")
            attachments = appraisals.photo_ids | line.attachment_ids
            for part in line.old_part_ids:
                attachments |= by_part.get(part.id, attachments.browse())
            for attachment in attachments:
                yield f"{folder}/{attachment.id}-{self._to_file_name(attachment.name)}", attachment.raw or b""
        settlements = self.line_ids.settlement_id.filtered(
            lambda settlement: settlement.state in ("posted", "reconciled")
        )
        for settlement in settlements:
            content, kind = self.env["ir.actions.report"]._render_qweb_pdf(
                "parts_claims.report_settlement_statement", settlement.ids
            )
            yield f"{self._to_file_name(settlement.name)}.{kind}", content

    def _get_old_part_attachments(self):
        """Pictures and papers on the tags of the old parts: dict old part id -> attachments."""
        found = self.env["ir.attachment"].search(
            Domain("res_model", "=", "old.part")
            & Domain("res_id", "in", self.line_ids.old_part_ids.ids)
            & Domain("res_field", "=", False)
        )
        return found.grouped("res_id")

    def _make_answer_sheet(self):
        """Bytes of a spreadsheet of the lines that the supplier fills in and sends back."""
        self.ensure_one()
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
            sheet = book.add_worksheet("Answer")
            sheet.write_row(0, 0, SHEET_HEADER, book.add_format({"bold": True}))
            sheet.set_column(0, len(SHEET_HEADER) - 1, 18)
            for line, number in self._get_line_numbers().items():
                row = (
                    self.name,
                    number,
                    line.product_id.display_name,
                    line.repair_id.name,
                    line.amount_claimed,
                    line.decision or "",
                    line.amount_agreed if line.decision == "partly" else "",
                    line.decision_reason or "",
                )
                sheet.write_row(number, 0, row)
            decisions = ["accepted", "partly", "refused", "more"]
            sheet.data_validation(
                1, 5, max(1, len(self.line_ids)), 5, {"validate": "list", "source": decisions}
            )
        return stream.getvalue()

    def _to_file_name(self, text):
        """A name no system stumbles over, and that cannot leave the folder it is unpacked to."""
        return re.sub(r"[^\w.-]+", "-", text or "").strip(".-")[:80] or "file"


class PartsClaimLine(models.Model):
    _inherit = "parts.claim.line"

    def _get_fault_report(self):
        """What was found and why the part was replaced, as plain text; nothing about the customer."""
        self.ensure_one()
        repair = self.repair_id
        rows = [
            (self.env._("Repair"), repair.name or self.inbound_line_id.station_document),
            (self.env._("Repaired on"), self.repair_date),
            (self.env._("Product"), self.unit_product_id.display_name),
            (self.env._("Serial number"), self.unit_lot_id.name),
            (self.env._("Part"), self.product_id.display_name),
            (self.env._("Quantity"), f"{self.quantity:g} {self.uom_id.name}"),
            (self.env._("Symptom"), repair.symptom_id.display_name or self.symptom),
            (self.env._("Cause"), repair.cause_id.display_name),
            (self.env._("Remedy"), repair.remedy_id.display_name),
            (self.env._("Old parts"), self.old_part_tags),
            (
                self.env._("Condition of the old parts"),
                "; ".join(filter(None, self.old_part_ids.mapped("condition"))),
            ),
            (self.env._("Remark"), self.note),
        ]
        for appraisal in repair.appraisal_ids.filtered(lambda one: one.state == "closed"):
            labels = dict(appraisal._fields["verdict"]._description_selection(self.env))
            verdict = labels.get(appraisal.verdict, "")
            found = "; ".join(filter(None, (verdict, appraisal.defect, appraisal.cause)))
            rows.append((self.env._("Appraisal %(number)s", number=appraisal.name), found))
        return "\n".join(f"{label}: {value}" for label, value in rows if value) + "\n"
