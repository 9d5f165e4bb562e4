# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    gsp_sale_record_ids = fields.One2many("gsp.sale.record", "move_id", string="Sale Records")
