# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspLotTraceStep(models.TransientModel):
    """One station on the way of a lot: receipt, acceptance, move, loss; sales are listed by buyer."""

    _name = "gsp.lot.trace.step"
    _description = "Station of a Lot"
    _order = "moment, id"

    trace_id = fields.Many2one("gsp.lot.trace", required=True, index=True, ondelete="cascade")
    moment = fields.Datetime(string="When", readonly=True)
    kind = fields.Selection(
        [
            ("receipt", "Receipt"),
            ("acceptance", "Acceptance"),
            ("move", "Move"),
            ("supplier_return", "Return to the Supplier"),
            ("loss", "Written Off or Destroyed"),
            ("found", "Found or Opening Stock"),
            ("use", "Used"),
            ("made", "Made"),
            ("drop", "Delivered by the Supplier"),
        ],
        string="What",
        readonly=True,
    )
    is_supply = fields.Boolean(readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True)
    document_name = fields.Char(string="Document", readonly=True)
    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True)
    acceptance_id = fields.Many2one("gsp.acceptance", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Supplier", readonly=True)
    source_id = fields.Many2one("stock.location", string="From", readonly=True)
    destination_id = fields.Many2one("stock.location", string="To", readonly=True)
    quantity = fields.Float(readonly=True, digits="Product Unit")
    user_id = fields.Many2one("res.users", string="Accepted By", readonly=True)
    note = fields.Char(readonly=True)

    def action_open(self):
        """Open the acceptance or the transfer behind this station."""
        self.ensure_one()
        self.check_access("read")
        source = self.acceptance_id or self.picking_id
        return source.get_formview_action() if source else False
