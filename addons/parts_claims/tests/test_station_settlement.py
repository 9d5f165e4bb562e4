# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .station_common import StationCommon


@tagged("post_install", "-at_install")
class TestStationSettlement(StationCommon):
    """A write-off notice, confirmed by the station, becomes its bill, or is deducted from what it owes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part.supplier_taxes_id = False

    def _make_invoice(self, amount, days_ago=20):
        """An open invoice of ours to the station, without tax."""
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": self.station.id,
                "invoice_date": fields.Date.today() - timedelta(days=days_ago),
                "invoice_line_ids": [
                    Command.create({"name": "Parts", "price_unit": amount, "tax_ids": [Command.clear()]})
                ],
            }
        )
        invoice.action_post()
        return invoice

    # The notice

    def test_notice_confirmed_then_the_bill_is_posted(self):
        """Covers: F-18."""
        settlement = self._notice()
        self.assertEqual((settlement.direction, settlement.state), ("inbound", "draft"))
        with self.assertRaisesRegex(UserError, "has not confirmed the write-off notice"):
            settlement.action_post()
        settlement.with_user(self.station_user).sudo()._confirm_notice("Han Mei")
        acknowledgment = settlement.acknowledgment_ids
        self.assertEqual(
            (acknowledgment.acknowledged_by, acknowledgment.user_id), ("Han Mei", self.station_user)
        )
        self.assertEqual(json.loads(acknowledgment.content)["totals"]["total"], 400.0)
        settlement.action_post()
        bill = settlement.credit_note_id
        self.assertEqual((bill.move_type, bill.state), ("in_invoice", "posted"))
        self.assertEqual((bill.partner_id, bill.amount_total), (self.station, 400.0))
        self.assertEqual(bill.amount_total, settlement.amount_total)
        claim = settlement.line_ids.claim_id
        self.assertEqual((settlement.state, claim.state), ("posted", "settled"))

    def test_what_the_station_was_told_does_not_change(self):
        settlement = self._notice()
        for change in (
            {"cut_date": self.today},
            {"settlement_way": "deduction"},
            {"line_ids": [Command.clear()]},
            {"variance_ids": [Command.create({"amount": -5, "reason": "Rebate"})]},
        ):
            with self.subTest(change=change), self.assertRaisesRegex(UserError, "is with the station"):
                settlement.write(change)
        with self.assertRaises(UserError):
            settlement.write({"notice_date": False})
        settlement.action_withdraw_notice()
        settlement.variance_ids = [Command.create({"amount": -5, "reason": "Rebate"})]
        settlement.action_issue_notice()
        settlement.with_user(self.station_user).sudo()._confirm_notice("Han Mei")
        with self.assertRaisesRegex(UserError, "has confirmed"):
            settlement.action_withdraw_notice()
        settlement.action_post()
        self.assertEqual(settlement.credit_note_id.amount_total, 395.0)

    def test_a_notice_is_confirmed_once_and_with_a_name(self):
        settlement = self._notice()
        station = settlement.with_user(self.station_user).sudo()
        with self.assertRaisesRegex(UserError, "Enter the name"):
            station._confirm_notice(" ")
        station._confirm_notice("Han Mei")
        with self.assertRaisesRegex(UserError, "cannot be confirmed now"):
            station._confirm_notice("Li Lei")
        with self.assertRaisesRegex(UserError, "issued already"):
            settlement.action_issue_notice()

    def test_the_notice_is_printed_in_both_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        settlement = self._notice(claim=self._agreed(self._line(), self._labor()))
        self.assertEqual([row["agreed"] for row in settlement._get_notice_rows()], [400.0, 200.0])
        self.assertEqual(sum(amount for _label, amount in settlement._get_notice_fees()), 600.0)
        render = self.env["ir.actions.report"].with_user(self.accountant)._render_qweb_html
        for lang, title in (("en_US", "Write-Off Notice"), ("zh_CN", "核销通知单")):
            settlement.print_lang = lang
            html = render("parts_claims.claim_settlement_report_notice", settlement.ids)[0].decode()
            self.assertIn(title, html)
            self.assertIn("R-1", html)

    # Money

    def test_deduction_from_the_oldest_open_invoices(self):
        """Covers: F-18."""
        old, new = self._make_invoice(250, days_ago=40), self._make_invoice(500, days_ago=20)
        settlement = self._confirmed(way="deduction")
        settlement.action_post()
        self.assertEqual(settlement.state, "reconciled")
        self.assertEqual((old.amount_residual, new.amount_residual), (0.0, 350.0))
        self.assertEqual(settlement.reconciled_bill_ids, old | new)
        entry = settlement.offset_move_ids
        self.assertEqual(sum(entry.line_ids.mapped("balance")), 0.0)
        self.assertEqual(settlement.credit_note_id.amount_residual, 0.0)

    def test_the_rest_of_the_bill_stays_open(self):
        invoice = self._make_invoice(100)
        settlement = self._confirmed(way="deduction")
        settlement.action_post()
        self.assertEqual((settlement.state, settlement.amount_residual), ("posted", 300.0))
        self.assertEqual(invoice.amount_residual, 0.0)
        with self.assertRaisesRegex(UserError, "owes nothing"):
            settlement.action_reconcile()
        later = self._make_invoice(1000)
        settlement.action_reconcile()
        self.assertEqual((settlement.state, later.amount_residual), ("reconciled", 700.0))

    def test_without_open_invoices_the_bill_is_posted_all_the_same(self):
        settlement = self._confirmed(way="deduction")
        settlement.action_post()
        self.assertEqual((settlement.state, settlement.amount_residual), ("posted", 400.0))

    def test_reversal_undoes_everything(self):
        invoice = self._make_invoice(1000)
        settlement = self._confirmed(way="deduction")
        settlement.action_post()
        bill, claim = settlement.credit_note_id, settlement.line_ids.claim_id
        with self.assertRaises(UserError):
            bill.button_draft()
        with self.assertRaises(AccessError):
            settlement.action_cancel()
        settlement.with_user(self.manager).action_cancel()
        self.assertEqual((settlement.state, claim.state), ("canceled", "agreed"))
        self.assertEqual(invoice.amount_residual, 1000.0)
        moves = bill | settlement.reversal_id
        self.assertEqual(sum(moves.line_ids.mapped("balance")), 0.0)
        payable = moves.line_ids.filtered(lambda line: line.account_id.account_type == "liability_payable")
        self.assertTrue(all(payable.mapped("reconciled")))
        again = self._notice(claim=claim)
        self.assertEqual(again.amount_untaxed, 400.0)

    def test_the_account_of_the_settings_is_charged(self):
        account = self.env["account.account"].create(
            {
                "code": "ST100",
                "name": "Warranty work of stations",
                "account_type": "expense",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.company.claim_station_account_id = account
        settlement = self._confirmed()
        settlement.action_post()
        self.assertEqual(settlement.credit_note_id.invoice_line_ids.account_id, account)

    def test_taxes_of_the_agreement_go_on_the_bill(self):
        tax = self.env["account.tax"].search(
            [
                ("company_id", "=", self.company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", 13),
                ("price_include", "=", False),
            ],
            limit=1,
        )
        self.terms.with_user(self.manager).action_draft()
        self.terms.tax_ids = tax
        self.terms.with_user(self.manager).action_activate()
        settlement = self._confirmed()
        settlement.action_post()
        self.assertEqual(settlement.amount_tax, 52.0)
        self.assertEqual(settlement.credit_note_id.amount_tax, 52.0)

    # Who, and what else

    def test_only_the_settlement_role_issues_and_posts(self):
        settlement = self._notice()
        for step in ("action_issue_notice", "action_withdraw_notice", "action_post", "action_reconcile"):
            for user in (self.clerk, self.station_user):
                with self.subTest(step=step, user=user.name), self.assertRaises(AccessError):
                    getattr(settlement.with_user(user), step)()

    def test_a_station_settlement_made_on_the_screen(self):
        claim = self._agreed()
        model = self.env["claim.settlement"].with_user(self.accountant)
        context = {"default_direction": "inbound", "default_settlement_way": "bill"}
        form = Form(model.with_context(**context), view="parts_claims.claim_settlement_view_form_station")
        form.supplier_id = self.station
        settlement = form.save()
        settlement.action_collect_lines()
        self.assertEqual(settlement.line_ids.claim_id, claim)
        self.assertEqual(settlement.direction, "inbound")

    def test_a_company_that_is_both_is_settled_apart(self):
        self._make_station_agreement(self.supplier)
        user = self._make_station_user("both", self.supplier)
        inbound = self._filed(self._line(), user=user)
        inbound.action_accept_rest()
        inbound.action_answer()
        inbound.with_user(user).sudo()._station_agrees(user.partner_id)
        outbound = self._make_agreed()
        outbound.with_user(self.accountant).action_settle()
        inbound.with_user(self.accountant).action_settle()
        first, second = (claim.line_ids.settlement_line_ids.settlement_id for claim in (outbound, inbound))
        self.assertEqual((first.direction, second.direction), ("outbound", "inbound"))
        self.assertEqual((first.line_ids.claim_id, second.line_ids.claim_id), (outbound, inbound))
        self.assertFalse(second._belongs_to(self.supplier))
        with self.assertRaises(UserError):
            second.sudo()._acknowledge("Me")
        with self.assertRaisesRegex(UserError, "for service stations"):
            first.with_user(self.accountant).action_issue_notice()

    def test_a_line_of_the_other_direction_is_not_posted(self):
        self._make_station_agreement(self.supplier)
        outbound = self._make_agreed()
        settlement = (
            self.env["claim.settlement"]
            .with_user(self.accountant)
            .create({"supplier_id": self.supplier.id, "company_id": self.company.id, "direction": "inbound"})
        )
        settlement.line_ids = [Command.create({"claim_line_id": outbound.line_ids.id})]
        with self.assertRaisesRegex(UserError, "does not belong into this settlement"):
            settlement.action_issue_notice()

    def test_the_way_fits_the_direction(self):
        settlement = self._make_settlement()
        with self.assertRaises(ValidationError):
            settlement.settlement_way = "deduction"

    def test_the_nightly_cut_opens_a_settlement_of_its_own(self):
        claim = self._agreed()
        claim._set({"agreed_date": self.today - timedelta(days=45)})
        self.env["claim.settlement"]._cron_cut()
        settlement = claim.line_ids.settlement_line_ids.settlement_id
        self.assertEqual((settlement.direction, settlement.settlement_way), ("inbound", "bill"))

    def test_stations_are_not_dunned_for_what_we_owe(self):
        self.company.claim_dunning_days = 1
        settlement = self._confirmed()
        settlement.action_post()
        settlement.credit_note_id.sudo().invoice_date_due = self.today - timedelta(days=30)
        self.env["claim.settlement"]._cron_dunning()
        self.assertFalse(settlement.dunning_count)
