# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestPartSupply(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)

    def rules(self, repair, stage="ready"):
        return [violation.rule for violation in repair._get_service_violations(stage)]

    # Shortage

    def test_what_is_missing_is_asked_for_from_its_vendor_once(self):
        """Covers: A-14-R2."""
        other = self.env["res.partner"].create({"name": "Other Vendor"})
        self.hose.seller_ids.partner_id = other
        self.add_stock(self.pump, 1)
        repair = self.create_repair(self.lot, [("add", self.pump), ("add", self.pump), ("add", self.hose)])
        repair.action_validate()
        repair.action_order_missing_parts()
        lines = repair.sudo().purchase_line_ids
        self.assertEqual(
            {(line.product_id, line.partner_id, line.product_qty) for line in lines},
            {(self.pump, self.supplier, 1), (self.hose, other, 1)},
        )
        self.assertEqual(set(lines.order_id.mapped("state")), {"draft"}, "buying is the buyer's")
        self.assertEqual(lines.order_id.repair_ids, repair)
        self.assertEqual(set(lines.order_id.mapped("origin")), {repair.name})
        with self.assertRaisesRegex(UserError, "Nothing is missing"):
            repair.action_order_missing_parts()
        with self.assertRaises(AccessError):
            repair.with_user(self.stock_user).action_order_missing_parts()

    def test_a_part_without_vendor_is_named_and_nothing_is_ordered(self):
        """Covers: A-14-R2."""
        self.hose.seller_ids.unlink()
        repair = self.create_repair(self.lot, [("add", self.pump), ("add", self.hose)])
        repair.action_validate()
        with self.assertRaisesRegex(UserError, "No vendor is known for: Hose"):
            repair.action_order_missing_parts()
        self.assertFalse(repair.sudo().purchase_line_ids)

    def test_expected_and_overdue_parts_and_every_word_to_the_customer(self):
        """Covers: AS-08."""
        repair = self.create_repair(self.lot, [("add", self.pump)])
        repair.action_validate()
        repair.action_order_missing_parts()
        line = repair.sudo().purchase_line_ids
        due = fields.Datetime.now() + timedelta(days=5)
        line.date_planned = due
        self.assertEqual(repair.parts_expected_date, self.company._get_law_date(due))
        self.assertFalse(repair.are_parts_overdue)
        notices = self.env["repair.part.notice"].with_user(self.reception)
        notice = notices.create(
            {"repair_id": repair.id, "message": "Five days", "told_on": "2020-01-01 00:00:00"}
        )
        self.assertEqual((notice.user_id, notice.expected_date), (self.reception, repair.parts_expected_date))
        self.assertEqual(notice.told_on.date(), fields.Datetime.now().date())
        with self.assertRaisesRegex(UserError, "not rewritten"):
            notice.message = "Three days"
        notice.answer = "All right"
        with self.assertRaises(AccessError):
            notice.unlink()
        line.date_planned = fields.Datetime.now() - timedelta(days=1)
        repairs = self.env["repair.order"]
        self.assertIn(repair, repairs.search([("are_parts_overdue", "=", True)]))
        for _time in range(2):
            repairs._cron_alert_overdue_parts()
        alerts = repair.activity_ids.filtered(lambda activity: "overdue" in activity.summary)
        self.assertEqual(len(alerts), 1)
        self.assertEqual(alerts.user_id, repair.user_id)
        line.order_id.button_confirm()
        line.order_id.picking_ids.button_validate()
        self.assertFalse(repair.are_parts_overdue)
        self.assertNotIn(repair, repairs.search([("are_parts_overdue", "=", True)]))

    # Old parts

    def test_a_covered_part_is_not_written_off_without_its_old_part(self):
        """Covers: R-15."""
        self.add_stock(self.pump, 5)
        repair = self.create_repair(self.lot, [("add", self.pump)])
        self.assertEqual(repair.move_ids.coverage, "warranty")
        self.assertNotIn("service.old.part.missing", self.rules(repair), "not every company asks for it")
        self.part_categ.old_part_required = True
        self.assertIn("service.old.part.missing", self.rules(repair))
        with self.assertRaisesRegex(UserError, "comes without its old part"):
            self.finish_repair(repair)
        repair.move_ids.no_old_part_reason = "Lost in the river"
        self.assertNotIn("service.old.part.missing", self.rules(repair))
        second = self.create_repair(self.lot, [("add", self.pump), ("add", self.pump), ("remove", self.pump)])
        self.assertEqual(self.rules(second).count("service.old.part.missing"), 1, "one for one")

    def test_what_the_customer_pays_needs_no_old_part(self):
        """Covers: R-15."""
        self.part_categ.old_part_required = True
        repair = self.create_repair(self.create_lots(prefix="UNKNOWN"), [("add", self.pump)])
        self.assertEqual(repair.move_ids.coverage, "billable")
        self.assertNotIn("service.old.part.missing", self.rules(repair))

    # Warehouse

    def test_parts_come_from_the_after_sales_warehouse_only(self):
        """Covers: S3-R20."""
        own = self.env["stock.warehouse"].create({"name": "After-Sales Parts", "code": "ASP"})
        self.add_stock(self.pump, 5)
        self.add_stock(self.pump, 5, location=own.lot_stock_id)
        repair = self.create_repair(self.lot, [("add", self.pump)])
        self.company.service_warehouse_id = own
        self.assertIn("service.part.warehouse", self.rules(repair))
        with self.assertRaisesRegex(UserError, "Parts for repairs come from the warehouse After-Sales Parts"):
            self.finish_repair(repair)
        again = self.create_repair(self.lot, [("add", self.pump)])
        self.assertEqual(again.location_id, own.lot_stock_id, "new repairs take them from there")
        self.assertNotIn("service.part.warehouse", self.rules(again))

    # Requisitions and carried stock

    def requisition(self, repair=None, quantity=2, **vals):
        requisitions = self.env["service.part.requisition"].with_user(self.technician)
        return requisitions.create(
            {
                "repair_id": repair.id if repair else False,
                "line_ids": [Command.create({"product_id": self.pump.id, "quantity": quantity})],
                **vals,
            }
        )

    def issue(self, requisition):
        requisition.action_submit()
        requisition.with_user(self.dispatcher).action_approve()
        requisition.with_user(self.reception).action_issue()
        return requisition

    def get_van(self):
        return self.env["service.technician"]._for_users(self.technician, self.company).van_location_id

    def count(self, location):
        return self.env["stock.quant"]._get_available_quantity(self.pump, location)

    def test_parts_are_issued_only_on_an_approved_requisition(self):
        """Covers: R-15, F-10."""
        self.add_stock(self.pump, 5)
        requisition = self.requisition()
        for state in ("new", "submitted"):
            with self.assertRaises(UserError, msg=state):
                requisition.with_user(self.reception).action_issue()
            if state == "new":
                requisition.action_submit()
        with self.assertRaises(AccessError):
            requisition.action_approve()
        with self.assertRaisesRegex(UserError, "somebody else has to approve"):
            own = self.requisition(user_id=self.manager.id)
            own.action_submit()
            own.with_user(self.manager).action_approve()
        requisition.with_user(self.dispatcher).action_approve()
        with self.assertRaisesRegex(UserError, "no longer changes"):
            requisition.line_ids.quantity = 5
        with self.assertRaises(AccessError):
            requisition.action_issue()
        requisition.with_user(self.reception).action_issue()
        self.assertEqual((self.count(self.stock_location), self.count(self.get_van())), (3, 2))
        with self.assertRaises(UserError):
            requisition.write({"state": "approved"})

    def test_nothing_is_issued_that_is_not_there(self):
        """Covers: F-10."""
        self.add_stock(self.pump, 1)
        requisition = self.requisition()
        with self.assertRaisesRegex(UserError, "not all of it is free"), self.cr.savepoint():
            self.issue(requisition)
        self.assertFalse(requisition.picking_ids)

    def test_the_slip_of_a_warranty_part_names_the_repair_and_others_need_the_front_desks_receipt(self):
        """Covers: R-18, F-10."""
        self.add_stock(self.pump, 5)
        repair = self.create_repair(self.lot, [("add", self.pump)])
        requisition = self.issue(self.requisition(repair, 1))
        self.assertIn(repair.name, requisition.picking_ids.origin)
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales_service.report_part_requisition", requisition.ids)[0]
            .decode()
        )
        self.assertIn(repair.name, html)
        paid = self.create_repair(self.create_lots(prefix="UNKNOWN"), [("add", self.pump)])
        requisition = self.requisition(paid, 1)
        with self.assertRaisesRegex(UserError, "front desk"), self.cr.savepoint():
            self.issue(requisition)
        self.issue(self.requisition(paid, 1, payment_reference="R-2026-17"))

    def test_the_repair_uses_what_its_technician_carries_and_leftovers_come_back_the_same_day(self):
        """Covers: R-19, F-10."""
        self.add_stock(self.pump, 5)
        repair = self.create_repair(self.lot, [("add", self.pump)])
        requisition = self.issue(self.requisition(repair, 3))
        self.assertEqual(repair.location_id, self.get_van())
        self.finish_repair(repair)
        line = requisition.line_ids
        self.assertEqual((line.quantity_used, line.quantity_left), (1, 2))
        Requisition = self.env["service.part.requisition"]
        Requisition._cron_leftovers()
        self.assertFalse(requisition.activity_ids, "the day is not over")
        requisition._write_system({"issued_on": fields.Datetime.now() - timedelta(days=1)})
        self.assertIn(requisition, Requisition.search(Requisition._get_leftover_domain()))
        for _time in range(2):
            Requisition._cron_leftovers()
        self.assertEqual(requisition.activity_ids.user_id, self.technician)
        requisition.action_return_leftovers()
        self.assertEqual((requisition.state, line.quantity_returned, line.quantity_left), ("closed", 2, 0))
        self.assertEqual((self.count(self.stock_location), self.count(self.get_van())), (4, 0))
        self.assertFalse(Requisition.search(Requisition._get_leftover_domain()))

    def test_carried_stock_is_counted_every_week(self):
        """Covers: F-10."""
        card = self.env["service.technician"]._for_users(self.technician, self.company)
        with self.assertRaises(AccessError):
            card.with_user(self.technician).action_create_van()
        with self.assertRaisesRegex(UserError, "carries no stock yet"):
            card.with_user(self.technician).action_count_van()
        card.with_user(self.dispatcher).action_create_van()
        self.assertEqual(card.van_location_id.cyclic_inventory_frequency, 7)
        self.assertTrue(card.van_location_id._child_of(self.warehouse.view_location_id), "ours, and valued")
        self.add_stock(self.pump, 2, location=card.van_location_id)
        action = card.with_user(self.technician).action_count_van()
        self.assertEqual(self.env["stock.quant"].search(action["domain"]).product_id, self.pump)

    def test_a_technicians_card_is_for_technicians(self):
        with self.assertRaisesRegex(ValidationError, "does not have the role"):
            self.env["service.technician"].create({"user_id": self.stock_user.id})
        keeper = new_test_user(self.env, "t_keeper", groups="stock.group_stock_manager")
        with self.assertRaises(AccessError):
            self.env["service.technician"].with_user(keeper).create({"user_id": self.technician.id})
