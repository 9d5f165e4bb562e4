# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestAccess(AftersalesCase):
    """Who sees what, across roles, customers and companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.registration = cls.get_registrations(cls.lot)

    def test_customers_see_their_own_warranties_only(self):
        registrations = self.env["warranty.registration"]
        self.assertEqual(registrations.with_user(self.portal_user).search([]), self.registration)
        self.assertFalse(registrations.with_user(self.other_portal_user).search([]))
        lines = self.env["warranty.registration.line"]
        self.assertEqual(lines.with_user(self.portal_user).search([]), self.registration.line_ids)
        self.assertFalse(lines.with_user(self.other_portal_user).search([]))
        own = self.registration.with_user(self.portal_user)
        self.assertEqual(own.line_ids.component_id.mapped("name"), ["Main unit", "Pipes and electrics"])
        self.assertTrue(own.display_name)
        self.assertEqual(own.access_url, f"/my/warranties/{own.id}")
        for action in (
            lambda: own.message_subscribe(self.other_customer.ids),
            lambda: own.action_activate(),
            lambda: own.unlink(),
            lambda: self.registration.with_user(self.other_portal_user).read(["name"]),
            lambda: self.env["warranty.term"].with_user(self.portal_user).search([]),
            lambda: self.env["repair.order"].with_user(self.portal_user).search([]),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_another_company_sees_nothing(self):
        company = self.env["res.company"].create({"name": "Other company"})
        user = new_test_user(
            self.env,
            "t_other_company",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertFalse(self.env["warranty.registration"].with_user(user).search([]))
        self.assertFalse(self.env["warranty.registration.line"].with_user(user).search([]))
        with self.assertRaises(AccessError):
            self.registration.with_user(user).action_activate()
        own = self.env["warranty.term"].create(self.prepare_term("Own", company_id=self.company.id))
        terms = self.env["warranty.term"].with_user(user).search([])
        self.assertIn(self.term, terms, "shared terms are for all companies")
        self.assertNotIn(own, terms)
        lot = self.lot.with_user(user)
        self.assertEqual((lot.cover_status, lot.holder_id), ("none", self.env["res.partner"]))

    def test_each_company_numbers_its_own_registrations(self):
        company = self.env["res.company"].create({"name": "Other company"})
        self.env["ir.sequence"].create(
            {"name": "Own", "code": "warranty.registration", "prefix": "OWN", "company_id": company.id}
        )
        lot = self.create_lots(prefix="OC")
        registration = (
            self.env["warranty.registration"]
            .with_company(company)
            .create({"company_id": company.id, "product_id": self.machine.id, "lot_id": lot.id})
        )
        self.assertTrue(registration.name.startswith("OWN"))
        self.assertTrue(self.registration.name.startswith("WR/"))

    def test_sales_and_stock_read_warranties(self):
        salesman = new_test_user(self.env, "t_sales", groups="sales_team.group_sale_salesman")
        for user in (salesman, self.stock_user, self.technician):
            registration = self.registration.with_user(user)
            self.assertEqual(registration.term_id.name, self.term.name)
            self.assertEqual(len(registration.line_ids), 2)
            with self.assertRaises(UserError):
                registration.write({"partner_id": self.other_customer.id})

    def test_documents_of_the_sale_open_for_users_without_a_service_role(self):
        """Counts on other models' forms ask for no right their users do not have."""
        order = self.registration.sale_id.with_user(self.accountant)
        self.assertEqual(order.warranty_registration_count, 1)
        salesman = new_test_user(self.env, "t_sales_2", groups="sales_team.group_sale_salesman")
        self.assertEqual(self.registration.with_user(salesman).repair_count, 0)
        partner = self.customer.with_user(self.accountant)
        self.assertNotIn("warranty_registration_count", partner.fields_get())

    def test_plain_employees_see_no_warranties(self):
        employee = new_test_user(self.env, "t_employee", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["warranty.registration"].with_user(employee).search([])

    def test_menus_follow_the_roles(self):
        visible = {
            user.login: {
                name
                for name in (
                    "helpdesk_ticket_menu",
                    "repair_order_menu",
                    "warranty_term_menu",
                    "stock_lot_menu",
                )
                if self.env.ref(f"aftersales_service.{name}").id
                in self.env["ir.ui.menu"].with_user(user).load_menus(False)
            }
            for user in (self.reception, self.technician, self.manager, self.stock_user)
        }
        self.assertEqual(
            visible,
            {
                "t_reception": {"helpdesk_ticket_menu", "repair_order_menu", "stock_lot_menu"},
                "t_technician": {"repair_order_menu", "stock_lot_menu"},
                "t_manager": {
                    "helpdesk_ticket_menu",
                    "repair_order_menu",
                    "stock_lot_menu",
                    "warranty_term_menu",
                },
                "t_stock": set(),
            },
        )
