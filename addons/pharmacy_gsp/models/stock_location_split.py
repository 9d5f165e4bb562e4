# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class StockLocation(models.Model):
    """The bench on which packs are split: opened packs lie there, and nothing else (GSP 17202)."""

    _inherit = "stock.location"

    gsp_in_split_bench = fields.Boolean(
        string="On the Split-Sale Bench",
        compute="_compute_gsp_in_split_bench",
        store=True,
        recursive=True,
    )

    @api.depends("gsp_zone", "location_id.gsp_in_split_bench")
    def _compute_gsp_in_split_bench(self):
        for location in self:
            location.gsp_in_split_bench = (
                location.gsp_zone == "split" if location.gsp_zone else location.location_id.gsp_in_split_bench
            )

    def write(self, vals):
        """What lies on the bench does not leave it, and nothing gets there, by renaming the place."""
        if not {"gsp_zone", "location_id"}.intersection(vals):
            return super().write(vals)
        inside = self.with_context(active_test=False).search([("id", "child_of", self.ids)])
        bench = inside.filtered("gsp_in_split_bench")
        result = super().write(vals)
        now_bench = inside.filtered("gsp_in_split_bench")
        ((bench - now_bench) | (now_bench - bench))._check_gsp_bench_empty()
        return result

    def _check_gsp_bench_empty(self):
        if not self:
            return
        # sudo: what lies here counts, whoever may see it
        quants = self.env["stock.quant"].sudo()
        quant = quants.search(
            [
                ("location_id", "in", self.ids),
                ("product_id.gsp_kind", "!=", False),
                ("quantity", ">", 0),
            ],
            limit=1,
        )
        if quant:
            raise UserError(
                self.env._(
                    "%(product)s lies in %(location)s: only an empty place becomes a split-sale bench, or ceases to be "
                    "one.",
                    product=quant.product_id.display_name,
                    location=quant.location_id.display_name,
                )
            )
