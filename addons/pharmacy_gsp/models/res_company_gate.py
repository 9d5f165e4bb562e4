# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    gsp_max_retail_packs = fields.Integer(
        string="Most Packs per Sale",
        help="Minimum packs of one drug that a store sells to one person at once; more looks like trade. 0: no limit. "
        "The lowest limit of store and headquarters counts.",
    )
    gsp_quarantine_location_id = fields.Many2one(
        "stock.location",
        string="Place for Returned Drugs",
        domain="[('gsp_is_quarantine', '=', True), ('company_id', 'in', (id, False))]",
        help="Where drugs go that customers bring back.",
    )

    _gsp_max_retail_packs_positive = models.Constraint(
        "CHECK(gsp_max_retail_packs IS NULL OR gsp_max_retail_packs >= 0)",
        "The most packs per sale are not negative.",
    )

    def write(self, vals):
        if "gsp_max_retail_packs" in vals:
            changed = self.filtered(
                lambda company: company.gsp_max_retail_packs != vals["gsp_max_retail_packs"]
            )
            changed._check_gsp_policy_access()
        return super().write(vals)

    def _gsp_get_max_retail_packs(self):
        """Lowest limit of the store and those above it, 0 if none has one."""
        self.ensure_one()
        # sudo: policies of the headquarters hold for stores that do not see it
        limits = [company.gsp_max_retail_packs for company in self.sudo().parent_ids]
        return min((limit for limit in limits if limit), default=0)
