# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import TransactionCase, tagged

from .callback_common import CallbackWorld


@tagged("post_install", "-at_install")
class TestServiceCallbackRule(CallbackWorld, TransactionCase):
    """When who is called about what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()
        with freeze_time("2026-02-02 02:00:00"):
            cls.lot = cls.create_lots(prefix="OLD")
            cls.sell_and_deliver(cls.lot)

    def run_cron(self):
        with patch.object(self.env.cr, "commit", lambda: None):
            self.env["service.callback.rule"]._cron_generate()

    def window(self, callback):
        return (callback.date_from, callback.date_to)

    # The examples of the source

    def test_repaired_vehicle_delivered_1_march_is_called_from_day_3_and_late_after_day_5(self):
        """Covers: AS-10."""
        rule = self.get_rule("3dc")
        repair = self.hand_over_at("2026-03-01 04:00:00", self.lot)
        callback = self.get_callbacks(rule, repair_id=repair.id)
        self.assertEqual(self.window(callback), (date(2026, 3, 4), date(2026, 3, 6)))
        with freeze_time("2026-03-06 15:00:00"):
            self.assertFalse(callback.is_overdue)
        callback.invalidate_recordset()
        with freeze_time("2026-03-06 17:00:00"):
            self.assertTrue(callback.is_overdue, "the 7th has begun in Shanghai")
            self.assertIn(callback, self.env["service.callback"].search([("is_overdue", "=", True)]))

    def test_new_vehicle_collected_1_march_is_due_8_march_and_from_an_outlet_11_march(self):
        """Covers: AS-10."""
        own, outlet = self.get_rule("7dc"), self.get_rule("7dc_outlet")
        order = self.deliver_at("2026-03-01 04:00:00")
        self.assertEqual(self.get_callbacks(own, sale_id=order.id).date_from, date(2026, 3, 8))
        with freeze_time("2026-03-01 04:00:00"):
            self.invoice(order)
            self.run_rules()
            self.assertFalse(self.get_callbacks(outlet))
            lot = self.create_lots(prefix="OUT")
            self.add_stock(self.machine, lots=lot)
            sold = self.sell(lot)
            sold.team_id = self.env["crm.team"].create({"name": "Outlet", "is_second_tier": True})
            self.deliver(sold)
            invoice = self.invoice(sold, date="2026-03-01")
            self.run_rules()
        self.assertFalse(self.get_callbacks(own, sale_id=sold.id))
        callback = self.get_callbacks(outlet, invoice_id=invoice.id)
        self.assertEqual(callback.date_from, date(2026, 3, 11))
        self.assertEqual(callback.sale_id, sold)

    def test_collection_1_march_is_visited_after_a_month_a_quarter_and_a_year(self):
        rules = [self.get_rule(name, sample_share=100) for name in ("month", "quarter", "year")]
        order = self.deliver_at("2026-03-01 04:00:00")
        self.assertEqual(
            [self.get_callbacks(rule, sale_id=order.id).date_from for rule in rules],
            [date(2026, 4, 1), date(2026, 6, 1), date(2027, 3, 1)],
        )

    def test_the_day_of_the_event_may_count_as_day_one(self):
        rule = self.get_rule("3dc")
        self.company.callback_event_is_day_one = True
        self.assertEqual(
            rule._get_window(date(2026, 3, 1), self.company), (date(2026, 3, 3), date(2026, 3, 5))
        )

    # Other windows

    def test_first_call_lies_between_day_2_and_day_7_after_the_vehicle_left(self):
        """Covers: S3-R16, A-02-R3."""
        rule = self.env.ref("aftersales_service.service_callback_rule_3dc")
        first, last = rule._get_window(date(2026, 3, 1), self.company)
        self.assertGreaterEqual((first - date(2026, 3, 1)).days, 2)
        self.assertLessEqual((last - date(2026, 3, 1)).days, 7)
        self.get_rule("3dc")
        repair = self.hand_over_at("2026-03-01 04:00:00", self.lot)
        callback = self.get_callbacks(rule, repair_id=repair.id)
        with (
            freeze_time("2026-03-02 02:00:00"),
            self.assertRaisesRegex(UserError, "not due before 2026-03-04"),
        ):
            callback.with_user(self.caller)._log_attempt("reached")

    def test_callback_is_due_three_working_days_after_completion_at_the_customers(self):
        """Covers: A-14-R4."""
        rule = self.get_rule("on_site")
        with freeze_time("2025-09-29 02:00:00"):
            lot = self.create_lots(prefix="LAMP")
            self.sell_and_deliver(lot)
        with freeze_time("2025-09-30 02:00:00"):
            repair = self.create_repair(lot, service_mode="on_site")
            self.finish_repair(repair)
        callback = self.get_callbacks(rule, repair_id=repair.id)
        self.assertEqual(
            callback.date_to, date(2025, 10, 11), "National Day is skipped, the make-up Saturday counts"
        )
        with freeze_time("2025-10-12 02:00:00"):
            self.assertIn(callback, self.env["service.callback"].search([("is_overdue", "=", True)]))
        with freeze_time("2025-10-09 02:00:00"):
            callback.with_user(self.caller)._log_attempt("reached")
            callback.with_user(self.caller).write({"satisfied": "yes", "repair_ok": "yes"})
            callback.questionnaire_done = True
            with self.assertRaisesRegex(UserError, "attitude score"):
                callback.with_user(self.caller).action_done()
            callback.with_user(self.caller).attitude_score = 4
            callback.with_user(self.caller).action_done()
        self.assertEqual((callback.repair_ok, callback.attitude_score, callback.on_time), ("yes", 4, True))

    def test_installation_is_called_two_to_three_days_after_the_slip(self):
        rule = self.get_rule("installation")
        term = self.env["warranty.term"].create(
            self.prepare_term("Installed", self.pump.product_tmpl_id, start_event="installation")
        )
        self.pump.tracking = "serial"
        lot = self.create_lots(product=self.pump, prefix="INST")
        self.sell_and_deliver(lot)
        registration = self.get_registrations(lot)
        self.assertEqual((registration.state, registration.term_id), ("draft", term))
        self.assertFalse(self.get_callbacks(rule))
        registration.start_date = "2026-03-02"
        registration.with_user(self.manager).action_activate()
        callback = self.get_callbacks(rule, registration_id=registration.id)
        self.assertEqual(self.window(callback), (date(2026, 3, 4), date(2026, 3, 5)))

    def test_second_call_follows_the_first_one_within_the_week_after_the_next(self):
        """Covers: F-14."""
        first, second = self.get_rule("3dc", survey_id=False), self.get_rule("second")
        repair = self.hand_over_at("2026-03-02 04:00:00", self.lot)
        callback = self.get_callbacks(first, repair_id=repair.id).with_user(self.caller)
        self.assertFalse(self.get_callbacks(second))
        with freeze_time("2026-03-05 02:00:00"):
            callback._log_attempt("reached")
            callback.write({"satisfied": "yes", "repair_ok": "yes", "attitude_score": 5})
            callback.action_done()
        follow_up = self.get_callbacks(second)
        self.assertEqual(self.window(follow_up), (date(2026, 3, 12), date(2026, 3, 19)))
        self.assertEqual(follow_up.repair_id, repair)

    def test_customers_are_called_by_grade_weekly_monthly_and_half_yearly(self):
        """Covers: F-14."""
        rules = [self.get_rule(f"grade_{grade}") for grade in "abc"]
        grades = {"a": self.customer, "b": self.other_customer, "c": self.supplier}
        for grade, partner in grades.items():
            partner.service_grade = grade
        with freeze_time("2026-11-18 02:00:00"):
            for rule in rules:
                rule._generate(self.company)
                rule._generate(self.company)
        windows = {
            rule.grade: self.window(self.get_callbacks(rule, partner_id=grades[rule.grade].id))
            for rule in rules
        }
        self.assertEqual(
            windows,
            {
                "a": (date(2026, 11, 16), date(2026, 11, 22)),
                "b": (date(2026, 11, 1), date(2026, 11, 30)),
                "c": (date(2026, 7, 1), date(2026, 12, 31)),
            },
        )
        with freeze_time("2026-11-24 02:00:00"):
            rules[0]._generate(self.company)
        self.assertEqual(
            len(self.get_callbacks(rules[0], partner_id=self.customer.id)), 2, "a new week, a new call"
        )

    # Whom

    def test_units_in_warranty_are_all_called_whatever_the_sample(self):
        """Covers: F-14."""
        rule = self.get_rule("3dc", sample_share=0)
        covered = self.hand_over_at("2026-03-01 04:00:00", self.lot)
        self.assertTrue(covered.under_warranty)
        with freeze_time("2026-03-01 04:00:00"):
            stranger = self.create_lots(prefix="STRANGER")
        bare = self.hand_over_at("2026-03-01 04:00:00", stranger)
        self.assertFalse(bare.under_warranty)
        self.assertEqual(self.get_callbacks(rule).repair_id, covered)
        self.assertTrue(self.get_callbacks(rule).in_warranty)

    def test_a_sample_is_the_same_whenever_it_is_drawn(self):
        rule = self.get_rule("level_2", sample_share=30, sample_all_in_warranty=False)
        lots = self.create_lots(30, prefix="SAMPLE")
        with freeze_time("2026-03-01 04:00:00"):
            repairs = self.env["repair.order"].concat(*(self.create_repair(lot) for lot in lots))
            repairs._log_service_stage("delivered", self.at("2026-03-01 04:00:00"))
            self.env.cr.execute(
                "UPDATE repair_order SET service_stage = 'delivered' WHERE id = ANY(%s)", [repairs.ids]
            )
            repairs.invalidate_recordset()
            drawn = rule._generate(self.company, repairs).repair_id
            self.assertTrue(0 < len(drawn) < 30)
            events = rule._find_repair_events("delivered", self.company, repairs)
            again = self.env["repair.order"].concat(
                *(event.source for event in events if rule._matches(event))
            )
        self.assertEqual(again, drawn)

    def test_management_calls_large_amounts_major_accidents_and_vips(self):
        """Covers: AS-10."""
        rule = self.get_rule("level_3")
        ordinary = self.hand_over_at("2026-03-01 04:00:00", self.lot)
        accident = self.hand_over_at("2026-03-01 05:00:00", self.lot, is_major_accident=True)
        self.assertEqual(self.get_callbacks(rule).repair_id, accident)
        self.customer.is_service_vip = True
        with freeze_time("2026-03-02 05:00:00"):
            rule._generate(self.company)
        self.assertEqual(self.get_callbacks(rule).repair_id, accident | ordinary)
        self.assertEqual(set(self.get_callbacks(rule).mapped("level")), {"3"})

    def test_rules_look_at_category_and_warranty(self):
        other = self.env["product.category"].create({"name": "Other"})
        rule = self.get_rule("3dc", categ_ids=[Command.set(other.ids)])
        self.hand_over_at("2026-03-01 04:00:00", self.lot)
        self.assertFalse(self.get_callbacks(rule))
        rule.write({"categ_ids": [Command.set(self.machine_categ.ids)], "warranty": "out"})
        with freeze_time("2026-03-02 04:00:00"):
            rule._generate(self.company)
            self.assertFalse(self.get_callbacks(rule))
            rule.warranty = "in"
            rule._generate(self.company)
        self.assertTrue(self.get_callbacks(rule))

    # Generating

    def test_the_nightly_run_finds_what_has_no_call_yet_and_changes_nothing_the_second_time(self):
        repair = self.hand_over_at("2026-03-01 04:00:00", self.lot)
        order = self.deliver_at("2026-03-01 04:00:00")
        self.assertFalse(self.env["service.callback"].search([("sale_id", "=", order.id)]))
        rules = self.get_rule("3dc") | self.get_rule("7dc")
        with freeze_time("2026-03-02 18:00:00"):
            self.run_cron()
            domain = [("rule_id", "in", rules.ids)]
            callbacks = self.env["service.callback"].search(domain)
            own = callbacks.filtered(
                lambda callback: callback.repair_id == repair or callback.sale_id == order
            )
            self.assertEqual(len(own), 2)
            self.run_cron()
            self.assertEqual(self.env["service.callback"].search(domain), callbacks)

    def test_old_events_are_not_put_on_the_list(self):
        repair = self.hand_over_at("2026-03-01 04:00:00", self.lot)
        rule = self.get_rule("3dc")
        with freeze_time("2026-04-20 02:00:00"):
            rule._generate(self.company)
        self.assertFalse(self.get_callbacks(rule, repair_id=repair.id))

    def test_a_customer_is_not_called_twice_a_day_when_the_windows_allow(self):
        rule = self.get_rule("3dc")
        first = self.hand_over_at("2026-03-01 04:00:00", self.lot)
        second = self.hand_over_at("2026-03-01 05:00:00", self.lot)
        callbacks = self.get_callbacks(rule)
        self.assertEqual(callbacks.repair_id, first | second)
        self.assertEqual(callbacks.mapped("date_planned"), [date(2026, 3, 4), date(2026, 3, 5)])
        self.assertFalse(callbacks.same_call_ids)

    def test_calls_that_must_fall_on_one_day_become_one_call(self):
        rule = self.get_rule("3dc", offset_to=3)
        self.hand_over_at("2026-03-01 04:00:00", self.lot)
        self.hand_over_at("2026-03-01 05:00:00", self.lot)
        callbacks = self.get_callbacks(rule)
        self.assertEqual(callbacks[0].same_call_ids, callbacks[1])
        with freeze_time("2026-03-04 02:00:00"):
            call = (
                self.env["service.callback.call"]
                .with_user(self.caller)
                .create({"callback_id": callbacks[0].id})
            )
            call.action_log()
        self.assertEqual(callbacks.mapped("state"), ["called", "called"])

    def test_calls_are_planned_for_working_days_when_the_window_has_one(self):
        rule = self.get_rule("7dc")
        order = self.deliver_at("2026-03-01 04:00:00")
        callback = self.get_callbacks(rule, sale_id=order.id)
        self.assertEqual(callback.date_planned, date(2026, 3, 9), "8 March is a Sunday")

    def test_many_deliveries_cost_no_more_queries_than_one(self):
        rule = self.get_rule("7dc")
        orders = [self.deliver_at("2026-03-01 04:00:00", prefix=f"Q{number}") for number in range(5)]
        self.env.cr.execute("DELETE FROM service_callback WHERE rule_id = %s", [rule.id])
        counts = []
        for chosen in (orders[:1], orders[1:]):
            pickings = self.env["stock.picking"].concat(*(order.picking_ids for order in chosen))
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time("2026-03-01 04:00:00"):
                rule._generate(self.company, pickings)
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(self.get_callbacks(rule)), 5)
        self.assertLessEqual(counts[1], counts[0] + 4)

    def test_who_is_called_on_the_next_day_is_on_the_list_at_once(self):
        """Covers: F-14."""
        rule, week_after = self.get_rule("next_day"), self.get_rule("week_after")
        with freeze_time("2026-03-02 04:00:00"):
            order = self.sell_and_deliver(self.create_lots(prefix="SOFA"))
            callback = self.get_callbacks(rule, sale_id=order.id)
            self.assertEqual(self.window(callback), (date(2026, 3, 2), date(2026, 3, 3)))
            self.assertFalse(self.get_callbacks(week_after), "left to the nightly run")
            self.run_rules()
        self.assertEqual(self.get_callbacks(week_after, sale_id=order.id).date_from, date(2026, 3, 9))
        rule.active = False
        with freeze_time("2026-03-02 05:00:00"):
            other = self.sell_and_deliver(self.create_lots(prefix="CHAIR"))
        self.assertFalse(self.get_callbacks(rule, sale_id=other.id))

    # Bad input

    def test_rules_that_make_no_sense_are_refused(self):
        rule = self.get_rule("3dc")
        for vals, message in (
            ({"call_from": 13}, "before the lunch break"),
            ({"trigger": "periodic"}, "how often"),
            ({"trigger": "callback"}, "follows another"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                rule.write(vals)

    def test_callbacks_are_made_by_rules_alone(self):
        rule = self.get_rule("3dc")
        with self.assertRaises(UserError):
            self.env["service.callback"].with_user(self.manager).create(
                {"rule_id": rule.id, "partner_id": self.customer.id, "company_id": self.company.id}
            )
