# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.compliance_base.violation import Violation


class WarrantyTerm(models.Model):
    """No term promises less than the law for the goods it is for."""

    _inherit = "warranty.term"

    statute_notice = fields.Text(
        string="Less Than the Law",
        compute="_compute_statute_notice",
        help="What the term promises too little of.",
    )

    @api.depends("product_tmpl_ids", "categ_ids", "valid_from", "line_ids.months", "line_ids.meter_limit")
    def _compute_statute_notice(self):
        for term in self:
            term.statute_notice = "\n".join(violation.message for violation in term._get_statute_violations())

    @api.constrains("active", "valid_from", "product_tmpl_ids", "categ_ids", "line_ids")
    def _check_statute_minimum(self):
        """Gate: a term for goods under a statute covers at least what the statute demands."""
        terms = self.filtered("active")
        self.env["compliance.refusal"]._refuse(
            [violation for term in terms for violation in term._get_statute_violations()]
        )

    def _get_statute_violations(self):
        """What the components of this term fall short of: list of ``Violation``."""
        self.ensure_one()
        # sudo: the figures of the law are not confidential
        rules = self._get_statutes().sudo().rule_ids.filtered(lambda rule: rule.method == "minimum_cover")
        company = self.company_id or self.env.company
        return [
            violation
            for rule in rules
            for line in self.line_ids
            if (violation := rule._get_minimum_violation(self, line, company))
        ]

    def _get_statutes(self):
        """The statutes set for the term's products and categories."""
        products = self.product_tmpl_ids.product_variant_ids
        statutes = self.env["warranty.statute"].union(*products._get_statutes().values())
        for categ in self.categ_ids:
            path = categ.browse([int(id_) for id_ in reversed(categ.parent_path.split("/")) if id_])
            statutes |= next((above.statute_id for above in path if above.statute_id), statutes.browse())
        return statutes._filter_holding(self.valid_from, self.env["res.partner"])


class WarrantyTermLine(models.Model):
    _inherit = "warranty.term.line"

    @api.constrains("months", "meter_limit", "meter_unit", "component_id")
    def _check_statute_minimum(self):
        self.term_id._check_statute_minimum()


class WarrantyStatuteRule(models.Model):
    _inherit = "warranty.statute.rule"

    def _get_minimum_violation(self, term, line, company):
        """Why a component of a term promises less than this rule demands; None if it does not (Art. 18 of the car
        rules, annex of the rules for other goods)."""
        kind = line.component_id.kind
        if kind == "wear" or (self.component_kind and kind != self.component_kind):
            return None
        statute, day = self.statute_id, term.valid_from
        months = statute._get_parameter_figure(self.period_parameter_id, day, company)
        distance = statute._get_parameter_figure(self.meter_parameter_id, day, company)
        names = {"term": term.display_name, "component": line.component_id.name}
        if months and line.months < months:
            message = self.env._(
                "Warranty term “%(term)s” covers %(component)s for %(months)s months; the law demands %(minimum)s.",
                months=line.months,
                minimum=months,
                **names,
            )
        elif distance and line.meter_unit == "km" and 0 < line.meter_limit < distance:
            message = self.env._(
                "Warranty term “%(term)s” covers %(component)s up to %(limit)s km; the law demands %(minimum)s km.",
                limit=f"{line.meter_limit:,.0f}",
                minimum=f"{distance:,}",
                **names,
            )
        else:
            return None
        return Violation(
            f"warranty.statute.{statute.code}.minimum_cover",
            term,
            message,
            self.env._("Promise at least as much; more is free to you."),
            self._get_reference(),
        )
