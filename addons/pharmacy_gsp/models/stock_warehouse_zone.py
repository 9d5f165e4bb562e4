# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _gsp_get_zone(self, zone, company):
        """The place of that zone in this warehouse, else of its company; made when there is none.

        :param str zone: ``receiving`` or ``nonconforming``
        """
        # sudo: places are configuration; whoever receives or accepts need not be allowed to set it up
        locations = (
            self.env["stock.location"]
            .sudo()
            .search([("company_id", "=", company.id), ("gsp_zone", "=", zone), ("usage", "=", "internal")])
        )
        found = (
            locations.filtered(lambda location: location.warehouse_id == self)[:1]
            or locations.filtered(lambda location: not location.warehouse_id)[:1]
        )
        return (found or self.sudo()._gsp_create_zone(zone, company)).sudo(self.env.su)

    def _gsp_create_zone(self, zone, company):
        # rejected goods do not count as stock of the warehouse; goods to be accepted do
        texts = self.with_context(lang=company.partner_id.lang or self.env.lang).env
        vals = {
            "receiving": {"name": texts._("Receiving Zone"), "location_id": self.view_location_id.id},
            "nonconforming": {"name": texts._("Non-Conforming Goods")},
        }[zone]
        multi_step = zone == "receiving" and self.reception_steps != "one_step"
        if multi_step and self.wh_input_stock_loc_id.active and not self.wh_input_stock_loc_id.gsp_zone:
            self.wh_input_stock_loc_id.gsp_zone = zone
            return self.wh_input_stock_loc_id
        return self.env["stock.location"].create(
            {**vals, "usage": "internal", "company_id": company.id, "gsp_zone": zone}
        )
