# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request
from odoo.tools.misc import clean_context

from .. import evidence
from ..record_action import open_record_action
from ..violation import Violation

# So many wrong passwords within so many minutes, and the signer has to wait
FAILURES_ALLOWED = 5
FAILURES_MINUTES = 10
CREDENTIALS_RULE = "compliance_base.signature.credentials"


class ComplianceSignature(models.Model):
    """Who signed what, as what, when, and over which content.

    A signature is made by ``_sign()`` alone, after the signer's own credentials have been checked, and is evidence
    from that moment on.
    """

    _name = "compliance.signature"
    _description = "Signature"
    _inherit = "compliance.evidence.mixin"
    _order = "signed_at desc, id desc"
    _rec_name = "res_name"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Signer", required=True, readonly=True, index=True)
    user_name = fields.Char(string="Name of the Signer", required=True, readonly=True)
    user_login = fields.Char(string="Login", required=True, readonly=True)
    meaning = fields.Char(string="Signed As", required=True, readonly=True)
    meaning_name = fields.Char(string="Meaning", required=True, readonly=True)
    signed_at = fields.Datetime(string="Signed On", required=True, readonly=True)
    method = fields.Char(
        string="Credentials", required=True, readonly=True, help="How the signer proved the identity."
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_model_name = fields.Char(string="Kind of Record", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char(string="Record", required=True, readonly=True)
    content = fields.Text(string="Content Signed", required=True, readonly=True)
    content_hash = fields.Char(string="Hash of the Content", required=True, readonly=True)
    content_state = fields.Selection(
        [("valid", "Unchanged"), ("changed", "Changed since"), ("gone", "Record is gone")],
        string="Content Today",
        compute="_compute_content_state",
    )
    content_changes = fields.Char(
        string="Changed Since", compute="_compute_content_state", help="What differs from what was signed."
    )

    _record_idx = models.Index("(res_model, res_id)")

    def _compute_content_state(self):
        for signature in self:
            signature.content_state, signature.content_changes = signature._compare_content()

    def _compare_content(self):
        """Return ``(state, labels)``: whether the record still says what was signed, and what differs."""
        # sudo: whether a signature still holds is no secret to those who may read the signature
        record = (
            self.env[self.res_model].sudo().browse(self.res_id).exists()
            if self.res_model in self.env
            else None
        )
        if not record:
            return "gone", False
        signed = json.loads(self.content)
        today = json.loads(evidence.canonical(record._get_signature_content()))
        changed = [
            name for name, value in signed.items() if not self._still_says(name, value, today.get(name))
        ]
        if changed:
            labels = record.fields_get(changed, ["string"])
            return "changed", ", ".join(labels.get(name, {}).get("string", name) for name in changed)
        return ("valid" if evidence.digest(self.content) == self.content_hash else "changed"), False

    @api.model
    def _still_says(self, name, signed, today):
        """Tell whether one value is what was signed; attachments may have been added since, but none changed."""
        if name == "attachments":
            return all(attachment in (today or []) for attachment in signed)
        return today == signed

    def _check_access(self, operation):
        """Let whoever may read a record read its signatures; compliance readers read all of their companies."""
        result = super()._check_access(operation)
        if result or operation != "read" or not any(self._ids) or self._is_reader():
            return result
        forbidden = self.browse()
        for model_name, signatures in self.sudo().grouped("res_model").items():
            records = (
                self.env[model_name].browse(signatures.mapped("res_id")).exists()
                if model_name in self.env
                else []
            )
            readable = set(records._filtered_access("read").ids) if records else set()
            forbidden |= signatures.filtered(
                lambda s, readable=readable: s.user_id != self.env.user and s.res_id not in readable
            )
        if not forbidden:
            return None
        forbidden = forbidden.sudo(False)
        return forbidden, lambda: self.env["ir.rule"]._make_access_error(operation, forbidden)

    @api.model
    def _is_reader(self):
        return self.env.su or self.env.user.has_group("compliance_base.compliance_base_group_user")

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False):
        """Let people who are no compliance readers find only the signatures under records they may read."""
        if bypass_access or self._is_reader():
            return super()._search(
                domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
            )
        found = self.sudo().search(domain, order=order).sudo(False)._filtered_access("read")
        end = offset + limit if limit is not None else None
        return found[offset:end]._as_query(ordered=bool(order))

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(
            self.env._("A signature is made only by the signer, with the signer's own password. Use “Sign”.")
        )

    def action_open_record(self):
        """Open the record that was signed."""
        self.ensure_one()
        self.check_access("read")
        return open_record_action(self.env, self.res_model, self.res_id)

    # ------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------
    @api.model
    def _sign(self, record, meaning, credential):
        """Sign ``record`` as the current user, after checking that user's own credentials.

        :param record: one record of a model with ``compliance.signature.mixin``
        :param str meaning: code such as ``"review"``
        :param dict credential: ``{"password": str, "code": str}``; the code only if two-factor authentication is on
        :return: the signature; ``record._signed(signature)`` is left to the caller
        :raise UserError: if the credentials are wrong; the attempt is written down
        """
        record.ensure_one()
        record.check_access("write")
        record._check_signature_meaning(meaning)
        method = self._check_signer(record, credential)
        vals = self._prepare_signature(record, meaning) | {"method": method}
        # sudo: nobody has the right to create signatures; the credentials have just been checked
        signature = super(
            ComplianceSignature, self.sudo().with_context(clean_context(self.env.context))
        ).create([vals])
        signature._close_evidence()
        record.invalidate_recordset(["signature_ids", "signature_count"])
        return signature.sudo(self.env.su)

    @api.model
    def _prepare_signature(self, record, meaning):
        user = self.env.user
        content = evidence.canonical(record.sudo()._get_signature_content())
        company = record["company_id"] if "company_id" in record._fields else self.env.company
        return {
            "company_id": (company or self.env.company).id,
            "user_id": user.id,
            "user_name": user.name,
            "user_login": user.login,
            "meaning": meaning,
            "meaning_name": str(record._get_signature_meanings().get(meaning, meaning)),
            "signed_at": fields.Datetime.now(),
            "res_model": record._name,
            "res_model_name": self.env["ir.model"]._get(record._name).name,
            "res_id": record.id,
            "res_name": record.display_name,
            "content": content,
            "content_hash": evidence.digest(content),
        }

    # ------------------------------------------------------------
    # Credentials
    # ------------------------------------------------------------
    @api.model
    def _check_signer(self, record, credential):
        """Check the current user's own credentials and return by which means, e.g. ``"password, totp"``.

        Whoever holds only a session or an API key of somebody else cannot sign in that person's name: the password is
        asked for each signature, and the code of the second factor too if the user has one.
        """
        user = self.env.user
        self._check_failures(record)
        if not credential.get("password"):
            raise UserError(
                self.env._("Enter your password to sign “%(record)s”.", record=record.display_name)
            )
        looked_at = False
        try:
            with user._assert_can_auth(user=user.id):
                looked_at = True
                methods = self._authenticate(user, credential)
        except AccessDenied as error:
            if not looked_at:
                # the platform makes everybody at this address wait after too many failures
                raise UserError(str(error)) from None
            self.env["compliance.refusal"]._refuse([self._get_credentials_violation(record)])
        return ", ".join(methods)

    @api.model
    def _authenticate(self, user, credential):
        """Return the list of methods by which ``user`` has just been authenticated.

        :raise AccessDenied: if a credential is missing or wrong
        """
        password = {"type": "password", "login": user.login, "password": credential.get("password") or ""}
        info = user._check_credentials(password, {"interactive": True})
        if info.get("uid") != user.id:
            raise AccessDenied()
        methods = [info["auth_method"]]
        factor = user._mfa_type()
        if factor and info.get("mfa") != "skip":
            methods.append(self._authenticate_factor(user, factor, credential.get("code")))
        return methods

    @api.model
    def _authenticate_factor(self, user, factor, code):
        code = "".join(str(code or "").split())
        if not code:
            raise UserError(self.env._("Enter the code of the second factor too."))
        if not code.isdecimal():
            raise AccessDenied()
        if not request:
            raise UserError(
                self.env._("With two-factor authentication, signatures are given in the web client only.")
            )
        return user._check_credentials({"type": factor, "token": int(code)}, {"interactive": True})[
            "auth_method"
        ]

    @api.model
    def _get_credentials_violation(self, record):
        return Violation(
            CREDENTIALS_RULE,
            record,
            self.env._(
                "“%(record)s” was not signed: the password of %(user)s, or the code of the second factor, is wrong.",
                record=record.display_name,
                user=self.env.user.name,
            ),
            self.env._("Enter your own password, and the code of your authenticator if you use one."),
        )

    @api.model
    def _check_failures(self, record):
        """Let a user wait who has given wrong passwords again and again, whatever worker or address they came by."""
        failures = (
            self.env["compliance.refusal"]
            # sudo: the signer need not be allowed to read the register of refusals
            .sudo()
            .search_count(
                [
                    ("user_id", "=", self.env.uid),
                    ("rule", "=", CREDENTIALS_RULE),
                    ("refused_at", ">", fields.Datetime.now() - timedelta(minutes=FAILURES_MINUTES)),
                ]
            )
        )
        if failures >= FAILURES_ALLOWED:
            raise UserError(
                self.env._(
                    "“%(record)s” was not signed: there were %(count)s wrong passwords within %(minutes)s minutes. "
                    "Wait, and try again.",
                    record=record.display_name,
                    count=failures,
                    minutes=FAILURES_MINUTES,
                )
            )
