# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .claim_rule_common import ClaimRuleCommon


@tagged("post_install", "-at_install")
class TestClaimAudit(ClaimRuleCommon):
    """Rules in their order, decisions of people, and the log of both."""

    def _draft(self):
        """A draft claim with the lines of the first repair."""
        lines = self.line | self.fans | self.labor
        lines.with_user(self.clerk).action_add_to_claims()
        return lines.claim_id.with_user(self.clerk)

    def _decide(self, lines, decision, reason="Looked at it", user=None):
        action = lines.with_user(user or self.clerk)._ask_audit_decision(decision)
        wizard = self.env["claim.audit.decision"].with_user(user or self.clerk).browse(action["res_id"])
        wizard.reason = reason
        wizard.action_apply()

    # Order

    def test_the_first_rule_that_finds_a_line_decides(self):
        small = self.adopt("accept_amount", amount=500.0)
        large = self.adopt("manual_amount", amount=100.0)
        self.assertFinds(large, self.line)
        self.assertFinds(small, self.labor.browse() | self.later.browse())
        large.sequence = small.sequence + 1
        self.assertFinds(small, self.line)

    def test_a_rule_is_asked_only_about_its_lines(self):
        others = self.env["res.partner"].create({"name": "Others", "is_company": True})
        category = self.env["product.category"].create({"name": "Elsewhere"})
        foreign = self._make_agreement(activate=False, supplier_id=others.id)
        for vals in (
            {"direction": "inbound"},
            {"partner_ids": [Command.set(others.ids)]},
            {"agreement_ids": [Command.set(foreign.ids)]},
            {"categ_ids": [Command.set(category.ids)]},
            {"date_from": self.today + timedelta(days=1)},
            {"date_to": self.today - timedelta(days=1)},
        ):
            with self.subTest(vals=list(vals)):
                rule = self.adopt("accept_rest", code=f"X-{list(vals)[0]}", **vals)
                self.assertPasses(self.line)
                rule.action_stop()
        rule = self.adopt(
            "accept_rest",
            direction="outbound",
            partner_ids=[Command.set(self.supplier.ids)],
            agreement_ids=[Command.set(self.agreement.ids)],
            categ_ids=[Command.set(self.part.categ_id.ids)],
            date_from=self.today,
            date_to=self.today,
        )
        self.assertFinds(rule, self.line)

    def test_a_companys_own_rule_takes_the_place_of_the_common_one(self):
        common = self.env.ref("parts_claims.claim_rule_accept_rest")
        common.sudo()._set({"state": "live", "version": 1})
        self.assertFinds(common, self.line)
        own = self.adopt("accept_rest", outcome="refuse")
        self.assertFinds(own, self.line)

    # Log

    def test_every_decision_is_kept_with_the_rule_as_it_was(self):
        rule = self.adopt("manual_amount", amount=100.0)
        self.audit(self.line)
        rule.action_stop()
        rule.amount = 200.0
        rule.action_activate()
        self.audit(self.line)
        entries = self.line.audit_log_ids.sorted("id")
        self.assertEqual(entries.mapped("version"), [1, 2])
        self.assertEqual(entries.mapped("figures"), ["Amount: 100.00 CNY", "Amount: 200.00 CNY"])
        self.assertEqual(entries.mapped("user_id"), self.clerk)
        self.assertEqual(set(entries.mapped("evidence_state")), {"closed"})
        self.assertEqual((rule.hit_count, rule.last_hit), (2, entries[-1].decided_on))

    def test_the_same_decision_is_not_logged_twice_and_a_changed_line_is(self):
        self.adopt("manual_amount", amount=100.0)
        self.audit(self.line)
        self.audit(self.line)
        self.assertEqual(len(self.line.audit_log_ids), 1)
        self.line._set({"amount_claimed": 380.0})
        self.audit(self.line)
        self.assertEqual(self.line.audit_log_ids.sorted("id").mapped("amount"), [400.0, 380.0])

    def test_the_same_decision_read_in_another_language_is_the_same(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.adopt("manual_amount", amount=100.0)
        self.audit(self.line)
        self.line.with_user(self.clerk).with_context(lang="zh_CN")._audit()
        self.assertEqual(len(self.line.audit_log_ids), 1)

    def test_nobody_writes_changes_or_deletes_the_log(self):
        self.adopt("accept_rest")
        self.audit(self.line)
        entry = self.line.audit_log_ids
        for user in (self.clerk, self.manager):
            own = entry.with_user(user)
            for attempt in (
                lambda own=own: own.write({"outcome": "refuse"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.copy(),
                lambda own=own: own.create({"claim_line_id": self.line.id, "outcome": "accept"}),
            ):
                with self.subTest(user=user.name), self.assertRaises(UserError):
                    attempt()
        for attempt in (
            lambda: entry.sudo().write({"reason": "Else"}),
            lambda: entry.sudo().write({"figures": "Else"}),
            lambda: entry.sudo().unlink(),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_outcomes_on_the_line_cannot_be_typed_in(self):
        for user in (self.clerk, self.manager):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self.line.with_user(user).write({"audit_outcome": "accept"})
        with self.assertRaises(UserError):
            self.line.with_user(self.manager).load([".id", "audit_outcome"], [[str(self.line.id), "accept"]])
            self.line.with_user(self.manager).write({"audit_log_id": False})
        self.assertFalse(self.line.audit_outcome)

    # Filing

    def test_without_live_rules_claims_are_filed_as_before(self):
        claim = self._draft()
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        self.assertFalse(claim.line_ids.audit_log_ids)

    def test_a_refused_line_is_not_filed(self):
        self.adopt("accept_rest")
        rule = self.adopt("refuse_01", kind="domain", domain="[('product_id.name', '=', 'Fan')]")
        claim = self._draft()
        self.assertEqual(self.fans.audit_outcome, "refuse")
        with self.assertRaisesRegex(UserError, f"(?s)is refused by the audit.*{rule.code}") as refused:
            claim.action_submit()
        self.assertEqual([v.rule for v in refused.exception.violations], ["claims.audit.refuse"])
        self.fans.with_user(self.clerk).action_remove_from_claim()
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")
        self.assertEqual(set(claim.line_ids.mapped("audit_outcome")), {"accept"})

    def test_a_returned_line_is_filed_once_it_is_complete(self):
        self.adopt("accept_rest")
        self.agreement._set({"preauthorization_above": 399.0})
        self.adopt("return_18")
        claim = self._draft()
        with self.assertRaisesRegex(UserError, "returned for completion"):
            claim.action_submit()
        self.line.with_user(self.clerk).write(
            {
                "preauthorization_number": "7",
                "preauthorization_date": self.today,
                "preauthorization_by": "Mr. Wu",
            }
        )
        claim.action_submit()
        self.assertEqual(self.line.audit_log_ids.sorted("id").mapped("outcome"), ["return", "accept"])

    def test_a_line_left_to_people_waits_for_one(self):
        self.adopt("manual_amount", amount=300.0)
        self.adopt("accept_rest")
        claim = self._draft()
        self.assertEqual(claim.audit_open_count, 2)
        with self.assertRaisesRegex(UserError, "has to be decided by hand"):
            claim.action_submit()
        waiting = (self.line | self.labor).with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "reason"):
            self._decide(waiting, "accept", reason=" ")
        self._decide(waiting, "accept", reason="Seen on site")
        claim.action_submit()
        self.assertEqual(self.line.audit_log_ids.sorted("id").mapped("source"), ["rule", "person"])
        self.assertEqual(self.line.audit_reason, "Seen on site")
        with self.assertRaisesRegex(UserError, "no longer be audited"):
            self._decide(waiting, "refuse")

    def test_a_persons_decision_holds_for_the_line_as_it_was(self):
        self.adopt("manual_amount", amount=300.0)
        claim = self._draft()
        self._decide(self.line, "accept")
        claim.action_audit()
        self.assertEqual(self.line.audit_outcome, "accept")
        self.line._set({"amount_claimed": 4000.0})
        claim.action_audit()
        self.assertEqual(self.line.audit_outcome, "manual")
        self.assertEqual(len(self.line.audit_log_ids), 3)

    def test_against_a_rule_only_a_manager_decides(self):
        self.adopt("refuse_01", kind="always")
        claim = self._draft()
        with self.assertRaises(AccessError):
            self._decide(claim.line_ids, "accept")
        self._decide(claim.line_ids, "accept", reason="The supplier agreed", user=self.manager)
        claim.action_submit()
        self.assertEqual(claim.state, "submitted")

    def test_what_was_not_audited_is_not_decided(self):
        with self.assertRaisesRegex(UserError, "not been audited"):
            self._decide(self.line, "accept", user=self.manager)

    def test_the_nightly_job_does_not_claim_again_what_the_audit_refused(self):
        self.adopt("refuse_01", kind="always")
        claim = self._draft()
        claim.line_ids.with_user(self.clerk).action_remove_from_claim()
        self.env["parts.claim"]._gather(
            self.env["parts.claim.line"].search(
                [("state", "=", "claimable"), ("audit_outcome", "not in", ("refuse", "return"))]
            )
        )
        self.assertEqual(self.line.state, "claimable")
        self.assertEqual(self.later.state, "draft")

    def test_when_the_last_rule_is_stopped_nothing_holds_lines_back(self):
        rule = self.adopt("refuse_01", kind="always")
        claim = self._draft()
        rule.action_stop()
        claim.action_submit()
        self.assertFalse(self.line.audit_outcome)
        self.assertEqual(len(self.line.audit_log_ids), 1)

    # Rules as records

    def test_a_live_rule_does_not_change(self):
        rule = self.adopt("manual_amount")
        for vals in (
            {"amount": 1.0},
            {"outcome": "accept"},
            {"partner_ids": [Command.set(self.supplier.ids)]},
            {"active": False},
            {"state": "draft"},
            {"version": 9},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                rule.write(vals)
        with self.assertRaisesRegex(UserError, "Archive them"):
            rule.unlink()
        rule.note = "Explained"

    def test_only_managers_put_rules_live(self):
        rule = self.adopt("manual_amount", live=False)
        for user in (self.clerk, self.accountant, self.technician):
            own = rule.with_user(user)
            for attempt in (
                own.action_activate,
                own.action_adopt,
                lambda own=own: own.write({"amount": 1.0}),
                lambda own=own: own.create({"code": "X", "name": "X"}),
                own.unlink,
            ):
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(UserError):
            rule.create({"code": "X", "name": "X", "company_id": self.company.id, "state": "live"})
        rule.action_activate()
        with self.assertRaisesRegex(UserError, "This step is for"):
            rule.action_activate()

    def test_common_rules_are_not_decided_on_from_one_company(self):
        common = self.env.ref("parts_claims.claim_rule_return_05").with_user(self.manager)
        for attempt in (
            common.action_activate,
            lambda: common.write({"days": 1}),
            common.unlink,
            lambda: common.create({"code": "X", "name": "X"}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        action = common.action_adopt()
        own = common.browse(action["res_id"])
        self.assertEqual((own.company_id, own.code, own.state), (self.company, common.code, "draft"))
        own.days = 30
        with self.assertRaises(AccessError):
            own.company_id = False
        own.action_activate()
        with self.assertRaisesRegex(UserError, "has these rules already"):
            common.action_adopt()

    def test_a_rule_without_its_figure_is_refused(self):
        form = Form(self.env["claim.rule"].with_user(self.manager))
        form.name, form.code, form.kind = "Large", "L", "amount_above"
        with self.assertRaises(ValidationError):
            form.save()
        with self.assertRaisesRegex(ValidationError, "cannot be judged without: Amount"):
            self.adopt("manual_amount", amount=0.0)

    def test_a_condition_is_a_filter_on_claim_lines_and_nothing_else(self):
        for domain in (
            "__import__('os').getcwd()",
            "[('company_id', '=', user.company_id.id)]",
            "[('no_such_field', '=', 1)]",
            "[('amount_claimed', '~', 1)]",
            "['&', ('id', '=', 1)]",
            "[('id', '=', 1)",
            "{'id': 1}",
            "7",
        ):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self.adopt("accept_rest", code=domain, kind="domain", domain=domain)

    def test_a_condition_reaches_nothing_its_author_may_not_read(self):
        rule = self.adopt("accept_rest", live=False, kind="domain", domain="[('id', '>', 0)]")
        with self.assertRaises(AccessError):
            rule.domain = "[('supplier_id.signup_type', '!=', False)]"

    # Who may do what

    def test_another_company_sees_and_does_nothing(self):
        rule = self.adopt("manual_amount", amount=100.0)
        self.audit(self.line)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._make_user("stranger", "parts_claims.parts_claims_group_manager", company=elsewhere)
        env = self.env(user=stranger, context={"allowed_company_ids": elsewhere.ids})
        for model in ("claim.rule", "claim.rule.log", "claim.rule.report"):
            self.assertFalse(env[model].search([("company_id", "=", self.company.id)]))
        for attempt in (
            rule.with_env(env).action_stop,
            rule.with_env(env).action_try,
            self.line.with_env(env).action_audit,
            self.line.with_env(env).action_audit_accept,
            lambda: self.line.audit_log_ids.with_env(env).reason,
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(self.line.audit_outcome, "manual")

    def test_portal_users_and_technicians_see_nothing(self):
        portal = new_test_user(self.env, "audit.portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.supplier
        for user in (portal, self.technician):
            for model in ("claim.rule", "claim.rule.log", "claim.rule.report", "claim.rule.trial"):
                with self.subTest(user=user.name, model=model), self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])

    # Trial and figures

    def _file_and_answer(self):
        claim = self._draft()
        claim.action_submit()
        (self.line | self.labor).with_user(self.clerk).write({"decision": "accepted"})
        self.fans.with_user(self.clerk).write({"decision": "refused", "decision_reason": "Wear"})
        return claim

    def _try(self, rule, **vals):
        trial = self.env["claim.rule.trial"].with_user(self.clerk).create({"rule_id": rule.id, **vals})
        trial.action_try()
        return trial

    def test_a_rule_is_tried_on_past_claims_and_writes_nothing(self):
        claim = self._file_and_answer()
        rule = self.adopt("manual_amount", live=False, amount=100.0)
        rule.active = False
        before = claim.line_ids.read()
        trial = self._try(rule)
        self.assertEqual((trial.line_count, trial.hit_count), (3, 3))
        self.assertEqual((trial.accepted_count, trial.refused_count, trial.undecided_count), (2, 1, 0))
        self.assertEqual(trial.accepted_amount, self.line.amount_agreed + self.labor.amount_agreed)
        self.assertEqual(trial.refused_amount, 111.0)
        self.assertIn("is more than", trial.result_ids[0].reason)
        self.assertEqual(claim.line_ids.read(), before)
        self.assertFalse(self.env["claim.rule.log"].search([("company_id", "=", self.company.id)]))
        self.assertEqual((rule.state, rule.version), ("draft", 0))

    def test_a_trial_looks_at_the_period_and_partner_asked_for(self):
        self._file_and_answer()
        rule = self.adopt("accept_rest", live=False)
        yesterday = self.today - timedelta(days=1)
        self.assertEqual(self._try(rule, date_from=yesterday, date_to=yesterday).line_count, 0)
        others = self.env["res.partner"].create({"name": "Others", "is_company": True})
        self.assertEqual(self._try(rule, partner_id=others.id).line_count, 0)
        self.assertEqual(self._try(rule, date_from=self.today, partner_id=self.supplier.id).hit_count, 3)
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            self._try(rule, date_from=self.today, date_to=yesterday)

    def test_past_claims_are_judged_by_the_day_they_were_filed(self):
        claim = self._file_and_answer()
        rule = self.adopt("refuse_04", live=False)
        filed = self.today - timedelta(days=5)
        # what was filed is evidence: only below the ORM it can be made older
        self.env.flush_all()
        self.env.cr.execute("UPDATE parts_claim SET submit_date = %s WHERE id = %s", [filed, claim.id])
        self._set_deadline(claim, filed)
        self.assertEqual(self._try(rule).hit_count, 0)
        self._set_deadline(claim, filed - timedelta(days=1))
        self.assertEqual(self._try(rule).hit_count, 3)

    def _set_deadline(self, claim, day):
        self.env.cr.execute(
            "UPDATE parts_claim_line SET deadline = %s WHERE id = ANY(%s)", [day, claim.line_ids.ids]
        )
        self.env.invalidate_all()

    def test_the_rate_of_automatic_decisions(self):
        self.adopt("manual_amount", amount=300.0)
        self.adopt("accept_rest")
        self._draft()
        self._decide(self.line, "accept")
        rate = self.env["claim.rule.report"]._read_group(
            [("company_id", "=", self.company.id)], [], ["automatic_rate:avg", "__count"]
        )
        self.assertEqual([(round(share, 4), count) for share, count in rate], [(0.3333, 3)])

    # Speed

    def test_the_audit_takes_as_many_queries_for_many_lines_as_for_few(self):
        for pattern in self.env["claim.rule"].search([("company_id", "=", False)]):
            if pattern.kind != "always":
                pattern.copy({"company_id": self.company.id}).with_user(self.manager).action_activate()
        few = self._make_repair({self.part: 1, self.fan: 1}).claim_line_ids
        many = self.env["parts.claim.line"].union(
            *(self._make_repair({self.part: 1, self.fan: 1}).claim_line_ids for _count in range(4))
        )
        counts = []
        for lines in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines.with_user(self.clerk)._audit()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(many.audit_log_ids), len(many))
        self.assertLessEqual(counts[1], counts[0], counts)
