# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools.sql import SQL

from .test_intake import IntakeCase

MOST_QUERIES = 60


@tagged("post_install", "-at_install")
class TestUnitLife(IntakeCase):
    """The whole life of a unit on one screen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.env["sale.order"].search([("partner_id", "=", cls.customer.id)], limit=1)
        cls.accountant_in_stock = new_test_user(
            cls.env, "t_life_both", groups="account.group_account_invoice,stock.group_stock_user"
        )
        cls.posted = cls.invoice(cls.order)
        cls.ticket = cls.env["helpdesk.ticket"].create(
            {
                "name": "No power",
                "description": "Nothing moves",
                "product_id": cls.machine.id,
                "lot_id": cls.lot.id,
                "partner_id": cls.customer.id,
            }
        )
        cls.add_stock(cls.pump, 5)
        cls.repair = cls.take_in()
        cls.repair.with_user(cls.technician).move_ids = [
            (0, 0, {"repair_line_type": "add", "product_id": cls.pump.id, "product_uom_qty": 1})
        ]
        cls.finish_repair(cls.repair.with_user(cls.env.user))

    def events(self, user=None, **page):
        return self.lot.with_user(user or self.env.user).get_life_events(**page)

    def test_sale_delivery_invoice_warranty_ticket_and_repair_are_all_there(self):
        events = self.events()
        found = {(event["kind"], event["title"]) for event in events}
        self.assertIn(("sale", self.order.name), found)
        self.assertIn(("transfer", "Delivered to the customer"), found)
        self.assertIn(("invoice", self.posted.name), found)
        self.assertIn(("warranty", self.get_registrations(self.lot).name), found)
        self.assertIn(("repair", f"{self.repair.name} · Ready"), found)
        self.assertTrue([event for event in events if event["kind"] == "ticket"])
        repair = next(event for event in events if event["kind"] == "repair")
        self.assertEqual((repair["model"], repair["id"]), ("repair.order", self.repair.id))
        self.assertIn("It gets slower and slower", repair["lines"])
        self.assertIn("Add Pump × 1", repair["lines"])

    def test_the_newest_comes_first_and_pages_fit_together(self):
        whole = self.events()
        keys = [event["key"] for event in whole]
        self.assertEqual(len(keys), len(set(keys)))
        paged = [event["key"] for offset in range(len(keys)) for event in self.events(limit=1, offset=offset)]
        self.assertEqual(paged, keys)
        self.assertFalse(self.events(offset=len(keys)))
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = '2000-01-01' WHERE id = %s", [self.ticket.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.events()[-1]["kind"], "ticket", "what came first")

    def test_each_user_sees_what_he_may_see(self):
        self.assertNotIn("invoice", {event["kind"] for event in self.events(self.technician)})
        self.assertIn("repair", {event["kind"] for event in self.events(self.technician)})
        self.assertIn("invoice", {event["kind"] for event in self.events(self.accountant_in_stock)})
        for user in (self.portal_user, new_test_user(self.env, "t_life_nobody", groups="base.group_user")):
            with self.assertRaises(AccessError):
                self.events(user)

    def test_another_company_sees_none_of_it(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.manager.copy(
            {"login": "t_life_other", "company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        )
        self.assertFalse(self.events(stranger))

    def fill(self, count):
        """So many further repairs and tickets in the unit's life, straight into the tables."""
        for table, domain in (("repair_order", self.repair.id), ("helpdesk_ticket", self.ticket.id)):
            self.env.cr.execute(
                SQL("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)
            )
            skipped = {"id", "number", "name", "access_token"}
            columns = [name for (name,) in self.env.cr.fetchall() if name not in skipped]
            names = SQL(", ").join(SQL.identifier(name) for name in columns)
            extra = SQL("number, name") if table == "helpdesk_ticket" else SQL("name")
            values = SQL("'LIFE' || n, 'LIFE' || n") if table == "helpdesk_ticket" else SQL("'LIFE' || n")
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %s (%s, %s) SELECT %s, %s FROM %s, generate_series(1, %s) n WHERE id = %s",
                    SQL.identifier(table),
                    names,
                    extra,
                    names,
                    values,
                    SQL.identifier(table),
                    count // 2,
                    domain,
                )
            )
        self.env.invalidate_all()

    def count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        events = self.events(self.manager, limit=500)
        return len(events), self.env.cr.sql_log_count - before

    def test_500_events_take_no_more_queries_than_50(self):
        self.count_queries()
        self.fill(50)
        few, few_queries = self.count_queries()
        self.fill(500)
        many, many_queries = self.count_queries()
        self.assertGreater(few, 50)
        self.assertEqual(many, 500)
        self.assertLessEqual(many_queries, few_queries + 2)
        self.assertLess(many_queries, MOST_QUERIES)
