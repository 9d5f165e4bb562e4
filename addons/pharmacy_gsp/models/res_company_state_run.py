# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    gsp_state_run = fields.Boolean(
        string="State-Run Pharmacy", help="Only state-run stores retail toxic traditional drugs (GSP 17002)."
    )

    def write(self, vals):
        if "gsp_state_run" in vals:
            self.filtered(
                lambda company: company.gsp_state_run != vals["gsp_state_run"]
            )._check_gsp_policy_access()
        return super().write(vals)
