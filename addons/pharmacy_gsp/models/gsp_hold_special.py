# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspHold(models.Model):
    _inherit = "gsp.hold"

    kind = fields.Selection(
        selection_add=[("special_control", "Special Control"), ("other",)],
        ondelete={"special_control": "set default"},
    )
