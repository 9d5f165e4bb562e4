# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_statute import StatuteCase


@tagged("post_install", "-at_install")
class TestStatuteGoods(StatuteCase):
    """Other goods (rules of 1995), the consumer law, and what we promise beyond the law."""

    def report(self, when, lot=None, **vals):
        return super().report(when, lot or self.washer_lot, **vals)

    def goods_rights(self, unit, article):
        return self.rights(unit, article, statute=self.goods_statute)

    def consumer_rights(self, unit, article):
        statute = self.env.ref("aftersales_service.warranty_statute_consumer")
        return self.rights(unit, article, statute=statute)

    # Rules for certain goods

    def test_goods_art_9_day_7_gives_the_buyer_the_choice_day_8_replacement_or_repair(self):
        early = self.report(self.days_after_sale(7))
        self.assertEqual(self.goods_rights(early, "Art. 9").right, "choice")
        self.assertFalse(self.goods_rights(early, "Art. 10"), "the stronger right contains the weaker")
        early.action_repair_cancel()
        late = self.report(self.days_after_sale(8))
        self.assertFalse(self.goods_rights(late, "Art. 9"))
        self.assertEqual(self.goods_rights(late, "Art. 10").right, "exchange_repair")

    def test_goods_art_10_ends_after_day_15(self):
        for days, arises in ((15, True), (16, False)):
            repair = self.report(self.days_after_sale(days))
            self.assertEqual(bool(self.goods_rights(repair, "Art. 10")), arises, days)
            repair.action_repair_cancel()

    def test_goods_art_11_repaired_twice_and_still_not_usable(self):
        self.mend(self.days_after_sale(30))
        second = self.mend(self.days_after_sale(50))
        self.assertFalse(self.goods_rights(second, "Art. 11"))
        third = self.report(self.days_after_sale(70))
        right = self.goods_rights(third, "Art. 11")
        self.assertEqual((right.right, len(right.line_ids)), ("exchange_return", 2))

    def test_goods_art_11_only_within_the_warranty(self):
        self.mend(self.days_after_sale(300))
        self.mend(self.days_after_sale(400))
        third = self.report(self.days_after_sale(420))
        self.assertFalse(self.goods_rights(third, "Art. 11"))

    def test_goods_repair_of_30_days_gives_nothing_longer_gives_replacement(self):
        start = self.days_after_sale(30)
        repair = self.report(start)
        self.judge(repair, self.after(start, days=30))
        self.assertFalse(self.rights(repair, method="own_repair_days"))
        self.judge(repair, self.after(start, days=30, minutes=1))
        self.assertEqual(self.rights(repair, method="own_repair_days").right, "exchange")

    def test_goods_waiting_for_parts_is_counted_by_the_90_day_rule_only(self):
        start = self.days_after_sale(30)
        repair = self.report(start)
        with freeze_time(self.after(start, days=1)):
            repair.action_wait_for_parts()
        self.judge(repair, self.after(start, days=90))
        self.assertFalse(self.rights(repair, method="own_repair_days"))
        self.assertFalse(self.rights(repair, method="parts_missing_days"))
        self.judge(repair, self.after(start, days=90, minutes=1))
        self.assertEqual(self.rights(repair, method="parts_missing_days").right, "exchange")

    def test_goods_depreciation_by_the_day_without_repair_time(self):
        self.mend(self.days_after_sale(30), hours=48)
        self.mend(self.days_after_sale(50), hours=72)
        third = self.report(self.days_after_sale(105))
        right = self.goods_rights(third, "Art. 11")
        # 105 days less 5 of repairs; the third begins now
        self.assertEqual(right.use_days, 100)
        # 3,000 × 0.5 % × 100 days
        self.assertEqual((right.deduction, right.refund_amount), (1500, 1500))
        with self.assertRaises(UserError):
            self.answer(right, "grant", remedy="return", rate_percent=0.51)
        self.answer(right, "grant", remedy="return", rate_percent=0.1)
        self.assertEqual((right.deduction, right.refund_amount), (300, 2700))

    def test_goods_art_9_full_refund(self):
        repair = self.report(self.days_after_sale(7))
        right = self.goods_rights(repair, "Art. 9")
        self.assertEqual((right.deduction, right.refund_amount), (0, 3000))

    def test_goods_annex_whole_unit_6_months_main_parts_12(self):
        line = self.goods_term.line_ids
        line.months = 6
        with self.assertRaises(UserError):
            line.months = 5
        with self.assertRaises(UserError):
            self.goods_term.line_ids = [Command.create({"component_id": self.pipes.id, "months": 11})]

    # Consumer law

    def test_consumer_law_art_24_seven_days_where_no_other_rule_holds(self):
        self.goods_categ.statute_id = False
        for days, arises in ((7, True), (8, False)):
            repair = self.report(self.days_after_sale(days))
            self.assertEqual(bool(self.consumer_rights(repair, "Art. 24")), arises, days)
            repair.action_repair_cancel()

    def test_consumer_law_art_24_stands_back_behind_a_particular_statute(self):
        repair = self.report(self.days_after_sale(7))
        self.assertFalse(self.consumer_rights(repair, "Art. 24"))

    def test_consumer_law_art_25_distance_sale_is_returned_within_seven_days(self):
        ordinary = self.report(self.days_after_sale(7))
        self.assertFalse(self.consumer_rights(ordinary, "Art. 25"))
        ordinary.action_repair_cancel()
        self.washer_order.distance_sale = True
        for days, arises in ((7, True), (8, False)):
            repair = self.report(self.days_after_sale(days))
            self.assertEqual(bool(self.consumer_rights(repair, "Art. 25")), arises, days)
            repair.action_repair_cancel()

    def test_consumer_law_art_25_exceptions(self):
        self.washer_order.distance_sale = True
        self.washer.no_return_reason = "custom"
        repair = self.report(self.days_after_sale(7))
        self.assertFalse(self.consumer_rights(repair, "Art. 25"))

    def test_consumer_law_art_25_refund_seven_days_after_the_goods_came_back(self):
        self.washer_order.distance_sale = True
        repair = self.report(self.days_after_sale(7))
        right = self.consumer_rights(repair, "Art. 25")
        self.answer(right, "grant", returned_on="2024-03-12")
        self.assertEqual((right.remedy, str(right.completion_deadline)), ("return", "2024-03-19"))

    def test_consumer_law_art_23_seller_proves_for_six_months(self):
        for when, arises in (("2024-09-01 02:00:00", True), ("2024-09-02 02:00:00", False)):
            repair = self.report(when)
            self.assertEqual(bool(self.consumer_rights(repair, "Art. 23")), arises, when)
            repair.action_repair_cancel()

    def test_answer_after_fifteen_days_is_deliberate_delay(self):
        repair = self.report(self.days_after_sale(7))
        right = self.goods_rights(repair, "Art. 9")
        with freeze_time("2024-03-10 02:00:00"):
            self.answer(right, "request", requested_on="2024-03-10")
        self.assertEqual(str(right.answer_deadline), "2024-03-25")

    # Our promise

    def sell_machine(self):
        with freeze_time(self.sold_on):
            lot = self.create_lots(prefix="MACHINE")
            self.sell_and_deliver(lot)
        return lot

    def mend_for_company(self, when, lot, **vals):
        return self.mend(when, lot, partner_id=self.customer.id, cause_id=self.noise.id, **vals)

    def test_same_fault_three_times_gives_a_new_unit_also_to_companies(self):
        """Covers: R-26."""
        lot = self.sell_machine()
        self.mend_for_company(self.days_after_sale(30), lot)
        self.mend(self.days_after_sale(40), lot, partner_id=self.customer.id, cause_id=self.leak.id)
        second = self.mend_for_company(self.days_after_sale(60), lot)
        self.assertFalse(self.rights(second, method="same_fault_reached"))
        third = self.report(
            self.days_after_sale(90), lot, partner_id=self.customer.id, cause_id=self.noise.id
        )
        right = self.rights(third, method="same_fault_reached")
        self.assertEqual((right.right, len(right.line_ids)), ("exchange", 3))
        self.assertNotIn(self.leak.name, right.reason)

    def test_two_handlings_in_vain_raise_the_service_level_at_once(self):
        """Covers: R-27."""
        lot = self.sell_machine()
        first = self.mend_for_company(self.days_after_sale(30), lot)
        self.mend_for_company(self.days_after_sale(60), lot)
        self.assertEqual(first.priority, "0")
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Again", "description": "Noise", "priority": "1", "company_id": self.company.id}
        )
        third = self.report(
            self.days_after_sale(90),
            lot,
            partner_id=self.customer.id,
            cause_id=self.noise.id,
            ticket_id=ticket.id,
        )
        self.assertEqual(self.rights(third, method="failed_handlings").right, "escalation")
        self.assertEqual((third.priority, ticket.priority), ("1", "2"))
        self.judge(third, self.days_after_sale(91))
        self.assertEqual(ticket.priority, "2", "raised once")

    def test_repeat_repairs_are_recognized_by_the_fault_and_by_the_note_that_it_persists(self):
        """Covers: F-20."""
        lot = self.sell_machine()
        self.mend_for_company(self.days_after_sale(30), lot)
        second = self.mend_for_company(self.days_after_sale(60), lot)
        self.assertFalse(self.rights(lot))
        second.with_user(self.reception).fault_persists = True
        right = self.rights(lot, method="failed_handlings")
        self.assertEqual((right.right, len(right.line_ids)), ("escalation", 2))
        self.assertEqual(second.priority, "1")
        third = self.report(
            self.days_after_sale(90), lot, partner_id=self.customer.id, cause_id=self.noise.id
        )
        self.assertEqual(self.rights(third, method="same_fault_reached").right, "exchange")

    def test_a_company_may_promise_more(self):
        parameter = self.env.ref("aftersales_service.parameter_promise_same_fault_repairs")
        self.env["compliance.parameter.edition"]._add_edition(
            {
                "parameter_id": parameter.id,
                "company_id": self.company.id,
                "value": "2",
                "law": "Service promise of the company",
                "evidence": "read",
            },
            "Decided by the management",
        )
        lot = self.sell_machine()
        self.mend_for_company(self.days_after_sale(30), lot)
        second = self.mend_for_company(self.days_after_sale(60), lot)
        self.assertTrue(self.rights(second, method="same_fault_reached"))

    def test_the_terms_of_the_unit_may_promise_more_or_less(self):
        """Covers: R-26."""
        self.term.same_fault_limit = 2
        lot = self.sell_machine()
        self.mend_for_company(self.days_after_sale(30), lot)
        second = self.mend_for_company(self.days_after_sale(60), lot)
        self.assertEqual(len(self.rights(second, method="same_fault_reached").line_ids), 2)

    def test_what_is_the_customers_own_doing_gives_no_rights(self):
        repair = self.report(self.days_after_sale(5))
        self.assertTrue(self.goods_rights(repair, "Art. 9"))
        misuse = {"kind": "misuse", "party": "customer", "share": 60}
        defect = {"kind": "defect", "party": "supplier", "share": 40}
        with freeze_time(self.days_after_sale(5)):
            repair.responsibility_ids = [Command.create(misuse), Command.create(defect)]
            self.assertTrue(self.goods_rights(repair, "Art. 9"), "not his doing alone")
            repair.responsibility_ids[1].unlink()
            repair.responsibility_ids.share = 100
            self.assertFalse(self.goods_rights(repair, "Art. 9"))
            repair.responsibility_ids.unlink()
            self.assertTrue(self.goods_rights(repair, "Art. 9"))

    def test_a_unit_opened_by_a_stranger_gives_no_rights_unless_somebody_else_is_responsible(self):
        repair = self.report(self.days_after_sale(5))
        with freeze_time(self.days_after_sale(5)):
            repair.opened_before = "unauthorized"
            self.assertFalse(self.goods_rights(repair, "Art. 9"))
            repair.responsibility_ids = [Command.create({"kind": "defect", "party": "supplier"})]
            self.assertTrue(self.goods_rights(repair, "Art. 9"))
