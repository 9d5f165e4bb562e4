# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation

from ..receiving import AcceptanceRun

SPECIAL = "GSP *17301"


class GspGate(models.AbstractModel):
    """Acceptance and storage: what has not been accepted does not leave, and nothing is put where it must not lie."""

    _inherit = "gsp.gate"

    # -- on the way out -----------------------------------------------------------------------------------------

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_accepted"]

    @api.model
    def _rule_accepted(self, lines):
        """Nothing is sold or used before it was accepted, nothing that was rejected (GSP, acceptance)."""
        return [
            self._get_unaccepted_violation(line.document, problem)
            for line in lines
            if line.lot_known
            and line.company.gsp_company_kind
            and (problem := self._get_unaccepted_problem(line.product, line.lot, line.location))
        ]

    @api.model
    def _get_unaccepted_violation(self, document, problem):
        return Violation(
            rule="gsp.stock.unaccepted",
            record=document,
            message=problem,
            remedy=self.env._("Have the goods accepted first; rejected goods go back or are destroyed."),
            reference=self.env._("GSP, receiving and acceptance"),
        )

    @api.model
    def _get_unaccepted_problem(self, product, lot, location):
        """Sentence that says why goods here are not released, or None."""
        state = lot.gsp_acceptance_state
        if location and location._gsp_is_locked():
            message = self.env._("%(product)s lies in %(location)s, from where nothing is released.")
        elif not lot or state == "accepted":
            return None
        elif state == "rejected":
            message = self.env._("Lot %(lot)s of %(product)s was rejected at acceptance.")
        else:
            message = self.env._("Lot %(lot)s of %(product)s has not been accepted.")
        return message % {
            "product": product.display_name,
            "lot": lot.name,
            "location": location.display_name if location else "",
        }

    # -- between our places -------------------------------------------------------------------------------------

    @api.model
    def _get_storage_rules(self):
        """Names of the rule methods; each takes a list of ``StorageLine`` and returns a list of ``Violation``."""
        return ["_rule_moved_accepted", "_rule_special_store", "_rule_temperature"]

    @api.model
    def _find_storage_violations(self, lines):
        lines = [line for line in lines if line.company.gsp_company_kind]
        return [violation for rule in self._get_storage_rules() for violation in getattr(self, rule)(lines)]

    @api.model
    def _check_storage(self, lines):
        """Refuse (and record) a move inside the company that breaks a rule.

        :param list lines: ``StorageLine`` of regulated products only
        :raises UserError: all violations in one message
        """
        self.env["compliance.refusal"]._refuse(self._find_storage_violations(lines))

    @api.model
    def _rule_moved_accepted(self, lines):
        """Only an acceptance takes goods out of a yellow zone; nothing unaccepted is moved among qualified goods."""
        if AcceptanceRun.get(self.env):
            return []
        violations = []
        for line in lines:
            if not line.source or self._stays_locked(line.source, line.destination):
                continue
            problem = self._get_unaccepted_problem(line.product, line.lot, line.source)
            if problem:
                violations.append(self._get_unaccepted_violation(line.document, problem))
        return violations

    @api.model
    def _stays_locked(self, source, destination):
        """Goods may always be taken out of stock for doubt or fault; from red they do not come back to yellow."""
        if destination.gsp_color == "red":
            return True
        return destination.gsp_color == "yellow" and source.gsp_color != "red"

    @api.model
    def _filter_put_away(self, lines):
        return [
            line
            for line in lines
            if line.destination.usage == "internal" and not line.destination._gsp_is_locked()
        ]

    @api.model
    def _rule_special_store(self, lines):
        """Classes under special control lie in the stores set apart for them, and nothing else does (GSP *17301)."""
        kinds = dict(self.env["stock.location"]._fields["gsp_store_kind"]._description_selection(self.env))
        classes = dict(
            self.env["product.template"]._fields["gsp_special_class"]._description_selection(self.env)
        )
        violations = []
        for line in self._filter_put_away(lines):
            if line.destination._gsp_allows_class(line.product):
                continue
            wanted = line.product._gsp_get_store_kinds()
            if wanted:
                message = self.env._(
                    "%(product)s (%(special_class)s) is kept in: %(stores)s. %(location)s is none of these.",
                    product=line.product.display_name,
                    special_class=classes[line.product.gsp_special_class],
                    stores=" / ".join(label for kind, label in kinds.items() if kind in wanted),
                    location=line.destination.display_name,
                )
            else:
                message = self.env._(
                    "%(location)s is set apart for drugs under special control; %(product)s is not kept there.",
                    product=line.product.display_name,
                    location=line.destination.display_name,
                )
            violations.append(
                Violation(
                    rule="gsp.storage.special",
                    record=line.document,
                    message=message,
                    remedy=self.env._("Choose a place that is set apart for the class."),
                    reference=SPECIAL,
                )
            )
        return violations

    @api.model
    def _rule_temperature(self, lines):
        """Goods lie where the temperature on their label is kept (GSP, storage)."""
        violations = []
        for line in self._filter_put_away(lines):
            if line.destination._gsp_allows_temperature(line.product):
                continue
            kept = line.destination._gsp_get_inherited("gsp_storage_condition_id")
            violations.append(
                Violation(
                    rule="gsp.storage.temperature",
                    record=line.document,
                    message=self.env._(
                        "%(product)s is stored at %(demanded)s; %(location)s keeps %(kept)s.",
                        product=line.product.display_name,
                        demanded=line.product.gsp_storage_condition_id.limits,
                        location=line.destination.display_name,
                        kept=kept.limits or self.env._("nothing that is recorded"),
                    ),
                    remedy=self.env._("Choose a place that keeps the temperature on the label."),
                    reference=self.env._("GSP, storage by temperature on the label"),
                )
            )
        return violations

    # -- on the way in ------------------------------------------------------------------------------------------

    @api.model
    def _check_receipt(self, lines):
        """Refuse (and record) goods whose lot, dates or maker cannot be right.

        :param lines: ``stock.move.line`` that take regulated goods over from a supplier
        :raises UserError: all violations in one message
        """
        lots = lines._gsp_get_received_lots()
        first_seen = {}
        violations = []
        for line in lines:
            facts = line._gsp_get_received_facts()
            key = (line.product_id, line.lot_id.name or line.lot_name)
            known = lots.get(key) or first_seen.get(key)
            first_seen.setdefault(key, facts)
            for rule, message in self._find_receipt_problems(line, facts, known):
                violations.append(
                    Violation(
                        rule=rule,
                        record=line.picking_id or line.move_id,
                        message=message,
                        remedy=self.env._(
                            "Compare with the package and correct what was typed, or refuse the goods."
                        ),
                        reference=self.env._(
                            "GSP, receiving and acceptance; Drug Administration Law art. 56, 98"
                        ),
                    )
                )
        self.env["compliance.refusal"]._refuse(violations)

    @api.model
    def _find_receipt_problems(self, line, facts, known):
        """(rule, sentence) of what is wrong with the dates and the maker of a received lot."""
        name = line.lot_id.name or line.lot_name
        problems = []
        values = {"product": line.product_id.display_name, "lot": name or ""}
        expiry, production, maker = facts["expiry"], facts["production"], facts["maker"]
        if line.product_id.gsp_kind == "drug" and not expiry:
            text = self.env._("Lot %(lot)s of %(product)s: no expiry date was typed.")
            problems.append(("gsp.receipt.expiry", text % values))
        today = line.company_id._get_law_date()
        if production and production > today:
            text = self.env._("Lot %(lot)s of %(product)s would be produced in the future, on %(date)s.")
            problems.append(
                ("gsp.receipt.production", text % {**values, "date": format_date(self.env, production)})
            )
        if expiry and production and production >= expiry:
            text = self.env._(
                "Lot %(lot)s of %(product)s cannot expire on %(date)s: it was produced on %(other)s."
            )
            dates = {"date": format_date(self.env, expiry), "other": format_date(self.env, production)}
            problems.append(("gsp.receipt.order", text % {**values, **dates}))
        if expiry and expiry < today:
            text = self.env._("Lot %(lot)s of %(product)s expired on %(date)s, before it came.")
            problems.append(("gsp.receipt.expired", text % {**values, "date": format_date(self.env, expiry)}))
        registered = line.product_id.gsp_manufacturer_id
        if maker and registered and maker != registered:
            text = self.env._("Lot %(lot)s of %(product)s is said to be made by %(maker)s, not by %(known)s.")
            problems.append(
                ("gsp.receipt.maker", text % {**values, "maker": maker.name, "known": registered.name})
            )
        return problems + self._find_lot_contradictions(values, facts, known)

    @api.model
    def _find_lot_contradictions(self, values, facts, known):
        """What is typed now against what is known of the same lot."""
        if not known:
            return []
        texts = {
            "expiry": self.env._(
                "Lot %(lot)s of %(product)s is known to expire on %(known)s, not on %(typed)s."
            ),
            "production": self.env._(
                "Lot %(lot)s of %(product)s is known to be produced on %(known)s, not on %(typed)s."
            ),
            "maker": self.env._(
                "Lot %(lot)s of %(product)s is known to be made by %(known)s, not by %(typed)s."
            ),
        }
        problems = []
        for name, text in texts.items():
            typed, before = facts[name], known[name]
            if typed and before and typed != before:
                shown = [
                    value.name if name == "maker" else format_date(self.env, value)
                    for value in (before, typed)
                ]
                problems.append(
                    (f"gsp.receipt.known_{name}", text % {**values, "known": shown[0], "typed": shown[1]})
                )
        return problems
