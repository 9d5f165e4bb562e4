# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductTemplate(models.Model):
    """Drugs whose packs may be split: counted in tablets, bought and sold in packs, so that stock stays exact."""

    _inherit = "product.template"

    gsp_may_split = fields.Boolean(
        string="May Be Split",
        help="Packs may be opened and sold in part. The product is then counted in the small unit (tablet), and its "
        "minimum pack is a unit that holds several of them.",
    )
    gsp_leaflet = fields.Binary(
        string="Leaflet", attachment=True, help="As approved; handed out with split packs, never changed."
    )
    gsp_leaflet_filename = fields.Char(string="Name of the Leaflet")

    @api.constrains("gsp_may_split", "gsp_minimum_pack_uom_id", "uom_id", "gsp_kind", "gsp_drug_type")
    def _check_gsp_may_split(self):
        for product in self.filtered("gsp_may_split"):
            if product.gsp_kind != "drug" or product.gsp_drug_type == "pieces":
                raise ValidationError(
                    self.env._(
                        "%(product)s: packs of finished drugs are split; decoction pieces are weighed.",
                        product=product.display_name,
                    )
                )
            if product._gsp_get_pack_size() < 2:
                raise ValidationError(
                    self.env._(
                        "%(product)s: to sell part of a pack, count the product in the small unit (for example "
                        "tablets) and choose a minimum pack that holds a whole number of them.",
                        product=product.display_name,
                    )
                )

    @api.model
    def _get_gsp_guarded_fields(self):
        return super()._get_gsp_guarded_fields() | {"gsp_may_split", "gsp_leaflet", "gsp_leaflet_filename"}

    def _gsp_get_pack_size(self):
        """How many units of the product a minimum pack holds; 1 if that is no whole number or not known."""
        self.ensure_one()
        pack, unit = self.gsp_minimum_pack_uom_id, self.uom_id
        if not pack or not unit or not pack._has_common_reference(unit):
            return 1
        size = pack._compute_quantity(1, unit, round=False)
        return round(size) if unit.compare(size, round(size)) == 0 and size >= 1 else 1
