# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..receiving import LOCKED_COLORS


class StockQuant(models.Model):
    _inherit = "stock.quant"

    gsp_acceptance_state = fields.Selection(
        [("pending", "To Be Accepted"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        string="Acceptance",
        compute="_compute_gsp_acceptance_state",
        help="By the place where the goods lie, else by the lot.",
    )

    @api.depends("location_id.gsp_color", "lot_id.gsp_acceptance_state", "product_id.gsp_kind")
    def _compute_gsp_acceptance_state(self):
        by_color = {"yellow": "pending", "red": "rejected"}
        for quant in self:
            state = by_color.get(quant.location_id.gsp_color) or quant.lot_id.gsp_acceptance_state
            quant.gsp_acceptance_state = quant.product_id.gsp_kind and state

    def _gsp_filter_reservable(self, chosen, product):
        quants = super()._gsp_filter_reservable(chosen, product)
        if not chosen.accepted:
            return quants
        return quants.filtered(
            lambda quant: (
                quant.location_id.gsp_color not in LOCKED_COLORS
                and (not quant.lot_id or quant.lot_id.gsp_acceptance_state == "accepted")
            )
        )
