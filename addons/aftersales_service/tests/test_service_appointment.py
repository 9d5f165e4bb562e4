# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import AftersalesCase

PASSWORD = "a-long-secret-of-the-director"
NINE = "2026-11-10 01:00:00"  # nine o'clock in Shanghai


@tagged("post_install", "-at_install")
class TestServiceAppointment(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time("2026-11-09 02:00:00")
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.lot = cls.create_lots()
        cls.lot.license_plate = "A-10001"
        cls.customer.email = "customer@example.com"
        cls.bay, cls.other_bay = cls.env["service.bay"].create([{"name": "Bay 1"}, {"name": "Bay 2"}])
        cls.appointments = cls.env["service.appointment"].with_user(cls.reception)

    def book(self, start=NINE, hours=1.0, bay=None, confirm=True, **vals):
        appointment = self.appointments.create(
            {
                "partner_id": self.customer.id,
                "lot_id": self.lot.id,
                "request": "First maintenance",
                "start": start,
                "duration": hours,
                "bay_id": (self.bay if bay is None else bay).id,
                "labor_discount": 10,
                **vals,
            }
        )
        if confirm:
            appointment.action_confirm()
        return appointment

    def test_an_appointment_knows_customer_unit_plate_time_and_promise(self):
        """Covers: A-08-R3."""
        form = Form(self.appointments)
        form.partner_id = self.customer
        form.lot_id = self.lot
        form.request = "Oil"
        form.start = self.at(NINE)
        form.duration = 2
        form.source = "active"
        form.labor_discount = 15
        appointment = form.save()
        self.assertTrue(appointment.name.startswith("AP/"))
        self.assertEqual((appointment.product_id, appointment.license_plate), (self.machine, "A-10001"))
        self.assertEqual(appointment.stop, self.at(NINE) + timedelta(hours=2))
        self.assertEqual((appointment.state, appointment.user_id), ("draft", self.reception))

    def test_the_whole_way_from_booking_to_done(self):
        """Covers: A-08-R3, F-30."""
        self.add_stock(self.pump, 5)
        appointment = self.book(part_ids=[Command.create({"product_id": self.pump.id})])
        appointment.with_user(self.dispatcher).technician_ids = self.technician
        appointment.action_reconfirm()
        for step in ("action_note_call", "action_note_bay_cleaned", "action_note_lane"):
            getattr(appointment, step)()
        for field in ("reconfirmed_on", "called_on", "bay_cleaned_on", "lane_reserved_on"):
            self.assertEqual(appointment[field], fields.Datetime.now())
        action = appointment.action_arrive()
        repair = self.env["repair.order"].browse(action["res_id"])
        self.assertEqual((appointment.state, appointment.arrival_rate), ("arrived", 100))
        self.assertEqual((repair.customer_words, repair.lot_id), ("First maintenance", self.lot))
        self.assertEqual((repair.labor_discount, repair.move_ids.product_id), (10, self.pump))
        self.assertEqual((repair.technician_ids, repair.user_id), (self.technician, self.reception))
        appointment.with_user(self.technician).action_start()
        appointment.action_done()
        self.assertEqual(appointment.state, "done")
        self.assertEqual(appointment.repair_id.appointment_ids, appointment)

    def test_states_and_notes_are_moved_by_actions_of_the_right_people(self):
        appointment = self.book()
        for vals in ({"state": "done"}, {"arrived_on": NINE}, {"repair_id": 1}, {"cancel_reason": "overdue"}):
            with self.assertRaises(UserError):
                appointment.write(vals)
        with self.assertRaises(UserError):
            self.book(state="done", confirm=False)
        for user in (self.technician, self.quality, self.stock_user):
            for action in ("action_reconfirm", "action_arrive", "action_cancel", "action_no_show"):
                with self.assertRaises(AccessError):
                    getattr(appointment.with_user(user), action)()
        with self.assertRaisesRegex(UserError, "is “Confirmed”"):
            appointment.action_start()
        with self.assertRaises(AccessError):
            appointment.technician_ids = self.technician

    def test_a_bay_is_not_booked_twice_and_times_may_touch(self):
        """Covers: A-08-R4."""
        first = self.book(hours=2)
        for start, hours in (
            ("2026-11-10 00:00:00", 1.02),
            ("2026-11-10 01:30:00", 0.5),
            ("2026-11-10 02:59:00", 1),
        ):
            message = f"Bay 1 is already taken by {first.name}"
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                self.book(start=start, hours=hours)
        self.book(start="2026-11-10 00:00:00", hours=1)
        self.book(start="2026-11-10 03:00:00")
        moved = self.book(bay=self.other_bay)
        with self.assertRaisesRegex(ValidationError, "already taken"), self.cr.savepoint():
            moved.bay_id = self.bay
        self.assertTrue(self.book(confirm=False), "a new one holds nothing yet")
        first.action_cancel()
        moved.bay_id = self.bay

    def test_a_technician_is_not_booked_twice(self):
        """Covers: A-08-R4."""
        self.book(technician_ids=False).with_user(self.dispatcher).technician_ids = self.technician
        second = self.book(start="2026-11-10 01:30:00", bay=self.other_bay).with_user(self.dispatcher)
        with self.assertRaisesRegex(ValidationError, "t_technician"), self.cr.savepoint():
            second.technician_ids = self.technician
        second.start = "2026-11-10 02:00:00"
        second.technician_ids = self.technician

    def test_a_batch_that_collides_with_itself_is_refused(self):
        """Covers: A-08-R4."""
        both = self.book(confirm=False) + self.book(confirm=False)
        with self.assertRaisesRegex(ValidationError, "already taken"):
            both.action_confirm()

    def test_customers_are_reminded_the_day_before_once(self):
        """Covers: A-08-R5."""
        tomorrow, later = self.book(), self.book(start="2026-11-11 01:00:00")
        draft = self.book(confirm=False, bay=self.other_bay)
        for _time in range(2):
            self.env["service.appointment"]._cron_remind()
        mails = self.env["mail.mail"].search([("model", "=", "service.appointment")])
        self.assertEqual(mails.mapped("res_id"), tomorrow.ids)
        self.assertIn("First maintenance", mails.body_html)
        self.assertTrue(tomorrow.reminded_on)
        self.assertFalse(later.reminded_on or draft.reminded_on)

    def test_advisers_get_a_to_do_an_hour_a_quarter_and_five_minutes_before(self):
        """Covers: A-08-R5."""
        appointment = self.book()
        for now, count in (
            ("00:00:00", 1),
            ("00:30:00", 1),
            ("00:45:00", 2),
            ("00:55:00", 3),
            ("00:59:00", 3),
        ):
            with freeze_time(f"2026-11-10 {now}"):
                self.env["service.appointment"]._cron_prepare()
            self.assertEqual(len(appointment.activity_ids), count, now)
        self.assertEqual(appointment.activity_ids.user_id, self.reception)
        self.company.appointment_call_minutes = 120
        early = self.book(start="2026-11-10 06:00:00")
        with freeze_time("2026-11-10 04:00:00"):
            self.env["service.appointment"]._cron_prepare()
        self.assertEqual(len(early.activity_ids), 1)

    def test_fifteen_minutes_late_frees_the_bay_and_keeps_the_discount(self):
        """Covers: A-08-R6."""
        appointment = self.book()
        appointment.with_user(self.dispatcher).technician_ids = self.technician
        with freeze_time("2026-11-10 01:14:59"):
            self.env["service.appointment"]._cron_cancel_late()
        self.assertEqual(appointment.state, "confirmed")
        with freeze_time("2026-11-10 01:15:00"):
            self.env["service.appointment"]._cron_cancel_late()
        self.assertEqual((appointment.state, appointment.cancel_reason), ("canceled", "overdue"))
        self.assertFalse(appointment.bay_id or appointment.technician_ids)
        self.assertEqual(appointment.labor_discount, 10)
        self.assertEqual(appointment.activity_ids.user_id, self.reception, "the adviser is told")
        self.book(start="2026-11-10 01:15:00")

    def test_a_customer_who_confirms_to_come_late_is_waited_for(self):
        """Covers: A-08-R6."""
        appointment = self.book()
        action = appointment.action_open_late()
        wizard = Form(
            self.env["service.appointment.late"].with_user(self.reception).with_context(**action["context"])
        )
        wizard.expected_on = self.at("2026-11-10 02:00:00")
        wizard.save().action_apply()
        self.assertEqual((appointment.state, appointment.bay_id.id), ("late", False))
        self.assertTrue(appointment.has_priority)
        with freeze_time("2026-11-10 02:14:00"):
            self.env["service.appointment"]._cron_cancel_late()
        self.assertEqual(appointment.state, "late")
        self.company.appointment_late_minutes = 10
        with freeze_time("2026-11-10 02:14:00"):
            self.env["service.appointment"]._cron_cancel_late()
        self.assertEqual((appointment.state, appointment.labor_discount), ("canceled", 10))

    def test_an_appointment_is_reconfirmed_only_with_its_parts_and_a_bay(self):
        """Covers: A-08-R7."""
        appointment = self.book(
            bay=self.env["service.bay"],
            part_ids=[Command.create({"product_id": self.pump.id, "quantity": 2})],
        )
        self.assertFalse(appointment.parts_available)
        with self.assertRaisesRegex(
            UserError, "(?s)2 reasons.*has no bay.*Pump, 2 are needed and 0 are free"
        ):
            appointment.action_reconfirm()
        self.add_stock(self.pump, 1)
        self.env.invalidate_all()
        appointment.bay_id = self.bay
        with self.assertRaisesRegex(UserError, "2 are needed and 1 are free"):
            appointment.action_reconfirm()
        self.add_stock(self.pump, 2)
        self.env.invalidate_all()
        appointment.action_reconfirm()
        self.assertEqual(appointment.state, "reconfirmed")

    def test_seven_things_lie_ready_before_the_customer_comes(self):
        """Covers: A-08-R9."""
        appointment = self.book()
        checklist = self.env["compliance.checklist"].browse(appointment.action_prepare()["res_id"])
        self.assertEqual(checklist.item_count, 7)
        self.assertEqual(appointment.action_prepare()["res_id"], checklist.id, "one checklist")
        checklist = checklist.with_user(self.reception)
        checklist.line_ids.answer_yes_no = "yes"
        checklist.action_done()
        self.assertEqual(checklist.result, "conform")

    def make_yesterday(self):
        """Yesterday four were booked: two came, one did not, one was overdue; a fifth customer just came."""
        came, too, missed, _overdue, off = (
            self.book(start=f"2026-11-09 0{hour}:00:00", hours=0.5) for hour in (3, 4, 5, 6, 7)
        )
        off.action_cancel()
        (came + too).action_arrive()
        with freeze_time("2026-11-09 06:20:00"):
            missed.action_no_show()
            self.env["service.appointment"]._cron_cancel_late()
        self.create_repair(self.lot, user=self.reception)
        self.env["service.appointment.day"]._cron_make()
        return (
            self.env["service.appointment.day"].search([("date", "=", "2026-11-09")]).with_user(self.manager)
        )

    def test_the_day_is_summed_up_and_signed_the_day_after_by_the_director(self):
        """Covers: A-08-R8, A-09-R6."""
        day = self.make_yesterday()
        self.assertEqual(
            (day.booked_count, day.arrived_count, day.overdue_count, day.no_show_count, day.arrival_rate),
            (4, 2, 1, 1, 50),
        )
        self.assertEqual((day.entry_count, day.booked_entry_count), (3, 2))
        self.assertAlmostEqual(day.booking_rate, 200 / 3)
        with self.assertRaisesRegex(UserError, "from the next day on"):
            day.action_sign()
        director = new_test_user(
            self.env,
            "t_director",
            password=PASSWORD,
            groups="aftersales_service.aftersales_service_group_manager",
        )
        with freeze_time("2026-11-10 09:00:00"):
            with self.assertRaises(AccessError):
                day.with_user(self.reception).action_sign()
            wizard = self.env["compliance.signature.wizard"].browse(
                day.with_user(director).action_sign()["res_id"]
            )
            wizard.with_user(director).with_context(password=PASSWORD).action_sign()
        self.assertEqual((day.state, day.signed_by_id), ("signed", director))
        with self.assertRaisesRegex(UserError, "no longer changes"):
            day.action_count()
        with self.assertRaises(UserError):
            day.write({"arrived_count": 4})

    def test_the_arrival_rate_of_the_week_is_told_per_adviser(self):
        """Covers: A-08-R8."""
        self.make_yesterday()
        self.book(start="2026-11-17 01:00:00")
        rates = self.env["service.appointment"]._get_week_arrival_rates(
            self.company, fields.Date.to_date("2026-11-15")
        )
        self.assertEqual(rates, {self.reception: (4, 2, 50.0)})

    def test_the_boards_show_plate_time_and_team(self):
        """Covers: A-08-R10."""
        self.book()
        for kind, names in (
            ("kanban", ("start", "license_plate", "technician_ids", "bay_id")),
            ("calendar", ("license_plate", "technician_ids", "bay_id")),
            ("list", ("start", "license_plate", "technician_ids")),
        ):
            views = self.appointments.get_views([(False, kind)])
            for name in names:
                self.assertIn(f'name="{name}"', views["views"][kind]["arch"])
        groups = self.appointments.with_context(read_group_expand=True).web_read_group(
            [], ["state"], ["__count"]
        )["groups"]
        self.assertEqual(len(groups), 9, "every state has its column")

    def test_the_summary_prints_what_the_gate_and_the_workshop_need(self):
        """Covers: A-08-R8."""
        appointment = self.book()
        day = self.env["service.appointment.day"].with_user(self.reception).create({"date": "2026-11-10"})
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales_service.report_appointment_day", day.ids)[0]
            .decode()
        )
        for text in (appointment.name, "A-10001", "Bay 1"):
            self.assertIn(text, html)

    def test_another_companys_appointments_are_out_of_reach(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "t_elsewhere",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        appointment = self.book()
        for action in ("action_cancel", "action_arrive", "action_prepare"):
            with self.assertRaises(AccessError):
                getattr(appointment.with_user(stranger), action)()
