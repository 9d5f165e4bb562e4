# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    claim_batch_ids = fields.One2many(
        "claim.settlement.batch",
        "move_id",
        string="Documents of Claim Settlements",
        groups="parts_claims.parts_claims_group_clerk",
    )
    claim_settlement_ids = fields.One2many(
        "claim.settlement",
        "credit_note_id",
        string="Claim Settlements",
        groups="parts_claims.parts_claims_group_clerk",
    )
    claim_settlement_count = fields.Integer(compute="_compute_claim_settlement_count", compute_sudo=True)

    @api.depends("claim_batch_ids")
    def _compute_claim_settlement_count(self):
        for move in self:
            move.claim_settlement_count = len(move.claim_batch_ids.settlement_id)

    def write(self, vals):
        """A settlement's credit note is undone through the settlement only, whatever door is tried."""
        if vals.get("state", "posted") != "posted":
            self._check_no_live_settlement()
        return super().write(vals)

    def action_view_claim_settlement(self):
        """Open the settlement this credit note was posted by."""
        self.ensure_one()
        return self.claim_batch_ids.settlement_id._get_records_action()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_no_live_settlement()
        return super()._reverse_moves(default_values_list=default_values_list, cancel=cancel)

    def _check_no_live_settlement(self):
        """Otherwise claims would count as settled without the money."""
        # An accountant without rights on claims is stopped as well, hence the look past the record rules.
        batches = self.sudo().claim_batch_ids.filtered(lambda batch: not batch.settlement_id.withdrawn)
        live = batches.settlement_id
        if live:
            raise UserError(
                self.env._(
                    "%(notes)s settle claims. Cancel %(settlements)s instead; that reverses the entries as well.",
                    notes=", ".join(batches.move_id.mapped("name")),
                    settlements=live._get_names(),
                )
            )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    claim_settlement_line_ids = fields.One2many(
        "claim.settlement.line",
        "move_line_id",
        string="Settled Claims",
        groups="parts_claims.parts_claims_group_clerk",
    )
