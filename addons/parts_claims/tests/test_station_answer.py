# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.aftersales_service.tests.common import SIGNATURE

from .station_common import StationCommon


@tagged("post_install", "-at_install")
class TestStationAnswer(StationCommon):
    """We answer a station line by line; it agrees or disputes once; what was accepted is claimed from suppliers."""

    def _agree(self, claim):
        claim.with_user(self.station_user).sudo()._station_agrees(self.station_user.partner_id)

    def _dispute(self, claim, reason="The gauge shows it", **options):
        station = claim.with_user(self.station_user).sudo()
        station._station_disputes(self.station_user.partner_id, reason, **options)

    # Deciding

    def test_a_clerk_decides_on_the_screen(self):
        claim = self._filed(self._line(), self._labor())
        with Form(claim, view="parts_claims.parts_claim_view_form_station") as form:
            with form.line_ids.edit(0) as line:
                line.decision = "accepted"
            with form.line_ids.edit(1) as line:
                line.decision = "partly"
                line.amount_agreed = 150
                line.decision_reason = "Two hours would do"
        claim.action_answer()
        self.assertEqual((claim.state, claim.amount_agreed), ("answered", 550.0))
        self.assertEqual(claim.answer_deadline, self.today + timedelta(days=10))
        self.assertEqual(len(claim.answer_ids), 2)

    def test_the_terms_decide_what_is_clear(self):
        claim = self._filed(
            self._line(price=500),
            self._labor(),
            self._line(kind="expense", part="", description="Hotel", price=9),
        )
        claim.action_accept_rest()
        self.assertEqual(claim.line_ids.mapped("decision"), ["partly", "partly", "refused"])
        self.assertEqual(claim.line_ids.mapped("amount_agreed"), [440.0, 200.0, 0.0])
        self.assertIn("10.00 %", claim.line_ids[0].decision_reason)

    def test_what_has_no_price_is_left_to_a_person(self):
        self.part.standard_price = 0
        claim = self._filed(self._line())
        self.assertTrue(claim.line_ids.problem)
        claim.action_accept_rest()
        self.assertFalse(claim.line_ids.decision)
        with self.assertRaisesRegex(UserError, "has no decision"):
            claim.action_answer()

    def test_more_than_agreed_needs_a_managers_reason(self):
        claim = self._filed(self._line(price=500))
        claim.line_ids.decision = "accepted"
        with self.assertRaisesRegex(UserError, "is more than the"):
            claim.action_answer()
        with self.assertRaises(AccessError):
            claim.line_ids.excess_reason = "Because"
        claim.line_ids.with_user(self.manager).excess_reason = "The part came by air"
        claim.action_answer()
        self.assertEqual(claim.amount_agreed, 500.0)
        with self.assertRaises(UserError):
            claim.line_ids.with_user(self.manager).excess_reason = "Later"

    def test_the_quota_of_the_period_is_kept(self):
        """Covers: F-18."""
        station = self.env["res.partner"].create({"name": "Quota Service", "is_company": True})
        self._make_station_agreement(station, quota_amount=700)
        user = self._make_station_user("quota.service", station)
        first = self._filed(self._line(), user=user)
        first.action_accept_rest()
        first.action_answer()
        second = self._filed(self._line(document="R-2"), user=user)
        self.assertEqual((second.quota_set, second.quota_left), (True, 300.0))
        second.action_accept_rest()
        with self.assertRaisesRegex(UserError, "left of the quota"):
            second.action_answer()
        with self.assertRaises(AccessError):
            second.excess_reason = "Season"
        second.with_user(self.manager).excess_reason = "Season"
        second.action_answer()
        self.assertEqual(second.state, "answered")

    def test_a_returned_line_is_filed_anew_a_refused_one_is_not(self):
        claim = self._filed(self._line(), self._labor())
        part, labor = claim.line_ids
        part.write({"decision": "returned", "decision_reason": "Which batch?"})
        labor.write({"decision": "refused", "decision_reason": "Not needed"})
        claim.action_answer()
        _again, errors = self._file(self._line(), self._labor())
        self.assertEqual(list(errors), [1])
        again = self._filed(self._line(note="Batch seven"))
        self.assertEqual(again.line_ids.source_key, part.source_key)
        with self.assertRaises(UserError):
            self._make_claim().line_ids.with_user(self.clerk).write({"decision": "returned"})

    def test_only_lines_of_stations_are_returned(self):
        claim = self._make_claim()
        claim.action_submit()
        with self.assertRaises(ValidationError):
            claim.line_ids.write({"decision": "returned"})

    # The other side's doors are shut

    def test_a_station_does_not_answer_its_own_claim_as_a_supplier(self):
        claim = self._filed(self._line())
        self.assertFalse(claim._belongs_to(self.station_user.partner_id))
        self.assertTrue(claim._belongs_to_station(self.station_user.partner_id))
        self.assertFalse(claim._belongs_to_station(self.other_user.partner_id))
        answer = {"line": claim.line_ids, "decision": "accepted", "amount": 0.0, "reason": ""}
        with self.assertRaisesRegex(UserError, "This step is not for"):
            claim.sudo()._record_supplier_answers([answer], self.station, "list")
        for step in ("action_submit", "action_dispute", "action_escalate"):
            with self.subTest(step=step), self.assertRaises(UserError):
                getattr(claim, step)()

    def test_our_claims_on_suppliers_are_no_stations(self):
        claim = self._make_claim()
        claim.action_submit()
        self.assertTrue(claim._belongs_to(self.supplier))
        self.assertFalse(claim._belongs_to_station(self.supplier))
        with self.assertRaises(UserError):
            claim.sudo()._station_agrees(self.supplier)

    def test_a_canceled_claim_can_be_filed_anew(self):
        claim = self._filed(self._line())
        with self.assertRaises(AccessError):
            claim.action_cancel()
        before = self.env["parts.claim.line"].search_count([])
        claim.with_user(self.manager).action_cancel()
        self.assertEqual(
            self.env["parts.claim.line"].search_count([]), before, "nothing for our own worklist"
        )
        self.assertTrue(self._filed(self._line()))

    # Agreeing and disputing

    def test_the_station_agrees(self):
        claim = self._answered()
        self._agree(claim)
        self.assertEqual((claim.state, claim.agreed_date), ("agreed", self.today))
        with self.assertRaisesRegex(UserError, "does not wait"):
            self._agree(claim)

    def test_we_do_not_agree_for_the_station(self):
        claim = self._answered()
        with self.assertRaisesRegex(UserError, "may still dispute"):
            claim.action_agree()
        claim._set({"answer_deadline": self.today - timedelta(days=1)})
        claim.action_agree()
        self.assertEqual(claim.state, "agreed")

    def test_a_station_disputes_once(self):
        claim = self._filed(self._line(price=500))
        claim.action_accept_rest()
        claim.action_answer()
        with self.assertRaisesRegex(UserError, "Write down why"):
            self._dispute(claim, reason=" ")
        self._dispute(claim, files=[{"name": "gauge.png", "content": SIGNATURE.decode()}])
        self.assertEqual((claim.state, claim.dispute_reason), ("disputed", "The gauge shows it"))
        self.assertEqual(claim.dispute_attachment_ids.mapped("name"), ["gauge.png"])
        claim.line_ids.write({"amount_agreed": 430, "decision_reason": "No"})
        claim.action_answer()
        self.assertEqual(sorted(claim.line_ids.answer_ids.mapped("round")), [1, 2])
        with self.assertRaisesRegex(UserError, "no longer be disputed"):
            self._dispute(claim)
        claim.action_agree()
        self.assertEqual(claim.amount_agreed, 430.0)

    def test_silence_of_the_station_is_agreement_and_ours_is_remembered(self):
        answered, waiting = self._answered(), self._filed(self._line(document="R-2"))
        for claim in (answered, waiting):
            claim._set({"answer_deadline": self.today - timedelta(days=1)})
        self.env["parts.claim"]._follow_up_overdue()
        self.env["parts.claim"]._follow_up_overdue()
        self.assertEqual((answered.state, waiting.state), ("agreed", "submitted"))
        reminders = waiting.activity_ids.filtered(lambda one: "it was due" in one.summary)
        self.assertEqual(len(reminders), 1)

    # To the supplier

    def test_what_was_accepted_is_claimed_from_the_supplier(self):
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.write(
            {
                "cover_ids": [Command.create({"kind": "labor", "method": "hourly", "amount": 60})],
                "days_to_file": 90,
            }
        )
        self.agreement.with_user(self.manager).action_activate()
        claim = self._filed(
            self._line(price=500), self._labor(), self._line(kind="travel", part="", price=100)
        )
        claim.action_accept_rest()
        claim.action_answer()
        self.assertFalse(claim.line_ids.passed_line_ids)
        self._agree(claim)
        part, labor, travel = (line.passed_line_ids for line in claim.line_ids)
        self.assertEqual((part.state, part.supplier_id), ("claimable", self.supplier))
        self.assertEqual((part.direction, part.origin_kind), ("outbound", "station"))
        self.assertEqual(part.amount_claimed, 400.0, "the supplier's terms: the last purchase price")
        self.assertEqual(part.unit_lot_id, self.lot)
        self.assertEqual(labor.amount_claimed, 150.0, "2.5 hours at the supplier's rate")
        self.assertEqual(travel.state, "uncovered")
        self.assertEqual(claim.passed_count, 3)
        self.assertEqual(
            self.env["parts.claim.line"].search(claim.action_view_passed()["domain"]), part | labor | travel
        )
        self.assertEqual(part.action_view_source()["res_id"], claim.line_ids[0].id)
        part.with_user(self.clerk).action_add_to_claims()
        part.claim_id.with_user(self.clerk).action_submit()
        self.assertEqual(part.state, "submitted")
        self.assertIn("R-1", part._get_fault_report())

    def test_never_more_from_the_supplier_than_we_accepted(self):
        claim = self._filed(self._line())
        claim.line_ids.write({"decision": "partly", "amount_agreed": 120, "decision_reason": "Used part"})
        claim.action_answer()
        self._agree(claim)
        outbound = claim.line_ids.passed_line_ids
        self.assertEqual((outbound.amount_claimed, outbound.cap), (120.0, 120.0))
        outbound.with_user(self.clerk).action_recheck()
        self.assertEqual(outbound.amount_claimed, 120.0)

    def test_the_suppliers_own_period_counts_from_our_registration(self):
        self.agreement.with_user(self.manager).action_draft()
        self.agreement.cover_months = 1
        self.agreement.with_user(self.manager).action_activate()
        claim = self._agreed()
        self.assertEqual(claim.line_ids.passed_line_ids.state, "uncovered")
        self.assertEqual(claim.amount_agreed, 400.0, "we pay all the same")

    def test_a_refused_line_is_not_passed_on_and_none_twice(self):
        claim = self._filed(self._line(), self._labor())
        claim.line_ids[0].write({"decision": "refused", "decision_reason": "Misuse"})
        claim.action_accept_rest()
        claim.action_answer()
        self._agree(claim)
        self.assertFalse(claim.line_ids[0].passed_line_ids)
        claim.sudo().line_ids._pass_on()
        self.assertEqual(len(claim.line_ids[1].passed_line_ids), 1)

    def test_inbound_lines_stay_out_of_our_own_lists(self):
        self._agreed()
        for action in ("parts_claims.parts_claim_action", "parts_claims.parts_claim_line_action_to_settle"):
            found = self.env["ir.actions.act_window"]._for_xml_id(action)
            records = self.env[found["res_model"]].search(safe_eval(found["domain"]))
            self.assertNotIn("inbound", records.mapped("direction"))
        report = self.env["claim.recovery.report"].search([("supplier_id", "=", self.station.id)])
        self.assertFalse(report)
