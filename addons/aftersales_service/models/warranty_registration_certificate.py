# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

CERTIFICATE = "aftersales_service.warranty_registration_report_certificate"


class WarrantyRegistration(models.Model):
    """The certificate of warranty: what Art. 9 of the rules for family cars (SAMR Order 43) wants printed."""

    _inherit = "warranty.registration"

    def action_print_certificate(self):
        """Print the certificates of these registrations."""
        self.check_access("read")
        return self.env.ref(CERTIFICATE).report_action(self)

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name

    def _get_certificate_lang(self):
        """Language a certificate is printed in: the customer's, else the user's."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang

    def _get_certificate_vals(self):
        """Facts of one certificate, as the template prints them.

        :return: dict: unit (stock.lot), seller (res.company), invoice_date, delivery_date, exchange (months, limit,
            unit, end date), components by kind {kind: lines}, compensation (percent), battery_limits, exclusions,
            visits per year, interval of maintenance in months
        """
        self.ensure_one()
        term = self.term_id
        return {
            "unit": self.lot_id,
            "seller": self.company_id,
            "invoice_date": self._get_invoice_date(),
            "delivery_date": self._get_delivery_date(),
            "exchange_months": term.exchange_months,
            "exchange_limit": term.exchange_meter_limit,
            "exchange_unit": term.exchange_meter_unit,
            "lines": self.line_ids,
            "compensation": term.compensation_coefficient,
            "battery_limits": term.battery_limits,
            "exclusions": term.exclusion_ids,
            "visits": term.preventive_visits,
            "maintenance_months": term.maintenance_interval_months,
        }

    def _get_invoice_date(self):
        """Date of the first posted invoice of the unit's sale; empty if it is not known."""
        invoices = self.sale_id.invoice_ids.filtered(
            lambda invoice: invoice.state == "posted" and invoice.move_type == "out_invoice"
        )
        return min(filter(None, invoices.mapped("invoice_date")), default=False)

    def _get_delivery_date(self):
        """Calendar day the unit was handed over; empty if it is not known."""
        done = self.picking_id.date_done or self.move_id.date
        return self.company_id._get_law_date(done) if done else False
