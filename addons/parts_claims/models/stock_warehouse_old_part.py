# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockWarehouse(models.Model):
    """Places inside the old-part store."""

    _inherit = "stock.warehouse"

    usable_old_part_location_id = fields.Many2one(
        "stock.location",
        string="Usable Old Parts",
        check_company=True,
        copy=False,
        ondelete="restrict",
        domain="[('id', 'child_of', old_part_location_id), ('id', '!=', old_part_location_id)]",
        help="Where old parts that still work are kept, apart from the scrap. Made at the first such part.",
    )

    @api.constrains("usable_old_part_location_id", "old_part_location_id")
    def _check_usable_old_part_location(self):
        """What works is the supplier's too: its place has no value for us either."""
        for warehouse in self:
            place, store = warehouse.usable_old_part_location_id, warehouse.old_part_location_id
            if place and (place == store or not place._child_of(store)):
                raise ValidationError(
                    self.env._(
                        "%(place)s cannot hold the usable old parts of %(warehouse)s: choose a place inside %(store)s.",
                        place=place.display_name,
                        warehouse=warehouse.name,
                        store=store.display_name,
                    )
                )

    def _get_usable_place(self):
        """Place for usable old parts inside the old-part store; made when there is none."""
        self.ensure_one()
        if not self.usable_old_part_location_id:
            # sudo: the place comes with the store, whoever needs it first
            place = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Usable"),
                        "usage": "internal",
                        "location_id": self.old_part_location_id.id,
                        "company_id": self.company_id.id,
                    }
                )
            )
            self.sudo().usable_old_part_location_id = place
        return self.usable_old_part_location_id
