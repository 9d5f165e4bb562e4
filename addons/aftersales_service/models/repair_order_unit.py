# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class RepairOrder(models.Model):
    """The unit of a repair is what its serial number says."""

    _inherit = "repair.order"

    @api.constrains("lot_id", "product_id")
    def _check_lot_product(self):
        """A serial number of another product would bring another unit's cover and history."""
        for repair in self:
            # sudo: naming the product a number belongs to tells nothing new to who entered both
            lot = repair.lot_id.sudo()
            if lot and repair.product_id and lot.product_id != repair.product_id:
                raise ValidationError(
                    self.env._(
                        "%(repair)s: serial number %(lot)s belongs to %(product)s, not to %(chosen)s. Correct one of "
                        "them.",
                        repair=repair.name,
                        lot=lot.name,
                        product=lot.product_id.display_name,
                        chosen=repair.product_id.display_name,
                    )
                )
