# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_statute import StatuteCase


@tagged("post_install", "-at_install")
class TestStatuteCar(StatuteCase):
    """The car rules (SAMR Order No. 43), article by article."""

    # Art. 18: minimum of the warranty

    def test_art_18_term_shorter_than_36_months_is_refused(self):
        line = self.car_term.line_ids
        line.months = 36
        with self.assertRaises(UserError) as refused:
            line.months = 35
        violation = refused.exception.violations[0]
        self.assertEqual(violation.rule, "warranty.statute.CAR.minimum_cover")
        self.assertIn("Art. 18", violation.reference)

    def test_art_18_term_below_60000_km_is_refused(self):
        line = self.car_term.line_ids
        with self.assertRaises(UserError):
            line.meter_limit = 59999
        line.write({"meter_limit": 0, "meter_unit": False})
        self.assertFalse(self.car_term.statute_notice)

    def test_art_18_holds_for_new_terms_of_subcategories_and_products(self):
        short = {"component_id": self.main_unit.id, "months": 24}
        for scope in (
            {"categ_ids": [Command.set(self.sedan_categ.ids)]},
            {"product_tmpl_ids": [Command.set(self.car.product_tmpl_id.ids)]},
        ):
            with self.assertRaises(UserError):
                self.env["warranty.term"].with_user(self.manager).create(
                    {
                        "name": "Short",
                        "valid_from": "2022-01-01",
                        "line_ids": [Command.create(short)],
                        **scope,
                    }
                )

    def test_art_18_all_shortfalls_are_told_at_once_and_wear_parts_have_their_own_term(self):
        wear = self.env["warranty.component"].create({"code": "T-WEAR", "name": "Wear", "kind": "wear"})
        self.car_term.line_ids = [Command.create({"component_id": wear.id, "months": 6})]
        with self.assertRaises(UserError) as refused:
            self.env["warranty.term"].create(
                {
                    "name": "Short",
                    "valid_from": "2022-01-01",
                    "product_tmpl_ids": [Command.set(self.car.product_tmpl_id.ids)],
                    "line_ids": [
                        Command.create({"component_id": self.pipes.id, "months": 12}),
                        Command.create({"component_id": self.main_unit.id, "months": 24}),
                        Command.create({"component_id": wear.id, "months": 6}),
                    ],
                }
            )
        self.assertEqual(len(refused.exception.violations), 2)

    def test_art_18_a_term_made_before_the_statute_was_set_is_flagged(self):
        self.assertFalse(self.term.statute_notice)
        self.machine_categ.statute_id = self.car_statute
        self.term.invalidate_recordset(["statute_notice"])
        self.assertIn("36", self.term.statute_notice)

    # Art. 20: assembly free of charge

    def test_art_20_main_part_on_day_60_gives_a_new_assembly_on_day_61_none(self):
        early = self.report(self.days_after_sale(60), parts=[self.crankshaft])
        right = self.rights(early, "Art. 20")
        self.assertEqual(right.right, "assembly")
        early.action_repair_cancel()
        self.assertEqual(right.state, "lapsed")
        late = self.report(self.days_after_sale(61), parts=[self.crankshaft])
        self.assertFalse(self.rights(late, "Art. 20"))

    def test_art_20_up_to_3000_km_only(self):
        day = self.days_after_sale(30)
        near = self.report(day, parts=[self.crankshaft], km=3000)
        self.assertTrue(self.rights(near, "Art. 20"))
        near.action_repair_cancel()
        far = self.report(day, parts=[self.crankshaft], km=3001)
        self.assertFalse(self.rights(far, "Art. 20"))

    def test_art_20_names_four_assemblies_only(self):
        repair = self.report(self.days_after_sale(30), parts=[self.rack])
        self.assertFalse(self.rights(repair, "Art. 20"))

    # Art. 21: loan car or compensation

    def test_art_21_loan_from_day_6_and_not_on_day_5(self):
        start = self.days_after_sale(100)
        repair = self.report(start)
        self.judge(repair, self.after(start, hours=120))
        self.assertFalse(self.rights(repair, "Art. 21"))
        self.judge(repair, self.after(start, hours=120, minutes=1))
        right = self.rights(repair, "Art. 21")
        self.assertEqual((right.right, right.loan_days), ("loan", 1))
        self.judge(repair, self.after(start, days=9))
        self.assertEqual(right.loan_days, 4)

    def test_art_21_waiting_for_parts_counts(self):
        start = self.days_after_sale(100)
        repair = self.report(start)
        with freeze_time(self.after(start, days=1)):
            repair.action_wait_for_parts()
        self.judge(repair, self.after(start, days=5, minutes=1))
        self.assertTrue(self.rights(repair, "Art. 21"))

    def test_art_21_arises_overnight_for_running_repairs_and_is_not_made_twice(self):
        start = self.days_after_sale(100)
        repair = self.report(start)
        with freeze_time(self.after(start, days=6)):
            for _night in range(2):
                with self.enter_registry_test_mode():
                    self.env.ref("aftersales_service.warranty_statute_cron_evaluate").method_direct_trigger()
        self.assertEqual(len(self.rights(repair, "Art. 21")), 1)

    def test_art_21_ends_with_the_free_repair_warranty(self):
        start = "2027-03-02 02:00:00"
        repair = self.report(start)
        self.judge(repair, self.after(start, days=9))
        self.assertFalse(self.rights(repair, "Art. 21"))

    def test_art_21_compensation_is_computed_by_the_day(self):
        start = self.days_after_sale(100)
        repair = self.report(start)
        self.judge(repair, self.after(start, days=8))
        right = self.rights(repair, "Art. 21")
        self.answer(right, "grant", remedy="compensation", daily_compensation=150)
        self.assertEqual((right.loan_days, right.compensation_amount), (3, 450))

    # Art. 22 and 23: at once

    def test_art_22_main_assembly_on_day_7_gives_replacement_or_return_on_day_8_none(self):
        early = self.report(self.days_after_sale(7), parts=[self.engine])
        right = self.rights(early, "Art. 22")
        self.assertEqual(right.right, "exchange_return")
        self.assertFalse(right.use_compensation)
        early.action_repair_cancel()
        late = self.report(self.days_after_sale(8), parts=[self.engine])
        self.assertFalse(self.rights(late, "Art. 22"))

    def test_art_23_safety_fault_on_day_60_and_3000_km_not_on_day_61_or_3001_km(self):
        for days, km, arises in ((60, 3000, True), (61, 3000, False), (60, 3001, False), (60, None, True)):
            lot = self.sell_car(f"S{days}-{km}-")
            repair = self.report(self.days_after_sale(days), lot, km=km, cause_id=self.brake_failure.id)
            self.assertEqual(bool(self.rights(repair, "Art. 23")), arises, (days, km))

    def test_art_23_only_the_faults_it_names(self):
        repair = self.report(self.days_after_sale(10), cause_id=self.airbag.id)
        self.assertFalse(self.rights(repair, "Art. 23"))
        repair.cause_id = self.brake_failure
        self.assertTrue(self.rights(repair, "Art. 23"))

    # Art. 24: in vain

    def test_art_24_1_severe_fault_again_after_two_repairs(self):
        self.mend(self.days_after_sale(100), cause_id=self.airbag.id)
        second = self.mend(self.days_after_sale(120), cause_id=self.airbag.id)
        self.assertFalse(self.rights(second, "Art. 24 (1)"))
        third = self.report(self.days_after_sale(140), cause_id=self.brake_failure.id)
        right = self.rights(third, "Art. 24 (1)")
        self.assertEqual((right.right, right.repair_id), ("exchange_return", third))
        self.assertEqual(len(right.line_ids), 2)

    def test_art_24_1_severe_fault_that_the_second_repair_did_not_cure(self):
        first = self.mend(self.days_after_sale(100), cause_id=self.airbag.id)
        first.fault_persists = True
        self.assertFalse(self.rights(first, "Art. 24 (1)"))
        second = self.mend(self.days_after_sale(120), cause_id=self.airbag.id)
        second.fault_persists = True
        self.assertTrue(self.rights(second, "Art. 24 (1)"))

    def test_art_24_2_engine_replaced_twice_and_still_not_in_order(self):
        self.mend(self.days_after_sale(100), parts=[self.engine])
        self.report_and_cancel(self.days_after_sale(110), parts=[self.engine], arises=False)
        self.mend(self.days_after_sale(120), parts=[self.engine])
        self.assertFalse(self.rights(self.car_lot, "Art. 24 (2)"))
        self.report_and_cancel(self.days_after_sale(140), parts=[self.engine], arises=True)

    def report_and_cancel(self, when, parts, arises):
        repair = self.report(when, parts=parts)
        self.assertEqual(bool(self.rights(repair, "Art. 24 (2)")), arises)
        repair.action_repair_cancel()

    def test_art_24_3_same_main_part_replaced_twice_and_needed_again(self):
        self.mend(self.days_after_sale(100), parts=[self.rack])
        self.mend(self.days_after_sale(120), parts=[self.rack])
        other = self.report(self.days_after_sale(130), parts=[self.pads])
        self.assertFalse(self.rights(other, "Art. 24 (3)"))
        other.action_repair_cancel()
        third = self.report(self.days_after_sale(140), parts=[self.rack])
        self.assertEqual(len(self.rights(third, "Art. 24 (3)").line_ids), 2)

    def test_art_24_no_double_count_of_a_main_part_that_came_with_its_assembly(self):
        self.mend(self.days_after_sale(100), parts=[self.engine, self.crankshaft])
        self.mend(self.days_after_sale(120), parts=[self.crankshaft])
        third = self.report(self.days_after_sale(140), parts=[self.crankshaft])
        self.assertFalse(self.rights(third, "Art. 24 (3)"))
        self.assertFalse(self.rights(third, "Art. 24 (2)"))

    def test_art_24_4_total_of_30_days_gives_nothing_31_days_do(self):
        first = self.mend(self.days_after_sale(100), hours=10 * 24)
        self.mend(self.days_after_sale(150), hours=20 * 24)
        self.assertFalse(self.rights(first, method="total_days"))
        third = self.mend(self.days_after_sale(200), hours=1)
        right = self.rights(third, method="total_days")
        self.assertEqual(right.days_total, 31)
        self.assertEqual(right.line_ids.mapped("days"), [10, 20, 1])
        self.assertIn("31", right.reason)

    def test_art_24_4_transport_of_special_parts_is_not_counted(self):
        repair = self.mend(self.days_after_sale(100), hours=31 * 24)
        self.assertTrue(self.rights(repair, method="total_days"))
        with self.assertRaises(AccessError):
            repair.with_user(self.technician).statute_excluded_hours = 24
        repair.with_user(self.manager).statute_excluded_hours = 24
        self.assertFalse(self.rights(repair, method="total_days"))
        self.assertTrue(self.rights(repair, "Art. 21"), "Art. 21 counts waiting for any part")

    def test_art_24_4_same_fault_4_repairs_give_nothing_the_5th_does(self):
        for number in range(4):
            repair = self.mend(self.days_after_sale(100 + 10 * number), cause_id=self.noise.id)
        self.mend(self.days_after_sale(150), cause_id=self.leak.id)
        self.assertFalse(self.rights(repair, method="same_fault_exceeded"))
        fifth = self.report(self.days_after_sale(160), cause_id=self.noise.id)
        right = self.rights(fifth, method="same_fault_exceeded")
        self.assertEqual(len(right.line_ids), 5)
        self.assertNotIn(self.leak.name, right.reason)

    def test_art_24_only_within_two_years_and_50000_km(self):
        """The day of the invoice is not counted: the period ends on the same day two years later."""
        for when, km, arises in (
            ("2026-03-01 10:00:00", 50000, True),
            ("2026-03-02 10:00:00", 50000, False),
            ("2026-03-01 10:00:00", 50001, False),
        ):
            repair = self.report(when, self.sell_car(f"T{when[:10]}-{km}-"), km=km)
            self.judge(repair, self.after(when, days=30, minutes=1))
            self.assertEqual(bool(self.rights(repair, method="total_days")), arises, (when, km))

    # Art. 26 and 27: amounts

    def test_art_26_27_compensation_for_use_and_costs(self):
        repair = self.report(self.days_after_sale(200), km=12000)
        self.judge(repair, self.days_after_sale(231))
        right = self.rights(repair, method="total_days")
        self.assertEqual((right.price, right.meter_reading, right.rate_percent), (200000, 12000, 0.5))
        # 200,000 × 12,000 / 1,000 × 0.5 %
        self.assertEqual((right.deduction, right.refund_amount), (12000, 188000))
        self.answer(right, "grant", remedy="return", rate_percent=0.4, meter_reading=12500, extra_costs=3600)
        # 200,000 × 12,500 / 1,000 × 0.4 %
        self.assertEqual((right.deduction, right.refund_amount), (10000, 193600))

    def test_art_27_coefficient_above_half_a_percent_is_refused(self):
        repair = self.report(self.days_after_sale(200), km=12000)
        self.judge(repair, self.days_after_sale(231))
        right = self.rights(repair, method="total_days")
        for rate in (0.501, 0.6, -0.1):
            with self.assertRaises(UserError):
                self.answer(right, "grant", remedy="return", rate_percent=rate)
        self.assertEqual(right.state, "open")
        self.answer(right, "grant", remedy="return", rate_percent=0.5)
        self.assertEqual(right.state, "granted")

    def test_art_27_no_compensation_where_the_car_is_taken_back_at_once(self):
        repair = self.report(self.days_after_sale(10), km=900, cause_id=self.brake_failure.id)
        right = self.rights(repair, "Art. 23")
        self.assertEqual((right.deduction, right.refund_amount), (0, 200000))

    # Art. 28: deadlines

    def test_art_28_ten_and_twenty_working_days_across_the_spring_festival(self):
        """Holidays 15 to 23 February 2026; 14 and 28 February are worked."""
        repair = self.report("2026-01-05 02:00:00")
        self.judge(repair, "2026-02-12 02:00:00")
        right = self.rights(repair, method="total_days")
        with freeze_time("2026-02-12 02:00:00"):
            self.answer(right, "request", user=self.reception, requested_on="2026-02-12")
        self.assertEqual(str(right.answer_deadline), "2026-03-04")
        self.assertEqual(str(right.completion_deadline), "2026-03-18")
        self.assertFalse(right.deadline_note)
        self.assertEqual(right.activity_ids.date_deadline, right.answer_deadline)
        for day, overdue in (("2026-03-04 02:00:00", False), ("2026-03-05 02:00:00", True)):
            with freeze_time(day):
                right.invalidate_recordset(["is_overdue"])
                self.assertEqual(right.is_overdue, overdue)
                found = right.search([("is_overdue", "=", True), ("id", "=", right.id)])
                self.assertEqual(bool(found), overdue)

    def test_art_28_holidays_not_announced_yet_are_told(self):
        with freeze_time("2025-01-10 02:00:00"):
            lot = self.create_lots(product=self.car, prefix="NEW")
            self.sell_and_deliver(lot, partner=self.driver)
        repair = self.report("2026-11-20 02:00:00", lot)
        self.judge(repair, "2026-12-28 02:00:00")
        right = self.rights(repair, method="total_days")
        with freeze_time("2026-12-28 02:00:00"):
            self.answer(right, "request", requested_on="2026-12-28")
        self.assertTrue(right.deadline_note)
        self.assertGreater(str(right.answer_deadline), "2027-01-01")

    def test_art_28_declined_with_a_reason_only(self):
        repair = self.report(self.days_after_sale(10), cause_id=self.brake_failure.id)
        right = self.rights(repair, "Art. 23")
        for reason in (False, "   "):
            with self.assertRaises(UserError):
                self.answer(right, "decline", answer_reason=reason)
        self.answer(right, "decline", answer_reason="The brakes work; see the test report.")
        self.assertEqual((right.state, right.answered_by_id), ("declined", self.manager))

    # Art. 29 and 30: terms

    def test_art_29_terms_run_anew_after_replacement(self):
        repair = self.report(self.days_after_sale(10), cause_id=self.brake_failure.id)
        right = self.rights(repair, "Art. 23")
        old = self.get_registrations(self.car_lot)
        substitute = self.create_lots(product=self.car, prefix="SUB")
        with freeze_time(self.days_after_sale(30)):
            self.answer(right, "grant", remedy="exchange")
            with self.assertRaises(UserError):
                self.answer(right, "complete", replacement_lot_id=self.car_lot.id)
            self.answer(right, "complete", replacement_lot_id=substitute.id)
        new = right.replacement_registration_id
        self.assertEqual((right.state, new.lot_id, new.partner_id), ("done", substitute, self.driver))
        self.assertEqual((str(new.start_date), str(new.end_date)), ("2024-03-31", "2027-03-30"))
        self.assertEqual(new.line_ids.meter_limit, 60000)
        self.assertEqual(old.state, "transferred")

    def test_art_30_rights_follow_the_owner(self):
        for number in range(4):
            self.mend(self.days_after_sale(100 + 10 * number), cause_id=self.noise.id)
        buyer = self.env["res.partner"].create({"name": "Second owner"})
        with freeze_time(self.days_after_sale(150)):
            self.get_registrations(self.car_lot)._transfer(buyer, "Sold")
        fifth = self.report(self.days_after_sale(160), cause_id=self.noise.id, partner_id=buyer.id)
        right = self.rights(fifth, method="same_fault_exceeded")
        self.assertEqual((right.partner_id, len(right.line_ids)), (buyer, 5))

    # Art. 32: exemptions

    def test_art_32_exempt_repairs_give_no_right_and_do_not_count(self):
        exemption = self.env.ref("aftersales_service.warranty_statute_exemption_car_3")
        repair = self.report(self.days_after_sale(10), cause_id=self.brake_failure.id)
        right = self.rights(repair, "Art. 23")
        for user in (self.technician, self.reception):
            with self.assertRaises(AccessError):
                repair.with_user(user).statute_exemption_id = exemption
        repair.with_user(self.manager).statute_exemption_id = exemption
        self.assertEqual(right.state, "lapsed")
        with self.assertRaises(AccessError):
            repair.with_user(self.reception).statute_exemption_id = False
        repair.with_user(self.manager).statute_exemption_id = False
        self.assertEqual(right.state, "open")

    def test_art_32_maintenance_is_no_repair_of_a_fault(self):
        maintenance = self.env.ref("aftersales_service.warranty_statute_exemption_maintenance")
        repair = self.report(self.days_after_sale(10))
        repair.with_user(self.reception).statute_exemption_id = maintenance
        self.judge(repair, self.days_after_sale(20))
        self.assertFalse(self.rights(repair, "Art. 21"))

    # Art. 40: days

    def test_art_40_each_full_24_hours_is_a_day_and_the_rest_another(self):
        start = self.days_after_sale(100)
        for hours, minutes, days in ((0, 1, 1), (24, 0, 1), (24, 1, 2), (48, 0, 2), (71, 59, 3)):
            repair = self.report(start)
            self.finish(repair, self.after(start, hours=hours, minutes=minutes))
            self.assertEqual(repair.repair_days, days, (hours, minutes))

    def test_art_40_the_repair_ends_when_it_is_ready(self):
        start = self.days_after_sale(100)
        repair = self.report(start)
        with freeze_time(self.after(start, days=2, minutes=1)):
            self.assertEqual(repair.repair_days, 3)
        self.finish(repair, self.after(start, days=3))
        with freeze_time(self.after(start, days=30)):
            repair.invalidate_recordset(["repair_days"])
            self.assertEqual(repair.repair_days, 3)

    # Scope

    def test_companies_have_no_consumer_rights(self):
        with freeze_time(self.sold_on):
            lot = self.create_lots(product=self.car, prefix="FLEET")
            self.sell_and_deliver(lot, partner=self.customer)
        repair = self.report(
            self.days_after_sale(10), lot, cause_id=self.brake_failure.id, partner_id=self.customer.id
        )
        self.assertFalse(self.rights(repair))

    def test_a_unit_without_statute_falls_under_none(self):
        self.car_categ.statute_id = False
        repair = self.report(self.days_after_sale(10), cause_id=self.brake_failure.id)
        self.assertFalse(self.rights(repair, "Art. 23"))

    def test_a_car_sold_under_the_rules_of_2012_is_judged_by_them(self):
        """35 days and 5 repairs then; no return within 7 days."""
        self.car_term.valid_from = "2020-01-01"
        with freeze_time("2021-12-28 02:00:00"):
            lot = self.create_lots(product=self.car, prefix="OLD")
            self.sell_and_deliver(lot, partner=self.driver)
        repair = self.report("2022-01-03 02:00:00", lot, parts=[self.engine])
        self.assertFalse(self.rights(repair, "Art. 22"))
        for days, arises in ((35, False), (36, True)):
            self.judge(repair, self.after("2022-01-03 02:00:00", days=days))
            self.assertEqual(bool(self.rights(repair, method="total_days")), arises)
