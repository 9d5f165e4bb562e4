# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .gsp_document import DECOCTION_STEPS


class GspDecoctionStep(models.Model):
    """One of the eight steps: who did it, from when to when, with what."""

    _name = "gsp.decoction.step"
    _description = "Step of a Decoction"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "decoction_id"
    _order = "decoction_id, sequence"
    _rec_name = "code"
    _check_company_auto = True

    decoction_id = fields.Many2one(
        "gsp.decoction", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="decoction_id.company_id", store=True, index=True)
    sequence = fields.Integer(readonly=True)
    code = fields.Selection(DECOCTION_STEPS, string="Step", required=True, readonly=True)
    state = fields.Selection(
        [("todo", "To Do"), ("started", "Started"), ("done", "Done")],
        required=True,
        readonly=True,
        default="todo",
    )
    operator_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    started_at = fields.Datetime(string="Started On", readonly=True)
    ended_at = fields.Datetime(string="Ended On", readonly=True)
    minutes = fields.Integer(compute="_compute_minutes", aggregator=None)
    equipment_id = fields.Many2one(
        "maintenance.equipment", readonly=True, check_company=True, ondelete="restrict"
    )
    temperature = fields.Float(string="Temperature (°C)", digits=(6, 1), readonly=True, aggregator=None)
    volume = fields.Float(string="Volume (ml)", digits=(12, 0), readonly=True, aggregator=None)
    camera = fields.Char(readonly=True, help="Camera that watched it; the time span is that of the step.")
    remark = fields.Char(readonly=True)

    _code_uniq = models.Constraint("UNIQUE(decoction_id, code)", "Each step is taken once.")

    @api.depends("started_at", "ended_at")
    def _compute_minutes(self):
        for step in self:
            span = step.ended_at - step.started_at if step.started_at and step.ended_at else None
            step.minutes = round(span.total_seconds() / 60) if span else 0
