# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWorkFlags(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.company.service_supervisor_id = cls.manager
        cls.customer.email = "customer@example.com"
        cls.now = fields.Datetime.now()

    def promise(self, repair, hours):
        start = self.now + timedelta(hours=hours - 1)
        repair.with_user(self.dispatcher).write(
            {"planned_start": start, "planned_end": start + timedelta(hours=1)}
        )
        return repair

    def test_what_is_not_finished_in_time_is_reported_to_the_supervisor_once(self):
        """Covers: R-06."""
        late = self.promise(self.create_repair(self.lot), -1)
        in_time = self.promise(self.create_repair(self.lot), 1)
        for _time in range(2):
            self.env["repair.order"]._cron_report_late()
        self.assertEqual((late.is_late, in_time.is_late), (True, False))
        self.assertEqual(late.activity_ids.user_id, self.manager)
        self.assertEqual(len(late.activity_ids), 1)
        self.assertFalse(in_time.activity_ids)
        with self.assertRaises(UserError):
            late.is_late = False

    def test_what_was_promised_to_the_customer_counts_before_the_plan(self):
        kept, broken = (self.promise(self.create_repair(self.lot), hours) for hours in (-1, 1))
        kept.with_user(self.reception).promise_date = self.now + timedelta(hours=2)
        broken.with_user(self.reception).promise_date = self.now - timedelta(minutes=5)
        self.env["repair.order"]._cron_report_late()
        self.assertEqual((kept.is_late, broken.is_late), (False, True))

    def test_a_late_repair_leaves_with_its_reason_and_the_customer_told(self):
        """Covers: AS-07."""
        repair = self.promise(self.create_repair(self.lot), -1)
        self.finish_repair(repair)
        self.assertTrue(repair.is_late, "finished after it was promised")

        def late_rules():
            rules = [violation.rule for violation in repair._get_service_violations("delivered")]
            return "service.late.reason" in rules

        self.assertTrue(late_rules())
        repair.late_reason = "Part came late"
        self.assertTrue(late_rules(), "the customer was not told")
        repair.late_told_on = self.now
        self.assertFalse(late_rules())
        punctual = self.promise(self.create_repair(self.lot), 5)
        self.finish_repair(punctual)
        self.assertFalse(punctual.is_late)

    def test_units_that_wait_for_days_need_a_reason(self):
        """Covers: F-08."""
        unsold = self.create_lots(prefix="UNSOLD")
        waiting, explained, new = (
            self.create_repair(unsold, report_date=self.now - timedelta(days=days)) for days in (4, 4, 2)
        )
        explained.delay_reason = "Customer abroad"
        self.env["repair.order"]._cron_report_waiting()
        self.assertEqual(waiting.activity_ids.user_id, self.manager)
        self.assertFalse(explained.activity_ids or new.activity_ids)

    def test_a_unit_that_comes_back_is_a_repeat_and_the_first_was_no_first_time_fix(self):
        """Covers: F-30."""
        symptom = self.env["service.fault"].create({"code": "T-LEAK", "name": "Leaks", "kind": "symptom"})
        first = self.create_repair(self.lot, symptom_id=symptom.id)
        self.finish_repair(first)
        self.assertEqual((first.is_repeat, first.is_first_time_fix), (False, True))
        second = self.create_repair(self.lot, symptom_id=symptom.id)
        self.assertEqual((second.is_repeat, second.repeat_of_id), (True, first))
        self.assertFalse(first.is_first_time_fix)
        second.action_repair_cancel()
        self.assertTrue(first.is_first_time_fix, "it did not come back after all")

    def test_a_pause_has_a_reason_a_beginning_and_an_end(self):
        repair = self.create_repair(self.lot)
        action = repair.action_pause()
        pauses = self.env["repair.pause"].with_user(self.technician).with_context(**action["context"])
        with self.assertRaises(ValidationError), self.cr.savepoint():
            pauses.create({"reason": "other"})
        pause = Form(pauses)
        pause.reason = "parts"
        pause = pause.save()
        self.assertTrue(repair.is_paused)
        with self.assertRaises(UserError):
            pause.stop = self.now
        repair.action_go_on()
        self.assertFalse(repair.is_paused)
        self.assertTrue(pause.stop)
        pauses.create({"reason": "customer"})
        repair.action_repair_start()
        self.assertFalse(repair.is_paused, "it goes on with the next stage")

    def test_customers_are_told_of_each_step_unless_switched_off(self):
        """Covers: A-12-R5, AS-07."""
        repair = self.create_repair(self.lot)
        logs = self.env["repair.stage.log"]

        def subjects():
            logs._cron_tell_customers()
            mails = self.env["mail.mail"].search([("model", "=", "repair.order"), ("res_id", "=", repair.id)])
            return mails.sorted("id").mapped("subject")

        self.assertEqual(len(subjects()), 1)
        self.assertIn("has been received", subjects()[0])
        repair.action_repair_start()
        self.assertIn("is being repaired", subjects()[-1])
        self.assertEqual(len(subjects()), 2, "each step is told once")
        self.company.service_progress_messages = False
        repair.action_wait_for_parts()
        self.assertEqual(len(subjects()), 2)
        self.company.service_progress_messages = True
        self.env.ref("aftersales_service.mail_template_repair_work").active = False
        repair.action_resume_work()
        self.assertEqual(len(subjects()), 2, "an archived template sends nothing")
        self.pass_quality_check(repair)
        repair.action_repair_end()
        self.assertIn("is ready", subjects()[-1])
        self.assertEqual(repair.service_stage_log_ids[-1].message_state, "sent")
