# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.fields import Command


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _prepare_repair_vals(self):
        """What the ticket is about becomes the first request on the intake, still to be read back."""
        return super()._prepare_repair_vals() | {"request_ids": [Command.create({"name": self.name})]}
