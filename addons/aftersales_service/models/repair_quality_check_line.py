# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class RepairQualityCheckLine(models.Model):
    """One item of a quality check, as it was worded when the check was made."""

    _name = "repair.quality.check.line"
    _description = "Item of a Quality Check"
    _order = "sequence, id"

    check_id = fields.Many2one("repair.quality.check", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="check_id.company_id", store=True, precompute=True, index=True)
    state = fields.Selection(related="check_id.state")
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Check Item", required=True)
    result = fields.Selection([("pass", "In Order"), ("fail", "Not in Order"), ("na", "Does Not Apply")])
    remark = fields.Char()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.check_id._check_open()
        return lines

    def write(self, vals):
        self.check_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self.check_id._check_open()
