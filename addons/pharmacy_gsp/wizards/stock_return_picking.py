# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..models.stock_picking_gate import RETURN_REASONS


class StockReturnPicking(models.TransientModel):
    _inherit = "stock.return.picking"

    gsp_is_drug_return = fields.Boolean(string="Takes Goods Back", compute="_compute_gsp_is_drug_return")
    gsp_return_reason = fields.Selection(RETURN_REASONS, string="Fault")
    gsp_return_note = fields.Text(string="What Is Wrong")

    @api.depends("picking_id")
    def _compute_gsp_is_drug_return(self):
        for wizard in self:
            wizard.gsp_is_drug_return = wizard._gsp_takes_goods_back(wizard.picking_id)

    @api.model
    def _gsp_takes_goods_back(self, picking):
        return bool(
            picking.company_id.gsp_company_kind
            and picking.location_dest_id.usage == "customer"
            and any(product.gsp_kind for product in picking.move_ids.product_id)
        )

    def _prepare_picking_default_values_based_on(self, picking):
        vals = super()._prepare_picking_default_values_based_on(picking)
        if self._gsp_takes_goods_back(picking):
            vals |= {"gsp_return_reason": self.gsp_return_reason, "gsp_return_note": self.gsp_return_note}
            place = picking.company_id.gsp_quarantine_location_id
            if place:
                vals["location_dest_id"] = place.id
        return vals
