# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestHelpdeskTicket(AftersalesCase):
    """A ticket about a unit becomes a repair; a ticket open again is not closed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.open_stage = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_new")
        cls.closed_stage = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")

    def create_ticket(self, user=None, **vals):
        tickets = self.env["helpdesk.ticket"].with_user(user or self.reception)
        return tickets.create(
            {
                "name": "It leaks",
                "description": "<p>Oil under the <b>pump</b>.</p><p>Since Monday.</p>",
                "kind": "repair",
                "partner_id": self.customer.id,
                "product_id": self.machine.id,
                "lot_id": self.lot.id,
                **vals,
            }
        )

    def test_ticket_becomes_a_repair_with_unit_customer_words_and_day(self):
        lot = self.create_lots(prefix="F")
        with freeze_time("2025-05-01 02:00:00"):
            self.sell_and_deliver(lot)
        ticket = self.create_ticket(lot_id=lot.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2026-05-01 02:00:00' WHERE id = %s", [ticket.id]
        )
        ticket.invalidate_recordset()
        action = ticket.action_create_repair()
        repair = self.env["repair.order"].browse(action["res_id"])
        self.assertEqual(repair.ticket_id, ticket)
        self.assertEqual(
            (repair.partner_id, repair.product_id, repair.lot_id), (self.customer, self.machine, lot)
        )
        self.assertEqual(repair.customer_words, "Oil under the *pump*.\nSince Monday.")
        self.assertEqual(repair.report_date, datetime(2026, 5, 1, 2), "reported when the ticket came in")
        self.assertTrue(repair.under_warranty)
        self.assertEqual(ticket.repair_ids, repair)
        self.assertEqual(ticket.repair_count, 1)
        self.assertEqual(ticket.action_view_repairs()["res_id"], repair.id)

    def test_only_reception_and_technicians_make_repairs(self):
        helpdesk_user = new_test_user(self.env, "t_helpdesk", groups="helpdesk_mgmt.group_helpdesk_manager")
        ticket = self.create_ticket()
        for user in (helpdesk_user, self.portal_user, self.stock_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_create_repair()

    def test_repair_needs_a_product(self):
        ticket = self.create_ticket(product_id=False, lot_id=False)
        with self.assertRaisesRegex(UserError, "Enter the product"):
            ticket.action_create_repair()

    def test_serial_number_of_another_product_is_refused(self):
        with self.assertRaises(ValidationError):
            self.create_ticket(product_id=self.pump.id)

    def test_warranty_is_shown_for_the_day_of_the_ticket(self):
        ticket = self.create_ticket()
        self.assertEqual(ticket.cover_status, "covered")
        self.assertEqual(ticket.warranty_registration_id, self.get_registrations(self.lot))
        unknown = self.create_ticket(lot_id=self.create_lots(prefix="U").id)
        self.assertEqual(unknown.cover_status, "none")

    def test_form_finds_product_and_holder_by_serial_number(self):
        form = Form(self.env["helpdesk.ticket"].with_user(self.reception))
        form.name = "Noise"
        form.description = "It is loud"
        form.lot_id = self.lot
        self.assertEqual((form.product_id, form.partner_id), (self.machine, self.customer))
        self.assertEqual(form.cover_status, "covered")
        self.assertEqual(form.save().kind, "inquiry")

    def test_a_ticket_open_again_is_not_closed(self):
        ticket = self.create_ticket()
        ticket.stage_id = self.closed_stage
        self.assertTrue(ticket.closed_date)
        ticket.stage_id = self.open_stage
        self.assertFalse(ticket.closed_date)

    def test_writing_a_stage_leaves_the_callers_values_alone(self):
        vals = {"stage_id": self.closed_stage.id}
        (self.create_ticket() | self.create_ticket()).write(vals)
        self.assertEqual(vals, {"stage_id": self.closed_stage.id})

    def test_many_tickets_are_duplicated_each_under_its_own_number(self):
        tickets = self.create_ticket(name="One") | self.create_ticket(name="Two")
        copies = tickets.copy()
        self.assertEqual(copies.mapped("name"), tickets.mapped("name"))
        self.assertEqual(len(set((tickets | copies).mapped("number"))), 4)

    def test_visitors_cannot_change_ticket_stages(self):
        public = self.env.ref("base.public_user")
        stage = self.open_stage.with_user(public)
        self.assertTrue(stage.name)
        with self.assertRaises(AccessError):
            stage.name = "Hacked"
