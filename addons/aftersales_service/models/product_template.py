# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..roles import RECEPTION, TECHNICIAN


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_term_ids = fields.Many2many(
        "warranty.term",
        "warranty_term_product_template_rel",
        "product_tmpl_id",
        "term_id",
        string="Warranty Terms",
        groups=f"{RECEPTION},{TECHNICIAN}",
        help="Terms that name this product. Without any, the terms of its category apply.",
    )
