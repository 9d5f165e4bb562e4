# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from .callback_common import CallbackWorld


@tagged("post_install", "-at_install")
class TestHelpdeskComplaint(CallbackWorld, TransactionCase):
    """A complaint from its registration to a satisfied customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
        cls.make_releaser()
        cls.department = cls.env["helpdesk.ticket.team"].create(
            {"name": "Quality", "user_id": cls.manager.id, "company_id": cls.company.id}
        )
        cls.cause = cls.env.ref("aftersales_service.service_complaint_cause_workmanship")
        cls.done_stage = cls.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")

    def create_complaint(self, user=None, **vals):
        return (
            self.env["helpdesk.ticket"]
            .with_user(user or self.reception)
            .create(
                {
                    "name": "It leaks again",
                    "description": "The third time",
                    "kind": "complaint",
                    "partner_id": self.customer.id,
                    **vals,
                }
            )
        )

    def share(self, *shares):
        return [
            Command.create({"party_kind": "own", "department_id": self.department.id, "share": share})
            for share in shares
        ]

    def handle(self, ticket, until="replied"):
        """Accept, analyze, measure and reply, as far as asked for."""
        ticket.with_user(self.manager).action_complaint_accept()
        ticket.department_id = self.department
        ticket.action_complaint_analyze()
        if until == "analysis":
            return
        self.measure_and_reply(ticket)

    def measure_and_reply(self, ticket):
        ticket.write({"cause_id": self.cause.id, "analysis": "Seal fitted askew"})
        ticket.action_complaint_measure()
        ticket.write({"measure": "New seal", "reply": "We fit a new seal today.", "reply_channel": "phone"})
        ticket.action_complaint_reply()

    # The way

    def test_without_acceptance_a_complaint_is_not_assigned_and_without_a_reply_not_closed(self):
        ticket = self.create_complaint()
        for vals in ({"department_id": self.department.id}, {"user_id": self.reception.id}):
            with self.assertRaisesRegex(UserError, "was not accepted yet"):
                ticket.write(vals)
        with self.assertRaises(AccessError):
            ticket.action_complaint_accept()
        with self.assertRaisesRegex(UserError, "no reply yet"):
            ticket.stage_id = self.done_stage
        self.handle(ticket)
        self.assertTrue(ticket.first_reply_date)
        ticket.responsible_ids = self.share(100)
        with self.assertRaisesRegex(UserError, "not recorded that the customer is satisfied"):
            ticket.stage_id = self.done_stage
        ticket.action_customer_satisfied()
        ticket.stage_id = self.done_stage
        self.assertTrue(ticket.closed_date)

    def test_each_step_asks_for_what_it_needs(self):
        ticket = self.create_complaint()
        ticket.with_user(self.manager).action_complaint_accept()
        with self.assertRaisesRegex(UserError, "Responsible Department"):
            ticket.action_complaint_analyze()
        ticket.department_id = self.department
        ticket.action_complaint_analyze()
        with self.assertRaises(UserError) as caught:
            ticket.action_complaint_measure()
        self.assertEqual(len(caught.exception.violations), 2)
        ticket.write({"cause_id": self.cause.id, "analysis": "Found"})
        ticket.action_complaint_measure()
        with self.assertRaises(UserError) as caught:
            ticket.action_complaint_reply()
        self.assertEqual(len(caught.exception.violations), 3)
        with self.assertRaisesRegex(UserError, "This can only be done with one that is: Replied"):
            ticket.action_customer_satisfied()

    def test_a_complaint_is_closed_through_no_door_before_it_is_answered(self):
        ticket = self.create_complaint()
        with self.assertRaisesRegex(UserError, "cannot be closed"):
            ticket.with_user(self.manager).stage_id = self.done_stage
        with self.assertRaisesRegex(UserError, "cannot be closed"):
            self.create_complaint(stage_id=self.done_stage.id)
        inquiry = self.create_complaint(kind="inquiry", stage_id=self.done_stage.id)
        with self.assertRaisesRegex(UserError, "cannot be closed"):
            inquiry.kind = "complaint"
        with self.assertRaisesRegex(AccessError, "is no complaint"):
            ticket.kind = "inquiry"
        result = (
            self.env["helpdesk.ticket"]
            .with_user(self.reception)
            .load(["name", "description", "kind", "stage_id"], [["Imported", "x", "Complaint", "Done"]])
        )
        self.assertIn("cannot be closed", result["messages"][0]["message"])

    def test_the_status_cannot_be_written(self):
        ticket = self.create_complaint()
        for vals in (
            {"complaint_stage": "settled"},
            {"customer_satisfied": "yes"},
            {"replied_on": "2026-01-01"},
            {"released_on": "2026-01-01"},
            {"failed_handlings": 0},
        ):
            with self.assertRaisesRegex(UserError, "cannot be written"):
                ticket.with_user(self.manager).write(vals)
        with self.assertRaisesRegex(UserError, "cannot be written"):
            self.create_complaint(complaint_stage="settled")

    def test_a_reply_stays_as_it_was_given(self):
        ticket = self.create_complaint()
        self.handle(ticket)
        with self.assertRaisesRegex(UserError, "cannot be rewritten"):
            ticket.reply = "Something else"

    def test_customers_and_other_companies_handle_no_complaint(self):
        ticket = self.create_complaint()
        company = self.env["res.company"].create({"name": "Other company"})
        stranger = new_test_user(
            self.env,
            "t_cp_stranger",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=company.id,
            company_ids=[company.id],
        )
        for user in (self.portal_user, stranger):
            for action in ("accept", "analyze", "measure", "reply"):
                with self.assertRaises(AccessError):
                    getattr(ticket.with_user(user), f"action_complaint_{action}")()

    # Serious ones

    def test_a_serious_complaint_goes_to_management_and_is_not_answered_before_its_release(self):
        """Covers: R-08."""
        ticket = self.create_complaint(severity="serious")
        self.assertEqual(ticket.activity_ids.user_id, self.deputy)
        ticket.with_user(self.manager).action_complaint_accept()
        ticket.department_id = self.department
        for action in (
            ticket.action_complaint_analyze,
            ticket.action_log_answer,
            lambda: ticket.message_post(body="Sorry", subtype_xmlid="mail.mt_comment"),
        ):
            with self.assertRaisesRegex(UserError, "not released by management"):
                action()
        ticket.message_post(body="Internal: the customer is furious", subtype_xmlid="mail.mt_note")
        for user in (self.manager, self.reception):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_complaint_release()
        with self.assertRaises(AccessError):
            ticket.severity = "ordinary"
        ticket.with_user(self.deputy).action_complaint_release()
        self.assertFalse(ticket.activity_ids)
        ticket.action_complaint_analyze()
        self.measure_and_reply(ticket)
        self.assertEqual((ticket.complaint_stage, ticket.released_by_id), ("replied", self.deputy))

    def test_a_complaint_that_becomes_serious_stops_where_it_is(self):
        """Covers: R-08."""
        ticket = self.create_complaint()
        self.handle(ticket, until="analysis")
        ticket.severity = "serious"
        self.assertEqual(ticket.activity_ids.user_id, self.deputy)
        with self.assertRaisesRegex(UserError, "t_deputy"):
            self.measure_and_reply(ticket)

    def test_a_serious_opinion_in_a_call_goes_to_management(self):
        """Covers: F-15, R-08."""
        rule = self.get_rule("7dc", survey_id=False)
        self.deliver_at("2026-03-01 04:00:00")
        callback = self.get_callbacks(rule).with_user(self.caller)
        with freeze_time("2026-03-09 02:00:00"):
            callback._log_attempt("reached")
            callback.write({"satisfied": "no", "customer_words": "It burned", "serious": True})
            callback.action_done()
        ticket = callback.ticket_id.sudo()
        self.assertEqual((ticket.severity, ticket.activity_ids.user_id), ("serious", self.deputy))

    def test_every_order_gets_the_questionnaire(self):
        """Covers: F-15."""
        rule = self.get_rule("3dc")
        self.assertEqual((rule.sample_share, len(rule.survey_id.question_ids)), (100, 5))
        with freeze_time("2026-02-01 04:00:00"):
            lots = self.create_lots(4, prefix="ALL")
        repairs = self.env["repair.order"].concat(
            *(self.hand_over_at("2026-03-01 04:00:00", lot) for lot in lots)
        )
        self.assertEqual(self.get_callbacks(rule).repair_id, repairs)

    def test_two_handlings_without_success_raise_the_complaint_at_once(self):
        """Covers: R-27."""
        ticket = self.create_complaint()
        self.handle(ticket)
        with self.assertRaisesRegex(UserError, "what the customer says"):
            ticket.action_customer_dissatisfied()
        ticket.customer_opinion = "Still leaks"
        ticket.action_customer_dissatisfied()
        self.assertEqual((ticket.complaint_stage, ticket.escalation_level), ("analysis", 0))
        self.measure_and_reply_again(ticket)
        ticket.action_customer_dissatisfied()
        self.assertEqual((ticket.failed_handlings, ticket.escalation_level, ticket.priority), (2, 1, "3"))
        self.assertIn(self.deputy, ticket.activity_ids.user_id)
        self.measure_and_reply_again(ticket)
        ticket.action_customer_dissatisfied()
        self.assertEqual(ticket.escalation_level, 2)

    def measure_and_reply_again(self, ticket):
        ticket.action_complaint_measure()
        ticket.action_complaint_reply()

    # Responsible parties

    def test_shares_are_100_per_cent_when_a_complaint_is_closed(self):
        ticket = self.create_complaint()
        self.handle(ticket)
        ticket.action_customer_satisfied()
        ticket.responsible_ids = self.share(60)
        with self.assertRaisesRegex(UserError, "not 100 %"):
            ticket.stage_id = self.done_stage
        with self.assertRaisesRegex(ValidationError, "must not exceed 100 %"):
            ticket.responsible_ids = self.share(50)
        ticket.responsible_ids = [
            Command.create({"party_kind": "supplier", "partner_id": self.supplier.id, "share": 40})
        ]
        ticket.stage_id = self.done_stage
        for action in (
            lambda: ticket.responsible_ids[0].write({"share": 10}),
            lambda: ticket.responsible_ids[0].unlink(),
            lambda: ticket.write({"responsible_ids": self.share(10)}),
        ):
            with self.assertRaises(UserError):
                action()

    def test_a_responsible_party_has_a_name(self):
        ticket = self.create_complaint()
        for kind in ("own", "supplier", "station", "carrier"):
            with self.assertRaises(ValidationError):
                ticket.responsible_ids = [Command.create({"party_kind": kind, "share": 100})]
        ticket.responsible_ids = [Command.create({"party_kind": "none", "share": 100})]

    # Channels

    def test_291_complaints_are_counted_by_the_channel_they_came_through(self):
        counts = {
            "helpdesk_mgmt.helpdesk_ticket_channel_phone": 212,
            "aftersales_service.helpdesk_ticket_channel_hotline_12345": 20,
            "aftersales_service.helpdesk_ticket_channel_hotline_12315": 29,
            "aftersales_service.helpdesk_ticket_channel_consumers": 30,
        }
        tickets = self.env["helpdesk.ticket"].with_context(tracking_disable=True)
        made = tickets.create(
            [
                {
                    "name": "Complaint",
                    "description": "x",
                    "kind": "complaint",
                    "number": f"T{xmlid[-5:]}{number}",
                    "channel_id": self.env.ref(xmlid).id,
                }
                for xmlid, count in counts.items()
                for number in range(count)
            ]
        )
        rows = self.env["helpdesk.ticket"]._read_group(
            [("id", "in", made.ids), ("kind", "=", "complaint")], ["channel_id"], ["__count"]
        )
        self.assertEqual({channel.get_external_id()[channel.id]: count for channel, count in rows}, counts)
        self.assertEqual(len(made), 291)

    # Deadlines

    def test_complaints_are_solved_in_13_days_at_home_and_17_from_abroad(self):
        self.company.partner_id.country_id = self.env.ref("base.cn")
        for country, days in (("base.cn", 13), ("base.de", 17)):
            self.customer.country_id = self.env.ref(country)
            ticket = self.create_complaint()
            self.assertEqual((ticket.solution_deadline - ticket.create_date).days, days)

    def test_the_first_rule_that_fits_decides_by_level_region_family_and_hours(self):
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Work",
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": name,
                        }
                    )
                    for day in range(5)
                    for start, end, name in ((8, 12, "morning"), (13, 17, "afternoon"))
                ],
            }
        )
        rules = self.env["service.response.rule"]._get_rules()
        friday = datetime(2026, 3, 6, 2)  # 10:00 in Shanghai
        city = self.create_complaint(kind="repair", service_region="city")
        deadlines = rules._pick(city)._get_deadlines(friday, self.company)
        self.assertEqual(deadlines["onsite_deadline"], datetime(2026, 3, 6, 9), "six working hours: 17:00")
        around = self.create_complaint(kind="repair", service_region="surroundings")
        deadlines = rules._pick(around)._get_deadlines(friday, self.company)
        self.assertEqual(
            deadlines["onsite_deadline"], datetime(2026, 3, 9, 1), "seven working hours: Monday 9:00"
        )
        city.fault_level = "1"
        self.assertEqual(
            city.response_rule_id, self.env.ref("aftersales_service.service_response_rule_level_1")
        )
        self.assertEqual((city.onsite_deadline - city.create_date).total_seconds(), 4 * 3600)
        pumps = self.env["service.response.rule"].create(
            {
                "name": "Pumps",
                "sequence": -1,
                "categ_ids": [Command.set(self.part_categ.ids)],
                "answer_hours": 2,
            }
        )
        pump = self.create_complaint(kind="repair", product_id=self.pump.id, service_region="city")
        self.assertEqual(pump.response_rule_id, pumps)
        self.assertFalse(pump.onsite_deadline)

    def test_late_tickets_are_chased_once_a_day(self):
        ticket = self.create_complaint(kind="inquiry", user_id=self.reception.id)
        ticket.invalidate_recordset()
        tomorrow = ticket.reply_deadline.replace(microsecond=0)
        with freeze_time(tomorrow - timedelta(minutes=1)):
            self.assertFalse(ticket.is_late)
        ticket.invalidate_recordset()
        with freeze_time(tomorrow + timedelta(minutes=1)), patch.object(self.env.cr, "commit", lambda: None):
            self.assertIn(ticket, self.env["helpdesk.ticket"].search([("is_late", "=", True)]))
            before = len(ticket.message_ids)
            for _run in range(2):
                self.env["helpdesk.ticket"]._cron_chase()
        self.assertEqual(len(ticket.message_ids), before + 1)
        self.assertEqual(ticket.activity_ids.user_id, self.reception)

    def test_our_first_message_stops_the_answer_clock(self):
        ticket = self.create_complaint(kind="inquiry")
        ticket.message_post(body="Internal", subtype_xmlid="mail.mt_note")
        self.assertFalse(ticket.first_reply_date)
        ticket.message_post(body="We look into it", subtype_xmlid="mail.mt_comment")
        self.assertTrue(ticket.first_reply_date)

    # Triage

    def test_a_request_is_accepted_only_when_it_is_in_scope_and_feasible(self):
        """Covers: AS-20."""
        ticket = self.create_complaint(kind="repair", product_id=self.machine.id)
        with self.assertRaisesRegex(UserError, "in our scope and feasible"):
            ticket.action_triage_accept()
        ticket.write({"in_scope": "yes", "feasible": "no"})
        with self.assertRaisesRegex(UserError, "in our scope and feasible"):
            ticket.action_triage_accept()
        with self.assertRaisesRegex(UserError, "was not accepted"):
            ticket.action_create_repair()
        ticket.feasible = "yes"
        with self.assertRaisesRegex(UserError, "Use its buttons"):
            ticket.triage = "accepted"
        ticket.action_triage_accept()
        self.assertEqual((ticket.triage, ticket.triage_user_id), ("accepted", self.reception))
        ticket.action_create_repair()
        self.assertTrue(ticket.repair_ids)

    def test_a_request_from_the_portal_becomes_no_repair_before_somebody_looked_at_it(self):
        """Covers: AS-20."""
        ticket = (
            self.env["helpdesk.ticket"]
            .with_user(self.portal_user)
            .sudo()
            .create(
                {
                    "name": "Broken",
                    "description": "x",
                    "kind": "repair",
                    "partner_id": self.portal_user.partner_id.id,
                    "product_id": self.machine.id,
                }
            )
            .with_user(self.reception)
        )
        with self.assertRaisesRegex(UserError, "was not accepted"):
            ticket.action_create_repair()
        with self.assertRaisesRegex(UserError, "why request"):
            ticket.action_triage_decline()
        ticket.triage_note = "We do not repair this make."
        ticket.action_triage_decline()
        self.assertIn("this make", str(ticket.message_ids[0].body))
        with self.assertRaisesRegex(UserError, "was not accepted"):
            ticket.action_create_repair()

    def test_repair_records_are_summed_up_by_month_and_product(self):
        """Covers: AS-20."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.repair_order_action_summary"
        )
        lot = self.create_lots(prefix="SUM")
        for day in ("2026-03-03", "2026-03-20", "2026-04-02"):
            self.create_repair(lot, report_date=f"{day} 02:00:00")
        rows = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            ._read_group([("lot_id", "=", lot.id)], ["report_date:month", "product_id"], ["__count"])
        )
        self.assertEqual([count for _month, _product, count in rows], [2, 1])
