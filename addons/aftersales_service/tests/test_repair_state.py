# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestRepairState(AftersalesCase):
    """A repair's state moves through its actions only."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.add_stock(cls.pump, 5)
        cls.repair = cls.create_repair(cls.lot, [("add", cls.pump)])

    def test_state_written_from_outside_is_refused(self):
        for user in (self.stock_user, self.technician, self.manager):
            for state in ("confirmed", "under_repair", "done", "cancel"):
                with self.assertRaises(UserError):
                    self.repair.with_user(user).write({"state": state})
        self.assertEqual(self.repair.state, "draft")

    def test_context_of_the_client_opens_no_door(self):
        context = {
            "default_state": "done",
            "_moving": True,
            "aftersales_service_repair_state": self.repair.ids,
        }
        with self.assertRaises(UserError):
            self.repair.with_user(self.stock_user).with_context(**context).write({"state": "done"})
        repairs = self.env["repair.order"].with_user(self.stock_user)
        repair = repairs.with_context(**context).create({"product_id": self.pump.id})
        self.assertEqual(repair.state, "draft")
        with self.assertRaises(UserError):
            repairs.create({"product_id": self.pump.id, "state": "done"})

    def test_import_of_a_state_is_refused(self):
        result = (
            self.env["repair.order"]
            .with_user(self.stock_user)
            .load(["product_id/.id", "state"], [[str(self.pump.id), "done"]])
        )
        self.assertFalse(result["ids"])

    def test_the_platforms_own_flow_works_for_a_technician(self):
        self.finish_repair(self.repair)
        self.assertEqual(self.repair.state, "done")
        self.assertEqual(self.repair.move_ids.state, "done")
        self.assertEqual(self.repair.move_ids.quantity, 1)

    def test_an_action_opens_the_door_for_its_own_repairs_only(self):
        """What runs inside an action on one repair cannot write another's state."""
        other = self.create_repair(self.lot)
        with self.repair._moving_state(), self.assertRaises(UserError):
            other.write({"state": "done"})
        with self.assertRaises(UserError):
            self.repair.write({"state": "done"})

    def test_work_is_not_finished_before_it_is_started(self):
        for state in ("draft", "confirmed"):
            self.assertEqual(self.repair.state, state)
            with self.assertRaises(UserError):
                self.repair.action_repair_done()
            self.repair.action_validate()

    def test_a_finished_repair_is_not_started_cancelled_or_drafted_again(self):
        self.finish_repair(self.repair)
        for action in ("action_repair_start", "action_repair_cancel", "action_repair_cancel_draft"):
            with self.assertRaises(UserError):
                getattr(self.repair, action)()
        self.assertEqual(self.repair.state, "done")

    def test_cancel_and_back_to_draft(self):
        self.repair.action_validate()
        self.repair.action_repair_cancel()
        self.assertEqual(self.repair.state, "cancel")
        self.repair.action_repair_cancel_draft()
        self.assertEqual(self.repair.state, "draft")

    def test_a_repair_service_sold_makes_a_confirmed_repair_and_its_cancellation_cancels_it(self):
        service = self.env["product.product"].create(
            {"name": "Repair service", "type": "service", "service_tracking": "repair"}
        )
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": [Command.create({"product_id": service.id})]}
        )
        order.action_confirm()
        self.assertEqual(order.repair_order_ids.state, "confirmed")
        order._action_cancel()
        self.assertEqual(order.repair_order_ids.state, "cancel")
