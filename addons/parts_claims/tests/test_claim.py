# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestClaim(ClaimsCommon):
    def _age(self, lines, days):
        """As if the repair had been finished earlier."""
        earlier = timedelta(days=days)
        for line in lines:
            line._set({"repair_date": line.repair_date - earlier, "deadline": line.deadline - earlier})

    # Gathering

    def test_repairs_of_one_period_share_one_draft(self):
        first, second = self._make_repair(), self._make_repair({self.fan: 1})
        claim = self._make_claim(first)
        self._make_claim(second)
        self.assertEqual(second.claim_line_ids.claim_id, claim)
        self.assertEqual(len(claim.line_ids), 2)
        self.assertEqual(claim.user_id, self.clerk)

    def test_each_period_has_its_own_claim(self):
        first, second = self._make_repair(), self._make_repair()
        self._age(second.claim_line_ids, 40)
        claims = self._make_claim(first) | self._make_claim(second)
        self.assertEqual(len(claims), 2)
        for claim in claims:
            self.assertTrue(claim.date_from <= claim.line_ids.repair_date <= claim.date_to)

    def test_a_second_draft_for_the_same_period_is_refused_by_the_database(self):
        claim = self._make_claim()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["parts.claim"].create(
                {
                    "company_id": claim.company_id.id,
                    "supplier_id": claim.supplier_id.id,
                    "currency_id": claim.currency_id.id,
                    "date_from": claim.date_from,
                    "date_to": claim.date_to,
                }
            )

    def test_a_part_is_claimed_only_once(self):
        claim = self._make_claim()
        with self.assertRaisesRegex(UserError, "these are not"):
            claim.line_ids.action_add_to_claims()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            claim.line_ids.sudo().copy()

    # Submitting

    def test_without_the_old_part_the_claim_is_not_submitted(self):
        """Covers: S2-C-02, R-21."""
        claim = self._make_claim(self._make_repair(removed=False))
        with self.assertRaisesRegex(UserError, "asks for the old part, and 0 of 1 are kept"):
            claim.action_submit()
        self.assertEqual(claim.state, "draft")

    def test_every_obstacle_is_named_at_once(self):
        repair = self._make_repair({self.part: 1, self.fan: 1}, removed=False)
        self._age(repair.claim_line_ids, 100)
        claim = self._make_claim(repair)
        with self.assertRaises(UserError) as refused:
            claim.action_submit()
        self.assertEqual(len(refused.exception.violations), 4)
        for name in ("Compressor", "Fan", "had to be filed by"):
            self.assertIn(name, str(refused.exception))

    def test_a_late_line_needs_a_managers_reason(self):
        repair = self._make_repair()
        self._age(repair.claim_line_ids, 91)
        claim = self._make_claim(repair)
        with self.assertRaises(AccessError):
            claim.line_ids.late_reason = "Please"
        claim.line_ids.with_user(self.manager).late_reason = "Supplier agreed by mail"
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_an_empty_claim_is_not_submitted(self):
        claim = self._make_claim()
        claim.line_ids.action_remove_from_claim()
        with self.assertRaisesRegex(UserError, "has no lines"):
            claim.action_submit()

    def test_submitted_content_is_frozen_for_everybody(self):
        claim = self._make_claim()
        attachment = self.env["ir.attachment"].create(
            {"name": "photo.png", "res_model": "parts.claim", "res_id": claim.id, "raw": b"x"}
        )
        claim.action_submit()
        line = claim.line_ids
        self.assertEqual(line.old_part_tags, line.old_part_ids.name)
        for user in (self.clerk, self.manager, self.env.ref("base.user_root")):
            with self.subTest(user=user.login):
                with self.assertRaises(UserError):
                    line.with_user(user).note = "Changed"
                with self.assertRaises(UserError):
                    line.with_user(user).write({"amount_claimed": 1.0})
                with self.assertRaises(UserError):
                    line.old_part_ids.with_user(user).claim_line_id = False
                with self.assertRaises(UserError):
                    line.with_user(user).action_remove_from_claim()
        with self.assertRaisesRegex(UserError, "evidence"):
            line._set({"amount_claimed": 1.0})
        with self.assertRaisesRegex(UserError, "evidence"):
            claim._set({"supplier_id": self.customer.id})
        with self.assertRaisesRegex(UserError, "evidence"):
            attachment.unlink()
        self.assertEqual(claim.evidence_state, "closed")
        self.env["parts.claim"]._seal_evidence()
        claim.invalidate_recordset()
        self.assertEqual(claim.evidence_state, "sealed")

    def test_answer_is_due_after_the_days_agreed(self):
        claim = self._make_claim()
        claim.action_submit()
        self.assertEqual(claim.answer_deadline, claim.submit_date + timedelta(days=30))
        self.assertEqual(claim.days_left, 30)
        self.assertEqual(claim.submit_user_id, self.clerk)

    # Doors that must stay shut

    def test_states_cannot_be_written(self):
        claim = self._make_claim()
        for record in (claim, claim.line_ids):
            for user in (self.clerk, self.manager):
                with self.assertRaises(UserError):
                    record.with_user(user).write({"state": "agreed"})
        self.assertEqual((claim.state, claim.line_ids.state), ("draft", "draft"))

    def test_nobody_makes_up_claims_or_lines(self):
        claim = self._make_claim()
        vals = {
            "company_id": self.company.id,
            "supplier_id": self.supplier.id,
            "currency_id": self.company.currency_id.id,
            "date_from": "2026-01-01",
            "date_to": "2026-01-31",
        }
        for user in (self.clerk, self.manager):
            with self.assertRaises(UserError):
                self.env["parts.claim"].with_user(user).create(vals)
            with self.assertRaises(UserError):
                claim.line_ids.with_user(user).copy()
            with self.assertRaises(UserError):
                claim.with_user(user).write({"line_ids": [(0, 0, {"product_id": self.part.id})]})
            result = (
                self.env["parts.claim"]
                .with_user(user)
                .load(["supplier_id/.id", "date_from"], [[str(self.supplier.id), "2026-01-01"]])
            )
            self.assertTrue(result["messages"])
        context = {"default_state": "agreed", "default_amount_agreed": 1.0}
        claim = self.env["parts.claim"].with_context(**context).create(vals)
        self.assertEqual((claim.state, claim.amount_agreed), ("draft", 0.0))

    def test_a_technicians_context_decides_nothing(self):
        repair = self._make_repair(finish=False)
        repair = repair.with_context(
            default_amount_claimed=9999.0,
            default_claim_id=self._make_claim().id,
            default_decision="accepted",
            default_waived=True,
        )
        self._finish(repair)
        line = repair.claim_line_ids
        self.assertEqual((line.state, line.amount_claimed, line.decision), ("claimable", 400.0, False))
        self.assertFalse(line.claim_id)
        self.assertEqual(repair.old_part_ids.state, "collected")

    def test_nothing_is_deleted(self):
        claim = self._make_claim()
        with self.assertRaises(AccessError):
            claim.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "Claims are kept"):
            claim.sudo().unlink()
        with self.assertRaisesRegex(UserError, "Claim lines are kept"):
            claim.sudo().line_ids.unlink()

    # The answer

    def test_answers_are_recorded_only_while_the_claim_is_at_the_supplier(self):
        claim = self._make_claim()
        with self.assertRaisesRegex(UserError, "submitted or disputed"):
            claim.line_ids.decision = "accepted"
        claim.action_submit()
        claim.line_ids.decision = "accepted"
        claim.action_answer()
        with self.assertRaisesRegex(UserError, "submitted or disputed"):
            claim.line_ids.decision = "refused"

    def test_every_line_is_decided_and_every_refusal_has_a_reason(self):
        claim = self._make_claim(self._make_repair({self.part: 1, self.fan: 1}))
        claim.action_submit()
        claim.line_ids[0].decision = "refused"
        with self.assertRaises(UserError) as refused:
            claim.action_answer()
        rules = [violation.rule for violation in refused.exception.violations]
        self.assertEqual(sorted(rules), ["claims.answer.reason", "claims.answer.undecided"])
        self.assertEqual(claim.state, "submitted")

    def test_agreed_amount_fits_the_decision(self):
        claim = self._make_claim()
        claim.action_submit()
        line = claim.line_ids
        for vals in (
            {"decision": "partly", "amount_agreed": 400.0},
            {"decision": "partly", "amount_agreed": 0.0},
            {"decision": "refused", "amount_agreed": 10.0},
            {"decision": "accepted", "amount_agreed": 10.0},
            {"decision": False, "amount_agreed": 10.0},
        ):
            with self.subTest(**vals), self.assertRaises(ValidationError):
                line.write(vals)
        with self.assertRaises(ValidationError):
            line.write({"decision": "partly", "amount_agreed": 500.0})
        line.write({"decision": "partly", "amount_agreed": 120.0})
        self.assertEqual((line.amount_agreed, line.amount_refused), (120.0, 280.0))
        line.decision = "refused"
        self.assertEqual((line.amount_agreed, line.amount_refused), (0.0, 400.0))

    def test_answers_are_typed_into_the_form(self):
        claim = self._make_claim(self._make_repair({self.part: 1, self.fan: 1}))
        claim.action_submit()
        with Form(claim) as form:
            form.supplier_reference = "HC-77"
            for index, product in enumerate(claim.line_ids.product_id):
                with form.line_ids.edit(index) as line:
                    line.decision = "partly" if product == self.part else "accepted"
                    if product == self.part:
                        line.amount_agreed = 300.0
                        line.decision_reason = "Wear"
        self.assertEqual(claim.line_ids.mapped("amount_agreed"), [300.0, 55.5])
        self.assertEqual((claim.supplier_reference, claim.amount_agreed), ("HC-77", 355.5))
        line = claim.line_ids[0]
        for commands in (
            [Command.delete(line.id)],
            [Command.unlink(line.id)],
            [Command.clear()],
            [Command.set([])],
            [Command.create({"product_id": self.part.id})],
            [Command.update(line.id, {"quantity": 5})],
            [Command.update(line.id, {"note": "X"})],
        ):
            with self.subTest(commands=commands), self.assertRaises(UserError):
                claim.with_user(self.manager).write({"line_ids": commands})
        self.assertEqual(len(claim.line_ids), 2)

    def test_a_wholly_refused_claim_ends(self):
        claim = self._make_claim()
        claim.action_submit()
        claim.line_ids.write({"decision": "refused", "decision_reason": "Misuse"})
        claim.action_answer()
        claim.action_agree()
        self.assertEqual((claim.state, claim.line_ids.state), ("refused", "refused"))

    def test_a_disputed_answer_is_decided_anew(self):
        """Covers: S2-C-03, R-47."""
        claim = self._make_claim()
        claim.action_submit()
        claim.line_ids.write({"decision": "refused", "decision_reason": "Misuse"})
        claim.action_answer()
        with self.assertRaisesRegex(UserError, "why the answer"):
            claim.action_dispute()
        claim.dispute_reason = "The appraisal shows a winding fault"
        claim.action_dispute()
        self.assertIn("winding fault", claim.message_ids[0].body)
        claim.line_ids.write({"decision": "accepted", "decision_reason": False})
        claim.action_answer()
        claim.action_agree()
        self.assertEqual((claim.state, claim.amount_agreed), ("agreed", 400.0))

    def test_steps_are_taken_in_their_order_only(self):
        claim = self._make_claim()
        for action in ("action_answer", "action_agree", "action_dispute", "action_accept_rest"):
            with self.subTest(action=action), self.assertRaisesRegex(UserError, "This step is for claims"):
                getattr(claim, action)()
        with self.assertRaisesRegex(UserError, "This step is for claims"):
            claim.with_user(self.accountant).action_settle()

    # Canceling

    def test_a_canceled_draft_gives_its_lines_back(self):
        claim = self._make_claim()
        line = claim.line_ids
        claim.action_cancel()
        self.assertEqual((claim.state, line.state, line.claim_id.id), ("canceled", "claimable", False))
        again = self._make_claim(line.repair_id)
        self.assertEqual((again.state, again.line_ids), ("draft", line))

    def test_a_submitted_claim_is_withdrawn_by_a_manager_and_stays_readable(self):
        claim = self._make_claim()
        claim.action_submit()
        with self.assertRaises(AccessError):
            claim.action_cancel()
        old = claim.line_ids
        part = old.old_part_ids
        claim.with_user(self.manager).action_cancel()
        self.assertEqual((claim.state, old.state, old.claim_id), ("canceled", "canceled", claim))
        fresh = old.repair_id.claim_line_ids - old
        self.assertEqual((fresh.state, fresh.amount_claimed), ("claimable", 400.0))
        self.assertEqual(part.claim_line_id, fresh)
        self.assertEqual(fresh.unit_price, old.unit_price)
        again = self._make_claim_from(fresh)
        again.action_submit()
        self.assertEqual(fresh.state, "submitted")

    def _make_claim_from(self, lines):
        lines.with_user(self.clerk).action_add_to_claims()
        return lines.claim_id.with_user(self.clerk)

    def test_an_agreed_claim_is_not_canceled(self):
        claim = self._make_agreed()
        with self.assertRaisesRegex(UserError, "This step is for claims"):
            claim.with_user(self.manager).action_cancel()

    # Waiving and reminding

    def test_only_a_manager_gives_money_up_and_only_with_a_reason(self):
        line = self._make_repair().claim_line_ids
        with self.assertRaises(AccessError):
            line.with_user(self.clerk).action_waive()
        with self.assertRaises(AccessError):
            line.with_user(self.clerk).waive_reason = "Too little"
        with self.assertRaisesRegex(UserError, "are given up"):
            line.with_user(self.manager).action_waive()
        line.with_user(self.manager).waive_reason = "Too little"
        line.with_user(self.manager).action_waive()
        self.assertEqual(line.state, "waived")
        self.env["parts.claim"]._cron_gather()
        self.assertEqual(line.state, "waived")
        line.with_user(self.manager).action_unwaive()
        self.assertEqual(line.state, "claimable")

    def test_a_claim_near_its_deadline_reminds_once(self):
        repair = self._make_repair()
        self._age(repair.claim_line_ids, 80)
        claim = self._make_claim(repair)
        self.env["parts.claim"]._remind()
        self.env["parts.claim"]._remind()
        self.assertEqual(len(claim.activity_ids), 1)
        self.assertEqual(
            (claim.activity_ids.user_id, claim.activity_ids.date_deadline), (self.clerk, claim.deadline)
        )
