# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from .repair_statement import COST_BEARERS


class ServiceRepairRecordLine(models.Model):
    """A request with its result, a part with its number, or a piece of work, as the repair record keeps it."""

    _name = "service.repair.record.line"
    _description = "Repair Record Line"
    _inherit = ["compliance.evidence.line.mixin"]
    _order = "record_id, sequence, id"
    _evidence_parent_field = "record_id"

    record_id = fields.Many2one(
        "service.repair.record", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="record_id.company_id")
    currency_id = fields.Many2one(related="record_id.currency_id")
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(
        [("request", "Request"), ("part", "Part"), ("labor", "Labor")], required=True, readonly=True
    )
    code = fields.Char(string="Part Number", readonly=True)
    name = fields.Char(string="Description", required=True, readonly=True)
    result = fields.Char(readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    uom_name = fields.Char(string="Unit", readonly=True)
    amount = fields.Monetary(string="Value", readonly=True)
    customer_amount = fields.Monetary(string="Customer", readonly=True)
    bearer = fields.Selection(COST_BEARERS, string="Rest Borne By", readonly=True)
