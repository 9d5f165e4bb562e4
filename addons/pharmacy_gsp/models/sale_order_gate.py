# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "gsp.sale.facts.mixin"]

    def _gsp_get_products(self):
        return self.order_line.product_id
