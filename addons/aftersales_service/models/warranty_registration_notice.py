# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.misc import format_date

NOTICE_BATCH = 200


class WarrantyRegistration(models.Model):
    """Before cover ends the customer hears of it, once."""

    _inherit = "warranty.registration"

    notified_on = fields.Date(string="Customer Told On", readonly=True, copy=False)

    @api.model
    def _cron_notify_expiry(self):
        """Daily: tell each customer some days before cover ends; who has no e-mail is to be called."""
        for company in self.env["res.company"].search([("warranty_notice_days", ">", 0)]):
            domain = self._get_notice_domain(company)
            while due := self.search(domain, limit=NOTICE_BATCH):
                due.with_company(company)._notify_expiry()
                self.env["ir.cron"]._commit_progress(len(due), remaining=self.search_count(domain))

    @api.model
    def _get_notice_domain(self, company):
        """Covered units of a company whose end is near and whose customer was not told yet."""
        today = company._get_law_date()
        return [
            ("company_id", "=", company.id),
            ("state", "=", "active"),
            ("notified_on", "=", False),
            ("partner_id", "!=", False),
            ("end_date", ">=", today),
            ("end_date", "<=", today + timedelta(days=company.warranty_notice_days)),
        ]

    def _notify_expiry(self):
        """Write to who has an e-mail address, plan a call for the others."""
        template = self.env.ref("aftersales_service.mail_template_warranty_expiry")
        for company, registrations in self.grouped("company_id").items():
            reachable = registrations.filtered("partner_id.email")
            for registration in reachable:
                template.send_mail(registration.id)
            for registration in registrations - reachable:
                registration._schedule_expiry_call()
            registrations._write_frozen({"notified_on": company._get_law_date()})

    def _schedule_expiry_call(self):
        """A task for the seller, or the company's warranty clerk, to call a customer without e-mail."""
        self.ensure_one()
        user = self.sale_id.user_id or self.company_id.warranty_user_id
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=self.end_date,
                summary=self.env._("Warranty ends on %s", format_date(self.env, self.end_date)),
                user_id=user.id,
            )
