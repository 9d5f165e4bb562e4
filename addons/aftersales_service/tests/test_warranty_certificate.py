# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AftersalesCase

CERTIFICATE = "aftersales_service.warranty_registration_report_certificate"


@tagged("post_install", "-at_install")
class TestWarrantyCertificate(AftersalesCase):
    """The certificate says what Art. 9 of the rules for family cars wants said; the customer hears of the end."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wear = cls.env["warranty.component"].create(
            {"code": "T-WEAR", "name": "Brake pads", "kind": "wear"}
        )
        cls.term.write(
            {
                "valid_from": "2022-01-01",
                "exchange_months": 24,
                "exchange_meter_limit": 50_000,
                "exchange_meter_unit": "km",
                "compensation_coefficient": 0.5,
                "battery_limits": "70 % after 8 years",
                "exclusion_ids": [
                    Command.set(cls.env.ref("aftersales_service.warranty_exclusion_misuse").ids)
                ],
                "line_ids": [Command.create({"component_id": cls.wear.id, "months": 6})],
            }
        )
        cls.term.line_ids[0].write({"meter_limit": 60_000, "meter_unit": "km"})
        with freeze_time("2026-03-10 04:00:00"):
            cls.lot = cls.create_lots()
            cls.lot.write({"vin": "LSVAA49J132047371", "production_date": "2026-01-15"})
            cls.order = cls.sell_and_deliver(cls.lot)
            cls.invoice(cls.order, "2026-03-12")
        cls.registration = cls.get_registrations(cls.lot)

    def render(self, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.reception)
        html = report._render_qweb_html(CERTIFICATE, self.registration.ids)[0].decode()
        return " ".join(html.split())

    def test_certificate_has_the_particulars_of_article_9(self):
        html = self.render()
        for text in (
            self.registration.name,
            "LSVAA49J132047371",
            "01/15/2026",  # production date
            self.company.name,
            "03/12/2026",  # invoice
            "03/10/2026",  # delivery
            "03/09/2029",  # end of free repair
            "03/09/2028",  # end of exchange and return
            "50,000",
            "60,000",
            "n = <span>0.5</span> %",
            "70 % after 8 years",
            "Main unit",
            "Pipes and electrics",
            "Brake pads",
            "Wear Part",
            "Misuse",
        ):
            self.assertIn(text, html)

    def test_certificate_is_printed_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.term.with_context(lang="zh_CN").battery_limits = "八年后不低于百分之七十"
        self.customer.lang = "zh_CN"
        html = self.render()
        self.assertIn("八年后不低于百分之七十", html)
        self.assertIn("2026/03/12", html)
        self.assertIn("三包凭证", html)
        self.assertIn("三包有效期", html)
        self.customer.lang = "en_US"
        self.assertIn("70 % after 8 years", self.render())

    def test_pdf_is_printed(self):
        pdf, kind = (
            self.env["ir.actions.report"]
            .with_context(force_report_rendering=True)
            ._render_qweb_pdf(CERTIFICATE, self.registration.ids)
        )
        self.assertEqual((kind, pdf[:5]), ("pdf", b"%PDF-"))

    def test_only_who_may_read_the_warranty_prints_it(self):
        self.assertEqual(
            self.registration.with_user(self.reception).action_print_certificate()["type"],
            "ir.actions.report",
        )
        with self.assertRaises(AccessError):
            self.registration.with_user(self.other_portal_user).action_print_certificate()
        with self.assertRaises(AccessError):
            self.render(self.other_portal_user)

    # Notices

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("aftersales_service.warranty_registration_cron_notify").method_direct_trigger()

    def get_mails(self):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "warranty.registration"),
                ("res_id", "=", self.registration.id),
                ("recipient_ids", "=", self.customer.id),
            ]
        )

    def test_customer_is_told_once_so_many_days_before_the_end(self):
        self.company.warranty_notice_days = 30
        self.customer.email = "customer@example.com"
        with freeze_time("2029-02-06 04:00:00"):  # 31 days before
            self.run_cron()
            self.assertFalse(self.registration.notified_on)
        with freeze_time("2029-02-07 04:00:00"):
            self.run_cron()
            self.assertEqual(self.registration.notified_on, date(2029, 2, 7))
            mail = self.get_mails()
            self.assertEqual(len(mail), 1)
            self.assertIn("03/09/2029", mail.subject)
            self.assertIn(self.lot.name, mail.body_html)
            self.assertEqual(mail.recipient_ids, self.customer)
        with freeze_time("2029-02-08 04:00:00"):
            self.run_cron()
            self.assertEqual(len(self.get_mails()), 1, "once")

    def test_customer_without_email_is_to_be_called(self):
        self.order.user_id = False
        self.company.warranty_user_id = self.reception
        self.customer.email = False
        with freeze_time("2029-03-01 04:00:00"):
            self.run_cron()
        activity = self.registration.activity_ids
        self.assertEqual((activity.user_id, activity.date_deadline), (self.reception, date(2029, 3, 9)))
        self.assertFalse(self.get_mails())

    def test_nobody_is_told_where_the_setting_is_0_or_cover_is_closed(self):
        self.customer.email = "customer@example.com"
        self.company.warranty_notice_days = 0
        with freeze_time("2029-03-01 04:00:00"):
            self.run_cron()
        self.company.warranty_notice_days = 30
        self.registration._void("Stolen")
        with freeze_time("2029-03-01 04:00:00"):
            self.run_cron()
        self.assertFalse(self.registration.notified_on or self.get_mails())
