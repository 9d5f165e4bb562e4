# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, fields, models
from odoo.exceptions import UserError

PORTAL_STATES = ("posted", "reconciled", "canceled")


class ClaimSettlementAcknowledgment(models.Model):
    """A supplier's confirmation of a settlement statement: who, when, and of which figures. Evidence at once."""

    _name = "claim.settlement.acknowledgment"
    _description = "Acknowledgment of a Settlement"
    _inherit = ["compliance.evidence.mixin"]
    _order = "acknowledged_on desc, id desc"
    _rec_name = "acknowledged_by"

    acknowledged_by = fields.Char(required=True, readonly=True)
    acknowledged_on = fields.Datetime(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    content = fields.Text(required=True, readonly=True, help="The statement that was confirmed, row by row.")
    partner_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict")
    settlement_id = fields.Many2one(
        "claim.settlement", required=True, readonly=True, index=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")

    _settlement_uniq = models.Constraint("UNIQUE (settlement_id)", "This statement is acknowledged already.")

    @api.model
    def _get_evidence_fields(self):
        return ["acknowledged_by", "acknowledged_on", "content", "partner_id", "settlement_id", "user_id"]


class ClaimSettlement(models.Model):
    """What the supplier does with the statement on the portal."""

    _inherit = "claim.settlement"

    acknowledged = fields.Boolean(
        compute="_compute_acknowledged", search="_search_acknowledged", help="Confirmed by the supplier."
    )
    acknowledgment_ids = fields.One2many(
        "claim.settlement.acknowledgment", "settlement_id", string="Acknowledgments"
    )

    @api.depends("acknowledgment_ids")
    def _compute_acknowledged(self):
        for settlement in self:
            settlement.acknowledged = bool(settlement.acknowledgment_ids)

    @api.model
    def _search_acknowledged(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("acknowledgment_ids", "!=" if True in value else "=", False)]

    def _belongs_to(self, partner):
        """Whether a partner's own company is the supplier, and the statement has been posted."""
        self.ensure_one()
        # A draft that was canceled never reached the supplier.
        reached = self.state in PORTAL_STATES and bool(self.credit_note_id)
        return reached and self.supplier_id.commercial_partner_id == partner.commercial_partner_id

    def _acknowledge(self, name):
        """The supplier's user confirms the statement under a name; once, and not after it was withdrawn."""
        self.ensure_one()
        self.lock_for_update(allow_referencing=True)
        if self.acknowledgment_ids or self.state not in ("posted", "reconciled"):
            raise UserError(
                self.env._("Statement %(settlement)s cannot be acknowledged now.", settlement=self.name)
            )
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Enter the name of the person who confirms the statement."))
        acknowledgment = self.env["claim.settlement.acknowledgment"].create(
            {
                "acknowledged_by": name[:100],
                "acknowledged_on": self.env.cr.now(),
                "company_id": self.company_id.id,
                "content": json.dumps(
                    {"rows": self._get_statement_rows(), "totals": self._get_statement_totals()},
                    ensure_ascii=False,
                    sort_keys=True,
                ),
                "partner_id": self.env.user.partner_id.id,
                "settlement_id": self.id,
                "user_id": self.env.uid,
            }
        )
        acknowledgment._close_evidence()
        self.message_post(body=self.env._("Acknowledged on the portal by %(name)s.", name=name[:100]))
        return acknowledgment
