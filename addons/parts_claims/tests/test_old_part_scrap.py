# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .old_part_common import OldPartCommon


@tagged("post_install", "-at_install")
class TestOldPartScrap(OldPartCommon):
    def test_a_second_person_witnesses_and_signs_with_the_own_password(self):
        part = self._release(self._take_out())
        report = self._propose_scrap(part)
        self.assertEqual((report.state, part.state), ("draft", "collected"))
        self._sign(report, self.witness)
        self.assertEqual(
            (report.state, report.user_id, report.witness_id), ("done", self.clerk, self.witness)
        )
        self.assertEqual((part.state, part.location_id.usage), ("scrapped", "inventory"))
        self.assertEqual(part.stock_scrap_id.state, "done")
        self.assertIn(part.name, report.part_list)
        self.assertEqual(report.evidence_state, "closed")
        self.assertEqual(report.signature_ids.user_id, self.witness)
        self.assertIn(part.name, report.signature_ids.content)
        self.assertLedgerEqualsStock()

    def test_nobody_witnesses_the_own_proposal(self):
        report = self._propose_scrap(self._release(self._take_out()))
        with self.assertRaisesRegex(UserError, "you proposed it"):
            report.action_sign_witness()

    @mute_logger("odoo.addons.base.models.res_users")
    def test_a_wrong_password_destroys_nothing(self):
        part = self._release(self._take_out())
        report = self._propose_scrap(part)
        with self.assertRaises(UserError):
            self._sign(report, self.witness, "guess")
        self.assertEqual((report.state, part.state), ("draft", "collected"))

    def test_signing_past_the_button_is_checked_again(self):
        part = self._release(self._take_out())
        report = self._propose_scrap(part)
        action = report.with_user(self.witness).action_sign_witness()
        self.company.old_part_keep_days = 10000
        wizard = self.env[action["res_model"]].with_user(self.witness).browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "must be kept up to"):
            wizard.with_context(password=self.witness.login).action_sign()

    def test_nothing_is_scrapped_before_its_keep_date(self):
        part = self._release(self._take_out())
        self.company.old_part_keep_days = 30
        part._set({"date_collected": fields.Datetime.now()})
        with self.assertRaisesRegex(UserError, "must be kept up to and including"):
            part.action_scrap()
        self.company.old_part_keep_days = 0
        with self.assertRaisesRegex(UserError, "must be kept up to and including"):
            part.action_scrap()
        part._set({"date_collected": fields.Datetime.subtract(fields.Datetime.now(), days=2)})
        part.action_scrap()
        self.assertTrue(part.scrap_id)

    def test_all_reasons_against_scrapping_are_told_at_once(self):
        parts = self._take_out() | self._take_out()
        with self.assertRaises(UserError) as caught:
            parts.action_scrap()
        rules = [violation.rule for violation in caught.exception.violations]
        self.assertEqual(sorted(rules), ["claims.old_part.claim"] * 2 + ["claims.old_part.keep"] * 2)

    def test_a_report_without_reason_is_not_signed(self):
        report = self._propose_scrap(self._release(self._take_out()))
        report.reason = " "
        with self.assertRaisesRegex(UserError, "write down why"):
            report.with_user(self.witness).action_sign_witness()

    def test_what_is_proposed_for_scrap_is_not_packed_nor_proposed_twice(self):
        part = self._appraise(self._release(self._take_out()))
        report = self._propose_scrap(part)
        with self.assertRaisesRegex(UserError, "proposed for scrap"):
            part.action_return()
        with self.assertRaisesRegex(UserError, "proposed for scrap already"):
            part.action_scrap()
        report.action_cancel()
        self.assertEqual((report.state, part.scrap_id.id), ("canceled", False))
        part.action_return()

    def test_a_signed_report_is_evidence(self):
        report = self._propose_scrap(self._release(self._take_out()))
        self._sign(report, self.witness)
        manager = report.with_user(self.manager)
        for change in (
            lambda: manager.write({"reason": "Another"}),
            lambda: manager.write({"witness_id": self.manager.id}),
            lambda: manager.write({"residual_value": 5}),
            lambda: manager.sudo().unlink(),
            lambda: manager.action_cancel(),
            lambda: manager.action_sign_witness(),
        ):
            with self.assertRaises(UserError):
                change()

    def test_reports_are_made_by_proposing_only(self):
        with self.assertRaises(UserError):
            self.env["old.part.scrap"].with_user(self.manager).create(
                {"company_id": self.company.id, "user_id": self.clerk.id}
            )
        report = self._propose_scrap(self._release(self._take_out()))
        with self.assertRaises(AccessError):
            report.with_user(self.technician).action_sign_witness()
        for vals in ({"state": "done"}, {"user_id": self.manager.id}, {"scrapped_on": "2026-01-01"}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "cannot be typed in"):
                report.write(vals)

    def test_the_scrap_report_prints(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        part = self._release(self._take_out())
        report = self._propose_scrap(part)
        self._sign(report, self.witness)
        for lang, title in (("en_US", "Old Parts Scrap Report"), ("zh_CN", "旧件报废单")):
            html = (
                self.env["ir.actions.report"]
                .with_context(lang=lang)
                ._render_qweb_html("parts_claims.report_old_part_scrap", report.ids)[0]
                .decode()
            )
            for text in (title, part.name, "Claim refused", self.witness.name):
                self.assertIn(text, html)
