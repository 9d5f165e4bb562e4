# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import draw_signature
from .test_repair_labor import LaborCase


@tagged("post_install", "-at_install")
class TestQuotationInStep(LaborCase):
    """Repair and quotation say the same until the customer has agreed."""

    def test_quantity_changed_on_the_quotation_changes_the_repair(self):
        repair = self.quoted_repair()
        hose, work = repair.move_ids[1], repair.labor_ids[1]
        hose.sale_line_id.with_user(self.advisor).product_uom_qty = 3
        work.sale_line_id.with_user(self.advisor).product_uom_qty = 2
        self.assertEqual((hose.product_uom_qty, work.hours), (3, 2))
        self.assertEqual(repair.amount_customer, 3 * 20 + 2 * 100)

    def test_price_changed_on_the_quotation_changes_the_repair(self):
        repair = self.quoted_repair()
        hose, work = repair.move_ids[1], repair.labor_ids[1]
        hose.sale_line_id.with_user(self.advisor).price_unit = 18
        work.sale_line_id.with_user(self.advisor).price_unit = 80
        self.assertEqual((hose.customer_amount, hose.list_amount), (18, 18))
        self.assertEqual((work.rate, work.subtotal, work.customer_amount), (80, 40, 40))

    def test_a_line_added_to_the_quotation_is_added_to_the_repair(self):
        repair = self.quoted_repair()
        self.paint_work.product_id = self.env["product.product"].create(
            {"name": "Painting", "type": "service", "list_price": 90, "taxes_id": False}
        )
        repair.sale_order_id.with_user(self.advisor).order_line = [
            Command.create({"product_id": self.hose.id, "product_uom_qty": 2}),
            Command.create({"product_id": self.paint_work.product_id.id, "product_uom_qty": 3}),
        ]
        part, labor = repair.move_ids[-1], repair.labor_ids[-1]
        self.assertEqual((part.product_id, part.product_uom_qty, part.coverage), (self.hose, 2, "billable"))
        self.assertEqual((labor.operation_id, labor.hours), (self.paint_work, 3))
        self.assertEqual(len(repair.sale_order_id.order_line), 6, "each line once")
        self.assertEqual(labor.coverage, "warranty", "painting is of the main unit")
        self.assertEqual((labor.sale_line_id.price_unit, labor.rate), (0, 90))

    def test_a_line_taken_off_the_quotation_is_taken_off_the_repair(self):
        repair = self.quoted_repair()
        repair.sale_order_id.with_user(self.advisor).order_line = [
            Command.delete(repair.move_ids[1].sale_line_id.id),
            Command.delete(repair.labor_ids[1].sale_line_id.id),
        ]
        self.assertEqual(repair.move_ids.product_id, self.pump)
        self.assertEqual(repair.labor_ids.operation_id, self.pump_work)

    def test_nobody_charges_on_the_quotation_for_what_is_covered(self):
        repair = self.quoted_repair()
        for line in repair.move_ids[0].sale_line_id | repair.labor_ids[0].sale_line_id:
            with self.assertRaisesRegex(UserError, "is covered"):
                line.with_user(self.advisor).price_unit = 5

    def test_a_fee_on_the_quotation_is_part_of_the_estimate(self):
        repair = self.quoted_repair()
        fee = self.env["product.product"].create({"name": "Freight", "type": "service", "taxes_id": False})
        repair.sale_order_id.with_user(self.advisor).order_line = [
            Command.create({"product_id": fee.id, "price_unit": 15})
        ]
        self.assertEqual(repair.amount_customer, 85)

    def test_a_colleagues_quotation_does_not_close_the_repair_to_an_adviser(self):
        """Who reads only the own quotations still opens the repair with its parts."""
        repair = self.create_repair(self.create_lots(prefix="OTHER"), [("add", self.pump)])
        repair.with_user(self.advisor).action_create_sale_order()
        repair.sudo().sale_order_id.user_id = self.manager
        self.env.invalidate_all()
        part = repair.move_ids.with_user(self.advisor)
        with self.assertRaises(AccessError):
            part.sale_line_id.read(["name"])
        read = part.read(["product_id", "description_picking"])[0]
        self.assertEqual(read["product_id"][0], self.pump.id)


