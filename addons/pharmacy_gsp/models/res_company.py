# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

# Policies of a company: a store only adds to those of its headquarters.
POLICY_FIELDS = frozenset({"gsp_company_kind", "gsp_pair_approval"})


class ResCompany(models.Model):
    _inherit = "res.company"

    gsp_company_kind = fields.Selection(
        [
            ("store", "Retail Store"),
            ("headquarters", "Headquarters of a Chain"),
            ("wholesale", "Wholesale"),
        ],
        string="GSP Business",
        help="Empty: the company is no pharmacy; licenses, first approvals and posts are not asked for.",
    )
    gsp_pair_approval = fields.Boolean(
        string="Approve Each Product of Each Supplier",
        help="Besides supplier and product, their combination needs a first approval. Stores follow their "
        "headquarters.",
    )
    gsp_quality_user_id = fields.Many2one(
        "res.users", string="GSP Quality Manager", help="Gets the warnings about licenses and documents."
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        changed = companies.filtered(lambda company: company.gsp_company_kind or company.gsp_pair_approval)
        changed._check_gsp_policy_access()
        return companies

    def write(self, vals):
        names = POLICY_FIELDS.intersection(vals)
        changed = self.filtered(
            lambda company: any((company[n] or False) != (vals[n] or False) for n in names)
        )
        if changed:
            changed._check_gsp_policy_access()
        return super().write(vals)

    def _check_gsp_policy_access(self):
        """GSP policies are set by quality, those of a store by people of its headquarters."""
        if self.env.su or not self:
            return
        user = self.env.user
        for company in self.sudo():  # sudo: headquarters may be a company that the user does not see
            chained = company.parent_id.gsp_company_kind
            if not user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality") or (
                chained and company.parent_id not in user.company_ids
            ):
                raise AccessError(
                    self.env._(
                        "GSP policies of %(company)s are set by the quality manager of its headquarters. Ask one.",
                        company=company.name,
                    )
                )

    def _gsp_needs_pair_approval(self):
        """Whether the company or one above it wants each product of each supplier approved."""
        self.ensure_one()
        # sudo: policies of the headquarters hold for stores that do not see it
        return any(company.gsp_pair_approval for company in self.sudo().parent_ids)

    def _gsp_is_chain_store(self):
        """Whether the company is a store of a chain, not a pharmacy of its own."""
        self.ensure_one()
        # sudo: as above
        return self.sudo().parent_id.gsp_company_kind == "headquarters"
