# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """All that a company decides about its after-sales service, in the order of the work."""

    _inherit = "res.config.settings"

    # Reception
    intake_signature = fields.Selection(related="company_id.intake_signature", readonly=False)
    one_open_repair = fields.Boolean(related="company_id.one_open_repair", readonly=False)
    service_receipt_required = fields.Boolean(related="company_id.service_receipt_required", readonly=False)
    repeat_repair_days = fields.Integer(related="company_id.repeat_repair_days", readonly=False)
    repair_photo_limit = fields.Integer(related="company_id.repair_photo_limit", readonly=False)
    sale_file_days = fields.Integer(related="company_id.sale_file_days", readonly=False)
    repair_file_days = fields.Integer(related="company_id.repair_file_days", readonly=False)
    # Cover
    service_warranty_evidence_required = fields.Boolean(
        related="company_id.service_warranty_evidence_required", readonly=False
    )
    service_cover_warning_days = fields.Integer(
        related="company_id.service_cover_warning_days", readonly=False
    )
    # Estimate
    service_payment_before_visit = fields.Boolean(
        related="company_id.service_payment_before_visit", readonly=False
    )
    service_labor_product_id = fields.Many2one(related="company_id.service_labor_product_id", readonly=False)
    service_promise_margin_hours = fields.Float(
        related="company_id.service_promise_margin_hours", readonly=False
    )
    service_quick_repair_pieces = fields.Integer(
        related="company_id.service_quick_repair_pieces", readonly=False
    )
    # Planning
    appointment_call_minutes = fields.Integer(related="company_id.appointment_call_minutes", readonly=False)
    appointment_bay_minutes = fields.Integer(related="company_id.appointment_bay_minutes", readonly=False)
    appointment_lane_minutes = fields.Integer(related="company_id.appointment_lane_minutes", readonly=False)
    appointment_late_minutes = fields.Integer(related="company_id.appointment_late_minutes", readonly=False)
    service_dispatcher_id = fields.Many2one(related="company_id.service_dispatcher_id", readonly=False)
    service_supervisor_id = fields.Many2one(related="company_id.service_supervisor_id", readonly=False)
    # Workshop
    service_warehouse_id = fields.Many2one(related="company_id.service_warehouse_id", readonly=False)
    service_loan_hours = fields.Integer(related="company_id.service_loan_hours", readonly=False)
    service_loan_location_id = fields.Many2one(related="company_id.service_loan_location_id")
    service_waiting_days = fields.Integer(related="company_id.service_waiting_days", readonly=False)
    service_progress_messages = fields.Boolean(related="company_id.service_progress_messages", readonly=False)
    # Bill and hand-over
    service_supplier_account_id = fields.Many2one(
        related="company_id.service_supplier_account_id", readonly=False
    )
    service_third_account_id = fields.Many2one(related="company_id.service_third_account_id", readonly=False)
    service_station_account_id = fields.Many2one(
        related="company_id.service_station_account_id", readonly=False
    )
    service_ourselves_account_id = fields.Many2one(
        related="company_id.service_ourselves_account_id", readonly=False
    )
    service_contract_account_id = fields.Many2one(
        related="company_id.service_contract_account_id", readonly=False
    )
    service_cash_journal_id = fields.Many2one(related="company_id.service_cash_journal_id", readonly=False)
    service_reminder_days = fields.Integer(related="company_id.service_reminder_days", readonly=False)
    service_working_days = fields.Integer(related="company_id.service_working_days", readonly=False)
    # Complaints and call-backs
    complaint_release_user_id = fields.Many2one(
        related="company_id.complaint_release_user_id", readonly=False
    )
    complaint_escalate_after = fields.Integer(related="company_id.complaint_escalate_after", readonly=False)
    callback_event_is_day_one = fields.Boolean(related="company_id.callback_event_is_day_one", readonly=False)
    # Warranty
    warranty_notice_days = fields.Integer(related="company_id.warranty_notice_days", readonly=False)
    warranty_user_id = fields.Many2one(related="company_id.warranty_user_id", readonly=False)
