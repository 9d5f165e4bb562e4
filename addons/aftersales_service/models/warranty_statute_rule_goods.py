# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class WarrantyStatuteRule(models.Model):
    """The articles for other goods and for all consumer goods, and what we promise beyond the law."""

    _inherit = "warranty.statute.rule"

    def _decide_early_fault(self, unit):
        """A fault within so many days of the sale: returned, replaced or repaired as the buyer chooses."""
        for facts in self._get_in_period(unit, unit.judged):
            reason = self._explain(unit, "early_fault", repair=facts.repair.name)
            yield self._make_right(f"repair,{facts.repair.id}", facts, reason)

    def _decide_repairs_in_vain(self, unit):
        """Repaired so often within cover and still not usable."""
        limit = self._get_limit(unit)
        repairs = self._get_in_cover(unit, self._get_in_period(unit, unit.counted))
        counted, last = self._split_cured(repairs, [facts for facts in repairs if facts.finished], limit)
        if last:
            reason = self._explain(unit, "repairs_in_vain", count=len(counted), repair=last.repair.name)
            yield self._make_right("unit", last, reason, counted)

    def _decide_own_repair_days(self, unit):
        """One repair within cover takes longer than the limit for reasons of our own: waiting for parts aside."""
        limit = self._get_limit(unit)
        for facts in self._get_in_cover(unit, unit.judged):
            if facts.own_days > limit:
                reason = [
                    {
                        "code": "own_repair_days",
                        "repair": facts.repair.name,
                        "days": facts.own_days,
                        "limit": limit,
                    }
                ]
                yield self._make_right(f"repair,{facts.repair.id}", facts, reason)

    def _decide_parts_missing_days(self, unit):
        """One repair within cover is not finished within the limit because a spare part does not come."""
        limit = self._get_limit(unit)
        for facts in self._get_in_cover(unit, unit.judged):
            if facts.waited and facts.days > limit:
                reason = [
                    {
                        "code": "parts_missing_days",
                        "repair": facts.repair.name,
                        "days": facts.days,
                        "limit": limit,
                    }
                ]
                yield self._make_right(f"repair,{facts.repair.id}", facts, reason)

    def _decide_distance_return(self, unit):
        """Consumer law, Art. 25: bought at a distance, sent back without a reason. Four kinds of goods are excepted,
        and those the buyer confirmed as not returnable."""
        # sudo: whoever repairs need not read sales orders to know how the unit was sold
        sale = unit.registration.sudo().sale_id
        if not sale.distance_sale or unit.product.no_return_reason:
            return
        for facts in self._get_in_period(unit, unit.judged):
            reason = self._explain(unit, "distance_sale", sale=sale.name)
            yield self._make_right("unit", facts, reason)

    def _decide_proof_period(self, unit):
        """Consumer law, Art. 23: a fault of durable goods within the period: the seller proves that it is none."""
        for facts in self._get_in_period(unit, unit.judged):
            reason = self._explain(unit, "proof_period", repair=facts.repair.name)
            yield self._make_right(f"repair,{facts.repair.id}", facts, reason)

    def _decide_same_fault_reached(self, unit):
        """Our promise: the same fault reported so often within cover gives a new unit."""
        limit = self._get_same_fault_limit(unit)
        for fault, repairs in self._group_by_fault(self._get_in_cover(unit, unit.counted)).items():
            if len(repairs) >= limit:
                reason = [{"code": "same_fault_reached", "fault": fault.id, "count": len(repairs)}]
                yield self._make_right(f"fault,{fault.id}", repairs[-1], reason, repairs)

    def _get_same_fault_limit(self, unit):
        """How often the same fault has to be reported for a new unit: as the terms of the unit's own registration say,
        else as we promise for all."""
        # sudo: who repairs need not read the terms to follow them
        return unit.registration.sudo().term_id.same_fault_limit or self._get_limit(unit)

    def _decide_failed_handlings(self, unit):
        """Our promise: handled so often without success, the service level is raised at once."""
        limit = self._get_limit(unit)
        for fault, repairs in self._group_by_fault(unit.counted).items():
            counted, last = self._split_cured(repairs, [facts for facts in repairs if facts.finished], limit)
            if last:
                reason = [{"code": "failed_handlings", "fault": fault.id, "count": len(counted)}]
                yield self._make_right(f"fault,{fault.id}", last, reason, counted)

    def _get_in_cover(self, unit, repairs):
        """Those of the repairs that were reported while the unit was under warranty."""
        registration = unit.registration
        return [
            facts
            for facts in repairs
            if registration and registration._get_cover_status(facts.day) == "covered"
        ]
