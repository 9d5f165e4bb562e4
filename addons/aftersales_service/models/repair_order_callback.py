# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..roles import RECEPTION

TRIGGERS_OF_STAGE = {"ready": "repair_done", "delivered": "repair_delivery"}


class RepairOrder(models.Model):
    """A repair that is done or handed over is followed by calls to its customer."""

    _inherit = "repair.order"

    is_major_accident = fields.Boolean(
        string="Major Accident",
        tracking=True,
        help="Repair of a major accident: management calls the customer itself.",
    )
    callback_ids = fields.One2many("service.callback", "repair_id", groups=RECEPTION)
    callback_count = fields.Integer(
        string="Call-Backs",
        compute="_compute_callback_count",
        groups=RECEPTION,
    )

    def _compute_callback_count(self):
        counts = dict(
            self.env["service.callback"]._read_group(
                [("repair_id", "in", self.ids)], ["repair_id"], ["__count"]
            )
        )
        for repair in self:
            repair.callback_count = counts.get(repair, 0)

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage in TRIGGERS_OF_STAGE:
            self.env["service.callback.rule"]._trigger([TRIGGERS_OF_STAGE[stage]], self)
        return result

    def action_view_callbacks(self):
        """Open the call-backs about these repairs."""
        return self.env["service.callback"]._get_list_action([("repair_id", "in", self.ids)])
