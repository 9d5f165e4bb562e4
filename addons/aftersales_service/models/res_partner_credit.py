# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..roles import MANAGER


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_credit = fields.Boolean(
        string="Service on Credit",
        company_dependent=True,
        tracking=True,
        groups=f"{MANAGER},account.group_account_manager",
        help="The customer may take repaired units before paying the bill.",
    )
