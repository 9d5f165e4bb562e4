# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GspTraceEvent(models.Model):
    """What happened to a package and when. Written by scanning, acceptance and delivery only, never changed."""

    _name = "gsp.trace.event"
    _description = "Trace Event"
    _order = "id desc"
    _rec_name = "document_name"

    code_id = fields.Many2one("gsp.trace.code", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="code_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="code_id.product_id", store=True, index=True)
    lot_id = fields.Many2one(related="code_id.lot_id", store=True, index="btree_not_null")
    kind = fields.Selection(
        [
            ("scan", "Scanned In"),
            ("accept", "Accepted"),
            ("out", "Handed Over"),
            ("back", "Came Back"),
        ],
        required=True,
        readonly=True,
    )
    moment = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    move_line_id = fields.Many2one(
        "stock.move.line", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    document_name = fields.Char(string="Document", readonly=True)

    def write(self, vals):
        raise UserError(self.env._("What happened to a package is not changed afterwards."))
