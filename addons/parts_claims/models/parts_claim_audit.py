# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Domain


class PartsClaim(models.Model):
    """Our own audit before a claim leaves the house."""

    _inherit = "parts.claim"

    audit_open_count = fields.Integer(string="To Decide", compute="_compute_audit_counts")
    audit_log_count = fields.Integer(string="Audit Decisions", compute="_compute_audit_counts")

    def _compute_audit_counts(self):
        lines, logs = self.env["parts.claim.line"], self.env["claim.rule.log"]
        waiting = dict(
            lines._read_group(
                Domain("claim_id", "in", self.ids) & Domain("audit_outcome", "=", "manual"),
                ["claim_id"],
                ["__count"],
            )
        )
        decided = dict(logs._read_group(Domain("claim_id", "in", self.ids), ["claim_id"], ["__count"]))
        for claim in self:
            claim.audit_open_count = waiting.get(claim, 0)
            claim.audit_log_count = decided.get(claim, 0)

    def action_audit(self):
        """Audit the lines of these claims by the live rules, as far as they can still be decided on."""
        self.line_ids.filtered(lambda line: line._is_audit_open()).action_audit()
        return True

    def action_view_audit_logs(self):
        """Open every decision of the audit on lines of these claims."""
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.claim_rule_log_action")
        return action | {"domain": [("claim_id", "in", self.ids)], "context": {}}

    @api.model
    def _gather(self, lines):
        """Lines are audited as soon as they stand in a draft, so that there is time to complete them."""
        claims = super()._gather(lines)
        lines._audit_if_live()
        return claims

    def _check_submit(self):
        """What changed since the last audit is audited again before anything is filed."""
        self.line_ids._audit_if_live()
        return super()._check_submit()
