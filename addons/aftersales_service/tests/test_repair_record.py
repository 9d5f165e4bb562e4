# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .settlement_common import SettlementWorld


@tagged("post_install", "-at_install")
class TestRepairRecord(SettlementWorld, TransactionCase):
    """The repair record of Art. 17: complete, closed at hand-over, kept six years, altered by nobody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_settlement()
        cls.lot.write({"license_plate": "沪A12345", "vin": "LSVAA4182E2184841"})
        cls.repair = cls.make_delivered(
            customer_words="Loud noise",
            meter_reading=1200,
            meter_unit="hours",
            towing_amount=300,
            transport_help="Loan machine L-7",
        )
        cls.record = cls.repair.repair_record_ids

    def test_it_holds_what_article_17_asks_for(self):
        record = self.record
        self.assertEqual(record.handed_in_on, self.repair.report_date)
        self.assertEqual((record.meter_reading, record.meter_unit), (1200, "hours"))
        self.assertEqual((record.license_plate, record.vin), ("沪A12345", "LSVAA4182E2184841"))
        self.assertEqual(record.customer_statement, "Loud noise\nIt leaks")
        self.assertEqual(
            [(line.kind, line.code or "", line.name, line.amount) for line in record.line_ids],
            [
                ("request", "", "It leaks", 0),
                ("part", "P-100", "Pump", 100),
                ("part", "H-20", "Hose", 20),
                ("labor", "", "Labor", 160),
            ],
        )
        self.assertEqual((record.material_amount, record.labor_hours, record.labor_amount), (120, 2, 160))
        self.assertEqual((record.towing_amount, record.transport_help), (300, "Loan machine L-7"))
        self.assertEqual(record.handed_over_on, self.repair.handed_over_on)
        self.assertEqual(record.customer_signed_by, self.customer.name)
        self.assertEqual(record.handed_over_by_id, self.reception)

    def test_it_names_the_quality_check_and_the_unit_lent(self):
        self.assertIn(f"by {self.quality.name}", self.record.check_result)
        spare = self.create_lots(prefix="SPARE")
        self.add_stock(self.machine, lots=spare)
        repair = self.make_settled(billable=False)
        loan = (
            self.env["service.loan"]
            .with_user(self.reception)
            .create(
                {
                    "repair_id": repair.id,
                    "product_id": self.machine.id,
                    "lot_id": spare.id,
                    "due_date": fields.Date.today(),
                    "condition_out": "As new",
                }
            )
        )
        loan.action_hand_out()
        loan.condition_back = "As new"
        loan.action_take_back()
        repair.next_service_reason = "Sold on"
        repair.action_hand_over()
        self.assertIn(spare.name, repair.repair_record_ids.transport_help)

    def test_it_is_kept_for_the_years_of_the_law(self):
        years = self.env["compliance.parameter"]._value(
            "car.repair_record.retention_years", company=self.company
        )
        self.assertEqual(years, 6)
        self.assertEqual(self.record.retain_until, self.company._get_law_date() + relativedelta(years=years))

    def test_nobody_alters_or_deletes_it(self):
        for user in (self.reception, self.manager, self.env.user):
            record = self.record.with_user(user)
            for act in (
                lambda record=record: record.write({"meter_reading": 1}),
                lambda record=record: record.write({"handed_over_on": False}),
                lambda record=record: record.line_ids[0].write({"name": "Other"}),
                lambda record=record: record.line_ids.unlink(),
                lambda record=record: record.unlink(),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.record.sudo().write({"material_amount": 1})
        with self.assertRaises(AccessError):
            self.env["service.repair.record"].with_user(self.manager).create({"name": "RR"})

    def test_records_are_chained(self):
        other = self.make_delivered(lot=self.lot)
        self.env["service.repair.record"]._seal_evidence()
        records = self.record | other.repair_record_ids
        records.invalidate_recordset()
        self.assertEqual(set(records.mapped("evidence_state")), {"sealed"})
        self.assertEqual(other.repair_record_ids.previous_hash, self.record.evidence_hash)

    def test_whoever_handed_over_signs_once(self):
        with self.assertRaises(AccessError):
            self.record.with_user(self.manager).action_sign()
        with self.assertRaises(AccessError):
            self.record.with_user(self.technician).action_sign()
        action = self.record.with_user(self.reception).action_sign()
        wizard = self.env[action["res_model"]].with_user(self.reception).browse(action["res_id"])
        wizard.with_context(password="t_reception").action_sign()
        self.record.invalidate_recordset()
        self.assertEqual(self.record._get_staff_signature().user_id, self.reception)
        with self.assertRaisesRegex(UserError, "signed already"):
            self.record.with_user(self.reception).action_sign()

    def test_handing_over_asks_for_the_signature(self):
        repair = self.make_settled(billable=False)
        repair.next_service_reason = "Sold on"
        action = repair.action_hand_over()
        self.assertEqual(action["res_model"], "compliance.signature.wizard")

    def test_it_prints_with_all_it_holds(self):
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("aftersales_service.service_repair_record_report", self.record.ids)[0]
            .decode()
        )
        for text in (
            "Loud noise",
            "P-100",
            "Loan machine L-7",
            "沪A12345",
            self.customer.name,
            "data:image/png",
        ):
            self.assertIn(text, html)

    def test_the_statement_prints_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        statement = self.repair.statement_id
        render = self.env["ir.actions.report"]._render_qweb_html
        english = render("aftersales_service.repair_statement_report", statement.ids)[0].decode()
        self.assertIn("Settlement Statement", english)
        self.assertIn("180.00", english)
        self.customer.lang = "zh_CN"
        statement.invalidate_recordset()
        self.assertEqual(statement._get_print_lang(), "zh_CN")

    def test_records_are_summed_up_by_period(self):
        groups = (
            self.env["service.repair.record"]
            .with_user(self.manager)
            ._read_group(
                [("id", "=", self.record.id)],
                ["handed_over_on:month", "product_id"],
                ["__count", "material_amount:sum", "labor_amount:sum", "repair_hours:avg"],
            )
        )
        self.assertEqual(len(groups), 1)
        self.assertEqual(groups[0][1:5], (self.machine, 1, 120, 160))

    # Next service

    def remind(self):
        with self.enter_registry_test_mode():
            self.env.ref("aftersales_service.repair_order_cron_next_service").method_direct_trigger()
        self.repair.invalidate_recordset()

    def test_the_next_service_by_date_is_reminded_of_in_time_and_once(self):
        """Covers: AS-05."""
        self.repair.sudo().next_service_due = self.company._get_law_date() + timedelta(days=8)
        self.remind()
        self.assertFalse(self.repair.next_service_reminded_on)
        self.repair.sudo().next_service_due = self.company._get_law_date() + timedelta(days=7)
        reminders = [("subject", "=", "Machine: your next service is due")]
        mails = self.env["mail.mail"].search_count(reminders)
        for _time in range(2):
            self.remind()
        self.assertTrue(self.repair.next_service_reminded_on)
        self.assertEqual(len(self.repair.activity_ids), 1)
        self.assertEqual(self.repair.activity_ids.user_id, self.reception)
        self.assertEqual(self.env["mail.mail"].search_count(reminders), mails + 1)

    def test_the_next_service_by_meter_is_estimated_from_the_units_use(self):
        """Covers: AS-05."""
        history = [(fields.Date.today() - timedelta(days=100), 1000), (fields.Date.today(), 1200)]
        self.patch(type(self.repair), "_get_meter_history", lambda repair, unit: history)
        repair = self.make_settled(billable=False, meter_reading=1200, meter_unit="hours")
        repair.write({"next_service_meter": 1210, "next_service_meter_unit": "hours"})
        repair.action_hand_over()
        self.assertEqual(repair.next_service_due, fields.Date.today() + timedelta(days=5))
        self.remind()
        repair.invalidate_recordset()
        self.assertEqual(repair.next_service_reminded_on, self.company._get_law_date())

    def test_readings_of_repairs_are_the_meters_history(self):
        self.assertEqual(self.repair._get_meter_history("hours")[-1][1], 1200)
        self.assertEqual(self.repair._get_meter_history("km"), [])

    def test_a_unit_that_is_back_is_not_reminded_of(self):
        self.repair.sudo().next_service_due = self.company._get_law_date()
        self.create_repair(self.lot, user=self.reception)
        self.remind()
        self.assertFalse(self.repair.activity_ids)
        self.assertTrue(self.repair.next_service_reminded_on)
