# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyTerm(AftersalesCase):
    """Which promise holds for a product: the most specific one, never two."""

    def find(self, product, day="2026-06-01"):
        day = date.fromisoformat(day)
        return self.env["warranty.term"]._find_for_sales([(product, day)], self.company).get((product, day))

    def create_term(self, name, **vals):
        return self.env["warranty.term"].create(self.prepare_term(name, **vals))

    def test_product_wins_over_its_category(self):
        by_category = self.create_term("Category", categ_ids=self.machine_categ)
        other = self.create_product("Other machine", self.machine_categ)
        self.assertEqual(self.find(self.machine), self.term)
        self.assertEqual(self.find(other), by_category)

    def test_nearest_category_wins(self):
        far = self.create_term("Parts", categ_ids=self.part_categ)
        near = self.create_term("Pipes", categ_ids=self.pipe_categ)
        self.assertEqual(self.find(self.pump), far)
        self.assertEqual(self.find(self.hose), near)

    def test_own_terms_of_the_company_win_over_shared_ones(self):
        own = self.create_term(
            "Own", product_tmpl_ids=self.machine.product_tmpl_id, company_id=self.company.id
        )
        self.assertEqual(self.find(self.machine), own)

    def test_terms_of_another_company_do_not_hold(self):
        company = self.env["res.company"].create({"name": "Other company"})
        self.create_term("Foreign", product_tmpl_ids=self.pump.product_tmpl_id, company_id=company.id)
        self.assertFalse(self.find(self.pump))

    def test_terms_hold_from_their_first_to_their_last_day(self):
        self.term.write({"valid_from": "2026-01-01", "valid_to": "2026-06-30"})
        self.assertFalse(self.find(self.machine, "2025-12-31"))
        self.assertEqual(self.find(self.machine, "2026-01-01"), self.term)
        self.assertEqual(self.find(self.machine, "2026-06-30"), self.term)
        self.assertFalse(self.find(self.machine, "2026-07-01"))

    def test_archived_terms_do_not_hold(self):
        self.term.action_archive()
        self.assertFalse(self.find(self.machine))

    def test_equal_terms_for_the_same_days_are_refused(self):
        with self.assertRaises(ValidationError) as refused:
            self.create_term("Double", product_tmpl_ids=self.machine.product_tmpl_id)
        for name in ("Machine warranty", "Double", self.machine.name):
            self.assertIn(name, str(refused.exception))
        with self.assertRaises(ValidationError):
            self.create_term("One", categ_ids=self.part_categ)
            self.create_term("Two", categ_ids=self.part_categ)
        after = self.create_term(
            "After", product_tmpl_ids=self.machine.product_tmpl_id, valid_from="2030-01-01", active=False
        )
        self.term.valid_to = "2029-12-31"
        after.action_unarchive()
        self.assertTrue(after.active)
        with self.assertRaises(ValidationError):
            self.term.valid_to = False

    def test_unarchiving_into_an_overlap_is_refused(self):
        twin = self.create_term("Twin", product_tmpl_ids=self.machine.product_tmpl_id, active=False)
        with self.assertRaises(ValidationError):
            twin.action_unarchive()

    def test_equal_terms_that_slipped_in_are_named_at_the_sale(self):
        """An overlap made behind the ORM's back stops the sale with both names, rather than picking one."""
        twin = self.create_term("Twin", product_tmpl_ids=self.machine.product_tmpl_id, active=False)
        self.env.flush_all()
        self.env.cr.execute("UPDATE warranty_term SET active = true WHERE id = %s", [twin.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "“Machine warranty”.*“Twin”|“Twin”.*“Machine warranty”"):
            self.find(self.machine)

    def test_new_version_follows_the_old_one_without_gap_or_overlap(self):
        with freeze_time("2026-06-01 04:00:00"):
            action = self.term.with_user(self.manager).action_new_version()
        successor = self.env["warranty.term"].browse(action["res_id"])
        self.assertEqual(self.term.valid_to, date(2026, 6, 1))
        self.assertEqual(successor.valid_from, date(2026, 6, 2))
        self.assertEqual((successor.version, successor.previous_id), (2, self.term))
        self.assertEqual(successor.line_ids.mapped("months"), [36, 12])
        self.assertEqual(successor.line_ids[1].part_categ_ids, self.pipe_categ)
        self.assertEqual(self.find(self.machine, "2026-06-01"), self.term)
        self.assertEqual(self.find(self.machine, "2026-06-02"), successor)

    def test_only_managers_issue_terms(self):
        for user in (self.reception, self.technician, self.stock_user):
            with self.assertRaises(AccessError):
                self.term.with_user(user).action_new_version()
            with self.assertRaises(AccessError):
                self.term.line_ids[0].with_user(user).months = 99
            with self.assertRaises(AccessError):
                self.env["warranty.term"].with_user(user).create(self.prepare_term("Mine"))

    def test_later_edition_of_a_term_changes_no_promise_made(self):
        lots = self.create_lots()
        self.sell_and_deliver(lots)
        registration = self.get_registrations(lots)
        before = registration.line_ids.read(["months", "end_date", "parts_share", "component_id"])
        self.term.line_ids[0].write({"months": 6, "parts_share": 10})
        self.term.line_ids[1].unlink()
        self.assertEqual(
            registration.line_ids.read(["months", "end_date", "parts_share", "component_id"]), before
        )

    def test_terms_behind_registrations_are_not_deleted(self):
        self.sell_and_deliver(self.create_lots())
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.term.unlink()

    @mute_logger("odoo.sql_db")
    def test_impossible_lines_are_refused(self):
        line = self.term.line_ids[0]
        for vals in ({"months": 0}, {"parts_share": 101}, {"labor_share": -1}, {"meter_limit": 500}):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                line.write(vals)
                self.env.flush_all()

    def test_a_term_has_one_main_unit_and_names_each_part_once(self):
        second = self.env["warranty.component"].create({"code": "T-2", "name": "Second", "kind": "main"})
        with self.assertRaisesRegex(ValidationError, "more than one component"):
            self.term.line_ids = [Command.create({"component_id": second.id, "months": 1})]
        with self.assertRaisesRegex(ValidationError, "belongs to more than one component"):
            self.term.line_ids[0].part_categ_ids = self.pipe_categ
        with self.assertRaisesRegex(ValidationError, "covers nothing"):
            self.env["warranty.term"].create({"name": "Empty"})

    def test_part_belongs_to_the_component_that_names_it(self):
        lines = self.term.line_ids
        main, pipes = lines
        self.assertEqual(lines._match_part(self.hose), pipes, "by category")
        self.assertEqual(lines._match_part(self.pump), main, "by default")
        pipes.part_tmpl_ids = self.pump.product_tmpl_id
        self.assertEqual(lines._match_part(self.pump), pipes, "by name")
        main.part_tmpl_ids = self.hose.product_tmpl_id
        self.assertEqual(lines._match_part(self.hose), main, "the name wins over the category")

    def test_copies_are_drafts_of_their_own(self):
        copies = (self.term | self.create_term("Pipes", categ_ids=self.pipe_categ)).copy()
        self.assertEqual(len(copies), 2)
        self.assertFalse(copies.product_tmpl_ids or copies.categ_ids)
        component_copies = (self.main_unit | self.pipes).copy()
        self.assertEqual(component_copies.mapped("code"), ["T-MAIN-2", "T-PIPES-2"])
