# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain


class ClaimRule(models.Model):
    """Criteria about what was agreed: who may claim, in which campaign, until when, with whose consent, how much."""

    _inherit = "claim.rule"

    @api.model
    def _get_sentences(self):
        return super()._get_sentences() | {
            "amount_above": self.env._("%(amount)s is more than %(limit)s."),
            "amount_up_to": self.env._("%(amount)s is not more than %(limit)s."),
            "campaign_open": self.env._(
                "Campaign %(campaign)s: the work on %(unit)s is not reported as done."
            ),
            "deadline": self.env._("It had to be filed by %(day)s."),
            "free_count": self.env._(
                "%(unit)s had %(count)s free services of campaign %(campaign)s: at most %(most)s are free."
            ),
            "free_scope": self.env._("%(item)s is not part of campaign %(campaign)s."),
            "no_response": self.env._("It was returned on %(day)s and not completed within %(days)s days."),
            "partner_code": self.env._("%(partner)s has no reference number."),
            "preauthorization": self.env._("Nobody agreed in advance to %(amount)s."),
            "unauthorized": self.env._("No agreement with %(partner)s was in force on %(day)s."),
        }

    def _match_unauthorized(self, lines):
        """No agreement of the partner covers the day of the repair, or it is in force no more."""
        matched = {}
        for line in lines:
            agreement, day = line.agreement_id, line.repair_date
            holds = agreement.state == "active" and agreement.date_from <= day
            if not holds or (agreement.date_to and agreement.date_to < day):
                matched[line] = {"partner": line.supplier_id.display_name or "–", "day": day}
        return matched

    def _match_free_scope(self, lines):
        """A part that the campaign does not name, or labor that it does not make free."""
        matched = {}
        for line in lines.filtered(lambda line: line.origin_kind == "campaign"):
            campaign = line._get_audit_campaign()
            named = campaign.part_ids.product_id if line.move_id else campaign.service_ids
            if line.product_id not in named:
                matched[line] = {
                    "item": line.product_id.display_name,
                    "campaign": campaign.display_name or "–",
                }
        return matched

    def _match_free_count(self, lines):
        """One free service more of the unit than the campaign gives, counted in the order of the repairs."""
        free = lines.filtered(lambda line: line._get_audit_campaign().kind == "service")
        claimed = self._find_claimed(
            free, Domain("unit_lot_id", "in", free.unit_lot_id.ids) & Domain("origin_kind", "=", "campaign")
        )
        by_unit = claimed.grouped(lambda line: (line.unit_lot_id, line._get_audit_campaign()))
        matched = {}
        for line in free.filtered("unit_lot_id"):
            campaign = line._get_audit_campaign()
            services = {
                other._get_audit_document()
                for other in by_unit.get((line.unit_lot_id, campaign), claimed.browse()) | line
                if (other.repair_date, other.id) <= (line.repair_date, line.id)
            }
            if len(services) > self.most_count:
                matched[line] = {
                    "unit": line.unit_lot_id.name,
                    "count": len(services),
                    "campaign": campaign.display_name,
                    "most": self.most_count,
                }
        return matched

    def _match_campaign_open(self, lines):
        """Work of a technical campaign or recall on a unit for which the campaign has no finished work."""
        campaign_lines = lines.filtered(
            lambda line: line._get_audit_campaign().kind in ("technical", "recall")
        )
        done = self.env["warranty.campaign.line"].search(
            Domain("lot_id", "in", campaign_lines.unit_lot_id.ids) & Domain("state", "=", "repaired")
        )
        finished = {(entry.campaign_id, entry.lot_id) for entry in done}
        return {
            line: {
                "campaign": line._get_audit_campaign().display_name,
                "unit": line._get_audit_unit_name(),
            }
            for line in campaign_lines
            if (line._get_audit_campaign(), line.unit_lot_id) not in finished
        }

    def _match_deadline(self, lines):
        """Past the deadline and the days of grace, without a manager's reason."""
        grace = timedelta(days=self.days)
        return {
            line: {"day": line.deadline}
            for line in lines
            if line.deadline and not line.late_reason and line._get_audit_day() > line.deadline + grace
        }

    def _match_no_response(self, lines):
        """Returned by an audit, and still not complete when the days are over."""
        returned = self.env["claim.rule.log"].search(
            Domain("claim_line_id", "in", lines.ids), order="decided_on, id"
        )
        first = {}
        for entry in returned:
            if entry.outcome != "return":
                first.pop(entry.claim_line_id, None)
            else:
                first.setdefault(entry.claim_line_id, entry.company_id._get_law_date(entry.decided_on))
        return {
            line: {"day": first[line], "days": self.days}
            for line in lines
            if line in first and (line._get_audit_day() - first[line]).days > self.days
        }

    def _match_partner_code(self, lines):
        return {
            line: {"partner": line.supplier_id.display_name or "–"}
            for line in lines
            if not (line.supplier_id.ref or "").strip()
        }

    def _match_preauthorization(self, lines):
        """Above the agreement's limit, or the rule's own, without number, day and name of the consent."""
        amounts = self._get_own_amounts(lines)
        matched = {}
        for line in lines:
            above = self.amount and self.currency_id.compare_amounts(amounts[line], self.amount) > 0
            if line._is_preauthorization_missing() or (above and not line._has_preauthorization()):
                matched[line] = {"amount": line._get_audit_amount()}
        return matched

    def _match_amount_above(self, lines):
        amounts = self._get_own_amounts(lines)
        return {
            line: {"amount": line._get_audit_amount(), "limit": self._get_limit()}
            for line in lines
            if self.currency_id.compare_amounts(amounts[line], self.amount) > 0
        }

    def _match_amount_up_to(self, lines):
        amounts = self._get_own_amounts(lines)
        return {
            line: {"amount": line._get_audit_amount(), "limit": self._get_limit()}
            for line in lines
            if self.currency_id.compare_amounts(amounts[line], self.amount) <= 0
        }

    def _get_limit(self):
        return f"{self.amount:,.2f} {self.currency_id.name}"

    def _get_own_amounts(self, lines):
        """Amounts in the currency of the rule, at the rate of the day of the repair: dict line -> amount"""
        rates = {}
        for line in lines:
            key = (line.currency_id, line.company_id, line.repair_date)
            if key not in rates:
                rates[key] = line.currency_id._get_conversion_rate(
                    line.currency_id, self.currency_id, line.company_id, line.repair_date
                )
        return {
            line: self.currency_id.round(
                line.amount_claimed * rates[line.currency_id, line.company_id, line.repair_date]
            )
            for line in lines
        }
