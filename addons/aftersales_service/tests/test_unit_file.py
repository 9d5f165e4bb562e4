# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.stock_lot_file import get_vin_check_digit
from .test_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestUnitFile(IntakeCase):
    """One unit, two files: the papers of its sale, and those of its repairs (AS-13)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract, cls.invoice_copy = cls.env["service.document.type"].create(
            [
                {"name": name, "kind": "sale", "categ_ids": [Command.set(cls.machine_categ.ids)]}
                for name in ("Contract", "Invoice copy")
            ]
        )
        cls.sheet, cls.dispatch_sheet = cls.env["service.document.type"].create(
            [
                {
                    "name": "Reception sheet",
                    "kind": "repair",
                    "source": "intake",
                    "categ_ids": [Command.set(cls.machine_categ.ids)],
                },
                {
                    "name": "Dispatch sheet",
                    "kind": "repair",
                    "categ_ids": [Command.set(cls.machine_categ.ids)],
                },
            ]
        )
        cls.sold = cls.create_lots(prefix="FILE")
        cls.sell_and_deliver(cls.sold)
        cls.file = cls.sold.service_file_ids

    def attach(self, file, *types):
        for document in file.document_ids.filtered(lambda document: document.type_id in types):
            document.attachment_ids = [Command.create({"name": "scan.pdf", "raw": b"scan"})]

    def test_a_delivery_opens_the_sale_file_with_what_is_asked_for(self):
        """Covers: AS-13."""
        self.assertEqual((self.file.kind, self.file.partner_id), ("sale", self.customer))
        self.assertEqual(self.file.document_ids.type_id, self.contract | self.invoice_copy)
        self.assertEqual(self.file.name, f"{self.customer.id}-FILE00000", "the customer's number leads")
        self.assertFalse(self.lot.service_file_ids, "sold before papers were asked for")
        self.customer.ref = "C0042"
        self.assertEqual(self.env["service.file"]._open_files("sale", []), self.env["service.file"])

    def test_sale_papers_are_due_two_working_days_later_and_repair_papers_one(self):
        """Covers: AS-13."""
        deadline = self.env["service.file"]._get_deadline
        friday = date(2026, 11, 20)
        self.assertEqual(deadline("repair", friday, self.company), date(2026, 11, 23))
        self.assertEqual(deadline("sale", friday, self.company), date(2026, 11, 24))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Public holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-11-22 16:00:00",
                "date_to": "2026-11-23 16:00:00",
                "time_type": "leave",
            }
        )
        self.assertEqual(deadline("repair", friday, self.company), date(2026, 11, 24))
        self.company.repair_file_days = 0
        self.assertEqual(deadline("repair", friday, self.company), friday)

    def test_a_finished_repair_opens_the_repair_file_which_knows_what_the_repair_holds(self):
        """Covers: AS-13."""
        repair = self.take_in(self.sold)
        self.finish_repair(repair.with_user(self.env.user))
        file = self.env["service.file"].search([("repair_id", "=", repair.id)])
        self.assertEqual(file.kind, "repair")
        present = file.document_ids.filtered("is_present").type_id
        self.assertEqual(present, self.sheet, "the signed intake is there by itself")
        self.assertEqual(file.completeness, 50)
        repair._open_repair_files()
        self.assertEqual(len(self.sold.service_file_ids), 2, "and once only")
        self.assertEqual(self.sold.file_completeness, 25)

    def test_an_incomplete_file_is_not_put_away(self):
        """Covers: AS-13."""
        file = self.file.with_user(self.reception)
        self.attach(file, self.contract)
        self.assertEqual(file.completeness, 50)
        with self.assertRaisesRegex(UserError, "Invoice copy"):
            file.action_file()
        self.attach(file, self.invoice_copy)
        file.action_file()
        self.assertEqual((file.state, file.filed_by_id), ("filed", self.reception))
        for change in (
            lambda: file.document_ids[0].write({"attachment_ids": [Command.clear()]}),
            lambda: file.document_ids[0].with_user(self.manager).unlink(),
            lambda: file.with_user(self.manager).unlink(),
            file.action_file,
        ):
            with self.assertRaisesRegex(UserError, "no longer changes"):
                change()

    def test_the_state_of_a_file_is_not_written(self):
        for user in (self.reception, self.manager):
            for vals in ({"state": "filed"}, {"filed_on": "2020-01-01"}):
                with self.assertRaisesRegex(UserError, "Use the button"):
                    self.file.with_user(user).write(vals)
        with self.assertRaises(AccessError):
            self.file.with_user(self.technician).action_file()

    def late(self, file):
        """A day after the file's deadline, at noon."""
        return freeze_time(fields.Date.add(file.deadline, days=1).strftime("%Y-%m-%d 04:00:00"))

    def test_late_papers_are_listed_and_stay_late(self):
        """Covers: AS-13."""
        files = self.env["service.file"]
        self.assertFalse(self.file.is_overdue)
        self.assertNotIn(self.file, files.search([("is_overdue", "=", True)]))
        with self.late(self.file):
            self.file.invalidate_recordset()
            self.assertTrue(self.file.is_overdue)
            self.assertIn(self.file, files.search([("is_overdue", "=", True)]))
            with self.assertRaisesRegex(UserError, "before the deadline"):
                self.file.with_user(self.reception).exception_reason = "Customer was away"
            self.attach(self.file, self.contract, self.invoice_copy)
            self.file.action_file()
        self.assertTrue(self.file.is_overdue, "filed, but late")
        self.assertIn(self.file, files.search([("is_overdue", "=", True)]))

    def test_an_exception_explained_beforehand_is_no_delay(self):
        self.file.with_user(self.reception).exception_reason = "Plate office is closed"
        with self.late(self.file):
            self.file.invalidate_recordset()
            self.assertFalse(self.file.is_overdue)
            self.assertNotIn(self.file, self.env["service.file"].search([("is_overdue", "=", True)]))

    def test_a_file_is_found_by_date_vin_name_and_plate(self):
        """Covers: AS-13."""
        self.sold.write({"vin": "1M8GDM9AXKP042788", "license_plate": "沪A12345"})
        files = self.env["service.file"].with_user(self.reception)
        for domain in (
            [("vin", "ilike", "kp042788")],
            [("license_plate", "ilike", "A12345")],
            [("partner_id", "ilike", self.customer.name)],
            [("start_date", "=", self.file.start_date)],
            [("is_covered", "=", True)],
        ):
            self.assertIn(self.file, files.search(domain), domain)
        self.assertNotIn(self.file, files.search([("is_covered", "=", False)]))
        names = self.env["stock.lot"].name_search("A12345")
        self.assertIn(self.sold.id, [lot_id for lot_id, _name in names])

    def test_papers_are_handed_over_with_a_list(self):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_file_handover", self.file.ids
        )
        self.assertIn("Invoice copy", html.decode())

    def test_a_vin_has_17_characters_and_its_check_digit_only_warns(self):
        self.lot.vin = "1m8g dm9axkp042788"
        self.assertEqual(self.lot.vin, "1M8GDM9AXKP042788")
        self.assertFalse(self.lot.vin_warning)
        self.assertEqual(get_vin_check_digit("1M8GDM9AXKP042788"), "X")
        self.lot.vin = "1M8GDM9A1KP042788"
        self.assertIn("check digit", self.lot.vin_warning)
        for vin in (
            "1M8GDM9AXKP04278",
            "1M8GDM9AXKP0427888",
            "IM8GDM9AXKP042788",
            "1M8GDM9AXKP04278Q",
            "OM8GDM9AXKP042788",
        ):
            with self.assertRaisesRegex(ValidationError, "17 characters"):
                self.lot.vin = vin

    def test_many_units_in_one_delivery_open_their_files_at_once(self):
        lots = self.create_lots(30, prefix="MASS")
        vals = [
            {
                "company_id": self.company.id,
                "lot_id": lot.id,
                "product_id": self.machine.id,
                "partner_id": self.customer.id,
                "start_date": date(2026, 11, 20),
            }
            for lot in lots
        ]
        files = self.env["service.file"]
        counts = []
        for part in (vals[:2], vals[2:10], vals[10:]):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            files._open_files("sale", part)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(
            counts[2], counts[1] + 8, "a deadline and two documents of 8 more units: no query per unit"
        )

    def test_products_without_papers_ask_nothing_of_the_database(self):
        kinds = self.env["service.document.type"]
        kinds._get_required_by_category("sale")
        with self.assertQueryCount(0), patch.object(type(kinds), "search", side_effect=AssertionError):
            self.assertFalse(kinds._get_required("sale", self.env["product.product"], self.company))
