# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class WarrantyRegistration(models.Model):
    """The installation slip is back: cover starts, and the customer is called."""

    _inherit = "warranty.registration"

    def _start(self, date):
        result = super()._start(date)
        self.env["service.callback.rule"]._trigger(
            ["installation"], self.filtered(lambda registration: registration.start_event == "installation")
        )
        return result
