# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ComplianceSignatureWizard(models.TransientModel):
    """Asks the signer for the own password.

    Password and code are never stored: the fields have no column, and the client hands them over in the context of
    the button, which is neither written down nor logged.
    """

    _name = "compliance.signature.wizard"
    _description = "Sign"

    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    meaning = fields.Char(required=True, readonly=True)
    meaning_name = fields.Char(string="Signed As", compute="_compute_subject")
    res_name = fields.Char(string="Record", compute="_compute_subject")
    user_id = fields.Many2one("res.users", string="Signer", compute="_compute_signer")
    second_factor = fields.Char(compute="_compute_signer")
    password = fields.Char(store=False)
    code = fields.Char(string="Code of the Second Factor", store=False)

    @api.depends("res_model", "res_id", "meaning")
    def _compute_subject(self):
        for wizard in self:
            record = wizard._get_record()
            wizard.res_name = record.display_name
            wizard.meaning_name = record._get_signature_meanings().get(wizard.meaning, wizard.meaning)

    @api.depends_context("uid")
    def _compute_signer(self):
        for wizard in self:
            wizard.user_id = self.env.user
            wizard.second_factor = self.env.user._mfa_type() or False

    def _get_record(self):
        """Return the record to sign, which the user must be allowed to read.

        Its model and id come from the client: they are no more than a wish.
        """
        self.ensure_one()
        signable = self.env.registry["compliance.signature.mixin"]
        if self.res_model not in self.env or not isinstance(self.env[self.res_model], signable):
            raise UserError(self.env._("Records of this kind cannot be signed."))
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("The record to be signed does not exist any more."))
        record.check_access("read")
        return record

    def action_sign(self):
        """Sign with the password (and code) that the client sends in the context, and act upon the signature.

        :raise UserError: if the credentials are wrong or the record cannot be signed so
        """
        self.ensure_one()
        credential = {name: self.env.context.get(name) for name in ("password", "code")}
        context = {key: value for key, value in self.env.context.items() if key not in credential}
        wizard = self.with_context(context)  # pylint: disable=context-overridden
        if wizard.create_uid != self.env.user:
            raise AccessError(self.env._("Somebody else asked for this signature."))
        record = wizard._get_record()
        signature = (
            self.env["compliance.signature"].with_context(context)._sign(record, wizard.meaning, credential)
        )
        record._signed(signature)
        return {"type": "ir.actions.act_window_close"}

    def action_send_code(self):
        """Send the code of the second factor by mail, for users who get it that way."""
        self.ensure_one()
        if self.env.user._mfa_type() != "totp_mail":
            raise UserError(self.env._("You take the code from your authenticator."))
        self.env.user._send_totp_mail_code()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
