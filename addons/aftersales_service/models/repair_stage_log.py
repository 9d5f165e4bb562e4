# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .repair_order_stage import SERVICE_STAGES


class RepairStageLog(models.Model):
    """When a repair was in which stage, and who moved it there: written by the steps themselves."""

    _name = "repair.stage.log"
    _description = "Repair Stage Log"
    _order = "repair_id desc, entered_on, id"
    _rec_name = "stage"

    repair_id = fields.Many2one("repair.order", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="repair_id.company_id", store=True, precompute=True, index=True)
    stage = fields.Selection(SERVICE_STAGES, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Moved By",
        readonly=True,
        default=lambda self: self.env.user,
    )
    entered_on = fields.Datetime(required=True, readonly=True)
    left_on = fields.Datetime(readonly=True)
    hours = fields.Float(readonly=True, help="Hours by the clock spent in the stage.")
