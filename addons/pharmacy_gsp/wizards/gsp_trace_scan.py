# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GspTraceScan(models.TransientModel):
    """Window for a scanner: one code a line."""

    _name = "gsp.trace.scan"
    _description = "Scan Trace Codes"

    acceptance_id = fields.Many2one("gsp.acceptance", readonly=True)
    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True)
    codes = fields.Text(required=True, help="One code a line, as the scanner sends them.")

    @api.model
    def _open(self, record):
        field = "acceptance_id" if record._name == "gsp.acceptance" else "picking_id"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scan Trace Codes"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{field}": record.id},
        }

    def action_apply(self):
        """Keep the codes; the record itself checks group, company and state, and each code."""
        for wizard in self:
            record = wizard.acceptance_id or wizard.picking_id
            if not record:
                raise UserError(self.env._("Open this window from an acceptance or a transfer."))
            record.check_access("read")
            texts = [line.strip() for line in (wizard.codes or "").splitlines() if line.strip()]
            record._scan_trace_codes(list(texts))
        return {"type": "ir.actions.act_window_close"}
