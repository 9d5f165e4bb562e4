# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "sale")._gsp_check_confirmed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not {"product_id", "product_uom_qty", "product_uom_id"}.isdisjoint(vals):
            self.filtered(lambda line: line.state == "sale")._gsp_check_confirmed()
        return result

    def _gsp_check_confirmed(self):
        """What is added to a confirmed order passes the same gate as its confirmation."""
        if any(line.product_id.gsp_kind for line in self):
            self.order_id._gsp_check_release()

    def _gsp_get_open_quantities(self):
        """Regulated products still to be delivered: list of (line, quantity in product UoM)."""
        result = []
        for line in self:
            product = line.product_id
            if line.display_type or not product.gsp_kind:
                continue
            quantity = line.product_uom_id._compute_quantity(
                line.product_uom_qty - line.qty_delivered, product.uom_id, round=False
            )
            if product.uom_id.compare(quantity, 0) > 0:
                result.append((line, quantity))
        return result

    def _gsp_get_paid_price(self, product):
        """What the buyer pays for one unit of measure of ``product``: discount deducted, tax included."""
        if not self or self.product_id != product:
            return 0.0
        if self.product_uom_qty:
            price = self.price_total / self.product_uom_qty
        else:
            price = self.price_unit * (1 - (self.discount or 0.0) / 100)
        return self.product_uom_id._compute_price(price, product.uom_id)
