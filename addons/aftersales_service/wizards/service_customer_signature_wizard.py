# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..models.service_customer_signature import SIGNATURE_KINDS
from ..roles import RECEPTION, TECHNICIAN


class ServiceCustomerSignatureWizard(models.TransientModel):
    """Where a customer draws the signature on our screen."""

    _name = "service.customer.signature.wizard"
    _description = "Customer Signs"

    repair_id = fields.Many2one("repair.order", required=True, readonly=True)
    kind = fields.Selection(SIGNATURE_KINDS, required=True, readonly=True)
    signed_by = fields.Char(
        string="Name of the Signer", compute="_compute_signed_by", store=True, readonly=False
    )
    signature = fields.Binary(attachment=False)

    @api.depends("repair_id")
    def _compute_signed_by(self):
        for wizard in self:
            wizard.signed_by = wizard.repair_id.partner_id.name

    def action_sign(self):
        """Keep the signature under the repair. Reception and technicians."""
        self.ensure_one()
        repair = self.repair_id
        repair._check_service_role(RECEPTION, TECHNICIAN)
        repair.check_access("write")
        repair._sign_as_customer(self.kind, self.signed_by, self.signature)
        return {"type": "ir.actions.act_window_close"}

    def _get_action(self):
        """Window action on this wizard."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Signs"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "res_id": self.id,
        }
