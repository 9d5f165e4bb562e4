# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .claim_kind_common import ClaimKindCommon


@tagged("post_install", "-at_install")
class TestClaimLapse(ClaimKindCommon):
    """Time limits: warned of in time, and nothing lapses silently."""

    def age(self, line, days):
        earlier = timedelta(days=days)
        line._set({"repair_date": line.repair_date - earlier, "deadline": line.deadline - earlier})

    def test_what_passed_its_window_lapses_with_the_reason(self):
        line = self._make_repair(removed=False).claim_line_ids
        kept = self._make_repair().claim_line_ids
        self.age(line, 91)
        self.age(kept, 90)
        self.assertEqual(self.lines._lapse_missed(), line)
        self.assertEqual((line.state, kept.state), ("lapsed", "claimable"), "the last day still counts")
        self.assertIn("old part was missing", line.lapse_reason)
        self.assertEqual(line.lapsed_on, self.company._get_law_date())
        self.assertEqual(line.amount_claimed, 400, "what was lost can be counted")
        with self.assertRaisesRegex(UserError, "these are not"):
            line.with_user(self.clerk).action_add_to_claims()

    def test_a_draft_claim_loses_what_lapsed(self):
        claim = self._make_claim()
        line = claim.line_ids
        self.age(line, 100)
        self.lines._lapse_missed()
        self.assertEqual((line.state, line.claim_id.id), ("lapsed", False))
        self.assertIn(f"draft {claim.name} was not submitted", line.lapse_reason)

    def test_a_problem_nobody_solved_is_the_reason(self):
        line = self._make_repair().claim_line_ids
        self.terms(price_basis="vendor_price")
        self.part.seller_ids.price = 0
        line.with_user(self.clerk).action_recheck()
        self.assertEqual(line.state, "blocked")
        self.age(line, 91)
        self.lines._lapse_missed()
        self.assertIn("gives no price", line.lapse_reason)

    def test_lapsed_lines_are_taken_up_by_a_manager_with_the_suppliers_consent(self):
        line = self._make_repair().claim_line_ids
        self.age(line, 91)
        self.lines._lapse_missed()
        with self.assertRaises(AccessError):
            line.with_user(self.clerk).action_unlapse()
        with self.assertRaisesRegex(UserError, "may be filed late"):
            line.with_user(self.manager).action_unlapse()
        line.with_user(self.manager).late_reason = "Agreed by mail"
        line.with_user(self.manager).action_unlapse()
        self.lines._lapse_missed()
        self.assertEqual(line.state, "claimable", "a late claim agreed to does not lapse again")
        line.with_user(self.clerk).action_add_to_claims()
        line.claim_id.with_user(self.clerk).action_submit()

    def test_nobody_writes_a_lapse(self):
        line = self._make_repair().claim_line_ids
        for user in (self.clerk, self.manager):
            with self.assertRaises(UserError):
                line.with_user(user).write({"lapse_reason": "Mine"})

    def test_each_warning_is_given_once(self):
        first, second = self._make_repair().claim_line_ids, self._make_repair().claim_line_ids
        self.age(first, 61)
        self.age(second, 70)
        self.lines._warn_of_deadlines()
        self.lines._warn_of_deadlines()
        warnings = self.agreement.activity_ids
        self.assertEqual(len(warnings), 1)
        self.assertEqual(warnings.user_id, self.clerk)
        self.assertEqual(warnings.summary, "2 lines, ¥\xa0800.00: file within 30 days")
        self.assertEqual(warnings.date_deadline, second.deadline)
        self.age(second, 10)
        self.lines._warn_of_deadlines()
        self.assertEqual((first.warned_days, second.warned_days), (30, 14))
        self.age(second, 9)
        self.lines._warn_of_deadlines()
        self.assertEqual((second.warned_days, len(self.agreement.activity_ids)), (3, 3))

    def test_warnings_follow_the_companys_setting(self):
        self.company.claim_warning_days = "10"
        line = self._make_repair().claim_line_ids
        self.age(line, 70)
        self.lines._warn_of_deadlines()
        self.assertFalse(self.agreement.activity_ids)
        for days in ("soon", "-3", "14, x", "0"):
            with self.subTest(days=days), self.assertRaisesRegex(ValidationError, "whole numbers"):
                self.company.claim_warning_days = days

    # Without an answer

    def overdue(self, rule):
        self.terms(answer_rule=rule)
        claim = self._make_claim()
        claim.action_submit()
        claim._set({"answer_deadline": self.company._get_law_date() - timedelta(days=1)})
        return claim

    def test_an_unanswered_claim_is_deemed_accepted_where_agreed(self):
        claim = self.overdue("accepted")
        claim.env["parts.claim"].sudo()._follow_up_overdue()
        self.assertEqual((claim.state, claim.amount_agreed), ("answered", 400))
        self.assertEqual(claim.line_ids.decision, "accepted")
        self.assertEqual(claim.answer_ids.mapped("channel"), ["deemed"])
        said = claim.message_ids.filtered(lambda message: "No answer came by the agreed date" in message.body)
        self.assertEqual(len(said), 1, "the claim says why")

    def test_an_unanswered_claim_is_told_to_the_responsible_person_once(self):
        claim = self.overdue("escalated")
        for _day in range(2):
            self.env["parts.claim"]._follow_up_overdue()
        self.assertEqual((claim.state, len(claim.activity_ids)), ("submitted", 1))
        self.assertEqual(claim.activity_ids.user_id, self.clerk)

    def test_an_answer_in_time_is_left_alone(self):
        claim = self.overdue("accepted")
        claim._set({"answer_deadline": self.company._get_law_date()})
        self.env["parts.claim"]._follow_up_overdue()
        self.assertEqual(claim.state, "submitted")
