# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain

from ..release import SaleableFrom


class StockQuant(models.Model):
    _inherit = "stock.quant"

    @api.model
    def _get_gather_domain(
        self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False
    ):
        """Reserve for sale only from lots that may still be sold (see ``stock.move``)."""
        domain = super()._get_gather_domain(product_id, location_id, lot_id, package_id, owner_id, strict)
        saleable = self.env.context.get("gsp_saleable_from")
        if not isinstance(saleable, SaleableFrom):
            return domain
        dated = Domain("expiration_date", ">=", saleable.moment)
        if product_id.gsp_kind != "drug":
            dated |= Domain("expiration_date", "=", False)
        free = self.env["gsp.hold"]._get_free_domain(saleable.company)
        return Domain.AND([domain, dated, free, Domain("location_id.gsp_in_quarantine", "=", False)])

    @api.model
    def _get_removal_strategy(self, product_id, location_id):
        """Regulated goods leave by expiry date, unless category or location ask for more than first in, first out."""
        strategy = super()._get_removal_strategy(product_id, location_id)
        dated = product_id.gsp_kind and product_id.use_expiration_date
        return "fefo" if strategy == "fifo" and dated else strategy
