# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..release import ReservationFilter


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _gather(
        self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False, qty=0
    ):
        """Reserve only what the filter of the move lets through (see ``stock.move``)."""
        quants = super()._gather(
            product_id,
            location_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
            qty=qty,
        )
        chosen = ReservationFilter.get(self.env)
        return quants._gsp_filter_reservable(chosen, product_id) if chosen else quants

    def _gsp_filter_reservable(self, chosen, product):
        """These quants of a product that a ``ReservationFilter`` lets through."""
        if not self or not chosen.saleable:
            return self
        if chosen.held:
            return self.browse()
        limit = self.env["gsp.gate"]._get_saleable_from(chosen.company, product.gsp_stop_sale_days)
        undated = product.gsp_kind != "drug"
        return self.filtered(
            lambda quant: (
                (quant.expiration_date >= limit if quant.expiration_date else undated)
                and quant.lot_id.id not in chosen.held_lots
                and not quant.location_id.gsp_in_quarantine
            )
        )

    @api.model
    def _get_removal_strategy(self, product_id, location_id):
        """Regulated goods leave by expiry date, unless category or location ask for more than first in, first out."""
        strategy = super()._get_removal_strategy(product_id, location_id)
        dated = product_id.gsp_kind and product_id.use_expiration_date
        return "fefo" if strategy == "fifo" and dated else strategy
