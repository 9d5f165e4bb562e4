# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii
import io
import zipfile
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.parts_claim_evidence_pack import SHEET_HEADER

MAX_ROWS = 50_000
MAX_BYTES = 10 * 1024 * 1024
MAX_ERRORS = 100


class ClaimAnswerImport(models.TransientModel):
    """Reads the supplier's list of answers: claim number, line number, decision, amount, reason.

    The file is read row by row. One wrong row and nothing is recorded; every wrong row is named.
    """

    _name = "claim.answer.import"
    _description = "Import the Supplier's Answers"

    close = fields.Boolean(
        string="Close Complete Answers",
        default=True,
        help="Claims whose lines are all decided after the import are answered.",
    )
    file = fields.Binary(string="Supplier's List (XLSX)", attachment=False)
    file_name = fields.Char()
    partner_id = fields.Many2one(
        "res.partner", string="Received From", help="Contact at the supplier who sent the list."
    )
    result = fields.Text(readonly=True)

    def action_import(self):
        """Record the answers of the file. Claims clerks; all or nothing."""
        self.ensure_one()
        if not self.env.user.has_group("parts_claims.parts_claims_group_clerk"):
            raise AccessError(self.env._("Answers of suppliers are recorded by claims clerks."))
        rows, errors = [], []
        for number, row in self._iterate_rows():
            try:
                rows.append((number, self._parse_row(row)))
            except UserError as error:
                errors.append(self.env._("Row %(number)s: %(error)s", number=number, error=error.args[0]))
        answers, wrong = self._match(rows)
        errors += wrong
        if errors or not answers:
            return self._show(errors or [self.env._("The list holds no answers.")])
        claims = self.env["parts.claim"].union(*(answer["line"].claim_id for answer in answers))
        claims.check_access("write")
        # sudo: nobody writes versions of answers by hand; access to the claims is checked above
        claims.sudo()._record_supplier_answers(answers, self.partner_id, "list")
        if self.close:
            complete = claims.filtered(lambda claim: all(claim.line_ids.mapped("decision")))
            complete.sudo()._close_supplier_answer(self.partner_id, "list")
        return claims._get_records_action(name=self.env._("Claims"))

    def _show(self, errors):
        more = len(errors) - MAX_ERRORS
        shown = errors[:MAX_ERRORS]
        if more > 0:
            shown.append(self.env._("… and %(count)s more rows.", count=more))
        self.result = "\n".join(shown)
        return {
            "name": self.env._("Import the Supplier's Answers"),
            "res_id": self.id,
            "res_model": self._name,
            "target": "new",
            "type": "ir.actions.act_window",
            "view_mode": "form",
        }

    def _iterate_rows(self):
        """Yields (row number, cell values) of the rows that hold something, after the header."""
        book = self._open_book()
        try:
            rows = book.worksheets[0].iter_rows(max_col=len(SHEET_HEADER), values_only=True)
            self._check_header(next(rows, ()))
            for number, row in enumerate(rows, start=2):
                if number > MAX_ROWS + 1:
                    raise UserError(
                        self.env._("The list has more than %(most)s rows. Split it.", most=MAX_ROWS)
                    )
                if any(value not in (None, "") for value in row):
                    yield number, row
        except (ParseError, IndexError, KeyError, ValueError, TypeError) as error:
            raise UserError(self._get_unreadable()) from error
        finally:
            book.close()

    def _open_book(self):
        try:
            content = base64.b64decode(self.file or b"", validate=True)
        except (binascii.Error, ValueError) as error:
            raise UserError(self._get_unreadable()) from error
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("The file is larger than 10 MB. Split it."))
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as pack:
                if sum(entry.file_size for entry in pack.infolist()) > 40 * MAX_BYTES:
                    raise UserError(self._get_unreadable())
            return load_workbook(io.BytesIO(content), read_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise UserError(self._get_unreadable()) from error

    def _get_unreadable(self):
        return self.env._("“%(file)s” is no XLSX file that can be read.", file=self.file_name or "")

    def _check_header(self, row):
        found = tuple(str(value or "").strip() for value in row)
        if found != SHEET_HEADER:
            raise UserError(
                self.env._(
                    "The first row must be: %(header)s. Use the answer sheet of the claim.",
                    header=", ".join(SHEET_HEADER),
                )
            )

    def _parse_row(self, row):
        """(claim number, line number, decision, amount, reason) of a row; UserError names what is wrong."""
        if any(
            not isinstance(value, (str, int, float, type(None))) or str(value).startswith("=")
            for value in row
        ):
            raise UserError(self.env._("formulas and dates are not read; paste the values."))
        claim, line, _part, _repair, _claimed, decision, amount, reason = row
        try:
            number = int(str(line).strip())
        except ValueError as error:
            raise UserError(self.env._("“%(line)s” is no line number.", line=line)) from error
        decision = str(decision or "").strip().lower()
        if decision == "partly":
            try:
                amount = float(amount)
            except (TypeError, ValueError) as error:
                raise UserError(self.env._("“%(amount)s” is no amount.", amount=amount)) from error
        return (
            str(claim or "").strip(),
            number,
            decision,
            amount if decision == "partly" else 0.0,
            str(reason or ""),
        )

    def _match(self, rows):
        """The rows as answers to lines the user may see, and a sentence for each that names none.

        A row without a decision is left alone: the supplier has not answered it yet.
        """
        names = {row[0] for _number, row in rows}
        claims = self.env["parts.claim"].search([("name", "in", list(names))]).grouped("name")
        lines = {
            (name, number): line
            for name, found in claims.items()
            if len(found) == 1
            for line, number in found._get_line_numbers().items()
        }
        answers, errors, seen = [], [], set()
        for row_number, (name, number, decision, amount, reason) in rows:
            if not decision:
                continue
            problem = self._get_row_problem((name, number), lines, seen)
            seen.add((name, number))
            line = lines.get((name, number))
            messages = [problem] if problem else []
            if not problem:
                answer = {"line": line, "decision": decision, "amount": amount, "reason": reason}
                messages = [violation.message for violation in line.claim_id._get_answer_problems(answer)]
                answers.append(answer)
            errors += [
                self.env._("Row %(number)s: %(error)s", number=row_number, error=message)
                for message in messages
            ]
        return answers, errors

    def _get_row_problem(self, key, lines, seen):
        name, number = key
        if key in seen:
            return self.env._("%(claim)s line %(line)s is answered twice.", claim=name, line=number)
        if key not in lines:
            return self.env._("there is no line %(line)s of a claim %(claim)s.", claim=name, line=number)
        if lines[key].state not in ("submitted", "disputed"):
            return self.env._("the answer to claim %(claim)s is closed.", claim=name)
        return ""
