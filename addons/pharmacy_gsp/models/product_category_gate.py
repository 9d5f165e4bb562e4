# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class ProductCategory(models.Model):
    _inherit = "product.category"

    gsp_near_expiry_months = fields.Integer(
        string="Near Expiry (Months)",
        help="For the drugs of this category. 0: as the category above, and at last as the legal figure says.",
    )

    _gsp_near_expiry_months_positive = models.Constraint(
        "CHECK(gsp_near_expiry_months IS NULL OR gsp_near_expiry_months >= 0)",
        "The months of near expiry are not negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        categories = super().create(vals_list)
        categories.filtered("gsp_near_expiry_months")._check_gsp_near_expiry_access()
        return categories

    def write(self, vals):
        if "gsp_near_expiry_months" in vals:
            self._check_gsp_near_expiry_access()
        return super().write(vals)

    def _check_gsp_near_expiry_access(self):
        if (
            self
            and not self.env.su
            and not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality")
        ):
            raise AccessError(
                self.env._("When a drug is near its expiry is set by the quality manager only.")
            )

    def _gsp_get_near_expiry_months(self, company, day):
        """Months before expiry from which the customer is told: of the category or above it, else of the law."""
        category = self
        while category:
            if category.gsp_near_expiry_months:
                return category.gsp_near_expiry_months
            category = category.parent_id
        return self.env["compliance.parameter"]._value("drug.near_expiry.months", on=day, company=company)
