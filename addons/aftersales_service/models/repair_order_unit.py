# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class RepairOrder(models.Model):
    """The unit of a repair is what its serial number says."""

    _inherit = "repair.order"

    @api.model_create_multi
    def create(self, vals_list):
        """The platform would drop a serial number of another product without a word."""
        for vals in vals_list:
            if vals.get("lot_id") and vals.get("product_id"):
                self._check_lot_product(vals["lot_id"], vals["product_id"])
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("lot_id"):
            for product_id in {vals.get("product_id")} if "product_id" in vals else self.product_id.ids:
                self._check_lot_product(vals["lot_id"], product_id)
        return super().write(vals)

    def _check_lot_product(self, lot_id, product_id):
        """Refuse a serial number of another product: it would bring another unit's cover and history.

        :raise ValidationError: naming the number and both products
        """
        # sudo: naming the product a number belongs to tells nothing new to who entered both
        lot = self.env["stock.lot"].sudo().browse(lot_id)
        product = self.env["product.product"].sudo().browse(product_id)
        if product and lot.product_id != product:
            raise ValidationError(
                self.env._(
                    "Serial number %(lot)s belongs to %(product)s, not to %(chosen)s. Correct one of them.",
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    chosen=product.display_name,
                )
            )
