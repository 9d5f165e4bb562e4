# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class PartsClaim(models.Model):
    """What happens to claims the supplier does not answer in time: as the agreement says."""

    _inherit = "parts.claim"

    @api.model
    def _follow_up_overdue(self):
        """Deem accepted, or tell the person responsible; called daily by the system."""
        for company in self.env["res.company"].search([]):
            overdue = self.search(
                Domain("state", "=", "submitted")
                & Domain("direction", "=", "outbound")
                & Domain("company_id", "=", company.id)
                & Domain("answer_deadline", "<", company._get_law_date())
            ).try_lock_for_update(allow_referencing=True)
            for claim in overdue:
                claim._apply_answer_rule()

    def _apply_answer_rule(self):
        self.ensure_one()
        open_lines = self.line_ids.filtered(lambda line: not line.decision)
        rules = set(open_lines.agreement_id.mapped("answer_rule"))
        if rules == {"accepted"}:
            if not self._has_open_question():
                self._accept_by_silence()
        elif "escalated" in rules or len(rules) > 1:
            self._escalate()

    def _escalate(self):
        """One activity, however often it is called."""
        kind = self.env.ref("mail.mail_activity_data_todo")
        summary = self.env._(
            "No answer by %(date)s: press the supplier", date=format_date(self.env, self.answer_deadline)
        )
        if summary in self.activity_ids.mapped("summary"):
            return
        self.activity_schedule(
            activity_type_id=kind.id, summary=summary, user_id=(self.user_id or self.env.user).id
        )
