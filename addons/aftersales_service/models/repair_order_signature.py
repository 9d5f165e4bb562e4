# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.image import binary_to_image

from odoo.addons.compliance_base import evidence

from ..roles import RECEPTION, TECHNICIAN


class RepairOrder(models.Model):
    """The customer signs up to three times: intake, estimate, bill; on site the voucher. A signature holds for what it
    was given under: when that changes, it does not count any more."""

    _inherit = "repair.order"

    customer_signature_ids = fields.One2many(
        "service.customer.signature", "repair_id", string="Customer Signatures", readonly=True
    )

    # To be extended by each concern

    def _get_customer_signed_content(self, kind):
        """What the customer signs: a dict of plain values (numbers, texts, lists). To be extended per kind."""
        self.ensure_one()
        return {
            "repair": self.name,
            "customer": self.partner_id.display_name or "",
            "product": self.product_id.display_name or "",
            "serial": self.lot_id.name or "",
        }

    def _check_customer_sign(self, kind):
        """Raise if the customer cannot sign this yet. To be extended per kind."""
        self.ensure_one()
        if self.service_stage in ("delivered", "canceled"):
            raise UserError(
                self.env._("%s is delivered or canceled: there is nothing to sign any more.", self.name)
            )
        if self._get_valid_customer_signature(kind):
            raise UserError(
                self.env._(
                    "%(repair)s: this has been signed already (%(kind)s), and nothing has changed since.",
                    repair=self.name,
                    kind=dict(self.customer_signature_ids._fields["kind"]._description_selection(self.env))[
                        kind
                    ],
                )
            )

    def _customer_signed(self, signature):
        """What follows from a customer's signature that has just been given. To be extended per kind."""

    # Business

    def _action_customer_sign(self, kind):
        """Window in which the customer signs on the screen."""
        self.ensure_one()
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        self._check_customer_sign(kind)
        wizard = self.env["service.customer.signature.wizard"].create({"repair_id": self.id, "kind": kind})
        return wizard._get_action()

    def _get_valid_customer_signature(self, kind):
        """The customer's latest signature of a kind, if what it was given under is still the same."""
        self.ensure_one()
        given = self.customer_signature_ids.filtered(lambda signature: signature.kind == kind)
        latest = given.sorted("id")[-1:]
        if latest and latest.content != self._get_customer_content(kind):
            return latest.browse()
        return latest

    def _get_customer_content(self, kind):
        """What is signed as its one canonical text, the same whatever language its reader uses."""
        return evidence.canonical(self.with_context(lang=None)._get_customer_signed_content(kind))

    def _sign_as_customer(self, kind, signed_by, signature, channel="screen"):
        """Keep a customer's signature; the caller has checked who asks for it.

        :param str kind: one of ``SIGNATURE_KINDS``
        :param signature: picture, base64
        :return: the ``service.customer.signature``
        :raise UserError: nothing was drawn, or this cannot be signed now
        """
        self.ensure_one()
        self._check_customer_sign(kind)
        # sudo: nobody writes signatures by hand; they are made here and closed at once
        record = (
            self.env["service.customer.signature"]
            .sudo()
            .create(
                {
                    "repair_id": self.id,
                    "company_id": self.company_id.id,
                    "kind": kind,
                    "signed_by": self._check_signer_name(signed_by),
                    "signed_on": fields.Datetime.now(),
                    "signature": self._check_signature_picture(signature),
                    "channel": channel,
                    "user_id": self.env.user.id,
                    "content": self._get_customer_content(kind),
                }
            )
        )
        record._close_evidence()
        record = record.sudo(self.env.su)
        self._customer_signed(record)
        return record

    def _check_signer_name(self, name):
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Enter the name of the person who signs."))
        return name

    def _check_signature_picture(self, picture):
        """The picture as it is kept.

        :raise UserError: it is missing, or is no picture
        """
        if not picture:
            raise UserError(self.env._("The signature is missing: let the customer draw it."))
        try:
            binary_to_image(base64.b64decode(picture, validate=True)).load()
        except (UserError, OSError, ValueError, binascii.Error) as error:
            raise UserError(self.env._("The signature is not a picture. Draw it again.")) from error
        return picture
