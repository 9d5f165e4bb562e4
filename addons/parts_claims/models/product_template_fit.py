# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ProductTemplate(models.Model):
    """Which products a part fits, so that the audit finds parts that cannot have been put in."""

    _inherit = "product.template"

    fit_categ_ids = fields.Many2many(
        "product.category",
        "product_template_fit_categ_rel",
        "product_tmpl_id",
        "categ_id",
        string="Fits Product Families",
        help="Families of products the part is made for, with their subcategories. Empty: any.",
    )
