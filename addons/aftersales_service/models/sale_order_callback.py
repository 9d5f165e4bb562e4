# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..roles import RECEPTION


class SaleOrder(models.Model):
    _inherit = "sale.order"

    callback_ids = fields.One2many("service.callback", "sale_id", groups=RECEPTION)
    callback_count = fields.Integer(
        string="Call-Backs",
        compute="_compute_callback_count",
        groups=RECEPTION,
    )

    def _compute_callback_count(self):
        counts = dict(
            self.env["service.callback"]._read_group([("sale_id", "in", self.ids)], ["sale_id"], ["__count"])
        )
        for order in self:
            order.callback_count = counts.get(order, 0)

    def action_view_callbacks(self):
        """Open the call-backs about these orders."""
        return self.env["service.callback"]._get_list_action([("sale_id", "in", self.ids)])
