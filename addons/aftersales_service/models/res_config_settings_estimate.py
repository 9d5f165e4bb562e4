# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_warranty_evidence_required = fields.Boolean(
        related="company_id.service_warranty_evidence_required", readonly=False
    )
    service_payment_before_visit = fields.Boolean(
        related="company_id.service_payment_before_visit", readonly=False
    )
    service_quick_repair_pieces = fields.Integer(
        related="company_id.service_quick_repair_pieces", readonly=False
    )
    service_promise_margin_hours = fields.Float(
        related="company_id.service_promise_margin_hours", readonly=False
    )
    service_cover_warning_days = fields.Integer(
        related="company_id.service_cover_warning_days", readonly=False
    )
    service_labor_product_id = fields.Many2one(related="company_id.service_labor_product_id", readonly=False)
