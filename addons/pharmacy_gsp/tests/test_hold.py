# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_gate import GateCommon


@tagged("post_install", "-at_install")
class TestHold(GateCommon):
    """What quality holds stays where it is until quality releases it."""

    def test_a_held_lot_is_neither_reserved_nor_delivered(self):
        later = self._create_lot(self.otc, "OTC-LATER", 600)
        order = self._sell((self.otc, 2))
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, self.otc_lot)
        hold = self._hold(self.otc_lot)
        self.assertEqual(hold.state, "held")
        self.assertEqual(hold.quantity_on_hand, 100)
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, later, "reserved anew, from another lot")
        error = self.assertRefused("gsp.sale.held", self._deliver, order, lot=self.otc_lot)
        self.assertIn(hold.name, str(error))
        self._deliver(order, lot=later)  # the older lot is held: this is the first that expires
        self.assertEqual(order.picking_ids.state, "done")

    def test_a_held_product_is_refused_at_the_order(self):
        self._hold(product=self.otc)
        self.assertRefused("gsp.sale.held", self._create_order(self.otc).action_confirm)

    def test_a_released_lot_is_sold_again(self):
        hold = self._hold(self.otc_lot, release=True)
        self.assertEqual(hold.state, "released")
        self.assertTrue(hold.evidence_closed_at)
        order = self._sell(self.otc)
        self._deliver(order)
        self.assertEqual(order.picking_ids.state, "done")
        with self.assertRaises(UserError):
            hold.with_user(self.quality).release_reason = "Another reason"

    def test_a_hold_of_the_headquarters_binds_its_stores(self):
        headquarters = self._make_chain_store()
        hold = self.env["gsp.hold"].create(
            {"company_id": headquarters.id, "product_id": self.otc.id, "reason": "Announced by the authority"}
        )
        hold._move_to("held")
        self.assertRefused("gsp.sale.held", self._create_order(self.otc).action_confirm)

    def test_who_holds_and_who_releases(self):
        hold = self._hold(self.otc_lot, user=self.pharmacist)
        with self.assertRaises(AccessError):
            hold.with_user(self.pharmacist).action_release()
        hold.with_user(self.pharmacist).release_reason = "I think it is fine"
        with self.assertRaises(AccessError), self.cr.savepoint():
            self._sign(hold, "release", self.pharmacist)
        with self.assertRaises(AccessError):
            self.env["gsp.hold"].with_user(self.clerk).create({"product_id": self.otc.id, "reason": "x"})
        for vals in (
            {"state": "released"},
            {"reason": "Other"},
            {"lot_id": False},
            {"released_at": "2020-01-01"},
        ):
            with self.subTest(vals), self.assertRaises(UserError), self.cr.savepoint():
                hold.with_user(self.quality).write(vals)
        with self.assertRaises(UserError):
            hold.with_user(self.quality).unlink()
        with self.assertRaises(UserError):
            self._hold(self.rx_lot).with_user(self.quality).action_release()  # without a reason

    def test_held_is_shown_on_the_lot(self):
        self._hold(self.otc_lot)
        lots = self.env["stock.lot"].with_user(self.clerk)
        self.assertTrue(lots.browse(self.otc_lot.id).gsp_is_held)
        self.assertFalse(lots.browse(self.rx_lot.id).gsp_is_held)
        self.assertEqual(
            lots.search([("gsp_is_held", "=", True), ("id", "in", (self.otc_lot + self.rx_lot).ids)]),
            self.otc_lot,
        )
        self.assertEqual(self.otc_lot.gsp_hold_count, 1)
