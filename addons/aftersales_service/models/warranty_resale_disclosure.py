# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..roles import RECEPTION

SEQUENCE_CODE = "warranty.resale.disclosure"
SELLER = "sales_team.group_sale_salesman"


class WarrantyResaleDisclosure(models.Model):
    """Who buys a unit that was taken back under the law is told so, and why, before it is delivered (Art. 33 of the
    car rules); the buyer's signature closes the record as evidence."""

    _name = "warranty.resale.disclosure"
    _description = "Disclosure of a Returned Unit"
    _inherit = ["compliance.evidence.mixin"]
    _order = "id desc"

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    certificate_id = fields.Many2one(
        "warranty.return.certificate", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="certificate_id.company_id", store=True, index=True, precompute=True)
    lot_id = fields.Many2one(related="certificate_id.lot_id", string="Unit", store=True, precompute=True)
    serial_number = fields.Char(related="certificate_id.serial_number")
    product_name = fields.Char(related="certificate_id.product_name", string="Name of the Product")
    partner_id = fields.Many2one("res.partner", string="Buyer", required=True, index=True)
    inspection = fields.Text(
        help="What was inspected before the unit is sold again, and that it is in order. The buyer reads it."
    )
    inspected_by_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    disclosed_text = fields.Text(
        string="Told to the Buyer",
        readonly=True,
        copy=False,
        help="In the buyer's language, as it was signed.",
    )
    signed_by = fields.Char(string="Name of the Signer", copy=False)
    signature = fields.Image(string="Buyer's Signature", copy=False, max_width=1024, max_height=1024)
    signed_on = fields.Datetime(readonly=True, copy=False)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            certificate = self.env["warranty.return.certificate"].browse(vals.get("certificate_id"))
            company = certificate.company_id or self.env.company
            # sudo: the numbers of disclosures are drawn by whoever makes one
            sequences = self.env["ir.sequence"].sudo()
            vals["name"] = sequences._next_many_by_code(SEQUENCE_CODE, 1, company)[0]
            vals.update(disclosed_text=False, signed_on=False)
        return super().create(vals_list)

    # Actions

    def action_sign(self):
        """The buyer has read it and signed on the screen: it is closed. Sales and reception.

        :raise UserError: inspection, name or signature is missing
        """
        self._check_seller()
        self.check_access("write")
        for disclosure in self:
            missing = [
                disclosure._fields[name]._description_string(self.env)
                for name in ("inspection", "signed_by", "signature")
                if not (disclosure[name] or "").strip()
            ]
            if missing:
                raise UserError(
                    self.env._(
                        "%(disclosure)s: fill in %(fields)s.",
                        disclosure=disclosure.name,
                        fields=", ".join(missing),
                    )
                )
            # sudo: past the guard of the fields; role and access were checked above
            disclosure.sudo().write(
                {"disclosed_text": disclosure._get_disclosed_text(), "signed_on": fields.Datetime.now()}
            )
        self._close_evidence()
        return True

    def action_print(self):
        """Print the disclosure for the buyer."""
        self.check_access("read")
        return self.env.ref("aftersales_service.warranty_resale_disclosure_report").report_action(self)

    # Business

    def _check_seller(self):
        user = self.env.user
        if not self.env.su and not (user.has_group(SELLER) or user.has_group(RECEPTION)):
            raise AccessError(self.env._("Returned units are disclosed by sales or by reception."))

    def _get_print_lang(self):
        """Language of the buyer, or of the user if there is none."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang

    def _get_disclosed_text(self):
        """What the buyer is told, in the buyer's language."""
        self.ensure_one()
        told = self.with_context(lang=self._get_print_lang())
        # sudo: the buyer is told why it was returned, not by whom
        certificate = told.certificate_id.sudo()
        labels = dict(certificate._fields["kind"]._description_selection(told.env))
        return told.env._(
            "%(product)s, serial number %(serial)s, was taken back under the law (%(kind)s, %(reference)s) on %(date)s "
            "and is sold as a returned unit. Why: %(reason)s",
            product=certificate.product_name,
            serial=certificate.serial_number,
            kind=labels[certificate.kind],
            reference=certificate.finding_id.reference,
            date=certificate.completed_on,
            reason=certificate.finding_id.reason,
        )

    def _is_signed_for(self, partner):
        """Whether one of these disclosures was signed by this buyer (or its company)."""
        buyer = partner.commercial_partner_id
        return any(one.evidence_closed_at and one.partner_id.commercial_partner_id == buyer for one in self)
