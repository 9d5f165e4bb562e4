# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class OldPartDifference(models.TransientModel):
    """Where the ledger of old parts and the stock differ, as found by one check."""

    _name = "old.part.difference"
    _description = "Difference of Old Parts"
    _order = "location_id, product_id"

    company_id = fields.Many2one("res.company", readonly=True)
    difference = fields.Float(compute="_compute_difference", digits="Product Unit")
    ledger_quantity = fields.Float(string="In the Ledger", readonly=True, digits="Product Unit")
    location_id = fields.Many2one("stock.location", readonly=True)
    lot_id = fields.Many2one("stock.lot", string="Lot/Serial", readonly=True)
    owner_id = fields.Many2one("res.partner", readonly=True)
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    stock_quantity = fields.Float(string="In the Stock", readonly=True, digits="Product Unit")

    @api.depends("ledger_quantity", "stock_quantity")
    def _compute_difference(self):
        for line in self:
            line.difference = line.stock_quantity - line.ledger_quantity
