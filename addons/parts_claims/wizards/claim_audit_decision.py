# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClaimAuditDecision(models.TransientModel):
    """Asks a person's decision on claim lines, and why."""

    _name = "claim.audit.decision"
    _description = "Audit by Hand"

    decision = fields.Selection(
        [("accept", "Accept"), ("return", "Return for Completion"), ("refuse", "Refuse")], required=True
    )
    line_ids = fields.Many2many("parts.claim.line", string="Lines", required=True, readonly=True)
    reason = fields.Text()

    def action_apply(self):
        """Record the decision with its reason. Claims clerks only; against a rule, managers."""
        self.ensure_one()
        self.line_ids._decide_audit(self.decision, self.reason)
        return {"type": "ir.actions.act_window_close"}
