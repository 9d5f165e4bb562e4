# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_gate import GateCommon


@tagged("post_install", "-at_install")
class TestExpiryGate(GateCommon):
    """Near expiry, first expired first, and the clock."""

    def test_17005_a_near_expiry_lot_is_sold_only_if_the_customer_was_told(self):
        """Covers: P-17005-R3."""
        near = self._create_lot(self.otc, "OTC-NEAR", 150)
        order = self._sell(self.otc)
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, near)
        error = self.assertRefused("gsp.sale.near_expiry", self._deliver, order)
        self.assertIn("OTC-NEAR", str(error))
        order.gsp_expiry_told_how = "spoken"
        self._deliver(order)
        record = self._records(order_id=order.id)
        self.assertEqual(record.expiry_told_how, "spoken")
        self.assertEqual(record.operator_id, self.clerk)

    def test_17005_told_on_the_transfer_counts_as_well(self):
        near = self._create_lot(self.otc, "OTC-NEAR", 150)
        picking = self._create_transfer(self.otc, 1, lot=near)
        self.assertRefused("gsp.sale.near_expiry", picking.button_validate)
        picking.gsp_expiry_told_how = "receipt"
        picking.button_validate()
        self.assertEqual(self._records(picking_id=picking.id).expiry_told_how, "receipt")

    def test_17005_seven_months_are_not_near_unless_the_category_says_so(self):
        lot = self._create_lot(self.otc, "OTC-SEVEN", 213)
        self.assertEqual(lot.gsp_expiry_status, "good")
        parent = self.env["product.category"].create({"name": "Test Drops", "gsp_near_expiry_months": 8})
        child = self.env["product.category"].create({"name": "Test Eye Drops", "parent_id": parent.id})
        order = self._sell(self.otc)
        self.otc.categ_id = child
        lot.invalidate_recordset(["gsp_expiry_status"])
        self.assertEqual(lot.gsp_expiry_status, "near")
        self.assertRefused("gsp.sale.near_expiry", self._deliver, order)
        with self.assertRaises(AccessError):
            child.with_user(self.clerk).sudo(False).write({"gsp_near_expiry_months": 1})

    def test_17005_the_course_that_the_customer_named_must_end_before_expiry(self):
        """Covers: P-17005-R4."""
        lot = self._create_lot(self.otc, "OTC-20", 20)
        order = self._create_order((self.otc, 1, {"gsp_course_days": 30}), gsp_expiry_told_how="spoken")
        order.action_confirm()
        self.assertRefused("gsp.sale.course", self._deliver, order, lot=lot)
        self._deliver(
            order, lot=self.otc_lot
        )  # the older lot would not last: no breach of the order of expiry
        self.assertEqual(self._records(order_id=order.id).course_days, 30)

    def test_17005_the_lot_that_expires_first_is_taken_first(self):
        older = self._create_lot(self.otc, "OTC-OLDER", 300)
        order = self._sell(self.otc)
        error = self.assertRefused("gsp.sale.fefo", self._deliver, order, lot=self.otc_lot)
        self.assertIn("OTC-OLDER", str(error))
        picking = order.picking_ids
        with self.assertRaises(AccessError):
            picking.with_user(self.clerk).gsp_exception_reason = "The customer wants it"
        with self.assertRaises(AccessError):
            self.env["stock.picking"].with_user(self.clerk).with_context(
                default_gsp_exception_reason="Smuggled"
            ).create({"picking_type_id": self.warehouse.out_type_id.id})
        picking.with_user(self.quality).gsp_exception_reason = "Older lot kept for a count"
        self._deliver(order, lot=self.otc_lot)
        self.assertEqual(self._records(order_id=order.id).exception_reason, "Older lot kept for a count")
        self.assertEqual(older.gsp_expiry_status, "good")

    def test_17005_what_is_reserved_or_elsewhere_or_taken_along_is_no_older_lot(self):
        elsewhere = self.env["stock.location"].create(
            {"name": "Shelf", "usage": "internal", "location_id": self.stock.id}
        )
        self._create_lot(self.otc, "OTC-SHELF", 250, location=elsewhere)
        one = self._create_lot(self.otc, "OTC-ONE", 300, quantity=1)
        order = self._create_order((self.otc, 3))
        order.action_confirm()
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        for lot, quantity in ((one, 1), (self.otc_lot, 2)):
            move.env["stock.move.line"].create(
                {
                    **move._prepare_move_line_vals(quantity=quantity),
                    "lot_id": lot.id,
                    "location_id": self.stock.id,
                }
            )
        move.picked = True
        order.picking_ids.button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_17102_nothing_is_sold_while_the_clock_runs_behind_the_register(self):
        with self._at_day(3):
            self._deliver(self._sell(self.otc))
        order = self._create_order(self.otc)
        with self._at_day(2):
            self.assertRefused("gsp.sale.clock", order.action_confirm)
        with self._at_day(3, 11, 55):
            order.action_confirm()  # servers differ by minutes
            self._deliver(order)

    def test_17005_a_lot_that_expires_while_reserved_is_refused_at_the_first_minute_after_its_last_day(self):
        lot = self._create_lot(self.otc, "OTC-LAST", 5)
        order = self._create_order(self.otc, gsp_expiry_told_how="label")
        order.action_confirm()
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, lot)
        with self._at_day(6, 0, 1):
            self.assertRefused("gsp.sale.expired", self._deliver, order, lot=lot)
        with self._at_day(5, 23, 59):
            self._deliver(order, lot=lot)
        self.assertEqual(self._records(order_id=order.id).lot_id, lot)

    def test_17005_the_register_of_the_month_lists_near_and_expired_lots_and_is_confirmed(self):
        """Covers: P-17005-R2."""
        near, expired = self._create_lot(self.otc, "OTC-NEAR", 150), self._create_lot(self.rx, "RX-OUT", -1)
        self.company.gsp_quality_user_id = self.quality
        registers = self.env["gsp.near.expiry"]
        registers._cron_open_registers()
        registers._cron_open_registers()
        register = registers.search([("company_id", "=", self.company.id)])
        self.assertEqual(register.line_ids.lot_id, near + expired)
        self.assertEqual(
            dict(
                zip(
                    register.line_ids.mapped("lot_id.name"),
                    register.line_ids.mapped("days_left"),
                    strict=True,
                )
            ),
            {"RX-OUT": -1, "OTC-NEAR": 150},
        )
        register = register.with_user(self.pharmacist)
        with self.assertRaises(UserError):
            register.action_confirm()
        register.line_ids.measure = "promote"
        self.env["stock.quant"]._update_available_quantity(self.rx, self.stock, -100, lot_id=expired)
        register.action_fill()
        self.assertEqual(register.line_ids.lot_id, near)
        self.assertEqual(register.line_ids.measure, "promote")
        with self.assertRaises(AccessError):
            register.with_user(self.clerk).action_confirm()
        with self._at_day(40):
            registers._cron_open_registers()
        self.assertEqual(register.activity_ids.user_id, self.quality)
        register.action_confirm()
        self.assertFalse(register.activity_ids)
        with self.assertRaises(UserError):
            register.line_ids.write({"measure": "none"})
        with self.assertRaises(UserError):
            register.write({"line_ids": [Command.clear()]})
