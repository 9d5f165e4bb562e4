# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    is_second_tier = fields.Boolean(
        string="Second-Tier Outlet",
        help="Sales of this team are made by an outlet under us: customers are called back later, from the invoice on.",
    )
