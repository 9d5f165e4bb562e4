# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.fields import Domain


class ClaimSettlement(models.Model):
    """Reminders of settlements that are posted and past due but not paid or set off."""

    _inherit = "claim.settlement"

    date_due = fields.Date(related="credit_note_id.invoice_date_due", string="Due")
    dunning_count = fields.Integer(string="Reminders", readonly=True, copy=False)
    dunning_date = fields.Date(string="Last Reminder", readonly=True, copy=False)

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"dunning_count", "dunning_date", "offset_move_ids"}

    @api.model
    def _cron_dunning(self):
        """Daily: remind suppliers, and the accountant, of settlements overdue for the days of the settings."""
        for company in self.env["res.company"].search(Domain("claim_dunning_days", ">", 0)):
            limit = company._get_law_date() - timedelta(days=company.claim_dunning_days)
            overdue = self.search(
                Domain("state", "=", "posted")
                & Domain("direction", "=", "outbound")
                & Domain("company_id", "=", company.id)
                & Domain("credit_note_id.invoice_date_due", "<=", limit)
                & (Domain("dunning_date", "=", False) | Domain("dunning_date", "<=", limit))
            )
            overdue._remind_of_payment()

    def _remind_of_payment(self):
        template = self.env.ref("parts_claims.mail_template_dunning")
        todo = self.env.ref("mail.mail_activity_data_todo")
        for settlement in self:
            today = settlement.company_id._get_law_date()
            settlement._set({"dunning_count": settlement.dunning_count + 1, "dunning_date": today})
            if settlement.supplier_id.email:
                template.send_mail(settlement.id)
            settlement.activity_schedule(
                activity_type_id=todo.id,
                date_deadline=today,
                summary=settlement.env._(
                    "%(supplier)s has not paid %(settlement)s",
                    supplier=settlement.supplier_id.name,
                    settlement=settlement.name,
                ),
                user_id=settlement.post_user_id.id,
            )
