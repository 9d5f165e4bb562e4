# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

WAITING = ("blocked", "claimable", "draft")


class PartsClaimLine(models.Model):
    """Windows that close: warnings while there is time, and a reason for what was lost."""

    _inherit = "parts.claim.line"

    lapse_reason = fields.Char(string="Lapsed, Because", readonly=True, copy=False)
    lapsed_on = fields.Date(readonly=True, copy=False)
    warned_days = fields.Integer(
        string="Last Warning", readonly=True, copy=False, help="Days that were left at the last warning."
    )

    def action_unlapse(self):
        """Take up lapsed lines again, if the supplier agrees to a late claim: a manager writes down why."""
        self._check_group("parts_claims.parts_claims_group_manager")
        self._check_states(("lapsed",))
        silent = self.filtered(lambda line: not line.late_reason)
        if silent:
            raise UserError(
                self.env._(
                    "Write down why %(lines)s may be filed late.",
                    lines=", ".join(silent.mapped("display_name")),
                )
            )
        self._set({"lapse_reason": False, "lapsed_on": False})
        return True

    def _is_editable(self):
        """A lapsed line can still be taken up, with a manager's reason."""
        return super()._is_editable() or self.state == "lapsed"

    @api.model
    def _lapse_missed(self):
        """Mark what passed its window without being filed; drafts lose such lines. Called daily by the system."""
        lapsed = self.browse()
        for company in self.env["res.company"].search([]):
            today = company._get_law_date()
            lines = self.search(
                Domain("company_id", "=", company.id)
                & Domain("state", "in", WAITING)
                & Domain("deadline", "<", today)
                & Domain("late_reason", "in", (False, ""))
            ).try_lock_for_update(allow_referencing=True)
            for line in lines:
                reason = line._get_lapse_reason()
                line._set({"claim_id": False, "lapse_reason": reason, "lapsed_on": today})
            lapsed |= lines
        return lapsed

    def _get_lapse_reason(self):
        day = format_date(self.env, self.deadline)
        if self.problem:
            return self.env._("Not filed by %(date)s, because: %(problem)s", date=day, problem=self.problem)
        if missing := self._get_lacking():
            return self.env._(
                "Not filed by %(date)s: %(missing)s was missing.", date=day, missing=", ".join(missing)
            )
        if self.claim_id:
            return self.env._(
                "Not filed by %(date)s: draft %(claim)s was not submitted.",
                date=day,
                claim=self.claim_id.name,
            )
        return self.env._("Not filed by %(date)s: it was put into no claim.", date=day)

    @api.model
    def _warn_of_deadlines(self):
        """Tell the person responsible, once for each number of days set in the company, what has to be filed.

        One activity for each agreement and number of days, with the number of lines and their amount.
        """
        for company in self.env["res.company"].search([]):
            steps = company._get_claim_warning_days()
            lines = self.search(
                Domain("company_id", "=", company.id)
                & Domain("state", "in", WAITING)
                & Domain("deadline", ">=", company._get_law_date())
            )
            due = {}
            for line in lines:
                step = min((days for days in steps if days >= line.days_left), default=0)
                if step and (not line.warned_days or step < line.warned_days):
                    due.setdefault((line.agreement_id, step), self.browse())
                    due[line.agreement_id, step] |= line
            for (agreement, step), some in due.items():
                some._warn(agreement, step)

    def _warn(self, agreement, days):
        amount = sum(self.mapped("amount_claimed"))
        agreement.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=min(self.mapped("deadline")),
            summary=agreement.env._(
                "%(count)s lines, %(amount)s: file within %(days)s days",
                count=len(self),
                amount=format_amount(self.env, amount, agreement.currency_id),
                days=days,
            ),
            user_id=(agreement.user_id or self.env.user).id,
        )
        self._set({"warned_days": days})
