# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..roles import RECEPTION, TECHNICIAN


class RepairOrder(models.Model):
    """Work that stands still, and why."""

    _inherit = "repair.order"

    pause_ids = fields.One2many("repair.pause", "repair_id", string="Pauses", readonly=True)
    is_paused = fields.Boolean(compute="_compute_is_paused", store=True)

    @api.depends("pause_ids.stop")
    def _compute_is_paused(self):
        for repair in self:
            repair.is_paused = any(not pause.stop for pause in repair.pause_ids)

    def action_pause(self):
        """Ask why nobody can go on."""
        self.ensure_one()
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.repair_pause_action_new")
        return {**action, "context": {"default_repair_id": self.id}}

    def action_go_on(self):
        """Work goes on."""
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        self.pause_ids.filtered(lambda pause: not pause.stop)._stop()
        return True

    def _service_stage_entered(self, stage):
        """A pause ends when the repair moves on."""
        result = super()._service_stage_entered(stage)
        # sudo: whoever moves the repair on ends its pause
        self.sudo().pause_ids.filtered(lambda pause: not pause.stop)._stop()
        return result
