# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from odoo import fields, models

from ..release import SplitRun


class StockMove(models.Model):
    """Deliveries of part of a pack reserve on the bench, all other moves elsewhere."""

    _inherit = "stock.move"

    gsp_split_record_ids = fields.One2many("gsp.split.record", "move_id", string="Split Records")

    def _gsp_get_reservation_filter(self):
        """Reserve opened packs only, or none at all."""
        chosen = super()._gsp_get_reservation_filter()
        if (
            not self.company_id.gsp_company_kind
            or SplitRun.get(self.env)
            or self.location_id.gsp_in_split_bench
        ):
            return chosen
        return replace(chosen, opened=self._gsp_is_split())

    def _gsp_is_split(self):
        """Whether the move hands over part of a pack."""
        self.ensure_one()
        return bool(
            self.location_id._gsp_get_release_purpose(self.location_final_id or self.location_dest_id)
            and self.product_id._gsp_is_part_pack(self.product_qty)
        )
