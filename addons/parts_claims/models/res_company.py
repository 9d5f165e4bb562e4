# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    claim_alert_days = fields.Integer(
        string="Claim Alert",
        default=14,
        help="Days before a filing deadline at which the person responsible for the claim is reminded.",
    )
    claim_journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'purchase'), ('company_id', '=', id)]",
        help="Purchase journal of the credit notes that settle claims. Empty: the first purchase journal.",
    )
    claim_recovery_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        help="Account credited with what suppliers reimburse. Empty: the expense account of the part.",
    )
