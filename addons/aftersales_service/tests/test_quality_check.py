# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestQualityCheck(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.add_stock(cls.pump, 5)

    def start(self, **vals):
        repair = self.create_repair(self.lot, [("add", self.pump)], **vals)
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.write({"quantity": 1, "picked": True})
        return repair

    def hand_over(self, repair):
        repair.action_request_quality_check()
        return repair.quality_check_id.with_user(self.quality)

    def test_no_repair_is_ready_without_a_passed_check_by_any_door(self):
        """Covers: A-02-R1, S3-R24."""
        repair = self.start()
        for door in ("action_repair_end", "action_repair_done"):
            with self.assertRaisesRegex(UserError, "has not passed its quality check"):
                getattr(repair, door)()
        check = self.hand_over(repair)
        with self.assertRaisesRegex(UserError, "has not passed its quality check"):
            repair.action_repair_end()
        self.assertEqual(set(check.line_ids.mapped("result")), {False})
        check.action_all_in_order()
        check.action_pass()
        repair.action_repair_end()
        self.assertEqual(
            (repair.service_stage, check.state, check.user_id), ("ready", "passed", self.quality)
        )

    def test_stock_without_customer_is_checked_too(self):
        """Covers: A-02-R1."""
        self.add_stock(self.hose, 3)
        repair = self.env["repair.order"].with_user(self.technician).create({"product_id": self.hose.id})
        repair.action_validate()
        repair.action_repair_start()
        with self.assertRaisesRegex(UserError, "has not passed its quality check"):
            repair.action_repair_end()

    def test_nobody_passes_the_own_work(self):
        """Covers: A-02-R1."""
        both = new_test_user(
            self.env,
            "t_both",
            groups="aftersales_service.aftersales_service_group_technician,"
            "aftersales_service.aftersales_service_group_quality",
        )
        repair = self.start()
        repair.sudo().technician_ids = [Command.set(both.ids)]
        check = self.hand_over(repair)
        for action in ("action_all_in_order", "action_pass", "action_open_rework"):
            with self.assertRaisesRegex(UserError, "your own work"):
                getattr(check.with_user(both), action)()
        starter = self.start(user=self.manager)
        starter.action_request_quality_check()
        with self.assertRaisesRegex(UserError, "your own work"):
            starter.quality_check_id.with_user(self.manager).action_pass()

    def test_technicians_reception_and_strangers_decide_nothing(self):
        repair = self.start()
        check = self.hand_over(repair)
        for user in (self.technician, self.reception, self.dispatcher, self.stock_user):
            for action in ("action_all_in_order", "action_pass"):
                with self.assertRaises(AccessError):
                    getattr(check.with_user(user), action)()
            with self.assertRaises(AccessError):
                check.with_user(user).line_ids.write({"result": "pass"})
            with self.assertRaises(AccessError):
                repair.with_user(user).action_rework("again")
        for user in (self.quality, self.manager):
            with self.assertRaises(UserError):
                check.with_user(user).write({"state": "passed"})
            with self.assertRaises(AccessError):
                self.env["repair.quality.check"].with_user(user).create({"repair_id": repair.id})

    def test_a_failed_item_does_not_pass_and_the_repair_goes_back_with_the_reason(self):
        """Covers: A-02-R1."""
        repair = self.start()
        check = self.hand_over(repair)
        check.line_ids[0].result = "fail"
        check.action_all_in_order()
        with self.assertRaisesRegex(UserError, check.line_ids[0].name):
            check.action_pass()
        action = check.action_open_rework()
        wizard = Form(self.env["repair.rework"].with_user(self.quality).with_context(**action["context"]))
        wizard.reason = "Seal leaks"
        wizard.save().action_apply()
        self.assertEqual((repair.service_stage, repair.rework_count), ("work", 1))
        self.assertEqual((check.state, check.rework_reason), ("failed", "Seal leaks"))
        again = self.hand_over(repair)
        self.assertNotEqual(again, check)
        again.action_all_in_order()
        again.action_pass()
        repair.action_repair_end()
        self.assertFalse(repair.is_first_time_fix)

    def test_rework_needs_a_reason_and_a_repair_in_check(self):
        repair = self.start()
        with self.assertRaises(UserError):
            repair.with_user(self.quality).action_rework("too early")
        self.hand_over(repair)
        with self.assertRaisesRegex(UserError, "Say what"):
            repair.with_user(self.quality).action_rework("  ")
        self.assertEqual(repair.rework_count, 0)

    def test_a_decided_check_does_not_change(self):
        repair = self.start()
        check = self.pass_quality_check(repair)
        for change in (
            lambda: check.line_ids.write({"result": "fail"}),
            lambda: check.line_ids.unlink(),
            lambda: check.write({"remark": "later"}),
            lambda: check.line_ids.create({"check_id": check.id, "name": "later"}),
            lambda: check.action_pass(),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()

    def test_back_to_work_after_passing_asks_for_a_new_check(self):
        repair = self.start()
        check = self.pass_quality_check(repair)
        repair._set_service_stage("work")
        self.assertEqual(check.state, "superseded")
        with self.assertRaisesRegex(UserError, "has not passed its quality check"):
            repair.action_repair_end()

    def test_items_follow_product_family_and_way_of_service(self):
        item = self.env["repair.quality.item"]
        item.search([]).active = False
        item.create(
            [
                {"name": "All"},
                {"name": "Machines", "categ_ids": [Command.set(self.machine_categ.ids)]},
                {"name": "Parts", "categ_ids": [Command.set(self.part_categ.ids)]},
                {"name": "On site", "service_mode": "on_site"},
                {"name": "Workshop", "service_mode": "workshop"},
            ]
        )
        check = self.hand_over(self.start())
        self.assertEqual(set(check.line_ids.mapped("name")), {"All", "Machines", "Workshop"})

    def test_the_maintenance_confirmation_names_items_and_inspector(self):
        """Covers: A-02-R1."""
        repair = self.start()
        self.pass_quality_check(repair)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales_service.report_maintenance_confirmation", repair.ids)[0]
            .decode()
        )
        self.assertIn(self.quality.name, html)
        self.assertIn(repair.quality_check_id.line_ids[0].name, html)
