# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class PartsClaimSplit(models.TransientModel):
    """Asks among whom a claim line is split."""

    _name = "parts.claim.split"
    _description = "Split a Claim Line"

    line_id = fields.Many2one("parts.claim.line", required=True, readonly=True)
    share_ids = fields.One2many("parts.claim.split.share", "split_id", string="Shares")
    total = fields.Float(string="Total %", compute="_compute_total", digits=(5, 2))

    @api.depends("share_ids.share")
    def _compute_total(self):
        for wizard in self:
            wizard.total = sum(wizard.share_ids.mapped("share"))

    def action_split(self):
        """Split the line, and open all lines of the cost. Claims clerks only."""
        self.ensure_one()
        shares = [(row.partner_id.commercial_partner_id, row.share) for row in self.share_ids]
        lines = self.line_id._split(shares)
        return lines._get_records_action(name=self.env._("Claim Lines"))


class PartsClaimSplitShare(models.TransientModel):
    """One company and its share."""

    _name = "parts.claim.split.share"
    _description = "Share of a Claim Line"

    partner_id = fields.Many2one(
        "res.partner", string="Company", help="Empty: our own share, which is not claimed."
    )
    share = fields.Float(string="Share %", required=True, digits=(5, 2))
    split_id = fields.Many2one("parts.claim.split", required=True, ondelete="cascade")
