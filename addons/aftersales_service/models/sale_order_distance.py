# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    distance_sale = fields.Boolean(
        help="Sold by internet, telephone, television or mail order: the buyer may send the goods back without a "
        "reason for a time set by law."
    )
