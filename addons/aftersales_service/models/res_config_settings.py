# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    complaint_release_user_id = fields.Many2one(
        related="company_id.complaint_release_user_id", readonly=False
    )
    complaint_escalate_after = fields.Integer(related="company_id.complaint_escalate_after", readonly=False)
    callback_event_is_day_one = fields.Boolean(related="company_id.callback_event_is_day_one", readonly=False)
