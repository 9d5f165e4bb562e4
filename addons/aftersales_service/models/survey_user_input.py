# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    def _mark_done(self):
        """A completed questionnaire brings its answers to its call-back."""
        result = super()._mark_done()
        # sudo: whoever answers a questionnaire has no right on the call-back it belongs to
        self.env["service.callback"].sudo().search([("user_input_id", "in", self.ids)])._take_questionnaire()
        return result
