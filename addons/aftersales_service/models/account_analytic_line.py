# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .repair_statement import COST_BEARERS


class AccountAnalyticLine(models.Model):
    """Cost of a repair, with whoever bears it."""

    _inherit = "account.analytic.line"

    service_repair_id = fields.Many2one(
        "repair.order", string="Repair", readonly=True, index="btree_not_null"
    )
    service_bearer = fields.Selection(COST_BEARERS, string="Cost Bearer", readonly=True)
