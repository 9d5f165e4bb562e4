# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import draw_signature
from .settlement_common import SettlementWorld


@tagged("post_install", "-at_install")
class TestRepairPortal(SettlementWorld, HttpCase):
    """A customer follows his repairs, signs, pays, rates and takes the record along; nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_settlement()
        cls.repair = cls.make_ready()
        cls.answer_requests(cls.repair)
        cls.foreign_lot = cls.create_lots(prefix="FOREIGN")
        cls.sell_and_deliver(cls.foreign_lot, partner=cls.other_customer)
        cls.foreign = cls.make_ready(
            lot=cls.foreign_lot, partner_id=cls.other_customer.id, internal_notes="<p>secret-note</p>"
        )
        cls.answer_requests(cls.foreign)
        cls.path = f"/my/repairs/{cls.repair.id}"
        cls.foreign_path = f"/my/repairs/{cls.foreign.id}"

    def log_in(self):
        self.authenticate("t_portal", "t_portal")

    def post(self, path, **data):
        return self.url_open(
            path, data={"csrf_token": http.Request.csrf_token(self), **data}, allow_redirects=False
        )

    def sign(self, path, **params):
        body = {"jsonrpc": "2.0", "method": "call", "params": {"name": "Customer", **params}}
        answer = self.url_open(path, data=json.dumps(body), headers={"Content-Type": "application/json"})
        return answer.json()

    def rpc(self, model, method, *args, **kwargs):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "params": {"model": model, "method": method, "args": args, "kwargs": kwargs},
        }
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps(body),
                headers={"Content-Type": "application/json"},
            ).json()

    # Follow

    def test_the_list_shows_ones_own_repairs_only(self):
        """Covers: F-31, AS-22."""
        self.log_in()
        page = self.url_open("/my/repairs").text
        self.assertIn(self.repair.name, page)
        self.assertNotIn(self.foreign.name, page)
        page = self.url_open(f"/my/repairs?search_in=unit&search={self.lot.name}").text
        self.assertIn(self.repair.name, page)
        self.assertNotIn(self.repair.name, self.url_open("/my/repairs?search_in=name&search=nothing").text)
        self.assertNotIn(self.foreign_path, self.url_open(f"/my/repairs?search={self.foreign.name}").text)
        self.assertEqual(self.url_open("/my/repairs?sortby=x&search_in=y&search=z").status_code, 200)
        self.assertIn("/my/repairs", self.url_open("/my").text)

    def test_the_page_shows_progress_requests_and_bill(self):
        """Covers: F-31, AS-22."""
        self.log_in()
        page = self.url_open(self.path).text
        for text in (
            "Ready",
            "In Work",
            "It leaks",
            "Pump replaced",
            "180.00",
            self.repair.statement_id.name,
        ):
            self.assertIn(text, page)

    def test_costs_and_notes_stay_inside(self):
        self.repair.sudo().internal_notes = "<p>secret-note</p>"
        self.log_in()
        page = self.url_open(self.path).text
        self.supplier.name = "Maker of the Pump"
        for text in ("secret-note", "40.00", "standard_price", self.supplier.name):
            self.assertNotIn(text, page)

    def test_other_peoples_repairs_are_closed(self):
        self.log_in()
        for suffix in ("", "/record", "?report_type=pdf", "?access_token=x", "?access_token="):
            response = self.url_open(f"{self.foreign_path}{suffix}", allow_redirects=False)
            self.assertEqual(response.status_code, 303, suffix)
        for number in (0, 999999999):
            self.assertEqual(self.url_open(f"/my/repairs/{number}", allow_redirects=False).status_code, 303)

    def test_a_visitor_needs_the_token(self):
        self.authenticate(None, None)
        self.assertEqual(self.url_open(self.path, allow_redirects=False).status_code, 303)
        self.assertEqual(
            self.url_open(f"{self.path}?access_token=wrong", allow_redirects=False).status_code, 303
        )
        page = self.url_open(self.repair.sudo().get_portal_url())
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.repair.name, page.text)
        token = self.repair.sudo().access_token
        self.assertEqual(
            self.url_open(f"{self.foreign_path}?access_token={token}", allow_redirects=False).status_code, 303
        )

    # Sign

    def test_the_bill_is_signed_on_the_portal(self):
        """Covers: AS-22, AS-04."""
        self.log_in()
        self.assertIn("sign_bill", self.url_open(self.path).text)
        answer = self.sign(f"{self.path}/sign", signature=draw_signature().decode())
        self.assertIn("redirect_url", answer["result"])
        signature = self.repair._get_valid_customer_signature("bill")
        self.assertEqual((signature.channel, signature.signed_by), ("portal", "Customer"))
        self.assertEqual(signature.user_id, self.portal_user)
        self.assertEqual(self.repair.statement_id.explained_by_id, self.reception)
        self.assertNotIn("sign_bill", self.url_open(self.path).text)
        self.assertIn("error", self.sign(f"{self.path}/sign", signature=draw_signature().decode())["result"])
        self.repair.action_settle()
        self.assertEqual(self.repair.service_stage, "settled")

    def test_nobody_signs_for_another(self):
        self.log_in()
        self.assertIn(
            "error", self.sign(f"{self.foreign_path}/sign", signature=draw_signature().decode())["result"]
        )
        token = {"access_token": "wrong"}
        self.assertIn(
            "error",
            self.sign(f"{self.foreign_path}/sign", signature=draw_signature().decode(), **token)["result"],
        )
        self.authenticate("t_reception", "t_reception")
        self.assertIn("error", self.sign(f"{self.path}/sign", signature=draw_signature().decode())["result"])
        self.assertFalse(
            (self.repair | self.foreign).customer_signature_ids.filtered(lambda s: s.kind == "bill")
        )

    def test_nothing_is_signed_without_a_drawing_or_with_an_open_request(self):
        self.log_in()
        self.assertIn("error", self.sign(f"{self.path}/sign")["result"])
        self.assertIn("error", self.sign(f"{self.path}/sign", signature="bm8gcGljdHVyZQ==")["result"])
        self.repair.request_ids.state = "open"
        self.assertIn("error", self.sign(f"{self.path}/sign", signature=draw_signature().decode())["result"])

    # Pay, invoice, rate, record

    def test_the_bill_is_paid_from_the_page_and_the_record_taken_along(self):
        """Covers: F-31, AS-22."""
        repair = self.make_delivered()
        self.log_in()
        page = self.url_open(f"/my/repairs/{repair.id}").text
        self.assertIn(f"/my/invoices/{self.get_bill(repair).id}", page)
        self.assertIn(f"/my/repairs/{repair.id}/record", page)
        html = self.url_open(f"/my/repairs/{repair.id}/record?report_type=html").text
        self.assertIn(repair.repair_record_ids.name, html)
        self.assertEqual(self.url_open(f"/my/repairs/{repair.id}/record?report_type=x").status_code, 404)
        statement = self.url_open(f"/my/repairs/{repair.id}?report_type=html").text
        self.assertIn(repair.statement_id.name, statement)

    def test_a_repair_without_record_has_none_to_show(self):
        self.log_in()
        self.assertEqual(self.url_open(f"{self.path}/record").status_code, 404)

    def test_the_customer_rates_a_delivered_repair(self):
        """Covers: AS-22."""
        repair = self.make_delivered()
        self.log_in()
        self.assertNotIn("/rate/", self.url_open(self.path).text)
        page = self.url_open(f"/my/repairs/{repair.id}").text
        token = page.split("/rate/")[1].split("/")[0]
        self.post(f"/rate/{token}/submit_feedback", rate=5, feedback="Good work")
        repair.invalidate_recordset()
        rating = repair.sudo().rating_ids.filtered("consumed")
        self.assertEqual((rating.rating, rating.feedback), (5, "Good work"))
        self.assertEqual(rating.rated_partner_id, self.reception.partner_id)
        self.assertNotIn("/rate/", self.url_open(f"/my/repairs/{repair.id}").text)

    def test_a_vat_invoice_is_asked_for_on_the_portal(self):
        """Covers: A-12-R4."""
        repair = self.make_settled()
        self.log_in()
        path = f"/my/repairs/{repair.id}/invoice-request"
        self.assertIn("invoice_refused", self.post(path, title="Title only").headers["Location"])
        self.assertFalse(repair.invoice_request_ids)
        data = {"title": "Customer Ltd.", "vat": "9131", "state": "issued", "is_verified": "1"}
        self.assertIn("invoice_requested", self.post(path, **data).headers["Location"])
        request = repair.invoice_request_ids
        self.assertEqual(
            (request.title, request.vat, request.state, request.is_verified),
            ("Customer Ltd.", "9131", "requested", False),
        )
        self.assertIn("invoice_refused", self.post(path, **data).headers["Location"])
        self.assertEqual(len(repair.invoice_request_ids), 1)
        self.assertIn(
            "invoice_refused", self.post(f"{self.path}/invoice-request", **data).headers["Location"]
        )

    def test_forms_need_their_token_and_the_right_customer(self):
        self.log_in()
        repair = self.make_settled()
        path = f"/my/repairs/{repair.id}/invoice-request"
        self.assertEqual(self.post(path, title="A", vat="1", csrf_token="forged").status_code, 400)
        self.assertIn(self.url_open(path, allow_redirects=False).status_code, (404, 405))
        self.authenticate("t_portal_other", "t_portal_other")
        self.assertTrue(self.post(path, title="A", vat="1").headers["Location"].endswith("/my"))
        self.assertFalse(repair.invoice_request_ids)

    # RPC

    def test_rpc_opens_nothing(self):
        """A portal user has no right on any of the models, and no method of theirs does anything for him."""
        self.log_in()
        for model in (
            "repair.order",
            "repair.statement",
            "repair.statement.line",
            "service.repair.record",
            "service.repair.record.line",
            "service.invoice.request",
            "service.report",
            "service.kpi",
            "repair.request",
        ):
            self.assertIn("error", self.rpc(model, "search_read", [], ["id"]), model)
            self.assertIn("error", self.rpc(model, "create", [{}]), model)
        for method in (
            "action_settle",
            "action_hand_over",
            "action_sign_bill",
            "action_request_invoice",
            "action_view_bills",
            "action_open_credit_wizard",
            "get_portal_url",
            "rating_apply",
        ):
            self.assertIn("error", self.rpc("repair.order", method, [self.repair.id]), method)
        self.assertIn("error", self.rpc("repair.order", "write", [self.repair.id], {"internal_notes": "x"}))
        self.assertIn("error", self.rpc("repair.order", "read", [self.repair.id], ["under_warranty"]))
        self.assertEqual(self.repair.service_stage, "ready")

    def test_the_model_itself_is_closed_to_customers(self):
        for user in (self.portal_user, self.other_portal_user):
            with self.assertRaises(AccessError):
                self.repair.with_user(user).read(["name"])
