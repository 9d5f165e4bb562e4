# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_master import MasterCommon


@tagged("post_install", "-at_install")
class TestSeller(MasterCommon):
    """GSP *17501: the store's own people sell, fit and trained."""

    def test_17501_only_an_employee_sells(self):
        """Covers: P-17501-R1."""
        promoter = self._create_user("gsp_promoter", "clerk")
        order = self._create_order(self.otc, user=promoter)
        self.assertRefused("gsp.staff.employee", order.action_confirm)
        self.assertRefused("gsp.staff.employee", order.write, {"state": "sale"})
        order = self._create_order(self.otc)
        order.action_confirm()
        self.assertRefused("gsp.staff.employee", order.write, {"user_id": promoter.id})
        transfer = self._create_transfer(self.otc, 1, self.otc_lot)
        self.assertRefused("gsp.staff.employee", transfer.with_user(promoter).button_validate)
        self.company.gsp_seller_policy = "warn"
        self.assertRefused("gsp.staff.employee", self._create_order(self.otc, user=promoter).action_confirm)

    def test_17501_who_has_left_sells_and_reviews_no_more(self):
        """Covers: P-17501-R1."""
        self.clerk_employee.active = False
        order = self._create_order(self.otc)
        self.assertRefused("gsp.staff.employee", order.action_confirm)
        employee = self._staff(self.pharmacist, "pharmacist")
        self._license("pharmacist", employee, registered_unit_id=self.company.partner_id.id)
        employee.active = False
        prescription = self._create_prescription(self.rx)
        prescription.action_submit()
        self._answer(prescription.with_user(self.pharmacist))
        self.assertRefused("gsp.staff.employee", prescription.with_user(self.pharmacist).action_review)

    def test_17501_health_and_training_block_or_warn(self):
        """Covers: P-17501-R2."""
        order = self._create_order(self.otc)
        self._health_check(self.clerk_employee, 1, "unfit")
        self.assertTrue(order.gsp_seller_warning)
        self.assertRefused("gsp.staff.health", order.action_confirm)
        with self.assertRaises(AccessError):
            self.company.with_user(self.head).gsp_seller_policy = "warn"
        self.company.gsp_seller_policy = "warn"
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        notes = " ".join(order.message_ids.mapped("body"))
        self.assertIn(order.gsp_seller_warning, notes)

    def test_17501_a_health_check_thirteen_months_old_stops_the_sale(self):
        """Covers: P-17501-R2."""
        seller = self._create_user("gsp_old_seller", "clerk")
        posts = self.env.ref("pharmacy_gsp.gsp_post_clerk")
        employee = self.env["hr.employee"].create(
            {
                "name": "Test Seller",
                "user_id": seller.id,
                "company_id": self.company.id,
                "gsp_post_ids": posts.ids,
            }
        )
        self._training(employee, 30)
        order = self._create_order(self.plain, self.otc, user=seller)
        self.assertRefused("gsp.staff.health", order.action_confirm)
        self._health_check(employee, 396)
        self.assertRefused("gsp.staff.health", order.action_confirm)
        self._create_order(self.plain, user=seller).action_confirm()
        self._health_check(employee, 10)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_17501_a_license_to_sell_may_be_asked_for(self):
        order = self._create_order(self.otc)
        self.assertFalse(order.gsp_seller_warning)
        self.env["gsp.license.requirement"].with_user(self.quality).create(
            {
                "name": "Sellers are pharmacists here",
                "party": "employee",
                "act": "sell",
                "type_ids": self.env.ref("pharmacy_gsp.gsp_license_type_pharmacist").ids,
                "company_id": self.company.id,
            }
        )
        self.assertRefused("gsp.staff.license", order.action_confirm)

    def test_17501_a_post_that_sells_but_not_the_clock(self):
        self.clerk_employee.attendance_ids.unlink()
        order = self._create_order(self.otc)
        self.clerk_employee.gsp_post_ids = self.env.ref("pharmacy_gsp.gsp_post_acceptor")
        self.assertRefused("gsp.staff.post", order.action_confirm)
        self.clerk_employee.gsp_post_ids = self.env.ref("pharmacy_gsp.gsp_post_clerk")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
