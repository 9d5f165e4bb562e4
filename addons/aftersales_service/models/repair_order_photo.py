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

    def _get_fault_report_photos(self):
        """The pictures that belong into the fault report: of the fault, and of closed appraisals."""
        self.ensure_one()
        appraisals = self.appraisal_ids.filtered(lambda appraisal: appraisal.state == "closed")
        # sudo: whoever may read the repair sees the pictures of its fault
        photos = (self.fault_photo_ids | appraisals.photo_ids).sudo()
        return photos.filtered(lambda photo: (photo.mimetype or "").startswith("image/"))
