# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairOperation(models.Model):
    """Which faults an operation is for, so that the audit finds labor that does not belong to the fault."""

    _inherit = "repair.operation"

    fault_ids = fields.Many2many(
        "service.fault",
        "repair_operation_service_fault_rel",
        "operation_id",
        "fault_id",
        string="For Faults",
        help="Symptoms, causes and remedies the operation belongs to, with their details. Empty: any.",
    )
