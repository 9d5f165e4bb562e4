# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _gsp_filter_reservable(self, chosen, product):
        """Whole packs are not taken from the split-sale bench, parts of packs from nowhere else."""
        quants = super()._gsp_filter_reservable(chosen, product)
        if chosen.opened is None:
            return quants
        return quants.filtered(lambda quant: quant.location_id.gsp_in_split_bench == chosen.opened)
