# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspSpecialRule(models.Model):
    _inherit = "gsp.special.rule"

    state_run_only = fields.Boolean(
        string="TCM: State-Run Stores Only",
        help="Traditional drugs of the class are sold by state-run stores only.",
    )
