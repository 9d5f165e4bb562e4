# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    gsp_unit_dose = fields.Float(
        string="Content of One Unit",
        digits=(12, 4),
        help="How much of the dose unit one unit of measure of the product holds, to compare a sale with the maximum "
        "dose.",
    )
    gsp_is_processed = fields.Boolean(
        string="Processed", help="Decoction pieces that were processed (for example with honey), not raw."
    )

    @api.model
    def _get_gsp_guarded_fields(self):
        return super()._get_gsp_guarded_fields() | {"gsp_unit_dose", "gsp_is_processed"}
