# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class StockMoveLine(models.Model):
    """The rest of the record of sale: voucher, salesperson, service life and contact; and the record of a return."""

    _inherit = "stock.move.line"

    # a lot is traced through all its movements
    _gsp_lot_idx = models.Index("(lot_id, state) WHERE lot_id IS NOT NULL")

    def _gsp_create_sale_records(self):
        records = super()._gsp_create_sale_records()
        # sudo: whoever receives the return; nobody but the delivery writes the record of it
        self.env["gsp.return.record"].sudo()._create_for(
            records.sudo().filtered(lambda item: item.quantity < 0)
        )
        return records

    def _gsp_prepare_sale_record_vals(self, originals):
        return {
            **super()._gsp_prepare_sale_record_vals(originals),
            **self._gsp_prepare_device_vals(),
            "voucher_number": self._gsp_get_voucher_number(),
            "buyer_contact": self._gsp_get_contact(),
        }

    def _gsp_prepare_device_vals(self):
        product, months = self.product_id, self.product_id.gsp_service_life_months
        made_on = self.lot_id.gsp_production_date or self.company_id._get_law_date(self.date)
        life_end = product.gsp_kind == "device" and months and fields.Date.add(made_on, months=months)
        return {"service_life_end": life_end, "is_implant": product.gsp_is_implant}

    def _gsp_get_voucher_number(self):
        """Number of the transfer; a movement without one (scrap) is numbered by its reference and itself."""
        return self.picking_id.name or f"{self.move_id.reference or ''}/{self.move_id.id}".lstrip("/")

    def _gsp_get_salesperson(self):
        """Who sold, logged in: whoever confirmed the order, else whoever hands over (GSP 17102)."""
        seller = self.move_id._gsp_get_order().gsp_sold_by_id
        return self.env.user if not seller or seller.share or seller._is_superuser() else seller

    def _gsp_get_contact(self):
        partner = self._gsp_get_buyer()
        return ", ".join(filter(None, (partner.phone, partner.street, partner.street2, partner.city)))
