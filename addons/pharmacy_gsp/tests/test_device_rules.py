# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_gate import GateCommon


@tagged("post_install", "-at_install")
class TestDeviceRules(GateCommon):
    """Special control, the return record, and the approved use."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.device = cls.env["product.product"].create(
            {
                "name": "Test Meter",
                "is_storable": True,
                "tracking": "serial",
                "taxes_id": False,
                "list_price": 300,
                "gsp_kind": "device",
                "gsp_device_class": "1",
                "gsp_strength": "BP-100",
                "gsp_manufacturer_id": cls.maker.id,
            }
        )

    def _sold_device(self, serial="SN-1"):
        lot = self._create_lot(self.device, serial, None, quantity=1)
        lot.gsp_production_date = self.today
        return self._deliver(self._sell(self.device), lot=lot)

    def test_specially_controlled_goods_wait_for_quality(self):
        """Covers: GSP-05."""
        with self.assertRaises(AccessError):
            self.otc.with_user(self.clerk).write({"gsp_special_control": True})
        self.otc.gsp_special_control = True
        order = self._create_order(self.otc)
        self.assertRefused("gsp.sale.special_control", order.action_confirm)
        self.assertRefused("gsp.sale.special_control", order.write, {"state": "sale"})
        picking = self._create_transfer(self.otc, 1, lot=self.otc_lot)
        self.assertRefused("gsp.sale.special_control", picking.button_validate)
        self.assertRefused("gsp.sale.special_control", picking.move_ids._action_done)
        with self.assertRaises(AccessError):
            order.gsp_exception_reason = "In a hurry"
        order.with_user(self.quality).gsp_exception_reason = "Papers of the buyer seen"
        order.action_confirm()
        self._deliver(order)
        self.assertEqual(self._records(order_id=order.id).exception_reason, "Papers of the buyer seen")
        self._hold(product=self.otc, kind="special_control")
        other = self._create_order(self.otc)
        other.with_user(self.quality).gsp_exception_reason = "Papers seen"
        self.assertRefused("gsp.sale.held", other.action_confirm)

    def test_a_return_writes_its_record_and_quality_says_what_became_of_it(self):
        """Covers: GSP-07."""
        picking = self._sold_device()
        returned = self._return(picking, reason=False, verify=False)
        self.assertRefused("gsp.return.device_reason", returned.button_validate)
        returned.write({"gsp_return_reason": "packaging", "gsp_return_note": "Display is broken"})
        returned.button_validate()
        record = self.env["gsp.return.record"].search([("picking_id", "=", returned.id)])
        self.assertRecordValues(
            record,
            [
                {
                    "product_name": "Test Meter",
                    "manufacturer_name": "Test Drug Maker",
                    "strength": "BP-100",
                    "lot_name": "SN-1",
                    "production_date": self.today,
                    "returned_by": "Test Customer",
                    "date": self.today,
                    "quantity": 1,
                    "reason": "packaging",
                    "reason_note": "Display is broken",
                    "original_id": self._records(picking_id=picking.id).id,
                    "state": "draft",
                }
            ],
        )
        self.assertEqual(record.record_id.quantity, -1)
        for user in (self.clerk, self.quality):
            with self.assertRaises(UserError), self.cr.savepoint():
                record.with_user(user).write({"quantity": 9})
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.env["gsp.return.record"].with_user(user).create({"quantity": 9})
            with self.assertRaises(UserError), self.cr.savepoint():
                record.with_user(user).write({"state": "done"})
            with self.assertRaises(UserError), self.cr.savepoint():
                record.with_user(user).unlink()
        with self.assertRaises(AccessError):
            record.with_user(self.clerk).action_handle()
        record = record.with_user(self.quality)
        with self.assertRaises(UserError):
            record.action_handle()
        with Form(record) as form:
            form.handling = "supplier"
            form.handling_note = "Sent back; exchanged under warranty"
        record.action_handle()
        self.assertEqual(
            (record.state, record.handled_by_id, record.evidence_state), ("done", self.quality, "closed")
        )
        self.assertEqual(record.retain_until, record.original_id.retain_until)
        with self.assertRaises(UserError):
            record.handling_note = "Something else"

    def test_17701_a_returned_drug_does_not_go_back_on_sale(self):
        picking = self._deliver(self._sell((self.otc, 2)))
        returned = self._return(picking)
        returned.button_validate()
        record = self.env["gsp.return.record"].search([("picking_id", "=", returned.id)])
        self.assertEqual((record.verified_by_id, record.location_id), (self.quality, self.quarantine))
        with self.assertRaises(ValidationError):
            record.with_user(self.quality).handling = "restocked"

    def test_the_approved_use_is_shown_to_the_seller(self):
        """Covers: GSP-11."""
        with self.assertRaises(AccessError):
            self.otc.with_user(self.clerk).write({"gsp_approved_use": "Cures everything"})
        self.otc.gsp_approved_use = "For vitamin deficiency"
        order = self._create_order(self.otc)
        self.assertEqual(order.order_line.gsp_approved_use, "For vitamin deficiency")
        arch = self.env["sale.order"].with_user(self.clerk).get_view(view_type="form")["arch"]
        self.assertIn('name="gsp_approved_use"', arch)
        order.order_line.with_user(self.clerk).write({"gsp_approved_use": "Cures everything"})
        self.assertEqual(self.otc.gsp_approved_use, "For vitamin deficiency")
