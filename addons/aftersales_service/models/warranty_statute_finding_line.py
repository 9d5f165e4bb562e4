# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class WarrantyStatuteFindingLine(models.Model):
    """A repair that counted for a right, with its days."""

    _name = "warranty.statute.finding.line"
    _description = "Repair Counted for a Right"
    _order = "finding_id, repair_id"

    finding_id = fields.Many2one(
        "warranty.statute.finding", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="finding_id.company_id", store=True, precompute=True, index=True)
    repair_id = fields.Many2one("repair.order", required=True, readonly=True, index=True, ondelete="restrict")
    report_date = fields.Datetime(related="repair_id.report_date")
    days = fields.Integer(readonly=True, help="Each full 24 hours is a day, the rest another one.")
    counted_days = fields.Integer(
        string="Counted",
        readonly=True,
        help="Without the transport of special parts and the way of a rescue.",
    )
