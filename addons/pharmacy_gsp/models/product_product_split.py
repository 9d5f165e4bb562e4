# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

# Counting packs of a quantity divides floating-point numbers.
WHOLE = 1e-6


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _gsp_comes_in_packs(self):
        """Whether it is sold by the pack: a finished drug, not pieces, which are weighed."""
        self.ensure_one()
        return self.gsp_kind == "drug" and self.gsp_drug_type != "pieces"

    def _gsp_is_part_pack(self, quantity):
        """Whether ``quantity`` (in the product's unit of measure) cannot be handed over in whole packs."""
        self.ensure_one()
        if not self._gsp_comes_in_packs():
            return False
        packs = self._gsp_get_packs(quantity)
        return abs(packs - round(packs)) > WHOLE
