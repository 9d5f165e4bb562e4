# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..release import BenchFilter, SplitRun


class StockMove(models.Model):
    """Deliveries of part of a pack reserve on the bench, all other moves elsewhere."""

    _inherit = "stock.move"

    gsp_split_record_ids = fields.One2many("gsp.split.record", "move_id", string="Split Records")

    def _update_reserved_quantity_vals(
        self, need, location_id, lot_id=None, package_id=None, owner_id=None, strict=True
    ):
        move = self._gsp_with_bench_filter()
        return super(StockMove, move)._update_reserved_quantity_vals(
            need, location_id, lot_id=lot_id, package_id=package_id, owner_id=owner_id, strict=strict
        )

    def _get_available_quantity(
        self, location_id, lot_id=None, package_id=None, owner_id=None, strict=False, allow_negative=False
    ):
        move = self._gsp_with_bench_filter()
        return super(StockMove, move)._get_available_quantity(
            location_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
            allow_negative=allow_negative,
        )

    def _gsp_with_bench_filter(self):
        """This move, reserving opened packs only or none at all."""
        self.ensure_one()
        if (
            not self.product_id.gsp_kind
            or not self.company_id.gsp_company_kind
            or SplitRun.get(self.env)
            or self.location_id.gsp_in_split_bench
        ):
            return self
        return self.with_context(gsp_bench_filter=BenchFilter(opened=self._gsp_is_split()))

    def _gsp_is_split(self):
        """Whether the move hands over part of a pack."""
        self.ensure_one()
        return bool(
            self.location_id._gsp_get_release_purpose(self.location_final_id or self.location_dest_id)
            and self.product_id._gsp_is_part_pack(self.product_qty)
        )
