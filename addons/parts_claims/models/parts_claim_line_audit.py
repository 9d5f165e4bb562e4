# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from odoo.addons.compliance_base.violation import Violation

from .claim_rule import OUTCOMES

# What became of a line: outcome, the rule that decided (may be empty), and the reason as a sentence.
AuditResult = namedtuple("AuditResult", "outcome rule reason")
BATCH = 500
CLERK = "parts_claims.parts_claims_group_clerk"
MANAGER = "parts_claims.parts_claims_group_manager"


class PartsClaimLine(models.Model):
    """The audit of claim lines by rules, and the decisions of people where the rules leave it to them."""

    _inherit = "parts.claim.line"

    audit_log_id = fields.Many2one(
        "claim.rule.log",
        string="Last Audit Decision",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    audit_log_ids = fields.One2many("claim.rule.log", "claim_line_id")
    audit_outcome = fields.Selection(OUTCOMES, string="Audit", readonly=True, copy=False, index=True)
    audit_reason = fields.Text(related="audit_log_id.reason", string="Reason of the Audit")
    audit_rule_id = fields.Many2one(related="audit_log_id.rule_id", string="Audited By Rule")

    def action_audit(self):
        """Audit lines that can still be decided on by the live rules. Claims clerks only."""
        self._check_group(CLERK)
        self._check_audit_open()
        self._audit()
        return True

    def action_audit_accept(self):
        """Ask why the lines are accepted, and accept them."""
        return self._ask_audit_decision("accept")

    def action_audit_return(self):
        """Ask what has to be completed, and return the lines."""
        return self._ask_audit_decision("return")

    def action_audit_refuse(self):
        """Ask why the lines are refused, and refuse them."""
        return self._ask_audit_decision("refuse")

    def action_view_audit_logs(self):
        """Open every decision of the audit on these lines."""
        return self.audit_log_ids._get_records_action(name=self.env._("Audit Log"))

    def _audit(self):
        """Judge lines of either direction by the live rules, and log each decision. The one entry of the audit.

        A decision that is the same as before is not logged again, and what a person decided upon it stands. The number
        of queries does not depend on the number of lines, up to 500.

        :return: dict id of the line -> AuditResult(outcome, rule, reason); outcomes: refuse, return, manual, accept
        """
        results = {}
        for ids in split_every(BATCH, self.ids):
            results |= self.browse(ids)._audit_batch()
        return results

    def _audit_batch(self):
        # sudo: the rules look at what the clerk need not be able to read, as campaigns and registrations; what they
        # say of it is the reason that they are written for
        lines = self.sudo()
        logs = self.env["claim.rule.log"].sudo()
        found = self.env["claim.rule"].sudo()._judge(lines)
        latest = logs._get_latest_by_rules(lines)
        changed = {line: finding for line, finding in found.items() if not latest[line]._says(line, finding)}
        if changed:
            for line, entry in logs._record_findings(changed).items():
                line._set_audit(entry)
        return {
            line.id: AuditResult(line.audit_outcome, line.audit_rule_id.sudo(False), line.audit_reason)
            for line in lines
        }

    def _audit_if_live(self):
        """Audit lines that are filed, in companies that have live rules for claims of their direction."""
        by_company = self.grouped(lambda line: (line.company_id, line._get_audit_direction()))
        for (company, direction), lines in by_company.items():
            # sudo: whoever files claims need not be able to read the rules of the company
            rules = self.env["claim.rule"].sudo()._get_live(company)
            if any(rule.direction in ("both", direction) for rule in rules):
                lines._audit()
            else:
                lines.filtered("audit_outcome")._set({"audit_log_id": False, "audit_outcome": False})

    def _set_audit(self, entry):
        self.ensure_one()
        self._set({"audit_log_id": entry.id, "audit_outcome": entry.outcome})

    def _ask_audit_decision(self, decision):
        self._check_audit_decision()
        wizard = self.env["claim.audit.decision"].create({"decision": decision, "line_ids": self.ids})
        return wizard._get_records_action(name=self.env._("Audit by Hand"), target="new")

    def _decide_audit(self, decision, reason):
        """Decide as a person about lines that the rules leave open; a manager also against the rules.

        :param decision: accept, return or refuse
        :raise UserError: no reason, or a line that is not open
        """
        self._check_audit_decision()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write down the reason of the decision."))
        # sudo: nobody writes the log by hand; who may decide was checked above
        logs = self.env["claim.rule.log"].sudo()
        entries = logs._record(
            {
                line: {
                    "outcome": decision,
                    "reason": reason,
                    "rule_id": line.audit_rule_id.id,
                    "source": "person",
                    "version": line.sudo().audit_log_id.version,
                }
                for line in self
            }
        )
        for line, entry in entries.items():
            line._set_audit(entry)

    def _check_audit_decision(self):
        """Who may decide by hand, and about which lines."""
        self._check_group(CLERK)
        self.lock_for_update(allow_referencing=True)
        self._check_audit_open()
        decided = self.filtered(lambda line: line.audit_outcome != "manual")
        if decided:
            decided._check_group(MANAGER)
        unaudited = decided.filtered(lambda line: not line.audit_outcome)
        if unaudited:
            raise UserError(
                self.env._(
                    "%(lines)s have not been audited.", lines=", ".join(unaudited.mapped("display_name"))
                )
            )

    def _check_audit_open(self):
        closed = self.filtered(lambda line: not line._is_audit_open())
        if closed:
            raise UserError(
                self.env._(
                    "%(lines)s can no longer be audited: they are filed, answered or given up.",
                    lines=", ".join(closed.mapped("display_name")),
                )
            )

    def _is_audit_open(self):
        """Whether the audit may still decide: before a line goes to a supplier, and until a station has its answer."""
        self.ensure_one()
        if self._get_audit_direction() == "inbound":
            return self.state in ("submitted", "disputed")
        return self._is_editable()

    def _get_submit_violations(self):
        return [*super()._get_submit_violations(), *self._get_audit_violations()]

    def _get_audit_violations(self):
        """What our own audit has against filing the line."""
        if self.audit_outcome in (False, "accept"):
            return []
        names = {"line": self.display_name, "reason": self.audit_reason}
        messages = {
            "refuse": self.env._("%(line)s is refused by the audit. %(reason)s", **names),
            "return": self.env._("%(line)s is returned for completion. %(reason)s", **names),
            "manual": self.env._("%(line)s has to be decided by hand. %(reason)s", **names),
        }
        remedies = {
            "refuse": self.env._("Take the line out of the claim, or let a manager decide against the rule."),
            "return": self.env._("Complete the line and audit it again, or take it out of the claim."),
            "manual": self.env._("Decide about it under “To Audit”, or take it out of the claim."),
        }
        return [
            Violation(
                f"claims.audit.{self.audit_outcome}",
                self,
                messages[self.audit_outcome],
                remedies[self.audit_outcome],
                self.audit_rule_id.sudo().code or "",
            )
        ]
