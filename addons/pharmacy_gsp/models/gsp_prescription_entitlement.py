# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class GspPrescription(models.Model):
    """Who may review: a licensed pharmacist of this company, valid and on duty at this moment (GSP 17001)."""

    _inherit = "gsp.prescription"

    @api.model
    def _get_review_rules(self):
        return [*super()._get_review_rules(), "_rule_reviewer"]

    def _rule_reviewer(self):
        problems = self.env["hr.employee"]._gsp_get_act_problems(self.env.user, "review", self.company_id)
        return [
            (f"gsp.staff.{code}", message, remedy, self.env._("GSP 16801, 17001, 17501"))
            for code, message, remedy in problems
        ]