@tagged("post_install", "-at_install")
class TestEstimateSigned(LaborCase):
    """No work without the customer's consent to its price, no added work without a new one."""

    def test_work_out_of_warranty_begins_when_the_quotation_is_accepted(self):
        """Covers: A-12-R2."""
        repair = self.create_repair(self.create_lots(prefix="OUT"), [("add", self.pump)])
        self.assertFalse(repair.under_warranty, "seen when the unit is received")
        repair.with_user(self.advisor).action_create_sale_order()
        with self.assertRaisesRegex(UserError, "has not agreed to pay for: Pump"):
            repair.action_repair_start()
        self.assertEqual((repair.state, repair.service_stage), ("draft", "received"))
        self.sign_estimate(repair)
        repair.action_repair_start()
        self.assertEqual((repair.state, repair.service_stage), ("under_repair", "work"))

    def test_free_work_needs_no_signature(self):
        repair = self.covered_repair(parts=[("add", self.pump)], work=(self.pump_work,))
        self.assertEqual(repair.estimate_state, "free")
        repair.action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def test_billable_labor_alone_needs_a_signature(self):
        repair = self.covered_repair(parts=[("add", self.pump)], work=(self.hose_work,))
        with self.assertRaisesRegex(UserError, "Replace a hose"):
            repair.action_repair_start()

    def test_presenting_the_estimate_makes_the_quotation_and_the_dates(self):
        repair = self.covered_repair()
        with self.assertRaises(AccessError):
            repair.with_user(self.technician).action_present_estimate()
        repair.with_user(self.reception).action_present_estimate()
        self.assertEqual(repair.estimate_state, "open")
        self.assertEqual(len(repair.sale_order_id.order_line), 4)
        self.assertTrue(repair.target_date <= repair.promise_date)

    def test_signature_confirms_the_quotation_and_keeps_what_was_signed(self):
        repair = self.quoted_repair()
        self.sign_estimate(repair)
        signature = repair.customer_signature_ids
        self.assertEqual((signature.kind, signature.channel), ("estimate", "screen"))
        self.assertIn('"amount":70', signature.content.replace("70.0", "70"))
        self.assertEqual(repair.sale_order_id.state, "sale")
        self.assertEqual(repair.estimate_state, "agreed")
        self.assertEqual(repair._get_valid_customer_signature("estimate"), signature)

    def test_nothing_is_signed_without_a_quotation(self):
        with self.assertRaisesRegex(UserError, "no quotation yet"):
            self.covered_repair()._action_customer_sign("estimate")

    def test_a_signed_quotation_is_not_changed_from_the_sales_side(self):
        repair = self.quoted_repair()
        self.sign_estimate(repair)
        order = repair.sale_order_id.with_user(self.advisor)
        for change in (
            lambda: order.order_line[1].write({"price_unit": 5}),
            lambda: order.order_line[1].write({"product_uom_qty": 5}),
            lambda: order.write({"order_line": [Command.create({"product_id": self.hose.id})]}),
        ):
            with self.assertRaisesRegex(UserError, "has agreed to the estimate"):
                change()

    def test_added_work_needs_a_new_signature_before_the_repair_goes_on(self):
        repair = self.quoted_repair()
        repair.action_validate()
        self.sign_estimate(repair)
        repair.action_repair_start()
        repair.move_ids = [
            Command.create({"repair_line_type": "add", "product_id": self.hose.id, "product_uom_qty": 1})
        ]
        self.assertEqual(repair.estimate_state, "outdated")
        self.assertFalse(repair._get_valid_customer_signature("estimate"))
        for step in (repair.action_request_quality_check, repair.action_repair_end):
            with self.assertRaisesRegex(UserError, "has not agreed to pay for: Hose"):
                step()
        self.sign_estimate(repair)
        self.assertEqual(len(repair.customer_signature_ids), 2)
        for move in repair.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        self.pass_quality_check(repair)
        repair.action_repair_end()
        self.assertEqual(repair.service_stage, "ready")

    def test_more_pieces_used_than_signed_need_a_new_signature(self):
        repair = self.quoted_repair()
        repair.action_validate()
        self.sign_estimate(repair)
        repair.action_repair_start()
        repair.move_ids.picked = True
        repair.move_ids[1].quantity = 4
        with self.assertRaisesRegex(UserError, "has not agreed to pay for: Hose"):
            repair.action_repair_end()

    def test_more_hours_than_signed_need_a_new_signature_and_fewer_do_not(self):
        repair = self.quoted_repair()
        self.sign_estimate(repair)
        repair.labor_ids[1].hours = 0.4
        self.assertEqual(repair.estimate_state, "agreed")
        repair.labor_ids[1].hours = 0.6
        self.assertEqual(repair.estimate_state, "outdated")

    def test_nobody_writes_the_customers_consent(self):
        repair = self.quoted_repair()
        for user in (self.technician, self.reception, self.manager, self.env.user):
            with self.assertRaises(UserError):
                repair.with_user(user).write({"estimate_agreed_on": "2026-01-01", "estimate_agreed": {}})
        with self.assertRaises(UserError):
            self.covered_repair(estimate_agreed={"part-1": [1, 1]}, estimate_agreed_on="2026-01-01")
        order = repair.sale_order_id
        order.with_user(self.advisor).write({"signed_by": "Me", "signature": draw_signature()})
        self.assertFalse(repair.customer_signature_ids, "a seller's picture is no customer's signature")
        self.assertEqual(repair.estimate_state, "open")

    def test_confirming_the_quotation_agrees_and_canceling_it_revokes(self):
        repair = self.quoted_repair()
        order = repair.sale_order_id.with_user(self.advisor)
        order.action_confirm()
        self.assertEqual(repair.estimate_state, "agreed")
        order._action_cancel()
        self.assertEqual((repair.estimate_agreed_on, repair.estimate_state), (False, "open"))

    # Money

    def test_a_technician_cannot_charge_agree_or_take_money(self):
        """Prices come from reception, consent from the customer, money goes to accounting. Covers: R-04."""
        repair = self.quoted_repair()
        order = repair.sale_order_id.with_user(self.technician)
        line = repair.move_ids[1].sale_line_id.with_user(self.technician)
        for attempt in (
            order.action_confirm,
            lambda: line.write({"price_unit": 500}),
            lambda: line.write({"product_uom_qty": 5}),
            lambda: repair.labor_ids[1].with_user(self.technician).write({"rate": 500}),
            lambda: repair.with_user(self.technician).action_present_estimate(),
            lambda: self.env["account.payment"].with_user(self.technician).create({"amount": 70}),
            lambda: self.env["account.move"].with_user(self.technician).create({"move_type": "out_invoice"}),
            lambda: self.env["account.payment.register"].with_user(self.technician).create({}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                attempt()
        self.sign_estimate(repair)
        invoice = self.env["sale.order"].browse(repair.sale_order_id.id)._create_invoices()
        with self.assertRaises(AccessError):
            invoice.with_user(self.technician).action_post()
        with self.assertRaises(AccessError):
            invoice.with_user(self.technician).action_register_payment()


@tagged("post_install", "-at_install")
class TestEstimateOnPortal(LaborCase, HttpCase):
    """The customer accepts the quotation on the portal: that is the signature under the estimate."""

    def accept(self, order, user=None):
        if user:
            self.authenticate(user.login, user.login)
        response = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"name": "Contact of Customer", "signature": draw_signature().decode()},
        )
        order.invalidate_recordset()
        return response

    def test_accepted_on_the_portal_is_signed_and_added_work_is_signed_there_again(self):
        repair = self.quoted_repair()
        order = repair.sale_order_id
        order.require_payment = False
        order.partner_id = self.portal_user.partner_id
        self.assertIn("error", self.accept(order, self.other_portal_user))
        self.assertFalse(repair.customer_signature_ids)
        response = self.accept(order, self.portal_user)
        self.assertTrue(response.get("force_refresh"), response)
        signature = repair.customer_signature_ids
        self.assertEqual((signature.kind, signature.channel), ("estimate", "portal"))
        self.assertEqual((order.state, repair.estimate_state), ("sale", "agreed"))
        self.assertIn("error", self.accept(order), "not twice")
        repair.labor_ids = self.labor(self.hose_work)
        self.assertEqual(repair.estimate_state, "outdated")
        self.assertTrue(self.accept(order).get("force_refresh"))
        self.assertEqual((order.state, repair.estimate_state), ("sale", "agreed"))
        self.assertEqual(len(repair.customer_signature_ids), 2)
