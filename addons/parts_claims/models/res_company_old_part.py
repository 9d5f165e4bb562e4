# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    old_part_alert_days = fields.Integer(
        string="Old Part Reminder",
        default=7,
        help="Days before an old part has to be on its way at which the person responsible is reminded.",
    )
    old_part_keep_days = fields.Integer(
        string="Keep Old Parts",
        default=90,
        help="Days after the removal for which an old part is not scrapped.",
    )
    old_part_ship_days = fields.Integer(
        string="Send Old Parts",
        default=30,
        help="Days after the removal within which an old part is to be on its way to the supplier.",
    )

    _old_part_days = models.Constraint(
        "CHECK (old_part_alert_days >= 0 AND old_part_keep_days >= 0 AND old_part_ship_days >= 0)",
        "Days are not below zero.",
    )
