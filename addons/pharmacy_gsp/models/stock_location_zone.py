# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..receiving import COLD_PEPTIDE_STORES, LOCKED_COLORS, SPECIAL_STORES, ZONE_COLORS

# Set by quality: they decide what may lie here and whether it may leave.
ZONE_FIELDS = frozenset({"gsp_zone", "gsp_store_kind", "gsp_storage_condition_id"})


class StockLocation(models.Model):
    """The places of a pharmacy: color of the zone, special store, temperature. A place inside another inherits them."""

    _inherit = "stock.location"

    gsp_zone = fields.Selection(
        [
            ("receiving", "Receiving (To Be Accepted)"),
            ("returned", "Returned Goods"),
            ("storage", "Qualified Goods"),
            ("shipping", "Shipping"),
            ("split", "Split-Sale Bench"),
            ("nonconforming", "Non-Conforming Goods"),
        ],
        string="GSP Zone",
        index="btree_not_null",
        help="Empty: as the place it is in.",
    )
    gsp_color = fields.Selection(
        [("green", "Green"), ("yellow", "Yellow"), ("red", "Red")],
        string="Zone Color",
        compute="_compute_gsp_color",
        store=True,
        recursive=True,
        help="Green: qualified. Yellow: still to be decided. Red: non-conforming. Nothing is sold from yellow and red.",
    )
    gsp_store_kind = fields.Selection(
        [
            ("special_store", "Special-Drug Store"),
            ("radiation_store", "Radiation-Proof Store"),
            ("radiation_cabinet", "Radiation-Proof Cabinet in the Special-Drug Store"),
            ("poppy_store", "Store for Poppy Shells"),
            ("precursor_store", "Store for Precursor Chemicals"),
            ("dedicated_store", "Dedicated Store"),
            ("dedicated_zone", "Dedicated Zone"),
            ("dedicated_cabinet", "Dedicated Cabinet"),
            ("cold_store", "Separate Cold Room"),
            ("cold_zone", "Separate Zone in the Cold Room"),
        ],
        string="Special Store",
        help="Places set apart for classes under special control (GSP *17301). Empty: as the place it is in.",
    )
    gsp_storage_condition_id = fields.Many2one(
        "gsp.storage.condition",
        string="Storage Condition Kept",
        ondelete="restrict",
        help="Temperature that is kept here. Empty: as the place it is in.",
    )

    @api.depends("gsp_zone", "location_id.gsp_color")
    def _compute_gsp_color(self):
        for location in self:
            location.gsp_color = ZONE_COLORS.get(location.gsp_zone) or location.location_id.gsp_color

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get(name) for vals in vals_list for name in ZONE_FIELDS):
            self._check_gsp_zone_access()
        clean = {
            key: value
            for key, value in self.env.context.items()
            if self.env.su or key.removeprefix("default_") not in ZONE_FIELDS
        }
        return super(StockLocation, self.with_context(clean)).create(vals_list)

    def write(self, vals):
        """Zones are set by quality, and goods are not released by repainting or moving the place they lie in."""
        changed = [
            name
            for name in ZONE_FIELDS.intersection(vals)
            if any(
                (self._fields[name].convert_to_write(location[name], location) or False)
                != (vals[name] or False)
                for location in self
            )
        ]
        if changed:
            self._check_gsp_zone_access()
        if "gsp_zone" not in changed and "location_id" not in vals:
            return super().write(vals)
        inside = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        locked = inside.filtered(lambda location: location.gsp_color in LOCKED_COLORS)
        result = super().write(vals)
        now_locked = inside.filtered(lambda location: location.gsp_color in LOCKED_COLORS)
        (locked - now_locked)._check_gsp_empty()
        return result

    def _check_gsp_zone_access(self):
        if not self.env.su and not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality"):
            raise AccessError(
                self.env._(
                    "Zones, special stores and their temperature are set by the quality manager. Ask one."
                )
            )

    def _check_gsp_empty(self):
        """Goods that are not released stay in a place that is not."""
        if not self:
            return
        # sudo: what lies here counts, whoever may see it
        quant = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("location_id", "in", self.ids),
                    ("product_id.gsp_kind", "!=", False),
                    ("quantity", ">", 0),
                ],
                limit=1,
            )
        )
        if quant:
            raise UserError(
                self.env._(
                    "%(product)s lies in %(location)s and is not released. Accept it, or move it to another place of "
                    "the same color first.",
                    product=quant.product_id.display_name,
                    location=quant.location_id.display_name,
                )
            )

    def _gsp_get_inherited(self, name):
        """Value of a field here or in the nearest place around it that has one."""
        location = self
        while location and not location[name]:
            location = location.location_id
        return location[name]

    def _gsp_is_locked(self):
        """Whether goods here have not been released."""
        self.ensure_one()
        return self.gsp_color in LOCKED_COLORS

    def _gsp_allows_class(self, product):
        """Whether the special class of the product may be kept here (matrix of GSP *17301)."""
        self.ensure_one()
        kind = self._gsp_get_inherited("gsp_store_kind")
        wanted = product._gsp_get_store_kinds()
        if wanted:
            return kind in wanted
        kept_apart = frozenset().union(*SPECIAL_STORES.values()) | COLD_PEPTIDE_STORES
        return kind not in kept_apart

    def _gsp_allows_temperature(self, product):
        """Whether what is kept here is within what the label of the product demands."""
        self.ensure_one()
        demanded = product.gsp_storage_condition_id
        return not demanded or demanded._is_met_by(self._gsp_get_inherited("gsp_storage_condition_id"))

    def _gsp_allows(self, product):
        """Whether the product may be put away here."""
        return (
            not self._gsp_is_locked()
            and self._gsp_allows_class(product)
            and self._gsp_allows_temperature(product)
        )
