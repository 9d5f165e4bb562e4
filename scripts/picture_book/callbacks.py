# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calls after the work, their report, and complaints."""

from .shot import Shot, tab

SHOTS = [
    Shot("calls-due", "reception", "aftersales_service.service_callback_action"),
    Shot(
        "call",
        "reception",
        "aftersales_service.service_callback_action",
        "service.callback",
        [("state", "=", "done")],
    ),
    Shot(
        "report",
        "service_manager",
        "aftersales_service.service_callback_report_action",
        "service.callback.report",
    ),
    Shot(
        "complaint",
        "service_manager",
        "aftersales_service.helpdesk_ticket_action_complaint",
        "helpdesk.ticket",
        [("kind", "=", "complaint")],
        then=tab("complaint"),
    ),
]
