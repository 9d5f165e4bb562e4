# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The ways as people walk them on the screen: the addons' tours, each played as the person whose work it is."""

from service_world import ServiceWorld

from odoo.tests import HttpCase, tagged

from odoo.addons.pharmacy_gsp.tests.common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestServiceOnScreen(ServiceWorld, HttpCase):
    def test_from_the_ticket_to_the_settlement(self):
        self.buy_parts()
        self.sell_machine()
        self.start_tour("/odoo", "aftersales_service_reception", login=self.reception.login)
        repair = self.env["repair.order"].search([("lot_id", "=", self.serial.id)])
        self.assertEqual((repair.state, repair.create_uid), ("confirmed", self.reception))
        self.sign_intake(repair)

        self.start_tour("/odoo/repairs", "aftersales_service_technician", login=self.technician.login)
        self.start_tour(
            "/odoo/action-aftersales_service.repair_quality_check_action",
            "aftersales_service_inspector",
            login=self.quality.login,
        )
        self.start_tour(
            f"/odoo/repairs/{repair.id}", "aftersales_service_technician_end", login=self.technician.login
        )
        self.env.invalidate_all()
        self.assertEqual((repair.state, len(repair.claim_line_ids)), ("done", 1))

        self.start_tour("/odoo", "parts_claims_clerk", login=self.clerk.login)
        self.env.invalidate_all()
        self.assertEqual(repair.claim_line_ids.claim_id.state, "agreed")

        self.start_tour("/odoo", "parts_claims_settlement", login=self.settler.login)
        self.env.invalidate_all()
        self.assertEqual(repair.claim_line_ids.claim_id.state, "settled")
        self.assertEqual(repair.claim_line_ids.settlement_id.credit_note_id.payment_state, "paid")


@tagged("post_install", "-at_install")
class TestServiceOnTablet(ServiceWorld, HttpCase):
    """A unit that was bought elsewhere, from reception to hand-over, on a tablet: everything is billable."""

    browser_size = "1024x768"

    def test_from_reception_to_hand_over(self):
        self.buy_parts()
        unit = self.env["stock.lot"].create({"name": "WAY-0002", "product_id": self.machine.id})
        self.walk("reception", "intake", self.reception)
        repair = self.env["repair.order"].search([("lot_id", "=", unit.id)])
        self.assertEqual((repair.partner_id, repair.received_by_id), (self.customer, self.reception))

        self.walk(f"repairs/{repair.id}", "diagnosis", self.technician)
        self.walk(f"repairs/{repair.id}", "estimate", self.reception)
        self.assertEqual(repair.estimate_state, "agreed")

        self.walk(f"repairs/{repair.id}", "work", self.technician)
        self.start_tour(
            "/odoo/action-aftersales_service.repair_quality_check_action",
            "aftersales_service_inspector",
            login=self.quality.login,
        )
        self.start_tour(
            f"/odoo/repairs/{repair.id}", "aftersales_service_technician_end", login=self.technician.login
        )
        self.walk(f"repairs/{repair.id}", "bill", self.reception)
        self.assertEqual((repair.service_stage, repair.bill_state), ("settled", "open"))

        self.walk("repair-bills", "cashier", self.accountant)
        self.walk(f"repairs/{repair.id}", "hand_over", self.reception)
        self.assertEqual((repair.bill_state, repair.handed_over_by_id), ("paid", self.reception))
        self.assertEqual(repair.repair_record_ids.signature_ids.user_id, self.reception)
        self.assertEqual(set(repair.customer_signature_ids.mapped("kind")), {"intake", "estimate", "bill"})

    def walk(self, path, name, user):
        """Play one person's part of the way."""
        self.start_tour(f"/odoo/{path}", f"aftersales_service_tablet_{name}", login=user.login)
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestPharmacyOnScreen(PharmacyCommon, HttpCase):
    def test_a_prescription_drug_is_refused_reviewed_and_sold(self):
        order = self._create_order((self.rx, 2))
        self.start_tour(f"/odoo/sales/{order.id}", "pharmacy_gsp_refused", login=self.clerk.login)
        self.assertEqual(order.state, "draft")

        prescription = self._create_prescription((self.rx, 2), partner_id=self.customer.id)
        prescription.action_submit()
        self.start_tour("/odoo", "pharmacy_gsp_review", login=self.pharmacist.login)
        self.env.invalidate_all()
        self.assertEqual(
            (prescription.state, prescription.signature_ids.user_id), ("reviewed", self.pharmacist)
        )

        self.start_tour("/odoo", "pharmacy_gsp_sell", login=self.clerk.login)
        self.env.invalidate_all()
        record = self._records(prescription_id=prescription.id)
        self.assertEqual((record.quantity, record.lot_id, record.operator_id), (2, self.rx_lot, self.clerk))
        self.assertEqual(prescription.state, "dispensed")
