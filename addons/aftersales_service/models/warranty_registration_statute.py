# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class WarrantyRegistration(models.Model):
    """What a statute needs of a registration: the price paid, and the same promise for a unit given in exchange."""

    _inherit = "warranty.registration"

    def _get_price_paid(self):
        """Price of one unit with taxes, in the company's currency, from the order it was sold with; 0 if unknown."""
        # sudo: whoever repairs need not read sales orders; the price is shown with the right only
        line = self.sudo().sale_line_id
        if not line or not line.product_uom_qty:
            return 0.0
        order = line.order_id
        return order.currency_id._convert(
            line.price_total / line.product_uom_qty,
            self.company_id.currency_id,
            self.company_id,
            self.sale_date or order.date_order.date(),
        )

    def _prepare_restart_vals(self, lot, day):
        """Values of the registration of a unit given in exchange for this one's on a day."""
        self.ensure_one()
        return dict(
            self._prepare_transfer_vals(self.partner_id),
            lot_id=lot.id,
            product_id=lot.product_id.id,
            state="active",
            start_date=day,
        )


class WarrantyRegistrationLine(models.Model):
    _inherit = "warranty.registration.line"

    def _prepare_restart_vals(self, day):
        """Values of the same promise running anew from a day: list of values."""
        registrations = self.env["warranty.registration"]
        return [
            dict(vals, start_date=day, end_date=registrations._get_end_date(day, vals["months"]))
            for vals in self._prepare_copies_vals()
        ]
