# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class WarrantyRegistrationRecognize(models.TransientModel):
    """Reason of a manager who recognizes units without a return card in time."""

    _name = "warranty.registration.recognize"
    _description = "Recognize without Return Card"

    registration_ids = fields.Many2many(
        "warranty.registration", readonly=True, default=lambda self: self._default_registration_ids()
    )
    card_ids = fields.Many2many("warranty.return.card", string="Return Cards", readonly=True)
    reason = fields.Char(required=True)

    @api.model
    def _default_registration_ids(self):
        if self.env.context.get("active_model") != "warranty.registration":
            return self.env["warranty.registration"]
        return self.env["warranty.registration"].browse(self.env.context.get("active_ids", []))

    def action_apply(self):
        """Recognize; role and state are checked by the registrations and cards themselves."""
        self.ensure_one()
        self.card_ids._override(self.reason)
        self.registration_ids._recognize(self.reason)
        return {"type": "ir.actions.act_window_close"}
