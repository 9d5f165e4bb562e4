# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_category_path(self):
        """Ids of the product's category and its parents, nearest first; none without product."""
        return [int(categ) for categ in reversed((self.categ_id.parent_path or "").split("/")) if categ]

    def _get_old_part_owner(self, company):
        """Supplier who owns the part once it is taken out of a unit under warranty: the main seller.

        The old part goes back to whoever pays for the new one; as goods of another owner it is worth nothing
        in our own books.

        :return: res.partner (one)
        :raise UserError: the product has no seller in that company
        """
        owner = self._find_old_part_owner(company)
        if not owner:
            raise UserError(self._get_missing_owner_message())
        return owner

    def _find_old_part_owner(self, company):
        """Main seller in that company as ``res.partner``; empty if there is none."""
        self.ensure_one()
        product = self.with_company(company)
        # Who repairs may not read purchase prices; only the seller's identity is taken.
        sellers = (
            product.sudo()
            ._prepare_sellers()
            .filtered(lambda seller: seller.company_id in (company, company.browse()))
        )
        return sellers[:1].partner_id.with_env(self.env)

    def _get_missing_owner_message(self):
        """Sentence telling what to do about a product without a seller."""
        return self.env._(
            "%(product)s has no supplier, so nobody can own the old part taken out under warranty. Add a vendor on "
            "the product's Purchase tab, or mark the line as billable.",
            product=self.display_name,
        )
