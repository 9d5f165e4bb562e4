# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GspStepReason(models.TransientModel):
    """Asks why a license is suspended, an approval refused, and so on, and then takes the step."""

    _name = "gsp.step.reason"
    _description = "Reason for a Step"

    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True, readonly=True)
    step = fields.Char(required=True, readonly=True)
    reason = fields.Text(required=True)

    def action_apply(self):
        """Take the step; the record itself checks group, company and state."""
        for wizard in self:
            if wizard.res_model not in self.env:
                raise UserError(self.env._("This record has no such step."))
            record = self.env[wizard.res_model].browse(wizard.res_id).exists()
            record.check_access("read")
            method = getattr(record, "_reason_steps", {}).get(wizard.step)
            if not record or not method:
                raise UserError(self.env._("This record has no such step."))
            getattr(record, method)(wizard.reason)
        return {"type": "ir.actions.act_window_close"}
