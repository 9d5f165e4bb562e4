# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    warranty_term_ids = fields.Many2many(
        "warranty.term",
        "warranty_term_product_template_rel",
        "product_tmpl_id",
        "term_id",
        string="Warranty Terms",
        groups="aftersales_service.aftersales_service_group_reception,"
        "aftersales_service.aftersales_service_group_technician",
        help="Terms that name this product. Without any, the terms of its category apply.",
    )
