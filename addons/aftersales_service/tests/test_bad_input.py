# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from contextlib import contextmanager
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_intake import IntakeCase
from .test_repair_photo import draw


@tagged("post_install", "-at_install")
class TestBadInput(IntakeCase):
    """What must not come in is refused with a sentence that names it, by hand, over RPC and by import."""

    @contextmanager
    def refused(self, pattern, error=ValidationError):
        """Refused, and nothing of it stays."""
        before = self.env["repair.order"].search_count([])
        with self.assertRaisesRegex(error, pattern), self.env.cr.savepoint():
            yield
        self.env.invalidate_all()
        self.assertEqual(self.env["repair.order"].search_count([]), before, "nothing half-done")

    def load(self, *rows):
        names = ["product_id/.id", "lot_id/.id", "partner_id/.id", "report_date"]
        return self.env["repair.order"].with_user(self.reception).load(names, [list(row) for row in rows])

    def row(self, lot, report_date=None):
        moment = report_date or fields.Datetime.now()
        return (
            str(self.machine.id),
            str(lot.id),
            str(self.customer.id),
            fields.Datetime.to_string(moment),
        )

    def test_two_open_repairs_on_one_unit_are_refused_by_every_door(self):
        first = self.take_in()
        with self.refused(first.name):
            self.take_in(first.lot_id)
        other = self.take_in(self.create_lots(prefix="OTHER"))
        with self.refused(first.name):
            other.lot_id = first.lot_id
        result = self.load(self.row(first.lot_id))
        self.assertFalse(result["ids"])
        self.assertIn(first.name, result["messages"][0]["message"])
        with self.refused("after-sales manager", UserError):
            other.with_user(self.reception).second_repair_reason = "Please"
        second = self.create_repair(
            first.lot_id, user=self.manager, second_repair_reason="Paint work runs beside it"
        )
        self.assertTrue(second.exists())

    def test_a_unit_is_free_again_when_its_repair_is_canceled(self):
        first = self.take_in()
        first.action_repair_cancel()
        self.assertTrue(self.take_in(first.lot_id))
        with self.refused("open"):
            first.action_repair_cancel_draft()

    def test_a_serial_number_of_another_product_is_refused(self):
        other = self.create_product("Other machine", self.machine_categ, tracking="serial")
        lot = self.create_lots(product=other, prefix="ELSE")
        for product, unit in ((self.machine, lot), (other, self.lot)):
            vals = {"product_id": product.id, "lot_id": unit.id, "partner_id": self.customer.id}
            with self.refused(f"{unit.name} belongs to"):
                self.env["repair.order"].with_user(self.reception).create(vals)
        repair = self.take_in()
        with self.refused(f"{lot.name} belongs to"):
            repair.lot_id = lot

    def test_a_report_in_the_future_or_before_the_sale_is_refused_by_import_and_the_rest_can_follow(self):
        lots = self.create_lots(2, prefix="LOAD")
        self.sell_and_deliver(lots)
        good = self.row(lots[0])
        bad = self.row(lots[1], fields.Datetime.now() + timedelta(days=1))
        before = self.env["repair.order"].search_count([])
        result = self.load(good, bad)
        self.assertFalse(result["ids"])
        self.assertIn("future", result["messages"][0]["message"])
        self.assertEqual(self.env["repair.order"].search_count([]), before)
        early = self.load(self.row(lots[1], fields.Datetime.now() - timedelta(days=400)))
        self.assertIn("before the unit was sold", early["messages"][0]["message"])
        self.assertEqual(len(self.load(good)["ids"]), 1)

    def test_a_term_without_lines_is_refused_and_so_is_taking_the_last_one(self):
        vals = {
            "name": "Nothing",
            "valid_from": "2020-01-01",
            "categ_ids": [Command.set(self.part_categ.ids)],
        }
        with self.refused("covers nothing yet"):
            self.env["warranty.term"].with_user(self.manager).create(vals)
        with self.refused("covers nothing yet"):
            self.term.line_ids.unlink()
        with self.refused("covers nothing yet"):
            self.term.line_ids = [Command.clear()]
        line = {"component_id": self.main_unit.id, "months": 24}
        self.term.line_ids = [Command.clear(), Command.create(line)]
        self.assertEqual(self.term.line_ids.months, 24, "all lines replaced in one go")
        spare = self.term.copy({"product_tmpl_ids": [Command.set(self.hose.product_tmpl_id.ids)]})
        spare.unlink()
        self.assertFalse(spare.exists())

    def test_another_companys_unit_customer_and_repair_are_refused(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "t_bad_elsewhere",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        repair = self.take_in()
        for act in (
            "action_start_diagnosis",
            "action_repair_cancel",
            "action_add_photos",
            "action_allow_cash",
        ):
            with self.refused("", AccessError):
                getattr(repair.with_user(stranger), act)()
        own = self.env["stock.lot"].create(
            {"name": "OWN-1", "product_id": self.machine.id, "company_id": company.id}
        )
        with self.refused("", UserError):
            self.create_repair(own, user=self.reception)


@tagged("post_install", "-at_install")
class TestPrintsOfTheRepair(IntakeCase):
    """The fault report and the booking slip."""

    def render(self, name, record):
        html = self.env["ir.actions.report"]._render_qweb_html(f"aftersales_service.{name}", record.ids)[0]
        return html.decode()

    def test_the_fault_report_tells_what_was_found_and_shows_it(self):
        repair = self.take_in()
        cause = self.env["service.fault"].create({"code": "T-SEAL", "name": "Seal worn", "kind": "cause"})
        picture = self.env["ir.attachment"].create({"name": "seal.jpg", "datas": draw()})
        repair.sudo().write(
            {
                "customer_words": "Oil under the machine",
                "cause_id": cause.id,
                "phone_diagnosis": "Pump loses oil",
                "fault_photo_ids": [Command.link(picture.id)],
            }
        )
        page = self.render("report_fault", repair)
        for text in (
            "Fault Report",
            repair.name,
            self.lot.name,
            "Oil under the machine",
            "Seal worn",
            "Pump loses",
        ):
            self.assertIn(text, page)
        self.assertEqual(page.count('alt="seal.jpg"'), 1)

    def test_the_booking_slip_names_plate_time_and_service(self):
        self.lot.license_plate = "沪A88888"
        appointment = self.env["service.appointment"].create(
            {
                "partner_id": self.customer.id,
                "lot_id": self.lot.id,
                "request": "20,000 km service",
                "start": fields.Datetime.now() + timedelta(days=1),
            }
        )
        page = self.render("report_booking_slip", appointment)
        for text in ("Booking Slip", appointment.name, "沪A88888", "20,000 km service", self.customer.name):
            self.assertIn(text, page)
