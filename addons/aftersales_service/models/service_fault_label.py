# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class ServiceFault(models.Model):
    """The full name of a fault, in the language of whoever reads it."""

    _inherit = "service.fault"

    @api.depends("name", "parent_id.name", "parent_path")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for fault in self:
            names, one = [], fault
            while one:
                names.append(one.name or "")
                one = one.parent_id
            fault.display_name = " / ".join(reversed(names))
