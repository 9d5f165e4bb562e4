# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models


class ServiceAppointmentLate(models.TransientModel):
    """Asks when a late customer will come."""

    _name = "service.appointment.late"
    _description = "Customer Comes Late"

    appointment_id = fields.Many2one("service.appointment", required=True, ondelete="cascade")
    expected_on = fields.Datetime(
        string="Will Come At", compute="_compute_expected_on", store=True, readonly=False
    )

    @api.depends("appointment_id")
    def _compute_expected_on(self):
        for late in self:
            late.expected_on = late.appointment_id.start and late.appointment_id.start + timedelta(minutes=30)

    def action_apply(self):
        """Note it: the bay is given to others, the discount is kept."""
        self.ensure_one()
        self.appointment_id._confirm_late(self.expected_on)
        return {"type": "ir.actions.act_window_close"}
