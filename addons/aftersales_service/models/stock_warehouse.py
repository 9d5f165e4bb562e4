# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    old_part_location_id = fields.Many2one(
        "stock.location",
        check_company=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Where parts taken out under warranty wait for the supplier. It lies outside the warehouse's own "
        "locations, so nothing in it can be reserved or sold.",
    )

    @api.constrains("old_part_location_id", "view_location_id")
    def _check_old_part_location(self):
        """Old parts must not be saleable, and giving a used location to them must not change our stock value."""
        for warehouse in self.filtered("old_part_location_id"):
            location = warehouse.old_part_location_id
            if (
                location.usage != "internal"
                or location.warehouse_id
                or location.company_id != warehouse.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(location)s cannot hold the old parts of warehouse %(warehouse)s: choose an internal "
                        "location of %(company)s that lies outside every warehouse.",
                        location=location.display_name,
                        warehouse=warehouse.name,
                        company=warehouse.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        warehouses._create_old_part_locations()
        return warehouses

    def write(self, vals):
        if "old_part_location_id" in vals:
            self._check_old_part_location_free(vals["old_part_location_id"])
        result = super().write(vals)
        if "active" in vals:
            self.old_part_location_id.active = vals["active"]
        return result

    def _check_old_part_location_free(self, location_id):
        """Neither store may hold goods when it changes: their value would jump."""
        locations = self.old_part_location_id | self.env["stock.location"].browse(location_id)
        held = self.env["stock.quant"].search(
            [("location_id", "child_of", locations.ids), ("quantity", "!=", 0)], limit=1
        )
        if held:
            raise ValidationError(
                self.env._(
                    "%(location)s still holds %(product)s. Empty it before changing the old-part location.",
                    location=held.location_id.display_name,
                    product=held.product_id.display_name,
                )
            )

    def _create_old_part_locations(self):
        """Give each warehouse that has none its old-part store."""
        missing = self.filtered(lambda warehouse: not warehouse.old_part_location_id)
        # Whoever may create a warehouse gets its locations with it, as in the platform's own create().
        locations = self.env["stock.location"].sudo()
        locations = locations.create([warehouse._prepare_old_part_location_vals() for warehouse in missing])
        for warehouse, location in zip(missing, locations, strict=True):
            warehouse.old_part_location_id = location

    def _prepare_old_part_location_vals(self):
        self.ensure_one()
        return {
            "name": self.env._("%s Old Parts", self.code),
            "usage": "internal",
            "location_id": False,
            "company_id": self.company_id.id,
        }
