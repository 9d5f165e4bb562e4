# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from ..roles import RECEPTION, TECHNICIAN


class RepairOrder(models.Model):
    """Pictures of the unit, as many as the camera has taken."""

    _inherit = "repair.order"

    def action_add_photos(self):
        """Choose several pictures at once. Reception and technicians."""
        self.ensure_one()
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add Photos"),
            "res_model": "repair.photo.upload",
            "view_mode": "form",
            "target": "new",
            "context": {"default_repair_id": self.id},
        }
