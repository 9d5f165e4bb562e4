# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestDispatch(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=3)
        cls.second = new_test_user(
            cls.env, "t_second", groups="aftersales_service.aftersales_service_group_technician"
        )
        cls.cards = cls.env["service.technician"]._for_users(cls.technician + cls.second, cls.company)

    def create_job(self, **vals):
        vals = {"service_mode": "on_site", "phone_diagnosis": "Pump leaks, bring a seal.", **vals}
        return self.create_repair(self.lot, user=self.reception, **vals).with_user(self.dispatcher)

    def plan(self, repair, users=None, start=None, hours=2):
        start = start or self.start
        repair.write(
            {
                "technician_ids": [Command.set((users or self.technician).ids)],
                "planned_start": start,
                "planned_end": start + timedelta(hours=hours),
            }
        )
        return repair

    def test_only_the_dispatcher_plans_and_dispatches(self):
        """The clerk registers, the supervisor dispatches.

        Covers: R-01, F-06.
        """
        repair = self.create_job()
        plan = {"technician_ids": [Command.set(self.technician.ids)]}
        for user in (self.reception, self.technician, self.quality, self.stock_user):
            for vals in (plan, {"planned_start": self.start}):
                with self.assertRaisesRegex(AccessError, "Only the dispatcher"):
                    repair.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                repair.with_user(user).action_dispatch()
            with self.assertRaises(AccessError):
                repair.with_user(user).action_recall()
            with self.assertRaisesRegex(AccessError, "Only the dispatcher"):
                self.create_repair(self.lot, user=user, **plan)
        self.plan(repair)
        repair.action_dispatch()
        self.assertEqual((repair.dispatch_state, repair.dispatched_by_id), ("dispatched", self.dispatcher))
        self.assertIn(self.technician, repair.activity_ids.user_id)

    def test_the_dispatch_itself_is_not_written_by_hand_nor_imported(self):
        repair = self.create_job()
        for user in (self.dispatcher, self.manager):
            with self.assertRaises(UserError):
                repair.with_user(user).write({"dispatch_state": "dispatched"})
        other = self.create_job(dispatch_state="dispatched", dispatched_by_id=self.manager.id)
        self.assertEqual((other.dispatch_state, other.dispatched_by_id.id), ("to_dispatch", False))
        result = (
            self.env["repair.order"]
            .with_user(self.reception)
            .load(["product_id/.id", "technician_ids/.id"], [[str(self.pump.id), str(self.technician.id)]])
        )
        self.assertFalse(result["ids"])

    def test_a_form_saved_by_others_leaves_the_plan_alone(self):
        repair = self.plan(self.create_job())
        with Form(repair.with_user(self.reception)) as form:
            form.delay_reason = "Road closed"
        self.assertEqual((repair.delay_reason, repair.technician_ids), ("Road closed", self.technician))
        repair.with_user(self.reception).write({"technician_ids": [Command.set(self.technician.ids)]})

    def test_nobody_is_sent_before_the_fault_is_diagnosed_by_phone(self):
        """Covers: S3-R9."""
        for mode in ("on_site", "remote"):
            repair = self.plan(self.create_job(phone_diagnosis="  ", service_mode=mode))
            with self.assertRaisesRegex(UserError, "has not been diagnosed by phone"):
                repair.action_dispatch()
            repair.with_user(self.reception).phone_diagnosis = "The main fuse is blown."
            self.assertEqual(repair.phone_diagnosis_by_id, self.reception)
            repair.action_dispatch()
            repair.action_recall()

    def test_everything_against_a_dispatch_is_told_at_once(self):
        skill = self.env["service.skill"].create({"name": "High voltage"})
        self.env["service.rest.day"].create(
            {"technician_id": self.cards[0].id, "date_from": self.company._get_law_date(self.start)}
        )
        repair = self.plan(self.create_job(phone_diagnosis=False, skill_ids=[Command.set(skill.ids)]))
        with self.assertRaisesRegex(UserError, "3 reasons") as caught:
            repair.action_dispatch()
        self.assertEqual(
            {violation.rule for violation in caught.exception.violations},
            {"service.dispatch.phone", "service.dispatch.rest", "service.dispatch.skill"},
        )
        self.assertEqual(repair.dispatch_state, "to_dispatch")

    def test_a_technician_is_not_in_two_places_and_jobs_may_touch(self):
        first = self.plan(self.create_job())
        first.action_dispatch()
        second = self.plan(self.create_job(), start=self.start + timedelta(hours=1, minutes=59))
        with self.assertRaisesRegex(UserError, f"already on {first.name}"):
            second.action_dispatch()
        self.plan(second, start=self.start + timedelta(hours=2))
        second.action_dispatch()
        with self.assertRaisesRegex(UserError, f"already on {first.name}"):
            self.plan(second, start=self.start + timedelta(hours=1))

    def test_rest_days_are_told_one_day_ahead(self):
        """Covers: R-46."""
        today = self.company._get_law_date()
        days = self.env["service.rest.day"].with_user(self.technician)
        vals = {"technician_id": self.cards.filtered(lambda card: card.user_id == self.technician).id}
        with self.assertRaisesRegex(ValidationError, "at least one day ahead"):
            days.create({**vals, "date_from": today})
        day = days.create({**vals, "date_from": today + timedelta(days=1), "told_on": "2020-01-01 00:00:00"})
        self.assertEqual(day.date_to, day.date_from)
        self.assertEqual(self.company._get_law_date(day.told_on), today)
        with self.assertRaisesRegex(ValidationError, "at least one day ahead"):
            day.date_from = today
        with self.assertRaises(AccessError):
            days.with_user(self.second).create({**vals, "date_from": today + timedelta(days=2)})
        with self.assertRaises(AccessError):
            day.with_user(self.second).note = "mine"
        days.with_user(self.dispatcher).create({**vals, "date_from": today, "kind": "sick"})

    def test_a_resting_technician_is_not_sent_on_the_first_nor_the_last_day(self):
        """Covers: R-46, F-06."""
        first = self.company._get_law_date(self.start)
        card = self.cards.filtered(lambda card: card.user_id == self.technician)
        self.env["service.rest.day"].create(
            {"technician_id": card.id, "date_from": first, "date_to": first + timedelta(days=1)}
        )
        noon = self.company._get_law_day_bounds(first)[0] + timedelta(hours=12)
        for days, refused in ((-1, False), (0, True), (1, True), (2, False)):
            repair = self.plan(self.create_job(), start=noon + timedelta(days=days))
            if refused:
                with self.assertRaisesRegex(UserError, "rests from"):
                    repair.action_dispatch()
            else:
                repair.action_dispatch()

    def test_technicians_are_suggested_by_region_skill_and_rest(self):
        """Covers: F-06."""
        north, south = self.env["service.region"].create([{"name": "North"}, {"name": "South"}])
        skill = self.env["service.skill"].create(
            {"name": "Hydraulics", "categ_ids": [Command.set(self.machine_categ.ids)]}
        )
        card = self.cards.filtered(lambda card: card.user_id == self.technician)
        card.write({"region_ids": [Command.set(north.ids)], "skill_ids": [Command.set(skill.ids)]})
        (self.cards - card).write({"region_ids": [Command.set(south.ids)]})
        repair = self.plan(self.create_job(region_id=north.id))
        self.assertEqual(repair.skill_ids, skill, "the product family asks for the skill")

        def suggested():
            action = repair.action_suggest_technicians()
            return self.env["service.technician"].search(action["domain"])

        self.assertEqual(suggested(), card)
        self.env["service.rest.day"].create(
            {"technician_id": card.id, "date_from": self.company._get_law_date(self.start)}
        )
        self.assertFalse(suggested())

    def test_what_was_not_dispatched_comes_first_the_next_morning(self):
        """Covers: F-06."""
        earlier = self.create_lots(prefix="EARLIER")
        with freeze_time(fields.Datetime.now() - timedelta(days=5)):
            self.sell_and_deliver(earlier)
        old, new = self.create_job(lot_id=earlier.id), self.create_job()
        old.report_date = fields.Datetime.now() - timedelta(days=1)
        self.company.service_dispatcher_id = self.dispatcher
        self.env["repair.order"]._cron_carry_over()
        self.assertEqual((old.is_carried_over, new.is_carried_over), (True, False))
        self.assertEqual(old.activity_ids.user_id, self.dispatcher)
        view = self.env.ref("aftersales_service.repair_order_view_list_dispatch")
        self.assertIn("is_carried_over desc", view.arch)
        self.env["repair.order"]._cron_carry_over()
        self.assertEqual(len(old.activity_ids), 1)
        self.plan(old).action_dispatch()
        self.assertFalse(old.is_carried_over)

    def test_a_visit_has_technician_time_reason_for_delay_and_precautions(self):
        """Covers: A-14-R3."""
        repair = self.plan(self.create_job())
        repair.write({"delay_reason": "Waits for the seal", "customer_precautions": "Stop the machine"})
        repair.action_dispatch()
        to_do = repair.activity_ids.filtered(lambda activity: activity.user_id == self.technician)
        self.assertEqual(to_do.date_deadline, self.company._get_law_date(self.start))
        self.assertIn("Stop the machine", to_do.note)

    def test_no_work_at_the_customers_without_a_dispatch(self):
        repair = self.create_job().with_user(self.technician)
        with self.assertRaisesRegex(UserError, "nobody has been dispatched"):
            repair.action_repair_start()
        self.plan(repair.with_user(self.dispatcher)).action_dispatch()
        repair.action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def test_the_work_order_and_the_tag_print_with_a_barcode(self):
        """Covers: AS-03."""
        repair = self.plan(self.create_job(customer_words="It hums"))
        reports = self.env["ir.actions.report"]
        for report in ("report_work_order", "report_control_tag"):
            html = reports._render_qweb_html(f"aftersales_service.{report}", repair.ids)[0].decode()
            self.assertIn(repair.name, html)
            self.assertIn("data:image/png;base64", html)
        self.assertIn(
            "It hums",
            reports._render_qweb_html("aftersales_service.report_work_order", repair.ids)[0].decode(),
        )
