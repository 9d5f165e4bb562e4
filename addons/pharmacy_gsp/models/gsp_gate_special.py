# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from dataclasses import replace

from odoo import api, models

from odoo.addons.compliance_base.violation import Violation


class GspGate(models.AbstractModel):
    """Specially managed drugs: each class by its own rules, which are data (``gsp.special.rule``; GSP 17301).

    They hold for consumption as well: what may not be sold is not handed out as a repair or a production either.
    """

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [
            *super()._get_release_rules(),
            "_rule_special_trade",
            "_rule_special_person",
            "_rule_special_paper",
            "_rule_special_dose",
            "_rule_special_packs",
        ]

    @api.model
    def _with_available(self, lines):
        return super()._with_available(self._with_special_rules(lines))

    @api.model
    def _with_special_rules(self, lines):
        """The same lines, each with the rules of its product's special class: one query, if there is one at all."""
        classes = {
            line.product.gsp_special_class
            for line in lines
            if line.product.gsp_special_class and line.company.gsp_company_kind
        }
        rules = self.env["gsp.special.rule"]
        if classes:
            companies = self.env["res.company"].union(*(line.company for line in lines))
            rules = rules._get_for(companies, classes)
        return [
            replace(
                line,
                special_rules=rules._filter_for(line) if line.company.gsp_company_kind else rules.browse(),
            )
            for line in lines
        ]

    @api.model
    def _get_prescription_lines(self, lines):
        """Also drugs whose class needs a prescription, and those that one lists although they could do without."""
        found = super()._get_prescription_lines(lines)
        return found + [
            line
            for line in lines
            if line.purpose == "sale"
            and line.special_rules
            and not line.product.gsp_prescription_required
            and (any(line.special_rules.mapped("prescription_required")) or self._is_prescribed(line))
        ]

    @api.model
    def _is_prescribed(self, line):
        return line.product in line.prescription.line_ids.product_id

    @api.model
    def _get_special_violation(self, line, rule, code, message, remedy):
        return Violation(
            rule=f"gsp.special.{code}",
            record=line.document,
            message=message,
            remedy=remedy,
            reference=rule.reference or self.env._("GSP 17301"),
        )

    # -- who may trade in it ------------------------------------------------------------------------------------

    @api.model
    def _rule_special_trade(self, lines):
        """Never at retail; class II psychotropics by stores of a chain only."""
        violations = []
        for line in lines:
            if line.company.gsp_company_kind != "store":
                continue
            for rule in line.special_rules:
                if rule.retail_forbidden:
                    code = "forbidden"
                    message = self.env._(
                        "%(product)s is never sold at retail (%(class)s).",
                        product=line.product.display_name,
                        **{"class": self._get_class_name(line)},
                    )
                    remedy = self.env._("Take it off the document, and tell quality.")
                elif rule.chain_only and not line.company._gsp_is_chain_store():
                    code = "chain"
                    message = self.env._(
                        "%(product)s is sold by stores of a chain only (%(class)s).",
                        product=line.product.display_name,
                        **{"class": self._get_class_name(line)},
                    )
                    remedy = self.env._("Take it off the document, and tell quality.")
                else:
                    continue
                violations.append(self._get_special_violation(line, rule, code, message, remedy))
        return violations

    @api.model
    def _get_class_name(self, line):
        field = line.product._fields["gsp_special_class"]
        return dict(field._description_selection(self.env))[line.product.gsp_special_class]

    # -- the person ---------------------------------------------------------------------------------------------

    @api.model
    def _rule_special_person(self, lines):
        """The buyer is registered; neither buyer nor patient is a minor where the class says so."""
        violations = []
        for line in lines:
            for rule in line.special_rules:
                if rule.identity_required and line.facts.identity.company_id != line.company:
                    violations.append(
                        self._get_special_violation(
                            line,
                            rule,
                            "identity",
                            self.env._(
                                "%(product)s in %(document)s: the buyer's identity has not been registered.",
                                product=line.product.display_name,
                                document=line.document.display_name,
                            ),
                            self.env._("Look at the identity card and register its name and number."),
                        )
                    )
                violations += self._find_minors(line, rule)
        return violations

    @api.model
    def _find_minors(self, line, rule):
        for limit in rule._get_figures("min_age_parameter", line.company):
            buyer = line.facts.identity and line.facts.identity.age
            patient = line.prescription and line.prescription._get_patient_years()
            if (line.facts.identity and buyer < limit) or (line.prescription and (patient or 0) < limit):
                yield self._get_special_violation(
                    line,
                    rule,
                    "minor",
                    self.env._(
                        "%(product)s in %(document)s is not sold to or for anybody below %(limit)s years.",
                        product=line.product.display_name,
                        document=line.document.display_name,
                        limit=limit,
                    ),
                    self.env._("Do not sell it; refer the patient to the physician."),
                )

    # -- the paper ----------------------------------------------------------------------------------------------

    @api.model
    def _rule_special_paper(self, lines):
        """Seal and level of the institution, not by itself on the prescription, processed only."""
        violations = []
        for line in lines:
            for rule in line.special_rules:
                for code, message in self._find_paper_problems(line, rule):
                    remedy = self.env._(
                        "Have the prescription completed by who issued it; otherwise do not sell."
                    )
                    violations.append(self._get_special_violation(line, rule, code, message, remedy))
        return violations

    @api.model
    def _find_paper_problems(self, line, rule):
        paper, product = line.prescription, line.product.display_name
        if line.purpose != "sale" and rule.prescription_required:
            yield "use", self.env._("%(product)s leaves on a prescription only.", product=product)
        if rule.processed_only and not line.product.gsp_is_processed:
            yield "raw", self.env._("%(product)s is sold processed only, not raw.", product=product)
        if not paper:
            return  # the rule on prescriptions has found that
        if rule.seal_required and not paper.institution_seal:
            yield (
                "seal",
                self.env._(
                    "%(product)s: prescription %(prescription)s has no seal of the institution.",
                    product=product,
                    prescription=paper.display_name,
                ),
            )
        if rule.min_institution_level and (paper.institution_level or "") < rule.min_institution_level:
            yield (
                "level",
                self.env._(
                    "%(product)s: the institution of prescription %(prescription)s may not prescribe it.",
                    product=product,
                    prescription=paper.display_name,
                ),
            )
        for least in rule._get_figures("min_drugs_parameter", line.company):
            if len(paper.line_ids.product_id) < least:
                yield (
                    "single",
                    self.env._(
                        "%(product)s is not sold by itself; prescription %(prescription)s lists nothing else.",
                        product=product,
                        prescription=paper.display_name,
                    ),
                )

    # -- quantities ---------------------------------------------------------------------------------------------

    @api.model
    def _rule_special_dose(self, lines):
        """Not for more days than the class allows, and not more than the maximum dose of these days."""
        violations, quantities, last = [], defaultdict(float), {}
        for line in lines:
            for rule in line.special_rules:
                for limit in rule._get_figures("max_days_parameter", line.company):
                    key = (line.document, line.product, rule, limit)
                    quantities[key] += line.quantity
                    last[key] = line
        for (_document, _product, rule, limit), line in last.items():
            quantity = quantities[line.document, line.product, rule, limit]
            for message in self._find_dose_problems(line, rule, limit, quantity):
                remedy = self.env._("Sell less, and have the physician prescribe again when it is used up.")
                violations.append(self._get_special_violation(line, rule, "dose", message, remedy))
        return violations

    @api.model
    def _find_dose_problems(self, line, rule, limit, quantity):
        product = line.product
        prescribed = line.prescription.line_ids.filtered(lambda item: item.product_id == product)
        if prescribed.days > limit:
            yield self.env._(
                "%(product)s is prescribed for %(days)s days; at most %(limit)s are allowed.",
                product=product.display_name,
                days=prescribed.days,
                limit=limit,
            )
        if not rule.limit_dose:
            return
        if not product.gsp_max_daily_dose or not product.gsp_unit_dose:
            yield self.env._(
                "%(product)s: quality has not recorded the maximum daily dose and the content of one unit.",
                product=product.display_name,
            )
        elif quantity * product.gsp_unit_dose > limit * product.gsp_max_daily_dose:
            yield self.env._(
                "%(quantity)s %(uom)s of %(product)s are more than the maximum dose of %(limit)s days.",
                quantity=f"{quantity:g}",
                uom=product.uom_id.name,
                product=product.display_name,
                limit=limit,
            )

    @api.model
    def _rule_special_packs(self, lines):
        """Minimum packs per person and day, whatever the number of lines, orders and stores of the chain."""
        lines = [
            line
            for line in lines
            if any(rule.max_packs_parameter for rule in line.special_rules) and not self._is_prescribed(line)
        ]
        if not lines:
            return []
        people = self.env["gsp.buyer.identity"].union(*(line.facts.identity for line in lines))
        if not all(line.lot_known for line in lines):
            people._lock_person()
        bought = self._get_bought_packs(lines, people)
        groups = defaultdict(list)
        for line in lines:
            person = line.facts.identity._get_person() or line.document
            groups[person, line.product.gsp_special_class, line.company].append(line)
        return [
            violation
            for (person, special_class, _company), group in groups.items()
            for violation in self._find_pack_violations(group, bought.get((person, special_class), 0.0))
        ]

    @api.model
    def _find_pack_violations(self, group, bought):
        line = group[-1]
        packs = sum(item.product._gsp_get_packs(item.quantity) for item in group)
        for rule in line.special_rules:
            for limit in rule._get_figures("max_packs_parameter", line.company):
                if packs + bought > limit:
                    yield self._get_special_violation(
                        line,
                        rule,
                        "packs",
                        self._describe_packs(line, packs, bought, limit),
                        self.env._("Sell less. More is sold on a prescription only."),
                    )

    @api.model
    def _describe_packs(self, line, packs, bought, limit):
        values = {
            "class": self._get_class_name(line),
            "document": line.document.display_name,
            "packs": f"{packs:g}",
            "bought": f"{bought:g}",
            "limit": limit,
        }
        if bought:
            return self.env._(
                "%(class)s: %(packs)s packs in %(document)s, and the same person has bought or ordered %(bought)s "
                "today; at most %(limit)s are allowed.",
                **values,
            )
        return self.env._(
            "%(class)s: %(packs)s packs in %(document)s; at most %(limit)s are allowed in one sale.", **values
        )

    @api.model
    def _get_bought_packs(self, lines, people):
        """{(person, special class): minimum packs} sold today without prescription, and held by other open orders."""
        packs = defaultdict(float)
        if not people:
            return packs
        same = people._get_same_person()
        today = lines[0].company._get_law_date()
        # sudo: sales of others, and in other stores of the chain, count as well
        sold = (
            self.env["gsp.sale.record"]
            .sudo()
            ._read_group(
                [
                    ("identity_id", "in", same.ids),
                    ("date", "=", today),
                    ("prescription_id", "=", False),
                    ("quantity", ">", 0),
                ],
                ["identity_id", "special_class"],
                ["packs:sum"],
            )
        )
        for identity, special_class, count in sold:
            packs[identity._get_person(), special_class] += count
        if not all(line.lot_known for line in lines):
            self._add_ordered_packs(packs, lines, same)
        return packs

    @api.model
    def _add_ordered_packs(self, packs, lines, same):
        orders = self.env["sale.order"].concat(*{line.document for line in lines})
        order = "sale_line_id.order_id"
        # sudo: as above
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [
                    (f"{order}.gsp_identity_id", "in", same.ids),
                    (order, "not in", orders.ids),
                    (f"{order}.gsp_prescription_id", "=", False),
                    ("state", "not in", ("done", "cancel")),
                    ("location_dest_id.usage", "=", "customer"),
                    ("product_id.gsp_special_class", "!=", False),
                ],
                [f"{order}.gsp_identity_id", "product_id"],
                ["product_qty:sum"],
            )
        )
        for identity, product, quantity in groups:
            packs[identity._get_person(), product.gsp_special_class] += product._gsp_get_packs(quantity)
