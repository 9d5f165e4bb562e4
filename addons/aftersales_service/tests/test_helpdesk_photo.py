# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io

from PIL import Image

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .callback_common import CallbackWorld


@tagged("post_install", "-at_install")
class TestHelpdeskPhoto(CallbackWorld, HttpCase):
    """Customers send photos with a ticket and follow it; nobody else's ticket is shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.department = cls.env["helpdesk.ticket.team"].create({"name": "Quality"})

    def setUp(self):
        super().setUp()
        self.authenticate("t_portal", "t_portal")

    def photo(self, form="JPEG"):
        data = io.BytesIO()
        Image.new("RGB", (20, 20), "red").save(data, form)
        return data.getvalue()

    def submit(self, *files, **data):
        before = self.env["helpdesk.ticket"].search([])
        response = self.url_open(
            "/submitted/ticket",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "subject": "It leaks",
                "description": "Oil under the pump",
                **data,
            },
            files=[("attachment", (name, content, "image/jpeg")) for name, content in files],
            allow_redirects=False,
        )
        return response, self.env["helpdesk.ticket"].search([]) - before

    def test_several_photos_come_with_the_ticket(self):
        """Covers: AS-22."""
        jpeg, png = self.photo(), self.photo("PNG")
        response, ticket = self.submit(("a.jpg", jpeg), ("b.png", png), kind="complaint", lot_id=self.lot.id)
        self.assertEqual(response.status_code, 302)
        self.assertEqual(set(ticket.attachment_ids.mapped("name")), {"a.jpg", "b.png"})
        self.assertEqual({base64.b64decode(photo.datas) for photo in ticket.attachment_ids}, {jpeg, png})
        self.assertEqual((ticket.kind, ticket.lot_id), ("complaint", self.lot))

    def test_what_is_no_photo_is_refused_by_its_content_and_nothing_is_created(self):
        for name, content in (
            ("fault.jpg", b"MZ\x90\x00 this is a program"),
            ("fault.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
            ("fault.html", b"<html><script>alert(1)</script></html>"),
        ):
            response, ticket = self.submit(("ok.jpg", self.photo()), (name, content))
            self.assertFalse(ticket, name)
            self.assertEqual(response.status_code, 422)
            self.assertIn("is not a photo", response.text)
            self.assertIn("Oil under the pump", response.text, "what was entered is still there")

    def test_a_30_mb_photo_is_refused_with_the_limit(self):
        response, ticket = self.submit(("huge.jpg", self.photo() + b"\0" * (30 * 1024 * 1024)))
        self.assertFalse(ticket)
        self.assertIn("larger than 10 MB", response.text)
        self.env["ir.config_parameter"].set_param("aftersales_service.portal_photo_mb", "40")
        _response, ticket = self.submit(("huge.jpg", self.photo() + b"\0" * (30 * 1024 * 1024)))
        self.assertTrue(ticket)

    def test_too_many_photos_are_refused(self):
        response, ticket = self.submit(*((f"{number}.jpg", self.photo()) for number in range(11)))
        self.assertFalse(ticket)
        self.assertIn("at most 10 photos", response.text)

    def test_the_form_tells_how_to_complain_and_what_may_be_sent(self):
        """Covers: AS-22."""
        page = self.url_open("/new/ticket").text
        self.assertIn("Every complaint gets an answer", page)
        for name in ("subject", "description", "attachment"):
            self.assertIn(f'name="{name}"', page)
        self.assertIn("At most 10 pictures of 10 MB each", page.replace("\n", " ").replace("  ", ""))

    def test_a_customer_follows_status_reply_and_repair(self):
        """Covers: AS-22."""
        _response, ticket = self.submit(kind="complaint", lot_id=self.lot.id)
        url = f"/my/ticket/{ticket.id}"
        self.assertIn("Registered", self.url_open(url).text)
        staff = ticket.with_user(self.manager)
        staff.action_create_repair()
        ticket.repair_ids.with_user(self.technician).action_start_diagnosis()
        staff.action_complaint_accept()
        staff.department_id = self.department
        staff.action_complaint_analyze()
        staff.write(
            {
                "cause_id": self.env.ref("aftersales_service.service_complaint_cause_defect").id,
                "analysis": "Seal",
            }
        )
        staff.action_complaint_measure()
        staff.write({"measure": "New seal", "reply": "Ready on Monday.", "reply_channel": "portal"})
        staff.action_complaint_reply()
        page = self.url_open(url).text
        for text in ("Replied", "Ready on Monday.", ticket.repair_ids.name, "Diagnosis"):
            self.assertIn(text, page)
        self.authenticate("t_portal_other", "t_portal_other")
        foreign = self.url_open(url)
        self.assertNotIn("Ready on Monday.", foreign.text)
        self.assertTrue(foreign.url.endswith("/my"), foreign.url)

    def test_a_customer_closes_his_complaint_only_after_it_was_answered(self):
        _response, ticket = self.submit(kind="complaint")
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        self.assertNotIn('action="/ticket/close"', self.url_open(f"/my/ticket/{ticket.id}").text)
        data = {"csrf_token": http.Request.csrf_token(self), "ticket_id": ticket.id, "stage_id": stage.id}
        self.url_open("/ticket/close", data=data)
        self.assertFalse(ticket.closed_date)
        ticket.responsible_ids = [Command.create({"party_kind": "none", "share": 100})]
        ticket.sudo().write(
            {
                "replied_on": "2026-01-01",
                "customer_satisfied": "yes",
                "cause_id": self.env.ref("aftersales_service.service_complaint_cause_unfounded").id,
            }
        )
        self.url_open("/ticket/close", data=data)
        self.assertTrue(ticket.closed_date)
