# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common_statute import StatuteCase


@tagged("post_install", "-at_install")
class TestStatuteAnswer(StatuteCase):
    """Who may see, answer and change a statutory right."""

    def setUp(self):
        super().setUp()
        self.repair = self.report(self.days_after_sale(10), cause_id=self.brake_failure.id)
        self.right = self.rights(self.repair, "Art. 23")

    def test_a_new_right_calls_the_manager_and_is_told_on_the_repair(self):
        self.assertTrue(
            self.right.activity_ids.user_id.has_group("aftersales_service.aftersales_service_group_manager")
        )
        self.assertIn(
            "Art. 23", self.repair.message_ids.mapped("body")[0] + self.repair.message_ids.mapped("body")[1]
        )
        self.assertIn("Art. 23", self.repair.statute_notice)
        self.assertIn(self.right, self.repair.statute_finding_ids)
        self.assertIn(self.right, self.car_lot.statute_finding_ids)

    def test_the_burden_of_proof_calls_nobody(self):
        proof = self.rights(self.repair, method="proof_period")
        self.assertTrue(proof)
        self.assertFalse(proof.activity_ids)

    def test_reception_records_the_request_and_only_a_manager_answers(self):
        with self.assertRaises(AccessError):
            self.answer(self.right, "request", user=self.technician)
        self.answer(self.right, "request", user=self.reception)
        self.assertEqual(self.right.state, "requested")
        for step in ("grant", "decline"):
            with self.assertRaises(AccessError):
                self.answer(self.right, step, user=self.reception, remedy="return", answer_reason="No")
            with self.assertRaises(AccessError):
                getattr(self.right.with_user(self.technician), f"action_{step}")()
        self.answer(self.right, "grant", remedy="return")
        self.assertEqual((self.right.state, self.right.answered_by_id), ("granted", self.manager))
        self.answer(self.right, "complete")
        self.assertTrue(self.right.completed_on)

    def test_the_wizard_proposes_what_the_right_says(self):
        action = self.right.with_user(self.manager).action_grant()
        form = Form(
            self.env["warranty.statute.answer"].with_user(self.manager).with_context(**action["context"])
        )
        self.assertEqual(form.price, 200000)
        form.remedy = "return"
        form.save().action_apply()
        self.assertEqual((self.right.state, self.right.refund_amount), ("granted", 200000))

    def test_steps_are_taken_in_order(self):
        with self.assertRaises(UserError):
            self.answer(self.right, "complete")
        self.answer(self.right, "decline", answer_reason="Tested: in order.")
        for step, vals in (("grant", {"remedy": "return"}), ("decline", {"answer_reason": "No"})):
            with self.assertRaises(UserError):
                self.answer(self.right, step, **vals)
        self.answer(self.right, "request")
        self.assertEqual(self.right.state, "requested")

    def test_a_remedy_that_the_right_does_not_give_is_refused(self):
        for remedy in ("loan", "assembly", False):
            with self.assertRaises(UserError):
                self.answer(self.right, "grant", remedy=remedy)

    def test_a_request_cannot_be_dated_ahead(self):
        with freeze_time("2024-03-12 02:00:00"), self.assertRaises(UserError):
            self.answer(self.right, "request", requested_on="2024-03-13")

    def test_nobody_writes_makes_or_deletes_a_right_by_hand(self):
        for user in (self.technician, self.reception, self.manager):
            right = self.right.with_user(user)
            for attempt in (
                lambda right=right: right.write({"state": "declined"}),
                lambda right=right: right.write({"reason": "None"}),
                lambda right=right: right.unlink(),
                lambda right=right: right.line_ids.unlink(),
                lambda right=right: right.create({"repair_id": self.repair.id}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(UserError):
            self.right.copy()

    def test_portal_users_and_strangers_see_no_rights(self):
        for user in (self.portal_user, new_test_user(self.env, "t_employee", groups="base.group_user")):
            with self.assertRaises(AccessError):
                self.right.with_user(user).read(["reason"])
            with self.assertRaises(AccessError):
                self.repair.with_user(user).action_check_statutes()
            with self.assertRaises(AccessError):
                self.right.with_user(user).action_request()

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_another_company_sees_and_answers_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "t_elsewhere",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        right = self.right.with_user(stranger).with_context(allowed_company_ids=company.ids)
        self.assertFalse(right.search([("id", "=", right.id)]))
        for step in ("request", "grant", "decline", "complete"):
            with self.assertRaises(AccessError):
                getattr(right, f"action_{step}")()
            with self.assertRaises(AccessError):
                right._take_step(step, {"answer_reason": "No", "remedy": "return"})

    def test_an_answered_right_stays_when_the_facts_change(self):
        self.answer(self.right, "grant", remedy="return")
        self.repair.action_repair_cancel()
        self.assertEqual(self.right.state, "granted")

    def test_an_open_right_lapses_and_comes_back(self):
        self.repair.cause_id = self.noise
        self.assertEqual(self.right.state, "lapsed")
        self.assertFalse(self.right.activity_ids)
        self.repair.cause_id = self.brake_failure
        self.assertEqual(self.right.state, "open")

    def test_a_statute_with_rights_is_archived_not_deleted(self):
        with self.assertRaises(UserError):
            self.car_statute.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.car_statute.with_user(self.reception).write({"active": False})

    def test_judging_many_repairs_takes_no_query_per_repair(self):
        with freeze_time(self.days_after_sale(20)):
            lots = self.create_lots(12, product=self.car, prefix="MANY")
            repairs = self.env["repair.order"].create(
                [{"product_id": self.car.id, "lot_id": lot.id, "partner_id": self.driver.id} for lot in lots]
            )
            self.env.flush_all()
            repairs[:2]._evaluate_statutes()
            counts = []
            for batch in (repairs[:2], repairs):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                batch._evaluate_statutes()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
