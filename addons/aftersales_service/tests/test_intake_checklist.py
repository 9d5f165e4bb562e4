# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestIntakeChecklist(IntakeCase):
    """Which checklists belong to what a unit is brought for (AS-06)."""

    def answer(self, checklist, leave=0):
        lines = checklist.line_ids.filtered(lambda line: line.kind != "section")
        lines[leave:].filtered(lambda line: line.kind == "yes_no").answer_yes_no = "yes"
        lines[leave:].filtered(lambda line: line.kind == "number").answer_reading = "5"

    def test_the_periodic_inspection_has_46_items(self):
        """Covers: AS-06."""
        template = self.env["compliance.checklist.template"]._get_published("PERIODIC-46", self.company)
        self.assertEqual((template.state, template.item_count), ("published", 46))

    def test_45_of_46_items_do_not_finish_a_periodic_maintenance(self):
        """Covers: AS-06."""
        repair = self.take_in(service_type_id=self.env.ref("aftersales_service.service_type_periodic").id)
        self.sign_intake(repair, self.reception)
        worked = repair.with_user(self.technician)
        worked.action_repair_start()
        with self.assertRaisesRegex(UserError, "Periodic Inspection .46 Items.” is not completed"):
            worked.action_repair_done()
        worked.action_create_checklists()
        checklist = worked.checklist_ids
        self.answer(checklist, leave=1)
        self.assertEqual(checklist.answered_count, 45)
        with self.assertRaisesRegex(UserError, "Headlights, low beam"):
            checklist.action_done()
        with self.assertRaisesRegex(UserError, "is not completed"):
            worked.action_repair_done()
        self.answer(checklist)
        checklist.action_done()
        self.pass_quality_check(worked)
        worked.action_repair_end()
        self.assertEqual(repair.service_stage, "ready")
        self.assertIn("Wheel nuts", self.print_maintenance(repair))

    def print_maintenance(self, repair):
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        html, _kind = report._render_qweb_html("aftersales_service.report_maintenance", repair.ids)
        return html.decode()

    def test_what_belongs_to_the_intake_is_done_before_the_customer_signs(self):
        """Covers: AS-01."""
        repair = self.take_in(service_type_id=self.env.ref("aftersales_service.service_type_vehicle").id)
        with self.assertRaisesRegex(UserError, "Exterior and Function Check” is not completed"):
            repair.action_sign_intake()
        repair.action_create_checklists()
        self.answer(repair.checklist_ids)
        repair.checklist_ids.action_done()
        self.assertTrue(repair.action_sign_intake())
        for text in ("Paintwork", "Power windows", "Trunk", "engine"):
            self.assertTrue(
                [name for name in repair.checklist_ids.line_ids.mapped("name") if text in name], text
            )

    def test_checklists_are_made_once(self):
        repair = self.take_in(service_type_id=self.env.ref("aftersales_service.service_type_periodic").id)
        repair.action_create_checklists()
        repair.action_create_checklists()
        self.assertEqual(len(repair.checklist_ids), 1)

    def test_a_service_type_of_another_company_is_not_used(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.env["service.type"].create({"code": "X", "name": "X", "company_id": company.id})
        with self.assertRaises(UserError):
            self.take_in(service_type_id=other.id)
        copies = self.env.ref("aftersales_service.service_type_periodic").copy()
        self.assertEqual((copies.code, len(copies.checklist_ids)), ("PERIODIC (copy)", 1))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            copies.checklist_ids = [Command.create({"template_id": copies.checklist_ids.template_id.id})]
