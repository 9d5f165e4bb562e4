# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io
import zipfile
from datetime import timedelta

from openpyxl import Workbook, load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClaimsCommon

HEADER = ["Claim", "Line", "Part", "Repair", "Claimed", "Decision", "Amount", "Reason"]


@tagged("post_install", "-at_install")
class TestClaimAnswer(ClaimsCommon):
    """What the supplier answers is kept, version by version, and ends in an agreement or before a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["res.partner"].create({"name": "Claims desk", "parent_id": cls.supplier.id})

    def setUp(self):
        super().setUp()
        self.claim = self._make_claim(self._make_repair({self.part: 1, self.fan: 2}))
        self.claim.action_submit()
        self.compressor = self.claim.line_ids.filtered(lambda line: line.product_id == self.part)
        self.fans = self.claim.line_ids - self.compressor

    def _answer(self, *answers):
        keys = ("line", "decision", "amount", "reason")
        answers = [dict(zip(keys, answer, strict=True)) for answer in answers]
        return self.claim.sudo()._record_supplier_answers(answers, self.contact, "portal")

    # Versions

    def test_every_answer_is_a_version_that_nobody_changes(self):
        """Covers: S2-C-09."""
        self._answer((self.compressor, "refused", 0.0, "Misuse"))
        self._answer((self.compressor, "partly", 150.0, "Goodwill"))
        versions = self.compressor.answer_ids.sorted("version")
        self.assertEqual(versions.mapped("version"), [1, 2])
        self.assertEqual(versions.mapped("decision"), ["refused", "partly"])
        self.assertEqual(versions.mapped("amount_change"), [0.0, 150.0])
        self.assertEqual(versions.partner_id, self.contact)
        self.assertEqual(set(versions.mapped("evidence_state")), {"closed"})
        self.assertEqual((self.compressor.decision, self.compressor.amount_agreed), ("partly", 150.0))
        for user in (self.clerk, self.manager):
            own = versions.with_user(user)
            for attempt in (
                lambda own=own: own.write({"amount_agreed": 400.0}),
                lambda own=own: own.unlink(),
                lambda own=own: own[0].copy(),
            ):
                with self.subTest(user=user.name), self.assertRaises(UserError):
                    attempt()
        with self.assertRaises(UserError):
            versions.sudo().write({"reason": "Something else"})

    def test_an_answer_recorded_by_the_clerk_is_a_version_too(self):
        self._answer((self.fans, "accepted", 0.0, ""))
        self.compressor.write({"decision": "refused", "decision_reason": "By phone"})
        self.claim.action_answer()
        self.assertEqual(self.compressor.answer_ids.mapped("channel"), ["clerk"])
        self.assertEqual(self.fans.answer_ids.mapped("channel"), ["portal"])

    def test_all_that_is_wrong_is_said_at_once_and_nothing_is_recorded(self):
        for amount in (0.0, -1.0, 400.0, 400.01, 1e12, float("nan"), float("inf")):
            with self.subTest(amount=amount), self.assertRaisesRegex(UserError, "is not between nothing"):
                self._answer((self.compressor, "partly", amount, "Why"))
        with self.assertRaisesRegex(UserError, "(?s)reason is missing.*is no answer"):
            self._answer((self.compressor, "refused", 0.0, " "), (self.fans, "paid", 0.0, ""))
        foreign = self._make_claim(self._make_repair({self.fan: 1}))
        with self.assertRaisesRegex(UserError, "is not part of claim"):
            self._answer((self.fans, "accepted", 0.0, ""), (foreign.line_ids, "accepted", 0.0, ""))
        self.assertFalse(self.claim.answer_ids)
        self.assertFalse(any(self.claim.line_ids.mapped("decision")))

    def test_a_closed_answer_can_no_longer_change(self):
        self._answer((self.compressor, "accepted", 0.0, ""), (self.fans, "refused", 0.0, "Wear"))
        self.claim.sudo()._close_supplier_answer(self.contact, "portal")
        self.assertEqual(self.claim.state, "answered")
        with self.assertRaisesRegex(UserError, "is closed and can no longer change"):
            self._answer((self.fans, "accepted", 0.0, ""))
        with self.assertRaisesRegex(UserError, "is closed and can no longer change"):
            self.claim.sudo()._close_supplier_answer(self.contact, "portal")

    def test_an_answer_with_undecided_lines_is_not_closed(self):
        self._answer((self.compressor, "accepted", 0.0, ""), (self.fans, "more", 0.0, "Which batch?"))
        with self.assertRaisesRegex(UserError, "has no decision"):
            self.claim.sudo()._close_supplier_answer(self.contact, "portal")
        self.assertEqual(self.claim.question_count, 1)
        self.assertTrue(self.claim.activity_ids)
        self.fans.with_user(self.clerk).question_reply = "Batch 7"
        with self.assertRaises(AccessError):
            self.fans.with_user(self.technician).question_reply = "x"
        with self.assertRaises(UserError):
            self.fans.with_user(self.clerk).supplier_question = "x"
        self._answer((self.fans, "accepted", 0.0, ""))
        self.assertFalse(self.claim.question_count)

    # Silence

    def _agree_silence(self):
        """Silence is acceptance, say the agreements."""
        agreements = self.claim.line_ids.agreement_id.with_user(self.manager)
        agreements.action_draft()
        agreements.answer_rule = "accepted"
        agreements.action_activate()

    def test_silence_is_acceptance_only_where_agreed_and_only_after_the_date(self):
        self._answer((self.compressor, "refused", 0.0, "Misuse"))
        run = self.env["parts.claim"]._follow_up_overdue
        self.claim._set({"answer_deadline": fields.Date.today() - timedelta(days=3)})
        run()
        self.assertEqual(self.claim.state, "submitted", "nothing of the kind is agreed")
        self._agree_silence()
        self.claim._set({"answer_deadline": fields.Date.today() + timedelta(days=3)})
        run()
        self.assertEqual(self.claim.state, "submitted", "there is time left")
        self.claim._set({"answer_deadline": fields.Date.today() - timedelta(days=3)})
        run()
        self.assertEqual(self.claim.state, "answered")
        self.assertEqual((self.fans.decision, self.fans.answer_ids.channel), ("accepted", "deemed"))
        self.assertEqual(self.compressor.decision, "refused", "what was answered stays")

    def test_a_question_without_reply_is_no_silence(self):
        self._agree_silence()
        self._answer((self.fans, "more", 0.0, "Which batch?"))
        self.claim._set({"answer_deadline": fields.Date.today() - timedelta(days=3)})
        self.env["parts.claim"]._follow_up_overdue()
        self.assertEqual(self.claim.state, "submitted")
        self.fans.with_user(self.clerk).question_reply = "Batch 7"
        self.env["parts.claim"]._follow_up_overdue()
        self.assertEqual(self.claim.state, "answered")

    # Dispute

    def test_dispute_appeal_then_a_manager_decides(self):
        self._answer((self.compressor, "refused", 0.0, "Misuse"), (self.fans, "accepted", 0.0, ""))
        self.claim.sudo()._close_supplier_answer(self.contact, "portal")
        self.claim.dispute_reason = "The appraisal shows a defect."
        for round_number in (1, 2):
            self.claim._set({"answer_deadline": False})
            self.claim.action_dispute()
            self.assertEqual(self.claim.dispute_count, round_number)
            self.assertGreater(
                self.claim.answer_deadline, fields.Date.today(), "the supplier gets time again"
            )
            self._answer((self.compressor, "partly", 100.0 * round_number, f"Goodwill {round_number}"))
            self.claim.sudo()._close_supplier_answer(self.contact, "portal")
        self.assertEqual(self.compressor.answer_ids.sorted("version").mapped("round"), [1, 2, 3])
        with self.assertRaisesRegex(UserError, "disputed and appealed already"):
            self.claim.action_dispute()
        self.claim.action_escalate()
        self.assertIn(self.manager, self.claim.activity_ids.user_id)
        with self.assertRaises(AccessError):
            self.claim.action_agree()
        with self.assertRaises(UserError):
            self.claim.write({"escalated": False})
        self.claim.with_user(self.manager).action_agree()
        self.assertEqual((self.claim.state, self.compressor.amount_agreed), ("agreed", 200.0))

    # Evidence

    def test_the_pack_holds_list_fault_and_pictures(self):
        """Covers: S2-C-02."""
        tag = self.compressor.old_part_ids[:1]
        tag.condition = "Seized bearing"
        self.env["ir.attachment"].create(
            {"name": "../../bearing?.jpg", "raw": b"picture", "res_model": "old.part", "res_id": tag.id}
        )
        with zipfile.ZipFile(io.BytesIO(self.claim.sudo()._make_evidence_pack())) as pack:
            names = pack.namelist()
            pictures = [name for name in names if name.endswith("bearing-.jpg")]
            self.assertEqual(pack.read(pictures[0]), b"picture")
            self.assertFalse([name for name in names if ".." in name])
            reports = [pack.read(name).decode() for name in names if name.endswith("report.txt")]
            self.assertEqual(len(reports), 2)
            self.assertTrue(any("Seized bearing" in report for report in reports))
            self.assertFalse(any(self.customer.name in report for report in reports))
            sheet = load_workbook(io.BytesIO(pack.read(names[0]))).active
        self.assertEqual([cell.value for cell in sheet[1]], HEADER)
        self.assertEqual(sheet.cell(2, 1).value, self.claim.name)

    # Lists

    def _import(self, rows, header=tuple(HEADER), user=None, **vals):
        book = Workbook()
        for row in [header, *rows]:
            book.active.append(list(row))
        stream = io.BytesIO()
        book.save(stream)
        wizard = self.env["claim.answer.import"].with_user(user or self.clerk)
        wizard = wizard.create(
            {"file": base64.b64encode(stream.getvalue()), "partner_id": self.contact.id, **vals}
        )
        wizard.action_import()
        return wizard

    def _row(self, line, decision, amount=None, reason=None):
        return [self.claim.name, self.claim._get_line_numbers()[line], "", "", 0, decision, amount, reason]

    def test_the_suppliers_list_answers_and_closes(self):
        wizard = self._import(
            [self._row(self.compressor, "Partly", 120.5, "Goodwill"), self._row(self.fans, "accepted")]
        )
        self.assertFalse(wizard.result)
        self.assertEqual((self.compressor.amount_agreed, self.fans.amount_agreed), (120.5, 111.0))
        self.assertEqual(self.claim.state, "answered")
        self.assertEqual(set(self.claim.answer_ids.mapped("channel")), {"list"})

    def test_each_wrong_row_is_named_and_nothing_is_recorded(self):
        good = self._row(self.fans, "accepted")
        cases = {
            "is not between nothing": self._row(self.compressor, "partly", 9999, "x"),
            "is no amount": self._row(self.compressor, "partly", "much", "x"),
            "is no answer": self._row(self.compressor, "ok"),
            "reason is missing": self._row(self.compressor, "refused"),
            "formulas": self._row(self.compressor, "partly", "=1+1", "x"),
            "no line 99": [self.claim.name, 99, "", "", 0, "accepted", None, None],
            "is no line number": [self.claim.name, "one", "", "", 0, "accepted", None, None],
            "answered twice": good,
        }
        for message, row in cases.items():
            with self.subTest(message=message):
                wizard = self._import([good, row])
                self.assertIn("Row 3:", wizard.result)
                self.assertIn(message, wizard.result)
                self.assertFalse(self.claim.answer_ids)

    def test_other_files_are_refused(self):
        with self.assertRaisesRegex(UserError, "first row must be"):
            self._import([], header=["Number", *HEADER[1:]])
        for content in (b"not a workbook", b"PK\x03\x04broken"):
            wizard = self.env["claim.answer.import"].with_user(self.clerk)
            wizard = wizard.create({"file": base64.b64encode(content), "file_name": "list.xlsx"})
            with self.subTest(content=content), self.assertRaisesRegex(UserError, "no XLSX file"):
                wizard.action_import()
        with self.assertRaises(AccessError):
            self._import([], user=self.technician)

    def test_claims_of_another_company_are_not_found(self):
        other = self.env["res.company"].create({"name": "Elsewhere of Answers"})
        stranger = self._make_user("stranger", "parts_claims.parts_claims_group_clerk", company=other)
        wizard = (
            self.env["claim.answer.import"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        )
        book = Workbook()
        for row in (HEADER, self._row(self.fans, "accepted")):
            book.active.append(row)
        stream = io.BytesIO()
        book.save(stream)
        wizard = wizard.create({"file": base64.b64encode(stream.getvalue())})
        wizard.action_import()
        self.assertIn("there is no line", wizard.result)
        self.assertFalse(self.claim.answer_ids)

    def test_a_list_longer_than_allowed_is_refused(self):
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(HEADER)
        for _number in range(50_001):
            sheet.append(["X", 1])
        stream = io.BytesIO()
        book.save(stream)
        wizard = (
            self.env["claim.answer.import"]
            .with_user(self.clerk)
            .create({"file": base64.b64encode(stream.getvalue())})
        )
        with self.assertRaisesRegex(UserError, "more than 50000 rows"):
            wizard.action_import()

    def test_attachments_to_the_dispute_are_kept_with_the_claim(self):
        self.claim.sudo().dispute_attachment_ids = [Command.create({"name": "proof.txt", "raw": b"proof"})]
        self.assertEqual(self.claim.dispute_attachment_ids.mapped("name"), ["proof.txt"])
