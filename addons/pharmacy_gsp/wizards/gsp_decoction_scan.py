# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..models.gsp_document import DECOCTION_STEPS


class GspDecoctionScan(models.TransientModel):
    """Scan of the label at a step of a decoction: it starts the step, or ends it with what was measured."""

    _name = "gsp.decoction.scan"
    _description = "Scan at a Decoction"

    decoction_id = fields.Many2one("gsp.decoction", required=True, ondelete="cascade")
    step_code = fields.Selection(
        DECOCTION_STEPS,
        string="Step",
        compute="_compute_step_code",
        store=True,
        readonly=False,
        precompute=True,
    )
    is_started = fields.Boolean(compute="_compute_is_started")
    barcode = fields.Char(string="Label", help="Scan the barcode of the label.")
    equipment_id = fields.Many2one("maintenance.equipment", check_company=True)
    company_id = fields.Many2one(related="decoction_id.company_id")
    temperature = fields.Float(string="Temperature (°C)", digits=(6, 1))
    volume = fields.Float(string="Volume (ml)", digits=(12, 0))
    camera = fields.Char()
    remark = fields.Char()

    @api.depends("decoction_id")
    def _compute_step_code(self):
        for scan in self.filtered("decoction_id"):
            scan.step_code = scan.step_code or scan.decoction_id._get_next_step().code

    @api.depends("decoction_id")
    def _compute_is_started(self):
        for scan in self:
            scan.is_started = "started" in scan.decoction_id.step_ids.mapped("state")

    def action_start(self):
        """Start the step; the decoction checks order, label and person."""
        self.ensure_one()
        self.decoction_id._start_step(self.step_code, self.barcode)
        return {"type": "ir.actions.act_window_close"}

    def action_finish(self):
        """End the step."""
        self.ensure_one()
        names = ("temperature", "volume", "camera", "remark")
        facts = {name: self[name] for name in names} | {"equipment_id": self.equipment_id.id}
        self.decoction_id._finish_step(self.step_code, self.barcode, facts)
        return {"type": "ir.actions.act_window_close"}
