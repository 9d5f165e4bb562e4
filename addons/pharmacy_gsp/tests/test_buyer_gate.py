# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_gate import GateCommon


@tagged("post_install", "-at_install")
class TestBuyerGate(GateCommon):
    """To whom, how much, for what price; and what comes back."""

    def test_prescription_and_class_a_drugs_are_no_gifts(self):
        otc_a = self._create_drug("Test Ibuprofen", "otc_a")
        for vals in ({"price_unit": 0}, {"price_unit": 20, "discount": 100}, {"price_unit": -1}):
            with self.subTest(vals):
                order = self._create_order(self.otc, (otc_a, 1, vals))
                self.assertRefused("gsp.sale.gift", order.action_confirm)
        order = self._sell((otc_a, 1))
        self.assertRefused("gsp.sale.gift", order.order_line.write, {"discount": 100})
        self.assertRefused("gsp.sale.gift", order.order_line.write, {"price_unit": 0})
        self._sell((self.otc, 1, {"price_unit": 0}))  # class B may be given away

    def test_16801_a_store_sells_drugs_to_people(self):
        """Covers: P-16801-R5."""
        shop = self.env["res.partner"].create({"name": "Test Grocery", "is_company": True})
        employee = self.env["res.partner"].create({"name": "Test Employee", "parent_id": shop.id})
        for partner in (shop, employee):
            order = self._create_order(self.otc, partner_id=partner.id)
            self.assertRefused("gsp.sale.buyer", order.action_confirm)
        self.company.gsp_max_retail_packs = 10
        order = self._create_order((self.otc, 6), (self.otc, 5))
        error = self.assertRefused("gsp.sale.wholesale", order.action_confirm)
        self.assertIn("11", str(error))
        with self.assertRaises(AccessError):
            order.with_user(self.clerk).gsp_exception_reason = "A good customer"
        order.with_user(self.quality).gsp_exception_reason = "First-aid kits of a school camp"
        order.action_confirm()
        self._deliver(order)
        self.assertEqual(
            set(self._records(order_id=order.id).mapped("exception_reason")),
            {"First-aid kits of a school camp"},
        )
        with self.assertRaises(AccessError):
            self.company.with_user(self.clerk).sudo(False).write({"gsp_max_retail_packs": 0})

    def test_16801_the_limit_of_the_headquarters_binds_the_store(self):
        headquarters = self._make_chain_store()
        headquarters.gsp_max_retail_packs = 3
        self.company.gsp_max_retail_packs = 50
        self.assertRefused("gsp.sale.wholesale", self._create_order((self.otc, 4)).action_confirm)

    # -- returns ------------------------------------------------------------------------------------------------

    def test_17701_a_changed_mind_is_no_reason(self):
        """Covers: P-17701-R1."""
        picking = self._deliver(self._sell((self.otc, 2)))
        for reason in (False, "not_quality"):
            returned = self._return(picking, reason=reason, verify=False)
            self.assertRefused("gsp.return.reason", returned.button_validate)
            with self.assertRaises(UserError):
                returned.with_user(self.quality).action_gsp_verify_return()

    def test_17701_quality_confirms_the_fault_of_a_recorded_sale(self):
        """Covers: P-17701-R2."""
        picking = self._deliver(self._sell((self.otc, 2)))
        returned = self._return(picking, verify=False)
        self.assertRefused("gsp.return.verified", returned.button_validate)
        with self.assertRaises(AccessError):
            returned.action_gsp_verify_return()
        with self.assertRaises(UserError):
            returned.write({"gsp_return_verified_by_id": self.quality.id})
        returned.with_user(self.quality).action_gsp_verify_return()
        returned.gsp_return_reason = "label"
        self.assertRefused("gsp.return.verified", returned.button_validate)
        returned.with_user(self.quality).action_gsp_verify_return()
        returned.button_validate()
        record = self._records(picking_id=returned.id)
        self.assertEqual((record.quantity, record.return_reason), (-1, "label"))
        self.assertEqual(record.return_verified_by_id, self.quality)
        by_hand = self._create_transfer(
            self.otc,
            1,
            lot=self.otc_lot,
            source=self.customers,
            destination=self.quarantine,
            picking_type=self.warehouse.in_type_id,
        )
        self.assertRefused("gsp.return.origin", by_hand.button_validate)

    def test_17701_what_comes_back_goes_to_quarantine_and_never_on_sale_again(self):
        """Covers: P-17701-R3."""
        picking = self._deliver(self._sell((self.otc, 2)))
        returned = self._return(picking)
        self.assertEqual(returned.move_ids.location_dest_id, self.quarantine)
        wrong = self._return(picking, place=self.stock)
        self.assertRefused("gsp.return.place", wrong.button_validate)
        returned.button_validate()
        self.assertEqual(returned.state, "done")
        picking = self._create_transfer(self.otc, 1, lot=self.otc_lot, source=self.quarantine)
        self.assertRefused("gsp.sale.quarantine", picking.button_validate)
        for user in (self.clerk, self.quality):
            back = self._create_transfer(
                self.otc,
                1,
                lot=self.otc_lot,
                source=self.quarantine,
                destination=self.stock,
                picking_type=self.warehouse.int_type_id,
            ).with_user(user)
            if user == self.quality:
                back.gsp_exception_reason = "Looks fine"
            self.assertRefused("gsp.stock.quarantine", back.button_validate)
        self.assertFalse(
            self.env["stock.move"]
            .create(
                {
                    "product_id": self.otc.id,
                    "product_uom_qty": 1,
                    "location_id": self.quarantine.id,
                    "location_dest_id": self.customers.id,
                    "company_id": self.company.id,
                }
            )
            ._get_available_quantity(self.quarantine),
            "nothing is reserved from quarantine",
        )
        with self.assertRaises(AccessError):
            self.env["res.users"].browse(self.clerk.id).group_ids += self.env.ref("stock.group_stock_manager")
            self.quarantine.with_user(self.clerk).gsp_is_quarantine = False

    def test_17701_the_return_form_asks_for_the_fault(self):
        picking = self._deliver(self._sell((self.otc, 2)))
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=picking.id, active_model="stock.picking")
        )
        with self.assertRaises(AssertionError), Form(wizard) as form:
            form.gsp_return_note = "Torn"
        with Form(wizard) as form:
            form.gsp_return_reason = "packaging"

    def test_goods_that_nobody_returned_leave_quarantine_by_quality_with_a_reason(self):
        lot = self._create_lot(self.rx, "RX-DOUBT", 300, location=self.quarantine)
        back = self._create_transfer(
            self.rx,
            1,
            lot=lot,
            source=self.quarantine,
            destination=self.stock,
            picking_type=self.warehouse.int_type_id,
        )
        self.assertRefused("gsp.stock.quarantine", back.button_validate)
        back = back.with_user(self.quality)
        self.assertRefused("gsp.stock.quarantine", back.button_validate)
        back.gsp_exception_reason = "Laboratory found nothing"
        back.button_validate()
        self.assertEqual(back.state, "done")

    def test_17301_special_drugs_are_not_written_off_by_the_clerk(self):
        lot = self._lot_of(self.ephedrine)
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": self.ephedrine.id,
                    "lot_id": lot.id,
                    "scrap_qty": 3,
                    "location_id": self.stock.id,
                }
            )
        )
        self.assertRefused("gsp.stock.write_off", scrap.do_scrap)
        scrap.with_user(self.quality).do_scrap()
        self.assertEqual(scrap.state, "done")

    def test_17102_a_lot_is_traced_to_its_buyers_in_one_step(self):
        for partner in (self.customer, self.stranger):
            self._deliver(self._sell((self.otc, 2), partner_id=partner.id))
        lot = self.otc_lot.with_user(self.clerk)
        self.assertEqual(lot.gsp_buyer_count, 2)
        records = (
            self.env["gsp.sale.record"].with_user(self.clerk).search(lot.action_view_gsp_buyers()["domain"])
        )
        self.assertEqual(records.partner_id, self.customer + self.stranger)
