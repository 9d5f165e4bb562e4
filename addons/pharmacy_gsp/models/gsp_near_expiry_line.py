# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class GspNearExpiryLine(models.Model):
    """One lot at one place in the near-expiry register of a month."""

    _name = "gsp.near.expiry.line"
    _description = "Lot Near Expiry"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "register_id"
    _order = "expiry_date, id"

    register_id = fields.Many2one("gsp.near.expiry", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="register_id.company_id", store=True, index=True)
    month = fields.Date(related="register_id.month", store=True)
    product_id = fields.Many2one("product.product", string="Drug", required=True, ondelete="restrict")
    strength = fields.Char(related="product_id.gsp_strength")
    manufacturer_id = fields.Many2one(related="product_id.gsp_manufacturer_id")
    lot_id = fields.Many2one("stock.lot", required=True, index=True, ondelete="restrict")
    location_id = fields.Many2one("stock.location", string="Place", required=True, ondelete="restrict")
    quantity = fields.Float(digits="Product Unit")
    uom_id = fields.Many2one(related="product_id.uom_id")
    expiry_date = fields.Date(required=True)
    days_left = fields.Integer(compute="_compute_days_left", aggregator=None)
    label_placed = fields.Boolean(string="Marked at the Place")
    measure = fields.Selection(
        [
            ("promote", "Sold First, Customers Told"),
            ("return", "Return to the Supplier"),
            ("hold", "Held"),
            ("quarantine", "Moved to Quarantine"),
            ("none", "Watched"),
        ],
    )

    @api.depends("expiry_date", "company_id")
    def _compute_days_left(self):
        for line in self:
            today = line.company_id._get_law_date() if line.company_id else fields.Date.today()
            line.days_left = line.expiry_date and (line.expiry_date - today).days
