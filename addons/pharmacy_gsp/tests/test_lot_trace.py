# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_acceptance import AcceptanceCommon


@tagged("post_install", "-at_install")
class TestLotTrace(AcceptanceCommon):
    """A lot from its supplier to every buyer, and from a sale back to the supplier, in one click."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receipt, cls.acceptance = cls._accepted((cls.otc, 50, {"lot_name": "TRACED"}))
        cls.lot = cls.acceptance.line_ids.lot_id
        cls.otc_lot.with_user(cls.quality).expiration_date = cls._expiry(900)
        cls.quarantine = cls._place("Quarantine", cls.stock.location_id, gsp_is_quarantine=True)
        cls.company.gsp_quarantine_location_id = cls.quarantine

    def _open(self, user=None):
        action = self.lot.with_user(user or self.clerk).action_gsp_trace()
        return self.env["gsp.lot.trace"].with_user(user or self.clerk).browse(action["res_id"])

    def _sell_traced(self, quantity, partner=None):
        order = self._sell((self.otc, quantity), partner_id=(partner or self.customer).id)
        return self._deliver(order, lot=self.lot)

    def _take_back(self, picking, quantity):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create(
                {"picking_id": picking.id, "gsp_return_reason": "recall", "gsp_return_note": "Called back"}
            )
        )
        wizard.product_return_moves.quantity = quantity
        returned = (
            self.env["stock.picking"].with_user(self.clerk).browse(wizard.action_create_returns()["res_id"])
        )
        returned.move_ids.picked = True
        returned.with_user(self.quality).action_gsp_verify_return()
        returned.button_validate()
        return returned

    def test_supplier_receipt_acceptance_places_buyers_and_returns(self):
        """Covers: GSP-03."""
        first = self._sell_traced(7)
        self._sell_traced(5, self.stranger)
        self._take_back(first, 2)
        trace = self._open()
        kinds = trace.step_ids.mapped("kind")
        self.assertEqual(kinds[0], "receipt")
        self.assertIn("acceptance", kinds)
        receipt = trace.step_ids[0]
        self.assertEqual((receipt.partner_id, receipt.quantity), (self.supplier, 50))
        accepted = trace.step_ids.filtered(lambda step: step.kind == "acceptance")
        self.assertEqual((accepted.acceptance_id, accepted.user_id), (self.acceptance, self.acceptor))
        self.assertEqual(trace.supplier_names, "Test Wholesaler")
        self.assertEqual(
            [
                (line.partner_id, line.sold, line.recovered, line.outstanding)
                for line in trace.buyer_ids.sorted("sold")
            ],
            [(self.stranger, 5, 0, 5), (self.customer, 7, 2, 5)],
        )
        self.assertEqual(
            (trace.received, trace.sold, trace.recovered, trace.on_hand, trace.otherwise, trace.unaccounted),
            (50, 12, 2, 40, 0, 0),
        )
        self.assertEqual(trace.buyer_count, 2)
        self.assertEqual(
            {(quant.location_id, quant.quantity) for quant in trace.quant_ids if quant.quantity},
            {(self.stock, 38), (self.quarantine, 2)},
        )
        records = self.env["gsp.sale.record"].search(trace.action_view_sales()["domain"])
        self.assertEqual(sum(records.mapped("quantity")), 10)
        self.assertEqual(accepted.action_open()["res_id"], self.acceptance.id)

    def test_from_a_sale_back_to_the_supplier(self):
        picking = self._sell_traced(1)
        record = self._records(picking_id=picking.id).with_user(self.clerk)
        trace = self.env["gsp.lot.trace"].with_user(self.clerk).browse(record.action_trace()["res_id"])
        self.assertEqual((trace.lot_id, trace.supplier_names), (self.lot, "Test Wholesaler"))

    def test_all_lots_of_a_product_and_one_serial_number(self):
        """Covers: GSP-03."""
        self._sell_traced(1)
        self._deliver(self._sell((self.otc, 2)), lot=self.lot)
        other = self._sell((self.otc, 3))
        other.with_user(self.quality).gsp_exception_reason = "Later lot for the test"
        self._deliver(other, lot=self.otc_lot)
        trace = self.env["gsp.lot.trace"].with_user(self.clerk).create({"product_id": self.otc.id})
        trace.action_trace()
        self.assertEqual({line.lot_id: line.sold for line in trace.buyer_ids}, {self.lot: 3, self.otc_lot: 3})
        device = self.env["product.product"].create(
            {
                "name": "Test Meter",
                "is_storable": True,
                "tracking": "serial",
                "taxes_id": False,
                "gsp_kind": "device",
                "gsp_device_class": "1",
            }
        )
        serial = self._create_lot(device, "SN-1", None, quantity=1)
        self._deliver(self._sell(device), lot=serial)
        trace = self.env["gsp.lot.trace"].with_user(self.clerk).create({"lot_id": serial.id})
        trace.action_trace()
        self.assertEqual((trace.product_id, trace.buyer_ids.partner_id), (device, self.customer))

    def test_contacts_are_for_those_who_need_them(self):
        self.customer.write({"phone": "13800000000"})
        self._sell_traced(1)
        trace = self._open(self.quality)
        self.assertIn("13800000000", trace.buyer_ids.contact)
        trace = self._open(self.clerk)
        with self.assertRaises(AccessError):
            trace.buyer_ids.read(["contact"])
        self.assertEqual(trace.buyer_ids._get_contact(), "")

    def test_what_is_written_off_or_returned_to_the_supplier_is_accounted_for(self):
        loss = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        for destination, kind in ((loss, "loss"), (self.vendors, "supplier_return")):
            picking = self._create_transfer(
                self.otc, 3, lot=self.lot, destination=destination, picking_type=self.warehouse.int_type_id
            )
            picking.with_user(self.quality).button_validate()
            trace = self._open()
            self.assertIn(kind, trace.step_ids.mapped("kind"))
            self.assertEqual(trace.unaccounted, 0)
        self.assertEqual(trace.otherwise, 6)

    def test_the_recovery_list_and_the_way_are_printed_from_the_trace(self):
        """Covers: GSP-03."""
        self._sell_traced(4)
        trace = self._open(self.quality)
        for action, code in (
            (trace.action_print_recovery(), "recovery"),
            (trace.action_print_flow(), "lot_flow"),
        ):
            wizard = (
                self.env["gsp.register.wizard"]
                .with_user(self.quality)
                .with_context(**action["context"])
                .create({"lang": "en_US"})
            )
            self.assertEqual(wizard.register, code)
            kept = self.env["gsp.register.print"].browse(wizard.action_pdf()["context"]["active_ids"])
            html = (
                self.env["ir.actions.report"]
                .with_user(self.quality)
                ._render_qweb_html("pharmacy_gsp.report_register", kept.ids)[0]
                .decode()
            )
            self.assertIn("Test Customer" if code == "recovery" else "Test Wholesaler", html)

    def test_a_trace_is_of_the_own_company_and_of_something(self):
        with self.assertRaises(UserError):
            self.env["gsp.lot.trace"].with_user(self.clerk).create({}).action_trace()
        self._sell_traced(1)
        other = self._create_company("Other Test Pharmacy")
        stranger = self._create_user("gsp_trace_stranger", "clerk", other)
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        seen = env["gsp.lot.trace"].browse(env["stock.lot"].browse(self.lot.id).action_gsp_trace()["res_id"])
        self.assertFalse(seen.buyer_ids or seen.step_ids or seen.quant_ids)
        trace = env["gsp.lot.trace"].create({"product_id": self.otc.id, "company_id": other.id})
        trace.action_trace()
        self.assertFalse(trace.buyer_ids or trace.step_ids)
        mine = self._open()
        with self.assertRaises(AccessError):
            env["gsp.lot.trace"].browse(mine.id).action_trace()

    def test_the_lot_is_held_from_its_trace(self):
        action = self._open(self.quality).action_hold()
        self.assertEqual(action["context"]["default_lot_id"], self.lot.id)

    def test_a_trace_costs_as_much_for_many_buyers_as_for_one(self):
        def count():
            trace = self.env["gsp.lot.trace"].with_user(self.clerk).create({"lot_id": self.lot.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            trace.action_trace()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self._sell_traced(1)
        count()
        first = count()
        for index in range(6):
            partner = self.env["res.partner"].create({"name": f"Test Buyer {index}"})
            self._sell_traced(1, partner)
        self.assertLessEqual(count(), first + 1)
