# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .claim_rule import OUTCOMES


class ClaimRuleLog(models.Model):
    """One decision of the audit on one claim line, by a rule or by a person: evidence from the moment it is made.

    It keeps the version and the figures of the rule at that time. A later decision is a new entry; an audit that finds
    the same again adds none. Nobody writes entries by hand.
    """

    _name = "claim.rule.log"
    _description = "Audit Decision"
    _inherit = ["compliance.evidence.mixin"]
    _order = "decided_on desc, id desc"
    _rec_name = "claim_line_id"

    amount = fields.Monetary(string="Claimed Then", readonly=True)
    claim_id = fields.Many2one("parts.claim", readonly=True, index="btree_not_null", ondelete="restrict")
    claim_line_id = fields.Many2one(
        "parts.claim.line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    decided_on = fields.Datetime(required=True, readonly=True, index=True)
    direction = fields.Selection(
        [("outbound", "To the Supplier"), ("inbound", "From a Station")], required=True, readonly=True
    )
    facts = fields.Text(readonly=True, help="What the rule found, as data.")
    figures = fields.Char(readonly=True, help="The figures by which the rule decided then.")
    outcome = fields.Selection(OUTCOMES, required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier or Station",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    product_id = fields.Many2one(related="claim_line_id.product_id", string="Part")
    quantity = fields.Float(readonly=True, digits="Product Unit", aggregator=None)
    reason = fields.Text(readonly=True)
    rule_id = fields.Many2one("claim.rule", readonly=True, index="btree_not_null", ondelete="restrict")
    source = fields.Selection(
        [("rule", "Rule"), ("none", "No Rule Decided"), ("person", "Person")],
        string="Decided By",
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="On Whose Action", readonly=True, ondelete="restrict")
    version = fields.Integer(
        string="Version of the Rule", readonly=True, aggregator=None, help="0: no rule decided."
    )

    @api.model
    def _get_evidence_fields(self):
        return [
            "amount",
            "claim_id",
            "claim_line_id",
            "currency_id",
            "decided_on",
            "direction",
            "facts",
            "figures",
            "outcome",
            "partner_id",
            "quantity",
            "reason",
            "rule_id",
            "source",
            "user_id",
            "version",
        ]

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Only the audit itself writes its log."))
        return super().create(vals_list)

    @api.model
    def _record_findings(self, findings):
        """Keep what rules decided, closed as evidence.

        :param findings: dict ``parts.claim.line`` -> Finding
        :return: dict line -> entry
        """
        figures = {finding.rule: finding.rule._get_figures() for finding in findings.values() if finding.rule}
        rules = self.env["claim.rule"]
        return self._record(
            {
                line: {
                    "facts": self._pack(finding.facts),
                    "figures": figures.get(finding.rule, ""),
                    "outcome": rules._get_outcome(finding),
                    "reason": rules._explain(finding),
                    "rule_id": finding.rule.id,
                    "source": "rule" if finding.rule else "none",
                    "version": finding.rule.version,
                }
                for line, finding in findings.items()
            }
        )

    @api.model
    def _record(self, decisions):
        """Keep decisions on lines, closed as evidence.

        :param decisions: dict ``parts.claim.line`` -> values of the decision
        :return: dict line -> entry
        """
        entries = self.create(
            [self._prepare_line_vals(line) | decision for line, decision in decisions.items()]
        )
        entries._close_evidence()
        return dict(zip(decisions, entries, strict=True))

    @api.model
    def _prepare_line_vals(self, line):
        return {
            "amount": line.amount_claimed,
            "claim_id": line.claim_id.id,
            "claim_line_id": line.id,
            "company_id": line.company_id.id,
            "currency_id": line.currency_id.id,
            "decided_on": self.env.cr.now(),
            "direction": line._get_audit_direction(),
            "partner_id": line.supplier_id.id,
            "quantity": line.quantity,
            "user_id": self.env.uid,
        }

    @api.model
    def _pack(self, facts):
        """Facts as text that is the same whatever the language of the user."""
        return json.dumps(facts, default=str, ensure_ascii=False, sort_keys=True)

    @api.model
    def _get_latest_by_rules(self, lines):
        """What the rules, not a person, decided last: dict line -> entry, empty for lines never audited."""
        latest = dict.fromkeys(lines, self.browse())
        entries = self.search(
            Domain("claim_line_id", "in", lines.ids) & Domain("source", "!=", "person"), order="id"
        )
        return latest | {entry.claim_line_id: entry for entry in entries}

    def _says(self, line, finding):
        """Whether this entry says of the line as it is now what was found."""
        if not self:
            return False
        return (self.rule_id, self.version, self.facts, self.outcome) == (
            finding.rule,
            finding.rule.version,
            self._pack(finding.facts),
            self.env["claim.rule"]._get_outcome(finding),
        ) and (self.amount, self.quantity, self.currency_id) == (
            line.amount_claimed,
            line.quantity,
            line.currency_id,
        )
