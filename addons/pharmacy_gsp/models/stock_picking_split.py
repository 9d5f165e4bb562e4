# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class StockPicking(models.Model):
    """The way from a delivery to its split records."""

    _inherit = "stock.picking"

    gsp_split_count = fields.Integer(string="Parts of Packs", compute="_compute_gsp_split_count")

    @api.depends("move_ids.product_id", "move_ids.product_uom_qty", "move_ids.state")
    def _compute_gsp_split_count(self):
        for picking in self:
            picking.gsp_split_count = len(picking._gsp_get_split_moves())

    def action_gsp_split(self):
        """Open the split records of this delivery, to make and to sign them."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_split_record_action")
        moves = self._gsp_get_split_moves()
        packs = self.env["gsp.split.pack"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("product_id", "in", moves.product_id.ids),
                ("state", "=", "open"),
            ],
            order="opened_at",
        )
        context = {}
        if len(moves) == 1:
            context["default_move_id"] = moves.id
            context["default_pack_id"] = packs[:1].id
        return {**action, "domain": [("move_id", "in", moves.ids)], "context": context}

    def _gsp_get_split_moves(self):
        return self.move_ids.filtered(
            lambda move: (
                move.company_id.gsp_company_kind and move.product_id.gsp_kind and move._gsp_is_split()
            )
        )
