# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

OUTLINES = {
    "vehicle": "/aftersales_service/static/src/img/outline_vehicle.svg",
    "unit": "/aftersales_service/static/src/img/outline_unit.svg",
}


class ProductCategory(models.Model):
    """How units of the category look on the intake sheet."""

    _inherit = "product.category"

    condition_outline = fields.Selection(
        [("vehicle", "Vehicle"), ("unit", "Machine or Appliance"), ("image", "Own Picture")],
        string="Picture for Damage Marks",
        help="What reception marks damages on. Empty: as the parent category, else a machine.",
    )
    condition_image = fields.Image(string="Own Picture", max_width=1600, max_height=1200)
    has_license_plate = fields.Boolean(
        string="Vehicles",
        help="Units have a license plate and a VIN: reception is reminded when they are missing.",
    )

    def _get_parents(self):
        """The category and its parents, nearest first."""
        self.ensure_one()
        return self.browse(int(categ) for categ in reversed(self.parent_path.split("/")) if categ)

    def _get_condition_source(self):
        """The nearest category that says what damages are marked on; empty if none does."""
        for categ in self._get_parents() if self else ():
            if categ.condition_outline in OUTLINES or categ.condition_outline and categ.condition_image:
                return categ
        return self.browse()

    def _get_condition_picture(self):
        """Address of the picture damages of such units are marked on."""
        categ = self._get_condition_source()
        if categ.condition_outline == "image":
            return f"/web/image/product.category/{categ.id}/condition_image"
        return OUTLINES[categ.condition_outline or "unit"]

    def _is_vehicle(self):
        return bool(self) and any(self._get_parents().mapped("has_license_plate"))
