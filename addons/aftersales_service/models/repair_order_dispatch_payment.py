# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class RepairOrder(models.Model):
    """Out of warranty the money is there before anybody leaves the house, not only before work starts."""

    _inherit = "repair.order"

    def _get_dispatch_violations(self):
        """Nobody is sent to a unit out of warranty for a minor fault, without a fee, or before the agreed payment."""
        return (
            super()._get_dispatch_violations()
            + self._get_travel_violations()
            + self._get_prepayment_violations()
        )

    def _get_shipping_violations(self):
        """What stands against sending something to the customer: what is paid in advance, and the bill once made."""
        advance = self.filtered(lambda repair: repair._is_paid_in_advance() and not repair._has_credit())
        violations = advance._get_owed_violations()
        refused = {violation.record for violation in violations}
        return violations + self.filtered(lambda repair: repair not in refused)._get_payment_violations()
