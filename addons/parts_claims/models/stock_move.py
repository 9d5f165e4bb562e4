# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools.misc import clean_context


class StockMove(models.Model):
    _inherit = "stock.move"

    claim_line_ids = fields.One2many(
        "parts.claim.line", "move_id", string="Claim Lines", groups="parts_claims.parts_claims_group_clerk"
    )

    def _action_done(self, cancel_backorder=False):
        """What a covered repair removed is tagged, and what it used is claimable, at the moment the moves are done."""
        done = super()._action_done(cancel_backorder=cancel_backorder)
        repairs = done.filtered(lambda move: move.state == "done").repair_id
        if repairs:
            # Technicians finish repairs but have no right on claims: these records are the system's, not theirs.
            repairs.sudo().with_context(clean_context(self.env.context))._collect_claims()
        return done
