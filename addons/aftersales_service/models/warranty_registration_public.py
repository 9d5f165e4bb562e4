# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

# Shorter ones are no serial numbers but guesses.
SHORTEST_SERIAL = 5


class WarrantyRegistration(models.Model):
    """What anybody may be told about a serial number: covered or not, and the month cover ends."""

    _inherit = "warranty.registration"

    @api.model
    def _check_publicly(self, serial):
        """Answer for one exact serial number, whichever of the companies sold the unit.

        A number that was never sold, one that several units bear, and one whose warranty is void or waiting get
        the same answer, so that trying numbers tells nothing about who bought what.

        :return: (status, month): "covered", "expired", or "unknown"; last day of cover or None
        """
        serial = (serial or "").strip()
        if len(serial) < SHORTEST_SERIAL:
            return "unknown", None
        # The public has no access to anything; status and month are all that leaves this method.
        registrations = self.sudo().search([("lot_id.name", "=", serial)])
        if len(registrations.lot_id) != 1:
            return "unknown", None
        registration = registrations._pick_for_date()
        status = registration._get_cover_status()
        if status not in ("covered", "expired") or registration.state == "transferred":
            return "unknown", None
        return status, registration.end_date
