# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..statute_facts import ASSEMBLIES, PART_ROLES


class ProductCategory(models.Model):
    _inherit = "product.category"

    statute_id = fields.Many2one(
        "warranty.statute",
        ondelete="restrict",
        index="btree_not_null",
        help="The law that gives buyers of these goods their remedies. Holds for subcategories without one of their "
        "own.",
    )


class ProductTemplate(models.Model):
    _inherit = "product.template"

    statute_id = fields.Many2one(
        "warranty.statute",
        ondelete="restrict",
        index="btree_not_null",
        help="The law that gives buyers of this product their remedies. Empty: that of its category.",
    )
    statute_assembly = fields.Selection(
        ASSEMBLIES,
        string="Main Assembly",
        help="The assembly of the car that this part is, or is a main part of.",
    )
    statute_part_role = fields.Selection(PART_ROLES, string="Role in the Assembly", default="main_part")
    no_return_reason = fields.Selection(
        [
            ("custom", "Made to Order"),
            ("perishable", "Fresh or Perishable"),
            ("digital", "Digital Goods, Opened"),
            ("press", "Newspapers and Periodicals"),
            ("agreed", "Confirmed by the Buyer as Not Returnable"),
        ],
        string="No Return Without Reason",
        help="Distance sales only: why the buyer may not send the goods back without a reason.",
    )


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _get_statutes(self):
        """The statute set on each product, or on the nearest of its categories.

        :return: dict {product: warranty.statute (empty if there is none)}
        """
        # The categories of all products are read at once.
        paths = {product: product._get_category_path() for product in self}
        categories = self.env["product.category"].browse({id_ for path in paths.values() for id_ in path})
        by_category = {categ.id: categ.statute_id for categ in categories}
        return {
            product: product.statute_id
            or next((by_category[id_] for id_ in path if by_category[id_]), self.env["warranty.statute"])
            for product, path in paths.items()
        }
