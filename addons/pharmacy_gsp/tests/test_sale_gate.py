# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestSaleGate(PharmacyCommon):
    """The gate at the sales order: lots are not known yet, prescriptions are."""

    def test_17001_rx_without_prescription_is_refused(self):
        order = self._create_order((self.rx, 2), self.otc)
        error = self.assertRefused("gsp.sale.prescription", order.action_confirm)
        self.assertIn(self.rx.name, str(error))
        self.assertIn(order.name, str(error))
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.picking_ids)

    def test_17001_rx_is_refused_until_the_prescription_is_reviewed(self):
        prescription = self._create_prescription((self.rx, 2))
        order = self._create_order((self.rx, 2), prescription=prescription)
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        prescription.action_submit()
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        self._review(prescription)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_17002_refused_and_canceled_prescriptions_sell_nothing(self):
        prescription = self._create_prescription((self.rx, 2))
        prescription.action_submit()
        order = self._create_order((self.rx, 2), prescription=prescription)
        prescription.with_user(self.pharmacist)._refuse("overdose", "Twice the usual dose.")
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        prescription.action_cancel()
        self.assertRefused("gsp.sale.prescription", order.action_confirm)

    def test_otc_and_unregulated_goods_need_no_prescription(self):
        order = self._sell((self.otc, 2), (self.plain, 1))
        self.assertEqual(order.state, "sale")

    def test_17002_a_drug_that_is_not_prescribed_is_no_substitute(self):
        """Covers: P-17002-R1."""
        other = self._create_drug("Test Cefalexin", "rx")
        prescription = self._reviewed((self.rx, 2))
        order = self._create_order((other, 1), prescription=prescription)
        error = self.assertRefused("gsp.sale.prescription", order.action_confirm)
        self.assertIn(other.name, str(error))

    def test_17001_prescription_of_somebody_else_is_refused(self):
        prescription = self._reviewed((self.rx, 2), partner_id=self.customer.id)
        order = self._create_order((self.rx, 1), prescription=prescription, partner_id=self.stranger.id)
        self.assertRefused("gsp.sale.prescription", order.action_confirm)

    def test_17001_prescription_is_sold_to_its_customer_and_to_who_may_collect(self):
        prescription = self._reviewed(
            (self.rx, 2), partner_id=self.customer.id, collector_ids=[Command.set(self.stranger.ids)]
        )
        for partner in (self.customer, self.stranger):
            order = self._create_order((self.rx, 1), prescription=prescription, partner_id=partner.id)
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_17001_prescription_past_its_last_valid_day_is_refused(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._create_order((self.rx, 1), prescription=prescription)
        with self._at_day(1):
            self.assertRefused("gsp.sale.prescription", order.action_confirm)

    def test_17001_prescription_of_another_company_is_refused(self):
        other = self._create_company("Other Test Pharmacy")
        prescription = self._create_prescription((self.rx, 2), user=self.env.user, company_id=other.id)
        prescription._move_to("reviewed")
        order = self._create_order((self.rx, 1))
        with self.assertRaises(UserError):
            order.gsp_prescription_id = prescription
        # past the check of the platform, the gate itself still refuses
        self.cr.execute(
            "UPDATE sale_order SET gsp_prescription_id = %s WHERE id = %s", [prescription.id, order.id]
        )
        order.invalidate_recordset()
        self.assertRefused("gsp.sale.prescription", order.action_confirm)

    # -- quantities ---------------------------------------------------------------------------------------------

    def test_17002_more_than_prescribed_is_refused(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._create_order((self.rx, 3), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", order.action_confirm)

    def test_17002_lines_of_one_order_add_up(self):
        prescription = self._reviewed((self.rx, 3))
        order = self._create_order((self.rx, 2), (self.rx, 2), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", order.action_confirm)
        order.order_line[1].product_uom_qty = 1
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_17002_what_other_orders_still_hold_is_not_sold_twice(self):
        prescription = self._reviewed((self.rx, 3))
        first = self._sell((self.rx, 2), prescription=prescription)
        second = self._create_order((self.rx, 2), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", second.action_confirm)
        first._action_cancel()
        second.action_confirm()
        self.assertEqual(second.state, "sale")

    def test_17002_orders_confirmed_in_one_batch_add_up(self):
        prescription = self._reviewed((self.rx, 3))
        orders = self._create_order((self.rx, 2), prescription=prescription)
        orders += self._create_order((self.rx, 2), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", orders.action_confirm)
        self.assertEqual(set(orders.mapped("state")), {"draft"})

    def test_17002_quantities_are_compared_in_one_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.rx.uom_ids = dozen
        prescription = self._reviewed((self.rx, 1, {"product_uom_id": dozen.id}))
        order = self._create_order((self.rx, 13), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", order.action_confirm)
        order.order_line.product_uom_qty = 12
        order.action_confirm()
        other = self._create_order((self.rx, 1, {"product_uom_id": dozen.id}), prescription=prescription)
        self.assertRefused("gsp.sale.quantity", other.action_confirm)

    # -- doors --------------------------------------------------------------------------------------------------

    def test_confirming_by_a_direct_write_meets_the_gate(self):
        order = self._create_order((self.rx, 1))
        self.assertRefused("gsp.sale.prescription", order.write, {"state": "sale"})

    def test_creating_a_confirmed_order_meets_the_gate(self):
        self.assertRefused("gsp.sale.prescription", self._create_order, (self.rx, 1), state="sale")

    def test_importing_a_confirmed_order_meets_the_gate(self):
        result = (
            self.env["sale.order"]
            .with_user(self.clerk)
            .load(
                ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/product_uom_qty"],
                [[str(self.customer.id), "sale", str(self.rx.id), "1"]],
            )
        )
        self.assertFalse(result["ids"])
        self.assertIn(self.rx.name, result["messages"][0]["message"])

    def test_a_line_added_to_a_confirmed_order_meets_the_gate(self):
        order = self._sell(self.otc)
        self.assertRefused(
            "gsp.sale.prescription", order.write, {"order_line": [Command.create({"product_id": self.rx.id})]}
        )
        self.assertRefused(
            "gsp.sale.prescription",
            order.env["sale.order.line"].create,
            {"order_id": order.id, "product_id": self.rx.id},
        )

    def test_raising_the_quantity_of_a_confirmed_order_meets_the_gate(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 1), prescription=prescription)
        order.order_line.product_uom_qty = 2
        self.assertRefused("gsp.sale.quantity", order.order_line.write, {"product_uom_qty": 3})

    def test_context_keys_open_nothing(self):
        order = self._create_order((self.rx, 1))
        keys = dict.fromkeys(
            (
                "gsp_release_run",
                "gsp_reservation_filter",
                "skip_expired",
                "skip_sanity_check",
                "install_mode",
            ),
            True,
        )
        self.assertRefused("gsp.sale.prescription", order.with_context(**keys).action_confirm)

    def test_salesperson_without_access_to_prescriptions_meets_the_gate_and_can_sell(self):
        salesman = new_test_user(
            self.env,
            login="gsp_salesman",
            groups="sales_team.group_sale_salesman_all_leads,stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        order = self._create_order((self.rx, 1), user=salesman)
        self.assertRefused("gsp.sale.prescription", order.action_confirm)
        prescription = self._reviewed((self.rx, 1))
        with self.assertRaises(UserError):
            prescription.with_user(salesman).read(["diagnosis"])
        order.gsp_prescription_id = prescription
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_all_violations_are_named_at_once(self):
        other = self._create_drug("Test Cefalexin", "rx")
        prescription = self._reviewed((self.rx, 1))
        order = self._create_order((self.rx, 2), other, prescription=prescription)
        error = self.assertRefused(["gsp.sale.prescription", "gsp.sale.quantity"], order.action_confirm)
        for text in (self.rx.name, other.name, "17001", "17002", prescription.name):
            self.assertIn(text, str(error))

    def test_refusal_stays_in_the_register_when_the_confirmation_is_rolled_back(self):
        order = self._create_order((self.rx, 2))
        with self.assertRaises(UserError):
            order.action_confirm()
        refusals = self._read_refusals(order)
        self.assertEqual([refusal["rule"] for refusal in refusals], ["gsp.sale.prescription"])
        self.assertIn(self.rx.name, refusals[0]["message"])
        self.assertEqual(refusals[0]["user_id"], self.clerk.id)
        self.assertEqual(refusals[0]["company_id"], self.company.id)

    def test_quotation_from_a_prescription_asks_for_what_is_left(self):
        prescription = self._reviewed((self.rx, 3), partner_id=self.customer.id)
        self._deliver(self._sell((self.rx, 1), prescription=prescription))
        action = prescription.with_user(self.clerk).action_create_sale_order()
        order = self.env["sale.order"].with_user(self.clerk).with_context(**action["context"]).create({})
        self.assertEqual(order.gsp_prescription_id, prescription)
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.order_line.product_id, self.rx)
        self.assertEqual(order.order_line.product_uom_qty, 2)
        self.assertTrue(order.gsp_prescription_required)
        self.assertEqual(prescription.sale_order_count, 2)
        self.assertEqual(fields.Date.to_date(prescription.date), self.today)
