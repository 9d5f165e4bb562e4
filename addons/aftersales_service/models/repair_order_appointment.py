# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairOrder(models.Model):
    """Where a repair was booked."""

    _inherit = "repair.order"

    appointment_ids = fields.One2many("service.appointment", "repair_id", string="Appointments")
    labor_discount = fields.Float(
        string="Labor Discount (%)",
        digits=(5, 2),
        copy=False,
        help="Promised with the appointment.",
    )

    _labor_discount = models.Constraint(
        "CHECK(labor_discount IS NULL OR (labor_discount >= 0 AND labor_discount <= 100))",
        "A labor discount lies between 0 and 100 percent.",
    )

    def action_view_appointment(self):
        """Open the appointment the repair was booked with."""
        self.ensure_one()
        self.check_access("read")
        return self.appointment_ids._get_records_action()
