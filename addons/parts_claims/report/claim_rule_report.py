# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

from ..models.claim_rule import OUTCOMES


class ClaimRuleReport(models.Model):
    """How much the rules of the audit decide by themselves: one row per decision that people made none before."""

    _name = "claim.rule.report"
    _description = "Audit Figures"
    _auto = False
    _rec_name = "claim_line_id"
    _order = "decided_on desc, id desc"

    automatic_rate = fields.Float(
        string="Decided by Rules",
        readonly=True,
        aggregator="avg",
        help="Share of the lines on which a rule decided without a person.",
    )
    automatic_count = fields.Integer(string="Automatic", readonly=True)
    claim_line_id = fields.Many2one("parts.claim.line", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    direction = fields.Selection(
        [("outbound", "To the Supplier"), ("inbound", "From a Station")], readonly=True
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Supplier or Station", readonly=True)
    rule_id = fields.Many2one("claim.rule", readonly=True)
    version = fields.Integer(string="Version of the Rule", readonly=True, aggregator=None)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT log.id,
                   log.claim_line_id,
                   log.company_id,
                   log.decided_on,
                   log.direction,
                   log.outcome,
                   log.partner_id,
                   log.rule_id,
                   log.version,
                   CASE WHEN log.outcome = 'manual' THEN 0.0 ELSE 1.0 END AS automatic_rate,
                   CASE WHEN log.outcome = 'manual' THEN 0 ELSE 1 END AS automatic_count
              FROM claim_rule_log log
             WHERE log.source != 'person'
            """
        )
