# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL


class ServiceBookableMixin(models.AbstractModel):
    """Something that can be taken once at a time. Two people who book it at the same moment wait for each other."""

    _name = "service.bookable.mixin"
    _description = "Bookable Once at a Time"

    booking_number = fields.Integer(readonly=True, copy=False, help="Raised by each booking.")

    def _lock_for_booking(self):
        """Make concurrent bookings of these records one after the other.

        The row is changed, not only locked: a second transaction, whose view of the database is older, then fails
        and is run again by the server, and sees the first one's booking.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET booking_number = COALESCE(booking_number, 0) + 1 WHERE id = ANY(%s)",
                    SQL.identifier(self._table),
                    sorted(self.ids),
                )
            )
            self.invalidate_recordset(["booking_number"], flush=False)
