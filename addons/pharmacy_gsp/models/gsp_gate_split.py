# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, models

from odoo.addons.compliance_base.violation import Violation

from ..release import SplitRun


class GspGate(models.AbstractModel):
    """Split sale: parts of a pack leave the bench only, each with its record (GSP 17201 to 17206)."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_split", "_rule_split_record"]

    @api.model
    def _rule_split(self, lines):
        """Whether part of a pack may be sold at all, from where, and with which words on the bag."""
        violations = []
        for line in lines:
            if line.purpose != "sale" or not line.company.gsp_company_kind or not line.product.gsp_kind:
                continue
            if line.split or line.product._gsp_is_part_pack(line.quantity):
                violations += [
                    Violation(
                        rule=rule,
                        record=line.document,
                        message=message,
                        remedy=remedy,
                        reference=self.env._("GSP 17201 to 17206"),
                    )
                    for rule, message, remedy in self._find_split_problems(line)
                ]
        return violations

    @api.model
    def _find_split_problems(self, line):
        """(rule, sentence, remedy) of what is wrong with selling part of a pack."""
        names = {"product": line.product.display_name, "document": line.document.display_name}
        permission = self._find_split_permission(line.company, line.product)
        if permission:
            return permission
        problems = []
        if not all((text or "").strip() for text in (line.facts.usage, line.facts.dosage)):
            problems.append(
                (
                    "gsp.split.dosage",
                    self.env._(
                        "%(product)s in %(document)s is sold out of an opened pack, and usage or dosage is missing.",
                        **names,
                    ),
                    self.env._("Enter on the line of the order what is written on the bag."),
                )
            )
        if not line.lot_known and line.quantity > line.product.product_tmpl_id._gsp_get_pack_size():
            problems.append(
                (
                    "gsp.split.mixed",
                    self.env._(
                        "%(product)s in %(document)s: whole packs and part of one on one line.", **names
                    ),
                    self.env._("Put the whole packs on a line of their own; they leave unopened."),
                )
            )
        if line.lot_known and not line.split:
            problems.append(
                (
                    "gsp.split.bench",
                    self.env._(
                        "%(product)s in %(document)s: part of a pack is taken from %(place)s, not from an opened pack "
                        "on the split-sale bench.",
                        place=line.location.display_name or "",
                        **names,
                    ),
                    self.env._("Open a pack, and take it from there."),
                )
            )
        return problems

    @api.model
    def _find_split_permission(self, company, product):
        """(rule, sentence, remedy) of why packs of this product are not split at this company."""
        if not company._gsp_splits_packs():
            return [
                (
                    "gsp.split.declared",
                    self.env._(
                        "%(company)s has declared that it splits no packs; %(product)s is sold in whole packs only.",
                        company=company.name,
                        product=product.display_name,
                    ),
                    self.env._("Sell whole packs; the declaration is withdrawn by quality only."),
                )
            ]
        if not product.gsp_may_split:
            return [
                (
                    "gsp.split.product",
                    self.env._("Packs of %(product)s are not split.", product=product.display_name),
                    self.env._("Sell whole packs, or have quality allow it on the product."),
                )
            ]
        if not product.gsp_leaflet:
            return [
                (
                    "gsp.split.leaflet",
                    self.env._("%(product)s has no leaflet on file.", product=product.display_name),
                    self.env._("Attach the approved leaflet to the product: its copy goes with each bag."),
                )
            ]
        return []

    @api.model
    def _rule_split_record(self, lines):
        """What leaves the bench is covered, to the last tablet, by checked split records (GSP *17203)."""
        taken, first = defaultdict(float), {}
        for line in lines:
            if line.split and line.company.gsp_company_kind:
                taken[line.split.key] += line.quantity
                first.setdefault(line.split.key, line)
        return [
            Violation(
                rule="gsp.split.record",
                record=line.document,
                message=self.env._(
                    "%(product)s, lot %(lot)s: %(taken)s %(unit)s leave the split-sale bench, and %(recorded)s "
                    "%(unit)s are split and checked for %(document)s.",
                    product=line.product.display_name,
                    lot=line.lot.name or "",
                    taken=f"{taken[key]:g}",
                    recorded=f"{line.split.recorded:g}",
                    unit=line.product.uom_id.name,
                    document=line.document.display_name,
                ),
                remedy=self.env._("Record the split, and have a second person check it; then deliver."),
                reference=self.env._("GSP *17203"),
            )
            for key, line in first.items()
            if line.product.uom_id.compare(taken[key], line.split.recorded) != 0
        ]

    # -- onto the bench and off it ------------------------------------------------------------------------------

    @api.model
    def _get_storage_rules(self):
        return [*super()._get_storage_rules(), "_rule_split_bench"]

    @api.model
    def _rule_split_bench(self, lines):
        """A pack comes onto the bench when it is opened; its rest leaves for quarantine or destruction only (17206)."""
        if SplitRun.get(self.env):
            return []
        violations = []
        for line in lines:
            entering = line.destination.gsp_in_split_bench
            leaving = line.source and line.source.gsp_in_split_bench
            if entering == bool(leaving) or leaving and self._is_set_aside(line.destination):
                continue
            if entering:
                message = self.env._(
                    "%(product)s is moved to %(location)s, where opened packs lie.",
                    product=line.product.display_name,
                    location=line.destination.display_name,
                )
                remedy = self.env._("Open a pack: that moves it, with its record.")
            else:
                message = self.env._(
                    "%(product)s would leave the split-sale bench for %(location)s.",
                    product=line.product.display_name,
                    location=line.destination.display_name,
                )
                remedy = self.env._("The rest stays in its pack on the bench, or is closed as unfit.")
            violations.append(
                Violation(
                    rule="gsp.split.moved",
                    record=line.document,
                    message=message,
                    remedy=remedy,
                    reference=self.env._("GSP 17202, 17206"),
                )
            )
        return violations

    @api.model
    def _is_set_aside(self, location):
        return location._gsp_is_locked() or location.gsp_in_quarantine
