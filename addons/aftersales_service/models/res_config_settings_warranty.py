# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    warranty_notice_days = fields.Integer(related="company_id.warranty_notice_days", readonly=False)
    warranty_user_id = fields.Many2one(related="company_id.warranty_user_id", readonly=False)
