# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockLocation(models.Model):
    _inherit = "stock.location"

    is_old_part = fields.Boolean(
        string="Old Parts",
        compute="_compute_is_old_part",
        store=True,
        recursive=True,
        help="Holds parts taken out under warranty, which belong to the supplier: never counted as our stock value.",
    )

    old_part_warehouse_ids = fields.One2many(
        "stock.warehouse", "old_part_location_id", context={"active_test": False}, string="Old Parts Of"
    )

    @api.depends("old_part_warehouse_ids", "location_id.is_old_part")
    def _compute_is_old_part(self):
        for location in self:
            location.is_old_part = bool(location.old_part_warehouse_ids) or location.location_id.is_old_part

    def _should_be_valued(self):
        """What lies in an old-part store is the supplier's, whatever the costing method.

        The owner on the goods alone does not suffice: first-in-first-out valuation counts quantities of every
        owner in valued locations.
        """
        return super()._should_be_valued() and not self.is_old_part

    def _search_is_valued(self, operator, value):
        valued = Domain(super()._search_is_valued("=", True)) & Domain("is_old_part", "=", False)
        if operator == "in":
            positive = True in value
        elif operator in ("=", "!="):
            positive = (operator == "=") == bool(value)
        else:
            return NotImplemented
        return valued if positive else ~valued

    def write(self, vals):
        """Refuses to declare stock worthless by a tick: only a warehouse makes its old-part store."""
        if "is_old_part" in vals:
            raise UserError(
                self.env._(
                    "Choose the old-part location on the warehouse; it cannot be set on a location itself."
                )
            )
        return super().write(vals)
