# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple
from datetime import date

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

# What an audit found about a line: the rule that decides (empty: none does) and the values its sentence names.
Finding = namedtuple("Finding", "rule facts")

# Lines that ask, or asked, somebody for money
CLAIMED_STATES = ("claimable", "draft", "submitted", "answered", "disputed", "agreed", "settled")


class ClaimRule(models.Model):
    """How rules judge claim lines: which rules are asked, in which order, and how a decision is worded."""

    _inherit = "claim.rule"

    @api.model
    def _get_live(self, company):
        """Live rules of a company in their order; its own one takes the place of the common one of the same code."""
        rules = self.search(Domain("state", "=", "live") & Domain("company_id", "in", (False, company.id)))
        own = set(rules.filtered("company_id").mapped("code"))
        return rules.filtered(lambda rule: rule.company_id or rule.code not in own)

    @api.model
    def _judge(self, lines):
        """First decision on each line; the number of queries does not depend on how many lines there are.

        :param lines: ``parts.claim.line`` in superuser mode
        :return: dict line -> Finding
        """
        found = {}
        for company, some in lines.grouped("company_id").items():
            left = some
            for rule in self._get_live(company):
                matched = rule._match(left)
                found |= {line: Finding(rule, facts) for line, facts in matched.items()}
                left = left.filtered(lambda line, matched=matched: line not in matched)
                if not left:
                    break
            found |= dict.fromkeys(left, Finding(self.browse(), {}))
        return found

    def _match(self, lines, dated=True):
        """Lines that this rule finds.

        :param lines: ``parts.claim.line`` in superuser mode, of a company the rule holds for
        :param dated: leave out lines that are audited on a day on which the rule does not hold
        :return: dict line -> dict of the values that the reason names: texts, numbers, days
        """
        self.ensure_one()
        asked = lines.filtered(lambda line: self._is_asked(line, dated))
        return getattr(self, f"_match_{self.kind}")(asked) if asked else {}

    def _is_asked(self, line, dated):
        """Whether the rule is for this line at all."""
        if self.direction not in ("both", line._get_audit_direction()):
            return False
        if self.agreement_ids and line.agreement_id not in self.agreement_ids:
            return False
        if self.partner_ids and line.supplier_id not in self.partner_ids.commercial_partner_id:
            return False
        if self.categ_ids and not self._is_within(line.product_id, self.categ_ids):
            return False
        day = line._get_audit_day() if dated else None
        return not day or ((self.date_from or day) <= day <= (self.date_to or day))

    @api.model
    def _is_within(self, product, categories):
        """Whether a product belongs to one of these categories or to a subcategory of them."""
        path = (product.categ_id.parent_path or "").split("/")
        return any(str(category.id) in path for category in categories)

    @api.model
    def _get_outcome(self, finding):
        """What becomes of a line: a person decides where no rule does."""
        return finding.rule.outcome or "manual"

    @api.model
    def _explain(self, finding):
        """The reason of a decision, a sentence in the language of the user."""
        if not finding.rule:
            return self.env._("No rule decides.")
        facts = {
            name: format_date(self.env, value) if isinstance(value, date) else value
            for name, value in finding.facts.items()
        }
        return self._get_sentences()[finding.rule.kind] % facts

    @api.model
    def _get_sentences(self):
        """dict criterion -> sentence with the names of its facts"""
        return {
            "always": self.env._("No other rule decides."),
            "domain": self.env._("The condition of the rule holds: %(rule)s."),
        }

    def _match_always(self, lines):
        return {line: {} for line in lines}

    def _match_domain(self, lines):
        matching = lines.search(Domain("id", "in", lines.ids) & self._parse_domain())
        return {line: {"rule": self.name} for line in lines if line in matching}

    @api.model
    def _find_claimed(self, lines, domain):
        """Other lines of the companies that match, also those of the batch itself, oldest first."""
        return lines.search(
            Domain("company_id", "in", lines.company_id.ids) & Domain("state", "in", CLAIMED_STATES) & domain,
            order="repair_date, id",
        )
