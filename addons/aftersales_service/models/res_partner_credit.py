# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_credit = fields.Boolean(
        string="Service on Credit",
        company_dependent=True,
        tracking=True,
        groups="aftersales_service.aftersales_service_group_manager,account.group_account_manager",
        help="The customer may take repaired units before paying the bill.",
    )
