# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    claim_station_account_id = fields.Many2one(
        "account.account",
        string="Account of Station Claims",
        check_company=True,
        help="Account charged with what service stations are paid. Empty: the expense account of the part.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    claim_station_account_id = fields.Many2one(related="company_id.claim_station_account_id", readonly=False)
