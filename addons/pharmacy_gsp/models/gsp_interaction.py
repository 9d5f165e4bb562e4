# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import dataclass
from itertools import combinations

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


@dataclass(frozen=True, slots=True)
class Conflict:
    """What speaks against giving these products together, or to a pregnant woman.

    :param str kind: ``opposition``, ``fear``, ``other``, ``duplicate`` or ``pregnancy``
    :param str severity: ``refuse`` or ``warn``
    :param str message: whole sentence
    """

    kind: str
    severity: str
    products: models.BaseModel
    message: str
    reference: str


class GspInteraction(models.Model):
    """Two ingredients that do not go together: the 18 oppositions, the 19 fears, and what a company adds."""

    _name = "gsp.interaction"
    _description = "Interaction"
    _inherit = "gsp.master.mixin"
    _order = "kind, id"

    kind = fields.Selection(
        [("opposition", "18 Oppositions"), ("fear", "19 Fears"), ("other", "Other")],
        required=True,
        default="other",
        index=True,
    )
    ingredient_id = fields.Many2one("gsp.ingredient", required=True, index=True, ondelete="restrict")
    other_id = fields.Many2one(
        "gsp.ingredient", string="Not Together With", required=True, index=True, ondelete="restrict"
    )
    severity = fields.Selection(
        [("refuse", "Refuse"), ("warn", "Warn")],
        required=True,
        default="refuse",
        help="Refuse: not dispensed unless the physician signs again (GSP 17002).",
    )
    active = fields.Boolean(default=True)
    reference = fields.Char(string="Source", translate=True)
    note = fields.Text(translate=True)

    _pair_uniq = models.UniqueIndex(
        "(LEAST(ingredient_id, other_id), GREATEST(ingredient_id, other_id), kind, COALESCE(company_id, 0))",
        "This interaction is on the list already.",
    )

    @api.depends("ingredient_id.name", "other_id.name")
    def _compute_display_name(self):
        for interaction in self:
            interaction.display_name = f"{interaction.ingredient_id.name} × {interaction.other_id.name}"

    @api.constrains("ingredient_id", "other_id")
    def _check_pair(self):
        for interaction in self:
            if interaction.ingredient_id == interaction.other_id:
                raise ValidationError(self.env._("An ingredient does not interact with itself."))

    @api.model
    def _find_conflicts(self, products, company, pregnant=False):
        """All that speaks against giving ``products`` together.

        A handful of queries, whatever the number of products.

        :param products: ``product.product`` of one prescription or sale
        :return: list of ``Conflict``
        """
        # sudo: ingredients are read for whoever dispenses; only the verdict comes out
        products = products.sudo()
        lineages = {product: product.gsp_ingredient_ids._get_lineage() for product in products}
        found = self._find_interactions(lineages, company)
        found += self._find_duplicates(products)
        if pregnant:
            found += self._find_pregnancy(products)
        return found

    @api.model
    def _find_interactions(self, lineages, company):
        everything = set().union(*lineages.values()) if lineages else set()
        domain = Domain("ingredient_id", "in", everything) & Domain("other_id", "in", everything)
        domain &= Domain("company_id", "=", False) | Domain("company_id", "parent_of", company.ids)
        # sudo: as above
        interactions = self.sudo().search(domain) if everything else self.sudo().browse()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            Conflict(
                kind=interaction.kind,
                severity=interaction.severity,
                products=first | second,
                message=self.env._(
                    "%(first)s and %(second)s are not given together: %(pair)s (%(kind)s).",
                    first=first.display_name,
                    second=second.display_name,
                    pair=interaction.display_name,
                    kind=kinds[interaction.kind],
                ),
                reference=interaction.reference or "",
            )
            for first, second in combinations(lineages, 2)
            for interaction in interactions
            if interaction._is_between(lineages[first], lineages[second])
        ]

    def _is_between(self, first, second):
        one, other = self.ingredient_id.id, self.other_id.id
        return (one in first and other in second) or (other in first and one in second)

    @api.model
    def _find_duplicates(self, products):
        """The same ingredient in two products: the patient would get it twice."""
        result = []
        for first, second in combinations(products, 2):
            common = first.gsp_ingredient_ids & second.gsp_ingredient_ids
            if common:
                result.append(
                    Conflict(
                        kind="duplicate",
                        severity="refuse",
                        products=first | second,
                        message=self.env._(
                            "%(first)s and %(second)s both contain %(ingredients)s.",
                            first=first.display_name,
                            second=second.display_name,
                            ingredients=", ".join(common.mapped("name")),
                        ),
                        reference=self.env._("GSP 17002"),
                    )
                )
        return result

    @api.model
    def _find_pregnancy(self, products):
        result = []
        for product in products:
            values = {product.gsp_pregnancy, *product.gsp_ingredient_ids.mapped("pregnancy")}
            if "forbidden" in values:
                message = self.env._("%(product)s is forbidden in pregnancy.", product=product.display_name)
            elif "caution" in values:
                message = self.env._(
                    "%(product)s is used in pregnancy with caution only.", product=product.display_name
                )
            else:
                continue
            severity = "refuse" if "forbidden" in values else "warn"
            result.append(Conflict("pregnancy", severity, product, message, self.env._("GSP 17002")))
        return result
