# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    claim_alert_days = fields.Integer(related="company_id.claim_alert_days", readonly=False)
    claim_journal_id = fields.Many2one(related="company_id.claim_journal_id", readonly=False)
    claim_recovery_account_id = fields.Many2one(
        related="company_id.claim_recovery_account_id", readonly=False
    )
