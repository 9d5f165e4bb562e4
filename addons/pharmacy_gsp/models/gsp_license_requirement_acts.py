# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models, tools


class GspLicenseRequirement(models.Model):
    """For which acts somebody asks for a license, remembered: most acts need none, and some are asked about often."""

    _inherit = "gsp.license.requirement"

    @api.model
    @tools.ormcache()
    def _get_acts(self):
        """Acts for which a license is asked of an employee, of whatever company."""
        # sudo: which acts need a license is no secret
        return frozenset(act for (act,) in self.sudo()._read_group([("act", "!=", False)], ["act"]))
