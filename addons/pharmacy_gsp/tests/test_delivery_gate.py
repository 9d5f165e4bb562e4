# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestDeliveryGate(PharmacyCommon):
    """The gate at the stock: whatever the door, the lot that is handed over is judged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expired = cls._create_lot(cls.otc, "OTC-EXPIRED", -1)
        cls.undated = cls._create_lot(cls.otc, "OTC-UNDATED", None)

    def _in_stock(self, lot, location=None):
        quants = self.env["stock.quant"].search(
            [("lot_id", "=", lot.id), ("location_id", "=", (location or self.stock).id)]
        )
        return sum(quants.mapped("quantity"))

    # -- expired lots through every door ------------------------------------------------------------------------

    def test_17005_expired_lot_on_an_order_is_refused(self):
        order = self._sell((self.otc, 2))
        error = self.assertRefused("gsp.sale.expired", self._deliver, order, lot=self.expired)
        self.assertIn("OTC-EXPIRED", str(error))
        self.assertIn("17005", str(error))
        self.assertNotEqual(order.picking_ids.state, "done")
        self.assertEqual(self._in_stock(self.expired), 100)
        self.assertFalse(self._records(order_id=order.id))

    def test_17005_expired_lot_on_a_transfer_by_hand_is_refused(self):
        picking = self._create_transfer(self.otc, 1, lot=self.expired)
        self.assertRefused("gsp.sale.expired", picking.button_validate)

    def test_17005_skip_expired_and_other_context_keys_open_nothing(self):
        picking = self._create_transfer(self.otc, 1, lot=self.expired)
        keys = dict.fromkeys(
            (
                "skip_expired",
                "skip_backorder",
                "skip_sanity_check",
                "is_scrap",
                "gsp_release_run",
                "gsp_reservation_filter",
                "install_mode",
                "inventory_mode",
            ),
            True,
        )
        self.assertRefused("gsp.sale.expired", picking.with_context(**keys).button_validate)
        self.assertRefused("gsp.sale.expired", picking.with_context(**keys)._action_done)

    def test_17005_the_wizard_about_expired_lots_does_not_appear(self):
        picking = self._create_transfer(self.otc, 1, lot=self.expired)
        wizard = self.env["expiry.picking.confirmation"].with_user(self.clerk)
        self.assertRefused("gsp.sale.expired", picking.button_validate)
        confirmation = wizard.with_context(
            button_validate_picking_ids=picking.ids, default_lot_ids=[Command.set(self.expired.ids)]
        ).create({"picking_ids": [Command.set(picking.ids)]})
        self.assertRefused("gsp.sale.expired", confirmation.process)

    def test_17005_expired_lot_through_moves_and_lines_is_refused(self):
        picking = self._create_transfer(self.otc, 1, lot=self.expired)
        self.assertRefused("gsp.sale.expired", picking.move_ids._action_done)
        self.assertRefused("gsp.sale.expired", picking.move_line_ids._action_done)

    def test_17005_a_move_without_transfer_is_refused(self):
        move = self.env["stock.move"].create(
            {
                "product_id": self.otc.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        self._set_lot(move, self.expired)
        self.assertRefused("gsp.sale.expired", move._action_done)

    def test_17005_expired_lot_is_not_consumed_in_production_or_repair(self):
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)], limit=1
        )
        picking = self._create_transfer(
            self.otc, 1, lot=self.expired, destination=production, picking_type=self.warehouse.int_type_id
        )
        self.assertRefused("gsp.sale.expired", picking.button_validate)
        self._set_lot(picking.move_ids, self.otc_lot)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertFalse(self._records(picking_id=picking.id), "use is no sale")

    def test_17005_expired_lot_is_not_sent_to_another_company(self):
        inter_company = self.env.ref("stock.stock_location_inter_company")
        picking = self._create_transfer(self.otc, 1, lot=self.expired, destination=inter_company)
        self.assertRefused("gsp.sale.expired", picking.button_validate)

    def test_17005_expired_lot_is_not_drop_shipped(self):
        supplier = self.env.ref("stock.stock_location_suppliers")
        picking = self._create_transfer(self.otc, 1, source=supplier)
        picking.move_ids.move_line_ids.unlink()
        line = self.env["stock.move.line"].create(
            {**picking.move_ids._prepare_move_line_vals(quantity=1), "lot_name": "OTC-NEW"}
        )
        self.warehouse.out_type_id.use_create_lots = True
        line.expiration_date = self._expiry(-1)
        picking.move_ids.picked = True
        self.assertRefused("gsp.sale.expired", picking.with_context(skip_expired=True).button_validate)
        line.expiration_date = self._expiry(300)
        picking.with_context(skip_expired=True).button_validate()
        self.assertEqual(self._records(picking_id=picking.id).lot_name, "OTC-NEW")

    def test_unfit_goods_get_out_of_the_way(self):
        quarantine = self.env["stock.location"].create(
            {"name": "Quarantine", "usage": "internal", "location_id": self.stock.location_id.id}
        )
        supplier = self.env.ref("stock.stock_location_suppliers")
        for destination in (quarantine, supplier):
            picking = self._create_transfer(
                self.otc,
                1,
                lot=self.expired,
                destination=destination,
                picking_type=self.warehouse.int_type_id,
            )
            picking.with_context(skip_expired=True).button_validate()
            self.assertEqual(picking.state, "done", destination.name)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.otc.id,
                "lot_id": self.expired.id,
                "scrap_qty": 1,
                "location_id": self.stock.id,
            }
        )
        scrap.do_scrap()
        self.assertEqual(self._in_stock(self.expired), 97)
        self.assertFalse(self._records(lot_id=self.expired.id))

    def test_17005_violations_of_several_transfers_are_named_at_once(self):
        second = self._create_lot(self.rx, "RX-EXPIRED", -30)
        pickings = self._create_transfer(self.otc, 1, lot=self.expired)
        pickings += self._create_transfer(self.rx, 1, lot=second)
        error = self.assertRefused(
            ["gsp.sale.expired", "gsp.sale.expired", "gsp.sale.prescription"],
            pickings.with_context(skip_expired=True).button_validate,
        )
        for text in ("OTC-EXPIRED", "RX-EXPIRED", "17001"):
            self.assertIn(text, str(error))

    def test_refusal_stays_in_the_register_when_the_delivery_is_rolled_back(self):
        picking = self._create_transfer(self.otc, 1, lot=self.expired)
        with self.assertRaises(UserError):
            picking.button_validate()
        refusals = self._read_refusals(picking)
        self.assertEqual([refusal["rule"] for refusal in refusals], ["gsp.sale.expired"])
        self.assertTrue(refusals[0]["evidence_closed_at"])

    # -- lots and dates -----------------------------------------------------------------------------------------

    def test_17102_drug_lot_without_expiry_date_is_refused(self):
        picking = self._create_transfer(self.otc, 1, lot=self.undated)
        self.assertRefused("gsp.sale.expired", picking.button_validate)

    def test_17102_drug_without_lot_is_refused(self):
        self.warehouse.out_type_id.write({"use_create_lots": False, "use_existing_lots": False})
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, 5)
        picking = self._create_transfer(self.otc, 1)
        picking.move_line_ids.lot_id = False
        picking.move_ids.picked = True
        self.assertRefused("gsp.sale.lot", picking.button_validate)

    def test_a_device_may_have_no_expiry_date(self):
        device = self.env["product.product"].create(
            {
                "name": "Test Thermometer",
                "is_storable": True,
                "tracking": "lot",
                "gsp_kind": "device",
                "gsp_device_class": "2",
            }
        )
        lot = self._create_lot(device, "DEV-1", None)
        picking = self._create_transfer(device, 1, lot=lot)
        picking.button_validate()
        self.assertEqual(self._records(lot_id=lot.id).kind, "device")

    def test_17005_a_lot_is_sold_up_to_and_including_its_last_day_in_shanghai(self):
        lot = self._create_lot(self.otc, "OTC-LAST", 10)
        picking = self._create_transfer(self.otc, 1, lot=lot)
        with self._at_day(11, hour=0, minute=1):
            self.assertRefused("gsp.sale.expired", picking.with_context(skip_expired=True).button_validate)
        with self._at_day(10, hour=23, minute=59):
            picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self._records(picking_id=picking.id).date, lot.gsp_expiry_date)

    def test_17005_the_typed_hour_of_the_expiry_does_not_matter(self):
        midnight = self._create_lot(self.otc, "OTC-MIDNIGHT", None)
        midnight.expiration_date = self.company._get_law_day_bounds(self.today)[0]
        self.assertEqual(midnight.gsp_expiry_date, self.today)
        picking = self._create_transfer(self.otc, 1, lot=midnight)
        with self._at_day(0, hour=23, minute=59):
            picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_17005_a_lot_that_expires_while_reserved_is_refused(self):
        lot = self._create_lot(self.rx, "RX-SOON", 2)
        prescription = self._reviewed((self.rx, 1, {"days": 1}))
        order = self._sell((self.rx, 1), prescription=prescription)
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, lot, "first expired, first out")
        with self._at_day(3):
            error = self.assertRefused(
                ["gsp.sale.expired", "gsp.sale.prescription"], order.picking_ids.button_validate
            )
        self.assertIn("RX-SOON", str(error))

    def test_17005_sale_stops_the_days_before_expiry_that_the_product_says(self):
        self.otc.gsp_stop_sale_days = 30
        late, early = self._create_lot(self.otc, "OTC-29", 29), self._create_lot(self.otc, "OTC-30", 30)
        self.assertRefused("gsp.sale.expired", self._create_transfer(self.otc, 1, lot=late).button_validate)
        self._create_transfer(self.otc, 1, lot=early).button_validate()
        self.assertEqual(len(self._records(lot_id=early.id)), 1)

    def test_17005_a_lot_that_ends_before_the_course_of_treatment_is_refused(self):
        """Covers: P-17005-R4."""
        lot = self._create_lot(self.rx, "RX-COURSE", 5)
        prescription = self._reviewed((self.rx, 1, {"days": 7}))
        order = self._sell((self.rx, 1), prescription=prescription)
        error = self.assertRefused("gsp.sale.course", self._deliver, order, lot=lot)
        self.assertIn("RX-COURSE", str(error))
        lot.expiration_date = self._expiry(6)
        self._deliver(order, lot=lot)
        self.assertEqual(order.picking_ids.state, "done")

    # -- reservation --------------------------------------------------------------------------------------------

    def test_17005_expired_lots_are_not_reserved(self):
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, -99, lot_id=self.otc_lot)
        order = self._sell((self.otc, 3))
        lines = order.picking_ids.move_line_ids
        self.assertEqual(lines.lot_id, self.otc_lot)
        self.assertEqual(sum(lines.mapped("quantity")), 1)
        self.assertEqual(order.picking_ids.move_ids._get_available_quantity(self.stock), 0)

    def test_17005_the_last_day_is_reserved_but_not_the_stop_sale_days(self):
        last = self._create_lot(self.otc, "OTC-TODAY", 0)
        with self._at_day(0, hour=22):
            order = self._sell((self.otc, 1))
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, last)
        self.otc.gsp_stop_sale_days = 1
        order = self._sell((self.otc, 1))
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, self.otc_lot)

    def test_17005_quarantine_reserves_what_a_sale_must_not(self):
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, -100, lot_id=self.otc_lot)
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, -100, lot_id=self.undated)
        self.expired.removal_date = self._expiry(1)
        quarantine = self.env["stock.location"].create(
            {"name": "Quarantine", "usage": "internal", "location_id": self.stock.location_id.id}
        )
        picking = self._create_transfer(
            self.otc, 2, destination=quarantine, picking_type=self.warehouse.int_type_id
        )
        self.assertEqual(picking.move_line_ids.lot_id, self.expired)

    def test_17005_steps_before_the_delivery_do_not_pick_expired_lots(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, -100, lot_id=self.otc_lot)
        order = self._sell((self.otc, 1))
        self.assertFalse(order.picking_ids.move_line_ids)

    # -- prescriptions ------------------------------------------------------------------------------------------

    def test_17001_rx_on_a_transfer_by_hand_is_refused(self):
        picking = self._create_transfer(self.rx, 1, lot=self.rx_lot)
        self.assertRefused("gsp.sale.prescription", picking.button_validate)

    def test_17002_more_than_prescribed_is_refused_at_delivery(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 2), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", self._deliver, order, lot=self.rx_lot, quantity=3)

    def test_17002_a_drug_added_to_the_transfer_is_refused(self):
        other = self._create_drug("Test Cefalexin", "rx")
        lot = self._create_lot(other, "CEF", 400)
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 2), prescription=prescription)
        picking = order.picking_ids
        move = self.env["stock.move"].create(
            {
                "picking_id": picking.id,
                "product_id": other.id,
                "product_uom_qty": 1,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
            }
        )
        move._action_confirm()
        self._set_lot(move, lot)
        self.assertRefused("gsp.sale.prescription", self._deliver, order)

    def test_17002_quantity_counts_over_deliveries_and_orders(self):
        """Covers: P-17002-R1."""
        prescription = self._reviewed((self.rx, 3))
        first = self._sell((self.rx, 2), prescription=prescription)
        self._deliver(first, quantity=1)
        backorder = first.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertEqual(len(backorder), 1)
        self.assertEqual(prescription.line_ids.remaining_quantity, 2)
        second = self._sell((self.rx, 1), prescription=prescription)
        self._deliver(second)
        self.assertEqual(prescription.state, "reviewed")
        self._deliver(first)
        self.assertEqual(prescription.line_ids.dispensed_quantity, 3)
        self.assertEqual(prescription.state, "dispensed")
        third = self._create_order((self.rx, 1), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", third.action_confirm)

    def test_17002_two_orders_in_one_batch_share_what_is_left(self):
        prescription = self._reviewed((self.rx, 2))
        orders = self._sell((self.rx, 1), prescription=prescription) + self._sell(
            (self.rx, 1), prescription=prescription
        )
        for move in orders.picking_ids.move_ids:
            self._set_lot(move, self.rx_lot, 2 if move.picking_id == orders[0].picking_ids else 1)
        self.assertRefused("gsp.sale.quantity", orders.picking_ids.button_validate)
        self._set_lot(orders[0].picking_ids.move_ids, self.rx_lot, 1)
        orders.picking_ids.button_validate()
        self.assertEqual(prescription.state, "dispensed")

    def test_17002_prescription_taken_off_the_order_is_refused_at_delivery(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 2), prescription=prescription)
        order.gsp_prescription_id = False
        self.assertRefused("gsp.sale.prescription", self._deliver, order)

    # -- delivered is delivered ---------------------------------------------------------------------------------

    def test_17102_delivered_goods_are_not_changed_by_hand(self):
        order = self._sell((self.otc, 2))
        picking = self._deliver(order)
        move, line = picking.move_ids, picking.move_line_ids
        self.env["res.users"].browse(self.clerk.id).group_ids += self.env.ref("stock.group_stock_manager")
        attempts = [
            (line, {"lot_id": self.expired.id}),
            (line, {"quantity": 1}),
            (line, {"location_dest_id": self.stock.id}),
            (line, {"state": "draft"}),
            (move, {"state": "draft"}),
            (move, {"quantity": 5}),
            (move, {"product_id": self.rx.id}),
            (move, {"location_dest_id": self.stock.id}),
        ]
        for record, vals in attempts:
            with self.subTest(vals=vals), self.assertRaises(UserError), self.cr.savepoint():
                record.with_user(self.clerk).with_context(gsp_release_run=True).write(vals)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.env["stock.move.line"].with_user(self.clerk).create(
                {
                    "picking_id": picking.id,
                    "product_id": self.rx.id,
                    "lot_id": self.rx_lot.id,
                    "quantity": 1,
                    "location_id": self.stock.id,
                    "location_dest_id": self.customers.id,
                }
            )
        self.assertEqual(self._in_stock(self.rx_lot), 100)
        self.assertEqual(sum(self._records(order_id=order.id).mapped("quantity")), 2)

    def test_17102_a_move_is_not_declared_done(self):
        prescription = self._reviewed((self.rx, 2))
        move = self._sell((self.rx, 2), prescription=prescription).picking_ids.move_ids
        with self.assertRaises(UserError):
            move.with_user(self.clerk).with_context(gsp_release_run="x").write({"state": "done"})

    def test_unregulated_goods_keep_the_freedom_of_the_platform(self):
        order = self._sell((self.plain, 2))
        self.env["stock.quant"]._update_available_quantity(self.plain, self.stock, 10)
        order.picking_ids.action_assign()
        self._deliver(order)
        order.picking_ids.move_line_ids.quantity = 1
        self.assertFalse(self._records(order_id=order.id))
