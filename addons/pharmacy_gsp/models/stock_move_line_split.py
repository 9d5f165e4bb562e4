# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from odoo import models

from ..release import SplitFacts


class StockMoveLine(models.Model):
    """What leaves the split-sale bench leaves with its split record."""

    _inherit = "stock.move.line"

    def _gsp_prepare_release_line(self, purpose, prescription, facts):
        line = super()._gsp_prepare_release_line(purpose, prescription, facts)
        if not self.location_id.gsp_in_split_bench:
            return line
        # sudo: the records count, whoever delivers
        records = self.move_id.sudo().gsp_split_record_ids.filtered(
            lambda record: record.state == "checked" and record.lot_id == self.lot_id
        )
        return replace(
            line,
            split=SplitFacts(key=(self.move_id.id, self.lot_id.id), recorded=sum(records.mapped("quantity"))),
        )

    def _gsp_create_sale_records(self):
        records = super()._gsp_create_sale_records()
        if any(self.location_id.mapped("gsp_in_split_bench")):
            # sudo: follow-up of the delivery, which has passed the gate
            self.move_id.sudo().gsp_split_record_ids._complete_sale(records.sudo())
        return records

    def _gsp_get_coded_packs(self):
        """Number of packages that bear a trace code: minimum packs; an opened one was scanned when it was opened."""
        self.ensure_one()
        if self.location_id.gsp_in_split_bench:
            return 0
        return self.product_id._gsp_get_packs(self.quantity_product_uom)
