# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation

from ..receiving import StorageLine


class GspGate(models.AbstractModel):
    """What stands against signing an acceptance."""

    _inherit = "gsp.gate"

    @api.model
    def _get_acceptance_rules(self):
        """Names of the rule methods; each takes one acceptance and returns a list of ``Violation``."""
        return [
            "_rule_acceptor",
            "_rule_two_people",
            "_rule_transport_temperature",
            "_rule_trace_codes_in",
            "_rule_put_away",
        ]

    @api.model
    def _check_acceptance(self, acceptance):
        """Refuse (and record) the signature if any rule is broken.

        :raises UserError: all violations in one message
        """
        self.env["compliance.refusal"]._refuse(
            violation
            for rule in self._get_acceptance_rules()
            for violation in getattr(self, rule)(acceptance)
        )

    @api.model
    def _rule_acceptor(self, acceptance):
        """The acceptor holds the post, is on duty, fit and trained (GSP, staff)."""
        problems = self.env["hr.employee"]._gsp_get_act_problems(
            self.env.user, "accept", acceptance.company_id
        )
        return [
            Violation(
                rule=f"gsp.staff.{code}",
                record=acceptance,
                message=message,
                remedy=remedy,
                reference=self.env._("GSP, receiving and acceptance"),
            )
            for code, message, remedy in problems
        ]

    @api.model
    def _rule_two_people(self, acceptance):
        """Drugs under special control are accepted by two different people (GSP *17301)."""
        if acceptance.state != "second" or acceptance.acceptor_id != self.env.user:
            return []
        return [
            Violation(
                rule="gsp.acceptance.two_people",
                record=acceptance,
                message=self.env._(
                    "%(user)s has already signed %(acceptance)s; drugs under special control are accepted by two "
                    "people.",
                    user=self.env.user.name,
                    acceptance=acceptance.display_name,
                ),
                remedy=self.env._("Have a second acceptor sign."),
                reference="GSP *17301",
            )
        ]

    @api.model
    def _rule_transport_temperature(self, acceptance):
        """Goods of the cold chain that were too warm or too cold are not accepted (GSP, cold chain)."""
        if acceptance.kind != "receipt":
            return []
        low = min(acceptance.arrival_temperature, acceptance.transport_temperature_min)
        high = max(acceptance.arrival_temperature, acceptance.transport_temperature_max)
        violations = []
        for line in acceptance.line_ids:
            condition = line.product_id.gsp_storage_condition_id
            cold = line.result != "rejected" and line.product_id._gsp_is_cold_chain()
            if cold and not condition._includes(low, high):
                violations.append(
                    Violation(
                        rule="gsp.acceptance.temperature",
                        record=acceptance,
                        message=self.env._(
                            "%(product)s is carried at %(limits)s; it was between %(low)s and %(high)s ℃.",
                            product=line.product_name,
                            limits=condition.limits,
                            low=f"{low:g}",
                            high=f"{high:g}",
                        ),
                        remedy=self.env._(
                            "Reject the lot; goods whose cold chain was broken are not taken over."
                        ),
                        reference=self.env._("GSP, receiving of cold-chain drugs"),
                    )
                )
        return violations

    @api.model
    def _rule_trace_codes_in(self, acceptance):
        """What carries a 20-digit code enters stock with the code of each package (GSP *17601)."""
        return [
            Violation(
                rule="gsp.acceptance.trace",
                record=acceptance,
                message=self.env._(
                    "%(product)s, lot %(lot)s: %(scanned)s trace codes scanned, %(accepted)s packages accepted.",
                    product=line.product_name,
                    lot=line.lot_name,
                    scanned=line.trace_code_count,
                    accepted=f"{line.accepted_quantity:g}",
                ),
                remedy=self.env._("Scan each package; reject those without a code that can be read."),
                reference="GSP *17601",
            )
            for line in acceptance.line_ids
            if acceptance.kind == "receipt"
            and line.product_id.gsp_trace_kind == "code20"
            and line.product_id.uom_id.compare(line.trace_code_count, line.accepted_quantity) != 0
        ]

    @api.model
    def _rule_put_away(self, acceptance):
        """Accepted goods are put where they may lie."""
        nowhere = self.env["stock.location"]
        lines = [
            StorageLine(
                document=acceptance,
                company=acceptance.company_id,
                product=line.product_id,
                lot=line.lot_id,
                source=nowhere,
                destination=line.location_dest_id,
            )
            for line in acceptance.line_ids
            if line.result != "rejected"
        ]
        locked = [
            Violation(
                rule="gsp.storage.color",
                record=acceptance,
                message=self.env._(
                    "%(product)s cannot be stored in %(location)s: it is no place for qualified goods.",
                    product=line.product.display_name,
                    location=line.destination.display_name,
                ),
                remedy=self.env._("Choose a green place."),
                reference=self.env._("GSP art. 83, colors of zones"),
            )
            for line in lines
            if line.destination._gsp_is_locked()
        ]
        return locked + self._find_storage_violations(lines)

    # -- trace codes on the way out -----------------------------------------------------------------------------

    @api.model
    def _check_trace_codes(self, lines):
        """Refuse (and record) handing over packages whose codes were not scanned, were sold, or belong elsewhere.

        :param lines: ``stock.move.line`` of regulated goods to or from a buyer
        """
        # only packages of traced products must have been scanned: no query for all others
        traced = lines.filtered("product_id.gsp_trace_kind")
        coded = self.env["gsp.trace.code"]._get_coded_lots(traced) if traced else frozenset()
        violations = []
        for line in lines:
            for rule, message in self._find_trace_problems(line, line.lot_id.sudo() in coded):
                violations.append(
                    Violation(
                        rule=rule,
                        record=line.picking_id or line.move_id,
                        message=message,
                        remedy=self.env._("Scan the codes of the packages that are handed over."),
                        reference="GSP *17601",
                    )
                )
        self.env["compliance.refusal"]._refuse(violations)

    @api.model
    def _find_trace_problems(self, line, coded):
        wanted_state = "out" if line.location_id._gsp_is_buyer() else "in_stock"
        codes = line.gsp_trace_code_ids.sudo()  # sudo: as above
        if not codes and not coded:
            return []  # without reading any name
        values = {"product": line.product_id.display_name, "lot": line.lot_id.name or ""}
        problems = []
        for code in codes:
            if code.lot_id != line.lot_id or code.company_id != line.company_id:
                text = self.env._("Trace code %(code)s does not belong to lot %(lot)s of %(product)s.")
            elif code.state != wanted_state and wanted_state == "in_stock":
                text = self.env._(
                    "Trace code %(code)s of %(product)s is not in stock: a package is sold once."
                )
            elif code.state != wanted_state:
                text = self.env._("Trace code %(code)s of %(product)s was not sold: it cannot come back.")
            else:
                continue
            problems.append(("gsp.trace.code", text % {**values, "code": code.name}))
        needed = wanted_state == "in_stock" and coded and line.product_id.gsp_trace_kind
        if needed and line.product_id.uom_id.compare(len(codes), line._gsp_get_coded_packs()) != 0:
            text = self.env._(
                "%(product)s, lot %(lot)s: %(scanned)s trace codes scanned for %(quantity)s packages."
            )
            numbers = {"scanned": len(codes), "quantity": f"{line._gsp_get_coded_packs():g}"}
            problems.append(("gsp.trace.missing", text % {**values, **numbers}))
        return problems
