# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _gsp_create_zone(self, zone, company):
        if zone != "split":
            return super()._gsp_create_zone(zone, company)
        texts = self.with_context(lang=company.partner_id.lang or self.env.lang).env
        return self.env["stock.location"].create(
            {
                "name": texts._("Split-Sale Bench"),
                "location_id": self.lot_stock_id.id,
                "usage": "internal",
                "company_id": company.id,
                "gsp_zone": zone,
            }
        )
