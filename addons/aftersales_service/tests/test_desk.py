# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval
from odoo.tools.view_validation import get_expression_field_names

from .common import draw_signature
from .test_intake import IntakeCase

PRIMARY = {"btn-primary", "oe_highlight"}


@tagged("post_install", "-at_install")
class TestDesk(IntakeCase):
    """What a service adviser sees first: of a repair the next step, of a unit and a ticket whose it is and how it
    stands."""

    def get_buttons(self, record, user=None):
        """{name: whether it is highlighted} of the buttons that the form of a record shows a user in its header."""
        record = record.with_user(user or self.manager)
        record.invalidate_recordset()
        header = etree.fromstring(record.get_view(view_type="form")["arch"])
        shown = {}
        for button in header.xpath("//header/button[@name]"):
            hidden = button.get("invisible") or "False"
            names = get_expression_field_names(hidden)
            values = {
                name: record._fields[name].convert_to_read(record[name], record, False) for name in names
            }
            if not safe_eval(hidden, values):
                name = button.get("name")
                self.assertNotIn(name, shown, "a button is shown once")
                shown[name] = bool(PRIMARY & set((button.get("class") or "").split()))
        return shown

    def get_primary(self, record, user=None):
        return [name for name, primary in self.get_buttons(record, user).items() if primary]

    def test_a_repair_shows_one_next_step_from_reception_to_hand_over(self):
        self.add_stock(self.pump)
        repair = self.take_in()
        self.assertEqual(self.get_primary(repair), ["action_sign_intake"])
        repair.with_user(self.technician).action_start_diagnosis()
        buttons = self.get_buttons(repair)
        self.assertIn("action_present_estimate", buttons, "there, but not before the signature")
        self.assertEqual(self.get_primary(repair), ["action_sign_intake"])
        repair._sign_as_customer("intake", "Driver", draw_signature())
        self.assertEqual(self.get_primary(repair), ["action_present_estimate"])
        repair.with_user(self.technician).action_validate()
        self.assertEqual(
            self.get_primary(repair), ["action_repair_start"], "a repair free of charge may start"
        )
        repair.with_user(self.advisor).action_present_estimate()
        self.assertEqual(self.get_primary(repair), ["action_repair_start"], "there is nothing to pay")
        repair.with_user(self.technician).action_repair_start()
        self.assertEqual(self.get_primary(repair), ["action_request_quality_check"])
        self.pass_quality_check(repair.with_user(self.technician))
        self.assertEqual(self.get_primary(repair), ["action_repair_end"])
        repair.with_user(self.technician).action_repair_end()
        self.assertEqual(self.get_primary(repair), ["action_sign_bill"])
        repair.request_ids.write({"state": "solved", "resolution": "Pump replaced"})
        repair._sign_as_customer("bill", "Driver", draw_signature())
        self.assertEqual(self.get_primary(repair), ["action_settle"])
        repair.with_user(self.reception).action_settle()
        self.assertEqual(self.get_primary(repair), ["action_hand_over"])
        repair.next_service_date = fields.Date.today() + timedelta(days=90)
        repair.with_user(self.reception).action_hand_over()
        self.assertEqual(self.get_primary(repair), [])

    def test_what_the_customer_pays_is_agreed_before_work_begins(self):
        self.add_stock(self.hose)
        repair = self.take_in(lot=self.create_lots(prefix="ELSEWHERE"))
        repair.with_user(self.technician).write(
            {
                "move_ids": [
                    (0, 0, {"repair_line_type": "add", "product_id": self.hose.id, "product_uom_qty": 1})
                ]
            }
        )
        repair._sign_as_customer("intake", "Driver", draw_signature())
        repair.with_user(self.technician).action_start_diagnosis()
        repair.with_user(self.advisor).action_present_estimate()
        self.assertEqual(self.get_primary(repair), ["action_sign_estimate"])
        self.sign_estimate(repair)
        self.assertEqual(self.get_primary(repair), ["action_repair_start"])
        repair.with_user(self.technician).action_wait_for_parts()
        self.assertEqual(
            self.get_primary(repair), ["action_validate"], "parts are reserved before work begins"
        )
        repair.with_user(self.technician).action_validate()
        self.assertEqual(self.get_primary(repair), ["action_repair_start"])

    def test_work_that_stands_still_goes_on_first(self):
        repair = self.take_in()
        repair._sign_as_customer("intake", "Driver", draw_signature())
        repair.with_user(self.technician).action_repair_start()
        self.env["repair.pause"].create({"repair_id": repair.id, "reason": "customer"})
        self.assertEqual(self.get_primary(repair), ["action_go_on"])
        repair.with_user(self.technician).action_go_on()
        self.assertEqual(self.get_primary(repair), ["action_request_quality_check"])

    def test_a_job_at_the_customers_is_dispatched_first(self):
        repair = self.take_in(service_mode="on_site")
        self.assertEqual(self.get_primary(repair), ["action_start_diagnosis"], "nobody is planned yet")
        repair.with_user(self.dispatcher).technician_ids = self.technician
        self.assertEqual(self.get_primary(repair), ["action_dispatch"])
        self.dispatch(repair)
        self.assertEqual(self.get_primary(repair), ["action_start_diagnosis"])

    def test_a_step_of_others_is_not_offered(self):
        repair = self.take_in()
        self.assertEqual(self.get_primary(repair, self.reception), ["action_sign_intake"])
        self.assertEqual(self.get_primary(repair, self.quality), [])

    def test_a_request_is_accepted_before_it_becomes_a_repair(self):
        ticket = self.env["helpdesk.ticket"].create(
            {
                "name": "No power",
                "description": "Nothing moves",
                "kind": "repair",
                "product_id": self.machine.id,
                "lot_id": self.lot.id,
                "partner_id": self.customer.id,
            }
        )
        self.assertEqual(self.get_primary(ticket), ["action_triage_accept"])
        ticket.write({"in_scope": "yes", "feasible": "yes"})
        ticket.with_user(self.reception).action_triage_accept()
        self.assertEqual(self.get_primary(ticket), ["action_create_repair"])
        ticket.with_user(self.reception).action_create_repair()
        self.assertEqual(self.get_primary(ticket), [])
        self.assertEqual(ticket.unit_repair_ids, ticket.repair_ids)

    def test_the_units_page_says_whether_it_is_with_us_and_what_its_meter_showed(self):
        other = self.create_lots(prefix="OTHER")
        self.assertTrue(self.lot.is_unit)
        self.assertFalse(self.lot.open_repair_ids)
        self.assertFalse(self.lot.last_reading)
        repair = self.take_in(meter_reading=120, meter_unit="hours")
        self.lot.invalidate_recordset()
        self.assertEqual(self.lot.open_repair_ids, repair)
        self.assertFalse(other.open_repair_ids)
        self.env["warranty.meter.reading"].create(
            {"lot_id": self.lot.id, "value": 130, "meter_unit": "hours", "read_on": fields.Date.today()}
        )
        self.assertRegex(self.lot.last_reading, "^130 .*on")
        repair.with_user(self.reception).action_repair_cancel()
        self.lot.invalidate_recordset()
        self.assertFalse(self.lot.open_repair_ids)

    def test_a_page_of_units_takes_no_query_per_unit(self):
        lots = self.create_lots(20, prefix="MANY")
        self.lot.with_user(self.reception).mapped("open_repair_ids")  # what the first read of all loads
        self.env.invalidate_all()
        with self.assertQueryCount(6):
            lots.with_user(self.reception).mapped("open_repair_ids")
            lots.with_user(self.reception).mapped("last_reading")
