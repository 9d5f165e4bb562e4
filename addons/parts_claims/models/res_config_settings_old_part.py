# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    old_part_alert_days = fields.Integer(related="company_id.old_part_alert_days", readonly=False)
    old_part_keep_days = fields.Integer(related="company_id.old_part_keep_days", readonly=False)
    old_part_ship_days = fields.Integer(related="company_id.old_part_ship_days", readonly=False)
