# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

POLICY = ("gsp_no_split_sale", "gsp_no_split_sale_date", "gsp_no_split_sale_file", "gsp_seller_policy")


class ResCompany(models.Model):
    """Whether packs are split here, and what happens when somebody sells who may not."""

    _inherit = "res.company"

    gsp_no_split_sale = fields.Boolean(
        string="No Split Sale",
        help="Declared to the authority: no pack is opened here. It then cannot be done either (GSP 17201).",
    )
    gsp_no_split_sale_date = fields.Date(string="Declared On")
    gsp_no_split_sale_file = fields.Binary(string="Declaration", attachment=True)
    gsp_no_split_sale_filename = fields.Char(string="Name of the Declaration")
    gsp_seller_policy = fields.Selection(
        [("block", "Refuse the Sale"), ("warn", "Warn")],
        string="Seller Not Fit or Trained",
        required=True,
        default="block",
        help="If the salesperson holds no post that sells, has no valid health check, or no valid training. Who is no "
        "employee never sells drugs (GSP 17501). The stricter of store and headquarters counts.",
    )

    @api.constrains("gsp_no_split_sale", "gsp_no_split_sale_date", "gsp_no_split_sale_file")
    def _check_gsp_no_split_sale(self):
        for company in self:
            if company.gsp_no_split_sale and not (
                company.gsp_no_split_sale_date and company.gsp_no_split_sale_file
            ):
                raise ValidationError(
                    self.env._(
                        "%(company)s: enter the day of the declaration that no pack is split, and attach it.",
                        company=company.name,
                    )
                )

    def write(self, vals):
        names = [name for name in POLICY if name in vals]
        changed = self.filtered(
            lambda company: any((company[n] or False) != (vals[n] or False) for n in names)
        )
        changed._check_gsp_policy_access()
        return super().write(vals)

    def _gsp_splits_packs(self):
        """Whether neither the company nor one above it declared that packs are not split."""
        self.ensure_one()
        # sudo: policies of the headquarters hold for stores that do not see it
        return not any(company.gsp_no_split_sale for company in self.sudo().parent_ids)

    def _gsp_refuses_sellers(self):
        """Whether a seller who is not fit or trained is refused, not only warned of."""
        self.ensure_one()
        # sudo: as above
        return any(company.gsp_seller_policy == "block" for company in self.sudo().parent_ids)
