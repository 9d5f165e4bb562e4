# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    warranty_notice_days = fields.Integer(
        string="Warranty Expiry Notice",
        default=30,
        help="Days before the end of cover on which the customer is told. 0: nobody is told.",
    )
    warranty_user_id = fields.Many2one(
        "res.users", string="Warranty Clerk", help="Calls customers without e-mail before their cover ends."
    )
