# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class HelpdeskTicket(models.Model):
    """What a complaint cost us is claimed from the companies responsible for it."""

    _inherit = "helpdesk.ticket"

    claim_expense_ids = fields.One2many(
        "claim.expense",
        "ticket_id",
        string="Costs to Claim",
        groups="parts_claims.parts_claims_group_clerk",
    )
    claim_line_count = fields.Integer(compute="_compute_claim_line_count", compute_sudo=True)

    def _compute_claim_line_count(self):
        counts = dict(
            self.env["parts.claim.line"]._read_group(
                [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
            )
        )
        for ticket in self:
            ticket.claim_line_count = counts.get(ticket, 0)

    def action_view_claim_lines(self):
        """Open the claim lines of this ticket."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.parts_claim_line_action")
        return action | {"domain": [("ticket_id", "=", self.id)], "context": {}}

    def _get_claim_parties(self):
        """Companies responsible for the complaint, as ``[(res.partner, share)]``: neither we nor the customer."""
        self.ensure_one()
        # Superuser mode: who answers for a complaint is asked by the claims clerk, who handles no tickets.
        lines = self.sudo().responsible_ids.filtered(
            lambda line: line.party_kind in ("supplier", "station", "carrier") and line.partner_id
        )
        shares = {}
        for line in lines:
            partner = line.partner_id.commercial_partner_id.sudo(False)
            shares[partner] = shares.get(partner, 0.0) + line.share
        return list(shares.items())
