# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _gsp_get_packs(self, quantity):
        """``quantity`` (in the product's unit of measure) counted in minimum packs."""
        self.ensure_one()
        pack = self.gsp_minimum_pack_uom_id
        return self.uom_id._compute_quantity(quantity, pack, round=False) if pack else quantity

    def _gsp_get_near_expiry_months(self, company, day):
        """Months before expiry from which a lot of this product is sold only with a word to the customer."""
        self.ensure_one()
        return self.categ_id._gsp_get_near_expiry_months(company, day)
