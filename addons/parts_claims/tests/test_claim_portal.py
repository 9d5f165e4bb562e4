# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import json
import re
import zipfile

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaimPortal(ClaimsCommon, HttpCase):
    """A supplier answers claims and confirms statements on the portal: only its own, and only once."""

    def setUp(self):
        super().setUp()
        self.claim = self._make_claim(self._make_repair({self.part: 1, self.fan: 2}))
        self.claim.action_submit()
        self.compressor = self.claim.line_ids.filtered(lambda line: line.product_id == self.part)
        self.fans = self.claim.line_ids - self.compressor
        other = self.env["res.partner"].create({"name": "Other Compressors", "is_company": True})
        self.portal_user = self._make_portal_user("own.supplier", self.supplier)
        self.other_user = self._make_portal_user("other.supplier", other)
        self.path = f"/my/claims/{self.claim.id}"

    def _make_portal_user(self, login, company):
        contact = self.env["res.partner"].create({"name": f"Contact {login}", "parent_id": company.id})
        return self.env["res.users"].create(
            {
                "name": contact.name,
                "login": login,
                "password": login,
                "partner_id": contact.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )

    def _log_in(self, login="own.supplier"):
        self.authenticate(login, login)

    def _post(self, path, csrf=True, **data):
        token = {"csrf_token": http.Request.csrf_token(self)} if csrf else {}
        return self.url_open(path, data={**token, **data}, allow_redirects=False)

    def _post_settlement(self):
        self._log_in()
        self._post(f"{self.path}/answer", act="accept_rest")
        self._post(f"{self.path}/answer", act="close")
        self.claim.action_agree()
        settlement = self._make_settlement(self.claim)
        settlement.action_post()
        return settlement

    # Answering

    def test_the_supplier_answers_line_by_line_and_sends_the_answer(self):
        """Covers: S2-C-04."""
        self._log_in()
        self.assertIn(self.claim.name, self.url_open("/my/claims").text)
        self.assertIn(self.claim.name, self.url_open("/my/claims?search_in=part&search=Compressor").text)
        self.assertNotIn(self.path, self.url_open("/my/claims?search_in=name&search=nothing").text)
        self.assertEqual(
            self.url_open("/my/claims?sortby=x&filterby=y&search_in=z&search=q").status_code, 200
        )
        self.assertIn("/my/claims", self.url_open("/my").text)
        self.assertIn("Send the Answer", self.url_open(self.path).text)
        fields = {
            f"decision_{self.compressor.id}": "partly",
            f"amount_{self.compressor.id}": "150.5",
            f"reason_{self.compressor.id}": "Half is wear",
        }
        self._post(f"{self.path}/answer", **fields)
        self.assertEqual((self.compressor.decision, self.compressor.amount_agreed), ("partly", 150.5))
        self.assertFalse(self.fans.decision)
        self._post(f"{self.path}/answer", act="accept_rest", **fields)
        self.assertEqual(len(self.compressor.answer_ids), 1, "the same answer is no new version")
        self.assertEqual(self.fans.decision, "accepted")
        self.assertEqual(self.fans.answer_ids.partner_id, self.portal_user.partner_id)
        self._post(f"{self.path}/answer", act="close")
        self.assertEqual(self.claim.state, "answered")
        page = self._post(f"{self.path}/answer", **{f"decision_{self.compressor.id}": "accepted"})
        self.assertIn("can no longer change", page.text)
        self.assertEqual(self.compressor.amount_agreed, 150.5)
        self.assertNotIn("Send the Answer", self.url_open(self.path).text)

    def test_never_more_than_asked_and_never_anothers_line(self):
        self._log_in()
        foreign = self._make_claim(self._make_repair({self.fan: 1}))
        foreign.action_submit()
        for line, amount in ((self.compressor, "400.01"), (self.compressor, "nan"), (self.compressor, "x")):
            page = self._post(
                f"{self.path}/answer",
                **{f"decision_{line.id}": "partly", f"amount_{line.id}": amount, f"reason_{line.id}": "Why"},
            )
            self.assertIn("is not between nothing", page.text)
        page = self._post(f"{self.path}/answer", **{f"decision_{foreign.line_ids.id}": "refused"})
        self.assertIn("is not part of claim", page.text)
        self.assertFalse((self.claim | foreign).line_ids.answer_ids)

    def test_a_question_reaches_us(self):
        self._log_in()
        line = self.fans
        self._post(
            f"{self.path}/answer", **{f"decision_{line.id}": "more", f"reason_{line.id}": "Which batch?"}
        )
        self.assertEqual((line.supplier_question, line.decision), ("Which batch?", False))
        line.with_user(self.clerk).question_reply = "Batch seven"
        self.assertIn("Batch seven", self.url_open(self.path).text)

    def test_a_form_without_token_is_refused(self):
        self._log_in()
        field = {f"decision_{self.fans.id}": "accepted"}
        with mute_logger("odoo.http"):
            self.assertEqual(self._post(f"{self.path}/answer", csrf=False, **field).status_code, 400)
            self.assertIn(self.url_open(f"{self.path}/answer").status_code, (404, 405))
        self.assertFalse(self.fans.decision)

    # Whose it is

    def test_another_supplier_walking_all_ids_gets_nothing(self):
        """Every route of ours that takes an id, for every claim and settlement there is."""
        settlement = self._post_settlement()
        attachment = self.env["ir.attachment"].create({"name": "proof-of-ours.txt", "raw": b"secret-proof"})
        self.claim.sudo().dispute_attachment_ids = attachment
        rules = [
            rule
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if re.match(r"/my/(claims|settlements)/<int:(claim|settlement)_id>", rule.rule)
        ]
        self.assertEqual(len({rule.rule for rule in rules}), 6)
        self._log_in("other.supplier")
        for rule in rules:
            record = self.claim if "claim_id" in rule.rule else settlement
            path = re.sub(r"<int:attachment_id>", str(attachment.id), rule.rule)
            path = re.sub(r"<int:\w+>", str(record.id), path)
            with self.subTest(path=path):
                if "GET" not in (rule.methods or ("GET",)):
                    answer = self._post(path, act="close", name="Me")
                else:
                    answer = self.url_open(f"{path}?access_token=x&report_type=pdf", allow_redirects=False)
                self.assertEqual(answer.status_code, 303)
                self.assertNotIn(record.name, answer.text)
                self.assertNotIn("secret-proof", answer.text)
        self.assertFalse(settlement.acknowledgment_ids)
        self.assertNotIn(self.claim.name, self.url_open("/my/claims").text)
        self.assertNotIn(settlement.name, self.url_open("/my/settlements").text)

    def test_drafts_and_records_over_rpc_stay_closed(self):
        draft = self._make_claim(self._make_repair({self.fan: 1}))
        self._log_in()
        self.assertEqual(self.url_open(f"/my/claims/{draft.id}", allow_redirects=False).status_code, 303)
        self.assertNotIn(draft.name, self.url_open("/my/claims").text)
        for model in (
            "parts.claim",
            "parts.claim.line",
            "parts.claim.answer",
            "claim.settlement",
            "claim.settlement.acknowledgment",
            "claim.recovery.report",
        ):
            body = {
                "jsonrpc": "2.0",
                "method": "call",
                "params": {"model": model, "method": "search_read", "args": [[], ["id"]], "kwargs": {}},
            }
            with self.subTest(model=model), mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/{model}/search_read",
                    data=json.dumps(body),
                    headers={"Content-Type": "application/json"},
                ).json()
                self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessError")

    def test_visitors_are_sent_to_log_in(self):
        for path in (self.path, f"{self.path}/evidence", "/my/claims", "/my/settlements"):
            self.assertIn("/web/login", self.url_open(path).url)

    # Evidence and statement

    def test_the_pack_is_downloaded(self):
        self._log_in()
        answer = self.url_open(f"{self.path}/evidence")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as pack:
            self.assertTrue([name for name in pack.namelist() if name.endswith(".xlsx")])

    def test_the_statement_is_acknowledged_once(self):
        settlement = self._post_settlement()
        path = f"/my/settlements/{settlement.id}"
        self.assertIn(settlement.name, self.url_open("/my/settlements").text)
        self.assertIn("We confirm this statement", self.url_open(path).text)
        self.assertIn("Enter the name", self._post(f"{path}/acknowledge", name=" ").text)
        self._post(f"{path}/acknowledge", name="Li Lei")
        acknowledgment = settlement.acknowledgment_ids
        self.assertEqual(acknowledgment.acknowledged_by, "Li Lei")
        self.assertEqual(acknowledgment.user_id, self.portal_user)
        self.assertEqual(acknowledgment.evidence_state, "closed")
        content = json.loads(acknowledgment.content)
        self.assertEqual(content["totals"]["total"], settlement.amount_total)
        self.assertIn("cannot be acknowledged", self._post(f"{path}/acknowledge", name="Again").text)
        self.assertEqual(len(settlement.acknowledgment_ids), 1)
        self.assertIn("Li Lei", self.url_open(path).text)
