# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from ..release import BenchFilter


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    def _get_gather_domain(
        self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False
    ):
        """Whole packs are not taken from the split-sale bench, parts of packs from nowhere else."""
        domain = super()._get_gather_domain(product_id, location_id, lot_id, package_id, owner_id, strict)
        bench = self.env.context.get("gsp_bench_filter")
        if not isinstance(bench, BenchFilter):
            return domain
        return Domain.AND([domain, Domain("location_id.gsp_in_split_bench", "=", bench.opened)])
