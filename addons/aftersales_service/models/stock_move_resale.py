# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from odoo.addons.compliance_base.violation import Violation


class StockMove(models.Model):
    """A unit taken back under the law reaches a new buyer only after the buyer was told, and signed."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        """Every door through which a unit leaves passes here: deliveries, dropshipping, moves made directly."""
        self.env["compliance.refusal"]._refuse(self._get_resale_violations())
        return super()._action_done(cancel_backorder=cancel_backorder)

    def _get_resale_violations(self):
        """Returned units on their way to somebody who has not signed that he knows: a list of ``Violation``."""
        lines = self.move_line_ids.filtered(
            lambda line: (
                (line.lot_id or line.lot_name)
                and line.quantity
                and line.location_dest_id.usage == "customer"
                and line.location_id.usage != "customer"
                and (line.picked or not line.move_id.picked)
            )
        )
        names = [(line.product_id, line.lot_name) for line in lines if not line.lot_id]
        certificates = self.env["warranty.return.certificate"]._filter_returned(lines.lot_id, names)
        violations = []
        for line in lines if certificates else ():
            certificate = certificates.get((line.product_id.id, line.lot_id.name or line.lot_name))
            buyer = line.move_id._get_resale_buyer()
            if certificate and not certificate.disclosure_ids._is_signed_for(buyer):
                violations.append(self._make_resale_violation(line, certificate, buyer))
        return violations

    def _get_resale_buyer(self):
        """Who gets what this move delivers."""
        # sudo: whoever delivers need not read the sales order behind it
        return self.picking_id.partner_id or self.partner_id or self.sudo().sale_line_id.order_id.partner_id

    def _make_resale_violation(self, line, certificate, buyer):
        return Violation(
            "warranty.resale.disclosure",
            line.lot_id,
            self.env._(
                "%(serial)s was taken back under the law (%(certificate)s), and %(buyer)s has not signed that he was "
                "told.",
                serial=certificate.serial_number,
                certificate=certificate.name,
                buyer=buyer.display_name or self.env._("the buyer, who is not named,"),
            ),
            self.env._(
                "Open the certificate from the unit, press “Disclose to a Buyer”, and let the buyer sign before the "
                "delivery."
            ),
            "SAMR Order No. 43, Art. 33",
        )
