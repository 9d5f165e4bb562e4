# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    intake_signature = fields.Selection(related="company_id.intake_signature", readonly=False)
    one_open_repair = fields.Boolean(related="company_id.one_open_repair", readonly=False)
    repair_file_days = fields.Integer(related="company_id.repair_file_days", readonly=False)
    repair_photo_limit = fields.Integer(related="company_id.repair_photo_limit", readonly=False)
    repeat_repair_days = fields.Integer(related="company_id.repeat_repair_days", readonly=False)
    sale_file_days = fields.Integer(related="company_id.sale_file_days", readonly=False)
