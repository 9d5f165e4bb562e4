# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.compliance_base.violation import Violation

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestServiceStage(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)

    def test_a_repair_goes_from_received_to_ready_and_the_log_knows_when(self):
        repair = self.create_repair(self.lot, parts=[("add", self.pump)])
        self.assertEqual(repair.service_stage, "received")
        repair.action_start_diagnosis()
        repair.with_user(self.reception).action_present_estimate()
        repair.action_wait_for_parts()
        repair.action_repair_start()
        repair.action_wait_for_parts()
        repair.action_resume_work()
        repair.action_request_quality_check()
        self.pass_quality_check(repair)
        repair.action_repair_end()
        self.assertEqual((repair.service_stage, repair.state), ("ready", "done"))
        log = repair.service_stage_log_ids
        self.assertEqual(
            log.mapped("stage"),
            ["received", "diagnosis", "estimate", "parts", "work", "parts", "work", "quality", "ready"],
        )
        self.assertEqual(log.filtered(lambda entry: not entry.left_on).stage, "ready")
        self.assertEqual(log.filtered(lambda entry: entry.stage == "estimate").user_id, self.reception)

    def test_a_stage_is_entered_only_from_where_it_follows(self):
        repair = self.create_repair(self.lot)
        with self.assertRaisesRegex(UserError, "is in stage “Received” and cannot go to “Quality Check”"):
            repair.action_request_quality_check()
        with self.assertRaises(UserError):
            repair.action_resume_work()

    def test_the_stage_cannot_be_written_or_brought_along(self):
        repair = self.create_repair(self.lot, service_stage="delivered")
        self.assertEqual(repair.service_stage, "received")
        for user in (self.technician, self.manager):
            with self.assertRaisesRegex(UserError, "cannot be written"):
                repair.with_user(user).write({"service_stage": "ready"})
        with self.assertRaisesRegex(UserError, "cannot be written"):
            repair.write({"service_stage_since": "2020-01-01"})

    def test_each_step_belongs_to_a_role(self):
        repair = self.create_repair(self.lot)
        with self.assertRaisesRegex(AccessError, "Reception”, “Technician"):
            repair.with_user(self.stock_user).action_start_diagnosis()
        repair.action_start_diagnosis()
        with self.assertRaises(AccessError):
            repair.action_present_estimate()

    def test_canceling_and_reopening_move_the_stage(self):
        repair = self.create_repair(self.lot)
        repair.action_start_diagnosis()
        repair.action_repair_cancel()
        self.assertEqual(repair.service_stage, "canceled")
        repair.action_repair_cancel_draft()
        self.assertEqual(repair.service_stage, "received")

    def test_a_gate_holds_at_the_platforms_own_doors_and_tells_all_at_once(self):
        """Starting and ending work by the platform's buttons asks the same gate as the stages."""
        repair = self.create_repair(self.lot)

        def stop(repairs, stage):
            return [
                Violation(f"test.{number}", record, f"Reason {number}")
                for record in repairs
                for number in (1, 2)
                if stage in ("work", "ready")
            ]

        with patch.object(type(repair), "_get_service_violations", stop):
            for door in ("action_repair_start", "action_repair_done"):
                if door == "action_repair_done":
                    repair._set_service_stage("work")
                with self.assertRaisesRegex(UserError, "(?s)2 reasons.*Reason 1.*Reason 2"):
                    getattr(repair, door)()

    def test_the_log_is_nobodys_to_write(self):
        repair = self.create_repair(self.lot)
        log = repair.service_stage_log_ids
        for user in (self.technician, self.manager):
            with self.assertRaises(AccessError):
                log.with_user(user).write({"stage": "ready"})
            with self.assertRaises(AccessError):
                log.with_user(user).unlink()
