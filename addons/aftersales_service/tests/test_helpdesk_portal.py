# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AftersalesWorld


@tagged("post_install", "-at_install")
class TestHelpdeskPortal(AftersalesWorld, HttpCase):
    """A customer closes his own tickets and names his own units, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.foreign_lot = cls.create_lots(prefix="FOREIGN")
        cls.sell_and_deliver(cls.foreign_lot, partner=cls.other_customer)
        cls.done_stage = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        cls.ticket = cls.create_ticket(cls.customer)

    @classmethod
    def create_ticket(cls, partner):
        return cls.env["helpdesk.ticket"].create(
            {"name": "Ticket", "description": "Help", "partner_id": partner.id}
        )

    def post(self, path, **data):
        data = {"csrf_token": http.Request.csrf_token(self), **data}
        return self.url_open(path, data=data, allow_redirects=False)

    def close(self, ticket, stage=None, **data):
        return self.post("/ticket/close", ticket_id=ticket.id, stage_id=(stage or self.done_stage).id, **data)

    def test_own_ticket_is_closed(self):
        self.authenticate("t_portal", "t_portal")
        response = self.close(self.ticket)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith(f"/my/ticket/{self.ticket.id}"))
        self.assertEqual(self.ticket.stage_id, self.done_stage)
        self.assertTrue(self.ticket.closed_date)

    def test_foreign_ticket_is_not_closed(self):
        self.authenticate("t_portal_other", "t_portal_other")
        response = self.close(self.ticket)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/my"))
        self.assertFalse(self.ticket.closed_date)

    def test_following_a_ticket_is_not_owning_it(self):
        self.ticket.message_subscribe(self.other_portal_user.partner_id.ids)
        self.authenticate("t_portal_other", "t_portal_other")
        self.assertEqual(self.url_open(f"/my/ticket/{self.ticket.id}").status_code, 200)
        self.close(self.ticket)
        self.assertFalse(self.ticket.closed_date)

    def test_visitor_closes_nothing(self):
        self.authenticate(None, None)
        self.close(self.ticket)
        self.assertFalse(self.ticket.closed_date)

    def test_link_closes_nothing(self):
        """GET is refused: a link or a picture in a mail would close the ticket of whoever opens it."""
        self.authenticate("t_portal", "t_portal")
        response = self.url_open(
            f"/ticket/close?ticket_id={self.ticket.id}&stage_id={self.done_stage.id}", allow_redirects=False
        )
        self.assertEqual(response.status_code, 405)
        self.assertFalse(self.ticket.closed_date)

    def test_post_without_token_closes_nothing(self):
        self.authenticate("t_portal", "t_portal")
        response = self.close(self.ticket, csrf_token="forged")
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.ticket.closed_date)

    def test_ticket_goes_into_no_stage_customers_may_not_choose(self):
        self.authenticate("t_portal", "t_portal")
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress")
        before = self.ticket.stage_id
        self.close(self.ticket, stage=stage)
        self.assertEqual(self.ticket.stage_id, before)

    def test_nonsense_is_answered_calmly(self):
        self.authenticate("t_portal", "t_portal")
        for ticket_id in ("", "x", "-1", "999999999", "²"):
            response = self.post("/ticket/close", ticket_id=ticket_id, stage_id="y")
            self.assertEqual(response.status_code, 303, ticket_id)

    def test_page_offers_a_form_and_no_link(self):
        self.authenticate("t_portal", "t_portal")
        page = self.url_open(f"/my/ticket/{self.ticket.id}").text
        form = page.split('action="/ticket/close"')[0].rsplit("<form", 1)[1]
        self.assertIn('method="POST"', form)
        self.assertIn("csrf_token", page.split('action="/ticket/close"')[1].split("</form>")[0])

    # Submit

    def submit(self, **data):
        before = self.env["helpdesk.ticket"].search([])
        response = self.post("/submitted/ticket", subject="New", description="Broken", **data)
        return response, self.env["helpdesk.ticket"].search([]) - before

    def test_form_offers_the_customers_own_units(self):
        self.authenticate("t_portal", "t_portal")
        page = self.url_open("/new/ticket").text
        self.assertIn(self.lot.name, page)
        self.assertNotIn(self.foreign_lot.name, page)

    def test_form_opens_for_an_employee_without_a_service_role(self):
        new_test_user(self.env, "t_plain", groups="base.group_user")
        self.authenticate("t_plain", "t_plain")
        self.assertEqual(self.url_open("/new/ticket").status_code, 200)

    def test_ticket_about_ones_own_unit(self):
        self.authenticate("t_portal", "t_portal")
        _response, ticket = self.submit(kind="repair", lot_id=self.lot.id)
        self.assertEqual((ticket.kind, ticket.lot_id, ticket.product_id), ("repair", self.lot, self.machine))
        self.assertEqual(ticket.partner_id, self.portal_user.partner_id)
        self.assertEqual(self.url_open(f"/my/ticket/{ticket.id}").status_code, 200)

    def test_forged_unit_is_refused(self):
        self.authenticate("t_portal", "t_portal")
        for lot_id in (self.foreign_lot.id, 999999999, "x"):
            response, ticket = self.submit(lot_id=lot_id)
            self.assertFalse(ticket, lot_id)
            self.assertGreaterEqual(response.status_code, 400)

    def test_product_and_other_fields_cannot_be_forged(self):
        self.authenticate("t_portal", "t_portal")
        _response, ticket = self.submit(
            product_id=self.pump.id,
            warranty_registration_id=1,
            partner_id=self.other_customer.id,
            kind="nonsense",
            user_id=self.manager.id,
        )
        self.assertEqual((ticket.kind, ticket.partner_id), ("inquiry", self.portal_user.partner_id))
        self.assertFalse(ticket.product_id or ticket.lot_id or ticket.user_id)

    def test_category_not_offered_is_refused(self):
        hidden = self.env["helpdesk.ticket.category"].create({"name": "Hidden", "show_in_portal": False})
        self.authenticate("t_portal", "t_portal")
        response, ticket = self.submit(category=hidden.id)
        self.assertFalse(ticket)
        self.assertGreaterEqual(response.status_code, 400)
