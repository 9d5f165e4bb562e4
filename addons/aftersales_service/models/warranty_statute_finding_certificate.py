# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .warranty_return_certificate import SEQUENCE_CODE


class WarrantyStatuteFinding(models.Model):
    """A remedy by which the unit comes back is certified (Art. 28 of the car rules)."""

    _inherit = "warranty.statute.finding"

    certificate_ids = fields.One2many(
        "warranty.return.certificate", "finding_id", string="Certificates", readonly=True
    )

    def _take_step(self, step, vals):
        result = super()._take_step(step, vals)
        if step == "complete":
            # sudo: nobody writes certificates by hand; the step has checked role and state
            self.sudo()._issue_return_certificate()
        return result

    def _issue_return_certificate(self):
        """Write and close the certificate of a return or replacement that the statute certifies."""
        self.ensure_one()
        if self.remedy not in ("return", "exchange") or not self.statute_id.certifies_return:
            return
        sequences = self.env["ir.sequence"]
        number = sequences._next_many_by_code(SEQUENCE_CODE, 1, self.company_id)[0]
        certificate = self.env["warranty.return.certificate"].create(
            {"name": number, **self._prepare_return_certificate_vals()}
        )
        certificate._close_evidence()

    def _prepare_return_certificate_vals(self):
        told = self.with_context(lang=self.partner_id.lang or self.env.lang)
        returned = self.remedy == "return"
        return {
            "finding_id": self.id,
            "company_id": self.company_id.id,
            "kind": self.remedy,
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_id.display_name,
            "product_id": self.product_id.id,
            "product_name": told.product_id.display_name,
            "lot_id": self.lot_id.id,
            "serial_number": self.lot_id.name,
            "vin": self.lot_id.vin,
            "license_plate": self.lot_id.license_plate,
            "sold_on": self.registration_id.sale_date or self.registration_id.start_date,
            "requested_on": self.requested_on,
            "completed_on": self.completed_on,
            "legal_reference": told.reference,
            "reason": told.reason,
            "currency_id": self.currency_id.id,
            "price": self.price,
            "extra_costs": self.extra_costs,
            "deduction": self.deduction,
            "refund_amount": self.refund_amount if returned else 0.0,
            "replacement_serial_number": self.replacement_lot_id.name,
            "issued_by_id": self.env.uid,
        }

    def action_view_certificates(self):
        """Open the certificates of these returns."""
        self.check_access("read")
        return self.certificate_ids._get_records_action(name=self.env._("Certificates"))
