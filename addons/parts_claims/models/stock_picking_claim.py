# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Goods that arrived defective, or that go back to their supplier, can be claimed."""

    _inherit = "stock.picking"

    claim_line_count = fields.Integer(compute="_compute_claim_line_count", compute_sudo=True)
    is_claimable = fields.Boolean(compute="_compute_is_claimable")

    def _compute_claim_line_count(self):
        lines = self.env["parts.claim.line"].search([("move_id", "in", self.move_ids.ids)])
        by_picking = lines.grouped(lambda line: line.move_id.picking_id)
        for picking in self:
            picking.claim_line_count = len(by_picking.get(picking, ()))

    def _compute_is_claimable(self):
        for picking in self:
            picking.is_claimable = bool(picking._get_claimable_moves())

    def action_claim_from_supplier(self):
        """Ask which goods of the receipt or return are claimed, why, and from whom. Claims clerks only."""
        self.ensure_one()
        if not self._get_claimable_moves():
            raise UserError(
                self.env._(
                    "%(transfer)s is no finished receipt from a supplier or return to one.",
                    transfer=self.name,
                )
            )
        return self.env["parts.claim.source"]._open_for(picking=self)

    def action_view_claim_lines(self):
        """Open the claim lines of these goods."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.parts_claim_line_action")
        return action | {"domain": [("move_id", "in", self.move_ids.ids)], "context": {}}

    def _get_claimable_moves(self):
        return self.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and "supplier" in (move.location_id.usage, move.location_dest_id.usage)
                and not move.repair_id
                # Old parts are the supplier's own: their return is no cost.
                and not move.move_line_ids.owner_id
            )
        )
