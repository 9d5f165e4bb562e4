# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    old_part_required = fields.Boolean(
        company_dependent=True,
        help="A part of this family is not written off to a covered repair unless the old part is taken out in the "
        "same repair, or it is said why there is none.",
    )
