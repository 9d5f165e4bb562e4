# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .. import evidence


class ComplianceSignatureMixin(models.AbstractModel):
    """A record that people sign with their own credentials."""

    _name = "compliance.signature.mixin"
    _description = "Signed Record"

    signature_ids = fields.One2many(
        "compliance.signature",
        string="Signatures",
        compute="_compute_signature_ids",
        search="_search_signature_ids",
    )
    signature_count = fields.Integer(string="Number of Signatures", compute="_compute_signature_ids")

    def _compute_signature_ids(self):
        # sudo: whoever may read the record may see who signed it
        signatures = (
            self.env["compliance.signature"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        by_record = signatures.grouped("res_id")
        for record in self:
            record.signature_ids = by_record.get(record._origin.id, signatures.browse())
            record.signature_count = len(record.signature_ids)

    def _search_signature_ids(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        signatures = self.env["compliance.signature"].sudo()
        if operator == "in":
            named = [item for item in value if item]
            domain = Domain("id", "in", named)
        else:
            named, domain = [True], Domain(value)
        query = signatures._search(domain & Domain("res_model", "=", self._name))
        result = Domain("id", "in", query.subselect("res_id")) if named else Domain.FALSE
        if operator == "in" and False in value:
            signed = signatures._search([("res_model", "=", self._name)])
            result |= Domain("id", "not in", signed.subselect("res_id"))
        return result

    # ------------------------------------------------------------
    # To be overridden
    # ------------------------------------------------------------
    def _get_signature_fields(self):
        """Return the names of the stored fields that a signature covers.

        By default what evidence is made of, without ``state``: signing usually moves it.
        """
        names = getattr(self, "_get_evidence_fields", lambda: evidence.default_fields(self))()
        return [name for name in names if name != "state"]

    def _get_signature_content(self):
        """Return what is signed as a dict of plain values: what the database holds of ``_get_signature_fields()``."""
        self.ensure_one()
        self.env.flush_all()
        schema = evidence.make_schema(self, self._get_signature_fields())
        return evidence.read_contents(self.env, schema, self.ids)[0][self.id]

    def _get_signature_meanings(self):
        """Return ``{code: label}`` of what a signature under this record can mean; the wizard offers no other."""
        return {}

    def _signed(self, signature):
        """Act upon a signature that has just been given: to be overridden.

        The override checks again that the signer may give this signature in this state; the caller is not trusted.
        """

    # ------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------
    def _action_sign(self, meaning):
        """Return the action that asks the current user for the own password in order to sign this record.

        :param str meaning: code such as ``"review"``
        """
        self.ensure_one()
        self.check_access("write")
        self._check_signature_meaning(meaning)
        wizard = self.env["compliance.signature.wizard"].create(
            {"res_model": self._name, "res_id": self.id, "meaning": meaning}
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign"),
            "res_model": "compliance.signature.wizard",
            "view_mode": "form",
            "target": "new",
            "res_id": wizard.id,
        }

    def _check_signature_meaning(self, meaning):
        meanings = self._get_signature_meanings()
        if not meaning or (meanings and meaning not in meanings):
            raise UserError(
                self.env._(
                    "“%(record)s” cannot be signed as “%(meaning)s”.",
                    record=self.display_name,
                    meaning=meaning or "",
                )
            )

    def action_view_signatures(self):
        """Open the signatures under this record."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signatures"),
            "res_model": "compliance.signature",
            "view_mode": "list,form",
            "domain": [("res_model", "=", self._name), ("res_id", "in", self.ids)],
        }
