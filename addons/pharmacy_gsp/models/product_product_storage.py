# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..receiving import COLD_PEPTIDE_STORES, SPECIAL_STORES, TWO_PEOPLE_CLASSES


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _gsp_is_cold_chain(self):
        """Whether the product travels and is stored cold."""
        self.ensure_one()
        condition = self.gsp_storage_condition_id
        return bool(condition) and condition._is_cold_chain()

    def _gsp_get_store_kinds(self):
        """Kinds of special store in which the product may be kept; empty if it needs none."""
        self.ensure_one()
        if self.gsp_kind != "drug":
            return frozenset()
        if self.gsp_special_class == "peptide" and self._gsp_is_cold_chain():
            return COLD_PEPTIDE_STORES
        return SPECIAL_STORES.get(self.gsp_special_class, frozenset())

    def _gsp_needs_two_people(self):
        """Whether two people accept it together."""
        self.ensure_one()
        return self.gsp_kind == "drug" and self.gsp_special_class in TWO_PEOPLE_CLASSES

    def _gsp_is_imported(self):
        """Whether it comes from abroad, by its approval number or the maker's country."""
        self.ensure_one()
        number = self.gsp_approval_number or ""
        country = self.gsp_manufacturer_id.country_id
        return "J" in number[:7] or "注进" in number or bool(country and country.code != "CN")
