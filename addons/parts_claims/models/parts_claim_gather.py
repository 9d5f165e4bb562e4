# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class PartsClaim(models.Model):
    """How draft claims come about: by the clerk's choice from the worklist, and every night by themselves."""

    _inherit = "parts.claim"

    @api.model
    def _gather(self, lines):
        """Put claimable lines into the draft claim of their company, supplier, currency and period.

        :param lines: claim lines; those of other states are refused
        :return: the draft claims
        """
        lines.lock_for_update(allow_referencing=True)
        lines._check_states(("claimable",))
        claims = self.browse()
        groups = lines.grouped(
            lambda line: (
                line.company_id,
                line.supplier_id,
                line.currency_id,
                line.agreement_id._get_period(line.repair_date),
            )
        )
        for (company, supplier, currency, period), some in groups.items():
            claim = self._get_draft(company, supplier, currency, period, some.agreement_id.user_id[:1])
            some._set({"claim_id": claim.id})
            claims |= claim
        return claims

    @api.model
    def _get_draft(self, company, supplier, currency, period, user):
        draft = self.search(
            Domain("state", "=", "draft")
            & Domain("direction", "=", "outbound")
            & Domain("company_id", "=", company.id)
            & Domain("supplier_id", "=", supplier.id)
            & Domain("currency_id", "=", currency.id)
            & Domain("date_from", "=", period[0]),
            limit=1,
        )
        # Claims are only made from claimable lines, which the caller may write: nobody creates them by hand.
        return draft or self.sudo().create(
            {
                "company_id": company.id,
                "currency_id": currency.id,
                "date_from": period[0],
                "date_to": period[1],
                "direction": "outbound",
                "supplier_id": supplier.id,
                "user_id": user.id,
            }
        ).sudo(False)

    @api.model
    def _cron_gather(self):
        """Daily: find covered parts that were missed, fill the draft claims, remind of filing deadlines."""
        batch = 500
        lines = self.env["parts.claim.line"]
        while found := lines._collect_missed(limit=batch):
            if not self.env["ir.cron"]._commit_progress(found):
                return
        lines.search(Domain("state", "=", "blocked"))._refresh_terms()
        lines._lapse_missed()
        # What our own audit refused or returned is put into a claim by a person again, not by the system.
        claimable = lines.search(
            Domain("state", "=", "claimable") & Domain("audit_outcome", "not in", ("refuse", "return"))
        ).try_lock_for_update(allow_referencing=True)
        self._gather(claimable)
        self._remind()
        lines._warn_of_deadlines()
        self._follow_up_overdue()

    @api.model
    def _remind(self):
        """One activity on each draft claim whose deadline comes near."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        for company in self.env["res.company"].search([]):
            limit = company._get_law_date() + timedelta(days=company.claim_alert_days)
            claims = self.search(
                Domain("state", "=", "draft")
                & Domain("company_id", "=", company.id)
                & Domain("deadline", "<=", limit)
            )
            for claim in claims.filtered(lambda claim: todo not in claim.activity_ids.activity_type_id):
                claim.activity_schedule(
                    activity_type_id=todo.id,
                    date_deadline=claim.deadline,
                    summary=claim.env._(
                        "File this claim by %(date)s", date=format_date(claim.env, claim.deadline)
                    ),
                    user_id=(claim.user_id or self.env.user).id,
                )
