# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.compliance_evidence_disposal import DISPOSE_BATCH


class ComplianceDisposalWizard(models.TransientModel):
    """Asks why the evidence whose time of retention is over shall be destroyed."""

    _name = "compliance.disposal.wizard"
    _description = "Dispose of Evidence"

    chain_id = fields.Many2one("compliance.evidence.chain", required=True, readonly=True, ondelete="cascade")
    due_count = fields.Integer(string="Records Whose Time Is Over", compute="_compute_due_count")
    batch_size = fields.Integer(string="At Most at a Time", compute="_compute_due_count")
    reason = fields.Text()

    @api.depends("chain_id")
    def _compute_due_count(self):
        for wizard in self:
            wizard.chain_id.check_access("read")
            wizard.due_count = len(self.env["compliance.evidence.disposal"]._find_due(wizard.chain_id))
            wizard.batch_size = DISPOSE_BATCH

    def action_dispose(self):
        """Destroy the records whose time is over, up to the size of a batch, and show what was written down about it.

        :raise AccessError: if the user is no compliance manager
        """
        self.ensure_one()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the records are to be destroyed."))
        disposal = self.env["compliance.evidence.disposal"]._dispose(self.chain_id, self.reason.strip())
        if not disposal:
            raise UserError(
                self.env._("There is no sealed record in this chain whose time of retention is over.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Disposal of Evidence"),
            "res_model": "compliance.evidence.disposal",
            "res_id": disposal.id,
            "view_mode": "form",
        }
