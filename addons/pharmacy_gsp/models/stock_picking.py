# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..release import ReleaseRun


class StockPicking(models.Model):
    _inherit = "stock.picking"

    gsp_prescription_id = fields.Many2one(related="sale_id.gsp_prescription_id", string="Prescription")
    gsp_sale_record_count = fields.Integer(
        compute="_compute_gsp_sale_record_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    def _compute_gsp_sale_record_count(self):
        counts = dict(
            self.env["gsp.sale.record"]._read_group(
                [("picking_id", "in", self.ids)], ["picking_id"], ["__count"]
            )
        )
        for picking in self:
            picking.gsp_sale_record_count = counts.get(picking, 0)

    def _action_done(self):
        """Deliver all moves in one run, so that the register of sales is written once and last."""
        outer = ReleaseRun.get(self.env)
        run = outer or ReleaseRun()
        result = super(StockPicking, self.with_context(gsp_release_run=run))._action_done()
        if not outer:
            self.env["stock.move.line"]._gsp_register(run)
        return result

    def _pre_action_done_hook(self):
        """Where the platform would only ask whether expired lots may go, say at once that they may not."""
        result = super()._pre_action_done_hook()
        if isinstance(result, dict) and result.get("res_model") == "expiry.picking.confirmation":
            self.move_line_ids.filtered("picked")._gsp_check_release()
        return result

    def action_view_gsp_sale_records(self):
        """Open what these transfers left in the sale register."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=[("picking_id", "in", self.ids)], context={})
