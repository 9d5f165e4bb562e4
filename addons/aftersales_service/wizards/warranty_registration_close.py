# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class WarrantyRegistrationClose(models.TransientModel):
    """Reason (and new owner) before cover is voided or handed over."""

    _name = "warranty.registration.close"
    _description = "Void or Transfer a Warranty"

    registration_ids = fields.Many2many(
        "warranty.registration",
        required=True,
        readonly=True,
        default=lambda self: self._default_registration_ids(),
    )
    operation = fields.Selection(
        [("transfer", "Transfer to a new owner"), ("void", "Void")],
        string="What to Do",
        required=True,
        default="transfer",
    )
    partner_id = fields.Many2one("res.partner", string="New Owner")
    reason = fields.Char(required=True)

    @api.model
    def _default_registration_ids(self):
        return self.env["warranty.registration"].browse(self.env.context.get("active_ids", []))

    def action_apply(self):
        """Void or transfer; role, company and state are checked by the registration itself."""
        self.ensure_one()
        if self.operation == "void":
            self.registration_ids._void(self.reason)
            return {"type": "ir.actions.act_window_close"}
        if not self.partner_id:
            raise UserError(self.env._("Choose the unit's new owner."))
        successors = self.registration_ids._transfer(self.partner_id, self.reason)
        return successors._get_list_action([("id", "in", successors.ids)])
