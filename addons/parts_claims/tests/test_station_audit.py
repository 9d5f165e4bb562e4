# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .station_common import StationCommon


@tagged("post_install", "-at_install")
class TestStationAudit(StationCommon):
    """The rules of the audit judge what stations file, before a person answers."""

    def _rule(self, outcome, **vals):
        rule = (
            self.env["claim.rule"]
            .with_user(self.manager)
            .create(
                {
                    "code": f"T-{outcome}",
                    "name": f"Rule that would {outcome}",
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "direction": "inbound",
                    "outcome": outcome,
                    **vals,
                }
            )
        )
        rule.action_activate()
        return rule

    def test_without_a_live_rule_a_person_decides_and_nothing_is_logged(self):
        claim = self._filed(self._line())
        self.assertFalse(claim.line_ids.audit_log_ids)
        self.assertFalse(claim.line_ids.decision)
        self.assertTrue(claim.activity_ids)

    def test_an_accepting_rule_answers_with_what_the_terms_allow(self):
        rule = self._rule("accept")
        claim = self._filed(self._line(price=400), self._line(document="R-2", price=900))
        self.assertEqual(claim.line_ids.audit_log_id.rule_id, rule)
        self.assertEqual(claim.line_ids.mapped("decision"), ["accepted", "partly"])
        self.assertEqual(claim.line_ids[1].amount_agreed, 440.0)
        self.assertEqual(claim.state, "submitted", "the answer is closed by a person")

    def test_a_refusing_rule_refuses_with_its_reason(self):
        self._rule("refuse", kind="amount_above", amount=500)
        claim = self._filed(self._line(price=400), self._line(document="R-2", price=900))
        dear = claim.line_ids.filtered(lambda line: line.station_document == "R-2")
        self.assertEqual((dear.decision, dear.decision_reason), ("refused", dear.audit_reason))
        self.assertFalse((claim.line_ids - dear).decision)

    def test_a_returning_rule_frees_the_line_to_be_filed_again(self):
        self._rule("return", kind="amount_above", amount=500)
        claim = self._filed(self._line(price=900))
        self.assertEqual(claim.line_ids.decision, "returned")
        self.assertTrue(self._filed(self._line(price=400)))

    def test_what_is_left_to_a_person_is_decided_under_to_audit(self):
        self._rule("manual")
        line = self._filed(self._line()).line_ids
        self.assertEqual((line.audit_outcome, line.decision), ("manual", False))
        line._decide_audit("refuse", "The photograph shows another unit")
        self.assertEqual(line.decision, "refused")
        self.assertEqual(line.decision_reason, "The photograph shows another unit")

    def test_a_rule_for_suppliers_says_nothing_about_stations(self):
        self._rule("refuse", direction="outbound")
        claim = self._filed(self._line())
        self.assertFalse(claim.line_ids.audit_log_ids)
        self.assertFalse(claim.line_ids.decision)

    def test_the_same_work_filed_by_another_document_is_found(self):
        rule = self.env["claim.rule"].search([("kind", "=", "duplicate")], limit=1)
        copy = rule.copy({"company_id": self.company.id, "currency_id": self.company.currency_id.id})
        copy.with_user(self.manager).action_activate()
        self._filed(self._line())
        again = self._filed(self._line(document="R-9", repair_date=self._day(9))).line_ids
        self.assertEqual(again.audit_log_id.rule_id, copy)
