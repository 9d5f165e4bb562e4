# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import split_every

from ..models.claim_rule_judge import Finding

BATCH = 500
# Rows that are shown; what is counted and summed up is not limited
MOST_SHOWN = 1000


class ClaimRuleTrial(models.TransientModel):
    """What a rule would have decided on claims of the past, beside what was really decided. Decides nothing."""

    _name = "claim.rule.trial"
    _description = "Try a Rule on Past Claims"
    _rec_name = "rule_id"

    rule_id = fields.Many2one("claim.rule", required=True, context={"active_test": False}, ondelete="cascade")
    outcome = fields.Selection(related="rule_id.outcome")
    date_from = fields.Date(
        string="Filed From",
        required=True,
        default=lambda self: self.env.company._get_law_date() - relativedelta(years=1),
    )
    date_to = fields.Date(
        string="Filed To", required=True, default=lambda self: self.env.company._get_law_date()
    )
    partner_id = fields.Many2one("res.partner", string="Supplier or Station")
    currency_id = fields.Many2one("res.currency", default=lambda self: self.env.company.currency_id)
    result_ids = fields.One2many("claim.rule.trial.line", "trial_id", readonly=True)
    tried = fields.Boolean(readonly=True)
    line_count = fields.Integer(string="Lines Looked At", readonly=True)
    hit_count = fields.Integer(string="The Rule Decides", readonly=True)
    hit_amount = fields.Monetary(string="Their Amount", readonly=True)
    accepted_count = fields.Integer(string="Really Accepted", readonly=True)
    accepted_amount = fields.Monetary(string="Agreed to Them", readonly=True)
    refused_count = fields.Integer(string="Really Refused", readonly=True)
    refused_amount = fields.Monetary(string="Refused of Them", readonly=True)
    undecided_count = fields.Integer(string="Not Answered Yet", readonly=True)

    def action_try(self):
        """Judge the lines filed in the period by the rule alone, and show both decisions. Writes nothing but this."""
        self.ensure_one()
        self.rule_id.check_access("read")
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins."))
        lines = self.env["parts.claim.line"].search(self._get_line_domain())
        reasons = {}
        for ids in split_every(BATCH, lines.ids):
            reasons |= self._judge(lines.browse(ids))
        self._show(lines, lines.browse(reasons), reasons)
        return True

    def _get_line_domain(self):
        domain = (
            Domain("company_id", "in", self.env.companies.ids)
            & Domain("claim_id.submit_date", ">=", self.date_from)
            & Domain("claim_id.submit_date", "<=", self.date_to)
        )
        if self.rule_id.company_id:
            domain &= Domain("company_id", "=", self.rule_id.company_id.id)
        if self.partner_id:
            domain &= Domain("supplier_id", "=", self.partner_id.commercial_partner_id.id)
        return domain

    def _judge(self, lines):
        """Reasons of the rule's decisions: dict id of the line -> sentence"""
        # sudo: as in the audit itself, the rule looks at what the user need not be able to read
        rule = self.rule_id.sudo()
        matched = rule._match(lines.sudo(), dated=False)
        return {line.id: rule._explain(Finding(rule, facts)) for line, facts in matched.items()}

    def _show(self, lines, hits, reasons):
        accepted = hits.filtered(lambda line: line.decision in ("accepted", "partly"))
        refused = hits.filtered(lambda line: line.decision == "refused")
        self.write(
            {
                "tried": True,
                "line_count": len(lines),
                "hit_count": len(hits),
                "hit_amount": self._sum(hits, "amount_claimed"),
                "accepted_count": len(accepted),
                "accepted_amount": self._sum(accepted, "amount_agreed"),
                "refused_count": len(refused),
                "refused_amount": self._sum(hits, "amount_refused"),
                "undecided_count": len(hits - accepted - refused),
                "result_ids": [
                    Command.clear(),
                    *(
                        Command.create({"claim_line_id": line.id, "reason": reasons[line.id]})
                        for line in hits[:MOST_SHOWN]
                    ),
                ],
            }
        )

    def _sum(self, lines, name):
        """Sum in the currency of the company, each line at the rate of the day of its repair."""
        return sum(
            line.currency_id._convert(line[name], self.currency_id, line.company_id, line.repair_date)
            for line in lines
        )


class ClaimRuleTrialLine(models.TransientModel):
    """One line of the past on which the rule would have decided."""

    _name = "claim.rule.trial.line"
    _description = "Line of a Trial"

    trial_id = fields.Many2one("claim.rule.trial", required=True, ondelete="cascade")
    claim_line_id = fields.Many2one("parts.claim.line", string="Line", required=True, ondelete="cascade")
    claim_id = fields.Many2one(related="claim_line_id.claim_id")
    supplier_id = fields.Many2one(related="claim_line_id.supplier_id", string="Supplier or Station")
    reason = fields.Text(string="What the Rule Says", readonly=True)
    audit_outcome = fields.Selection(string="Audit Then", related="claim_line_id.audit_outcome")
    decision = fields.Selection(related="claim_line_id.decision", string="Really Decided")
    amount_claimed = fields.Monetary(related="claim_line_id.amount_claimed", string="Claimed")
    amount_agreed = fields.Monetary(related="claim_line_id.amount_agreed", string="Agreed")
    currency_id = fields.Many2one(related="claim_line_id.currency_id")
