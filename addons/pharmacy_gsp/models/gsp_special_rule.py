# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .gsp_master_mixin import product_selection
from .gsp_prescription_special import INSTITUTION_LEVELS

PARAMETER_FIELDS = (
    "min_age_parameter",
    "min_drugs_parameter",
    "max_packs_parameter",
    "max_days_parameter",
)


class GspSpecialRule(models.Model):
    """What the sale of one class of specially managed drugs needs (GSP 17301).

    All rules of a class hold together: one that a store or its headquarters adds can only tighten.
    """

    _name = "gsp.special.rule"
    _description = "Rule for Special Drugs"
    _inherit = "gsp.master.mixin"
    _order = "special_class, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    special_class = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_special_class"), required=True, index=True
    )
    retail_forbidden = fields.Boolean(string="Never Sold at Retail")
    chain_only = fields.Boolean(string="Stores of a Chain Only")
    prescription_required = fields.Boolean()
    identity_required = fields.Boolean(string="Buyer Is Registered")
    seal_required = fields.Boolean(string="Prescription Is Sealed by the Institution")
    min_institution_level = fields.Selection(
        INSTITUTION_LEVELS, string="Institution at Least", help="Level of the institution that prescribes."
    )
    processed_only = fields.Boolean(help="The raw drug is not sold.")
    limit_dose = fields.Boolean(
        string="Quantity by Maximum Dose",
        help="Not more than the maximum daily dose of the product for the days of the figure.",
    )
    min_age_parameter = fields.Char(string="Figure: Least Age")
    min_drugs_parameter = fields.Char(
        string="Figure: Least Drugs on the Prescription", help="So that the drug is not sold by itself."
    )
    max_packs_parameter = fields.Char(
        string="Figure: Most Packs per Sale",
        help="Minimum packs for one person in one day without prescription.",
    )
    max_days_parameter = fields.Char(string="Figure: Most Days Prescribed")
    reference = fields.Char(string="Source", translate=True)

    @api.constrains(*PARAMETER_FIELDS)
    def _check_parameters(self):
        codes = {rule[name] for rule in self for name in PARAMETER_FIELDS if rule[name]}
        # sudo: which figures exist is no secret
        known = self.env["compliance.parameter"].sudo().search([("code", "in", list(codes))]).mapped("code")
        if missing := codes.difference(known):
            raise ValidationError(
                self.env._("There is no legal figure %(code)s.", code=", ".join(sorted(missing)))
            )

    @api.model
    def _get_for(self, companies, classes):
        """Rules in force for these companies and classes: the law's, theirs, and their headquarters'."""
        # sudo: a rule holds for everybody who sells
        return self.sudo().search(
            Domain("special_class", "in", sorted(classes))
            & (Domain("company_id", "=", False) | Domain("company_id", "parent_of", companies.ids))
        )

    def _filter_for(self, line):
        """Those of these rules that hold for a ``ReleaseLine``."""
        return self.filtered(
            lambda rule: (
                rule.special_class == line.product.gsp_special_class
                and (not rule.company_id or rule.company_id in line.company.sudo().parent_ids)
            )
        )

    def _get_figures(self, name, company):
        """Values of the figures that these rules name in field ``name``, today, for the company."""
        today = company._get_law_date()
        parameter = self.env["compliance.parameter"]
        return [parameter._value(rule[name], on=today, company=company) for rule in self if rule[name]]
