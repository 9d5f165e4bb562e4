# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..statute_facts import DRIVE_ASSEMBLIES


class WarrantyStatuteRule(models.Model):
    """The articles of the car rules (SAMR Order No. 43)."""

    _inherit = "warranty.statute.rule"

    def _decide_early_assembly(self, unit):
        """Art. 20: a main part of engine, gearbox, traction battery or motor fails early."""
        for facts in self._get_in_period(unit, unit.judged):
            if assemblies := facts.assemblies & set(DRIVE_ASSEMBLIES):
                reason = self._explain(
                    unit, "part_failed", repair=facts.repair.name, assemblies=sorted(assemblies)
                )
                yield self._make_right(f"repair,{facts.repair.id}", facts, reason)

    def _decide_long_repair(self, unit):
        """Art. 21: one repair lasts longer than the limit, waiting for parts included."""
        limit = self._get_limit(unit)
        for facts in self._get_in_period(unit, unit.judged):
            if facts.days > limit:
                due = facts.days - limit
                reason = self._explain(
                    unit, "long_repair", repair=facts.repair.name, days=facts.days, limit=limit, due=due
                )
                yield self._make_right(f"repair,{facts.repair.id}", facts, reason, loan_days=due)

    def _decide_immediate_change(self, unit):
        """Art. 22: engine, gearbox, traction battery, motor or a main part of one must be changed at once."""
        for facts in self._get_in_period(unit, unit.judged):
            changed = {part.assembly for part in facts.parts if part.assembly in DRIVE_ASSEMBLIES}
            if changed:
                reason = self._explain(
                    unit, "must_be_changed", repair=facts.repair.name, assemblies=sorted(changed)
                )
                yield self._make_right(f"repair,{facts.repair.id}", facts, reason)

    def _decide_early_safety(self, unit):
        """Art. 23: steering or brakes fail, the body cracks, fuel leaks, the traction battery burns."""
        for facts in self._get_in_period(unit, unit.judged):
            if facts.early_return:
                reason = self._explain(unit, "safety_fault", repair=facts.repair.name)
                yield self._make_right(f"repair,{facts.repair.id}", facts, reason)

    def _decide_severe_repairs(self, unit):
        """Art. 24 (1): repaired for severe safety faults so often, and one is there again."""
        limit = self._get_limit(unit)
        severe = [facts for facts in self._get_in_period(unit, unit.counted) if facts.severe]
        counted, last = self._split_cured(severe, [facts for facts in severe if facts.finished], limit)
        if last:
            reason = self._explain(unit, "severe_repairs", count=len(counted), repair=last.repair.name)
            yield self._make_right("unit", last, reason, counted)

    def _decide_assembly_replacements(self, unit):
        """Art. 24 (2): engine, gearbox, traction battery or motor replaced so often, still not in order."""
        yield from self._decide_replacements(unit, "assembly", lambda part: part.assembly)

    def _decide_part_replacements(self, unit):
        """Art. 24 (3): the same main part of one of ten assemblies replaced so often, still not in order. A main part
        that came in a new engine, gearbox, battery or motor is not counted again."""
        yield from self._decide_replacements(unit, "main_part", lambda part: part.template)

    def _decide_replacements(self, unit, role, key):
        limit = self._get_limit(unit)
        repairs = self._get_in_period(unit, unit.counted)
        replaced = {}
        for facts in repairs:
            whole = {part.assembly for part in facts.parts if part.role == "assembly" and part.done}
            for part in facts.parts:
                if not part.done or not part.assembly or part.role != role:
                    continue
                if role == "main_part" and part.assembly in whole:
                    continue
                if role == "assembly" and part.assembly not in DRIVE_ASSEMBLIES:
                    continue
                replaced.setdefault((key(part), part.assembly), {})[facts.number] = facts
        for (what, assembly), found in replaced.items():
            about = [
                facts
                for facts in repairs
                if facts.number in found
                or assembly in facts.fault_assemblies
                or any(key(part) == what for part in facts.parts)
            ]
            counted, last = self._split_cured(about, list(found.values()), limit)
            if last:
                subject = f"assembly,{what}" if role == "assembly" else f"part,{what.id}"
                values = {"count": len(counted), "repair": last.repair.name}
                if role == "assembly":
                    reason = self._explain(unit, "assembly_replaced", assemblies=[what], **values)
                else:
                    reason = self._explain(unit, "part_replaced", template=what.id, **values)
                yield self._make_right(subject, last, reason, counted)

    def _decide_total_days(self, unit):
        """Art. 24 (4): all repairs together last longer than the limit. Transport of parts made for the one car and the
        way of a rescue are not counted."""
        limit = self._get_limit(unit)
        counted = self._get_in_period(unit, unit.counted)
        total = sum(facts.counted_days for facts in counted)
        if total > limit:
            reason = self._explain(unit, "total_days", days=total, limit=limit)
            yield self._make_right("unit", counted[-1], reason, counted)

    def _decide_same_fault_exceeded(self, unit):
        """Art. 24 (4): repaired for the same fault more often than the limit."""
        limit = self._get_limit(unit)
        for fault, repairs in self._group_by_fault(self._get_in_period(unit, unit.counted)).items():
            if len(repairs) > limit:
                reason = self._explain(
                    unit, "same_fault_exceeded", count=len(repairs), fault=fault.id, limit=limit
                )
                yield self._make_right(f"fault,{fault.id}", repairs[-1], reason, repairs)

    def _group_by_fault(self, repairs):
        """The repairs of each fault, the earliest first, by cause rather than by symptom.

        :return: dict {service.fault: list of facts}; a symptom that tells nothing beyond a cause is left out
        """
        by_fault = {}
        for facts in repairs:
            for fault in facts.faults:
                by_fault.setdefault(fault, []).append(facts)
        groups, told = {}, []
        for fault in sorted(by_fault, key=lambda fault: (fault.kind != "cause", fault.id)):
            numbers = {facts.number for facts in by_fault[fault]}
            if not any(numbers <= other for other in told):
                groups[fault] = by_fault[fault]
                told.append(numbers)
        return groups

    def _split_cured(self, about, done, limit):
        """Tell whether ``limit`` repairs did not help: the fault was reported again after them, or it is noted on
        the last of them that it persists.

        :param about: facts of all repairs of the matter, the earliest first
        :param done: those that count
        :return: (the repairs that count, the one that shows that they did not help); ([], None) otherwise
        """
        if len(done) < limit:
            return [], None
        nth = done[limit - 1]
        later = [facts for facts in about if facts.number > nth.number]
        if later:
            return [facts for facts in done if facts.number < later[-1].number], later[-1]
        return (done, nth) if nth.persists else ([], None)
