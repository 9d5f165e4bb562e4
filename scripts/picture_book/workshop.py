# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Planned, agreed, repaired, inspected."""

from datetime import date, timedelta

from .shot import Shot, press, tab
from .steps import sign_intake

FROM_TICKET = [("ticket_id", "!=", False), ("lot_id.name", "=", "DEMO-EX-0002")]
TO_AGREE = [("service_stage", "=", "estimate")]


def make_repair(walk):
    """Reception accepts the request and makes a repair of it; the technician replaces the pump."""
    (ticket,) = walk.find("reception", "helpdesk.ticket", [("kind", "=", "repair"), ("lot_id", "!=", False)])
    walk.call("reception", "helpdesk.ticket", "write", [ticket], {"in_scope": "yes", "feasible": "yes"})
    walk.call("reception", "helpdesk.ticket", "action_triage_accept", [ticket])
    repair = walk.call("reception", "helpdesk.ticket", "action_create_repair", [ticket])["res_id"]
    sign_intake(walk, repair)
    walk.call("technician", "repair.order", "action_start_diagnosis", [repair])
    (pump,) = walk.find("technician", "product.product", [("name", "ilike", "pump")])
    (technician,) = walk.find("technician", "res.users", [("login", "=", "technician")])
    (operation,) = walk.find("technician", "repair.operation", [("code", "=", "DEMO-020")])
    parts = [
        (0, 0, {"product_id": pump, "product_uom_qty": 1, "quantity": 1, "repair_line_type": kind})
        for kind in ("add", "remove")
    ]
    labor = [(0, 0, {"operation_id": operation, "technician_ids": [(6, 0, [technician])]})]
    walk.call("technician", "repair.order", "write", [repair], {"move_ids": parts, "labor_ids": labor})
    walk.call("technician", "repair.order", "action_validate", [repair])


def lend_unit(walk):
    """The quarry works on with one of our machines while its own is here."""
    (repair,) = walk.find("reception", "repair.order", [("lot_id.name", "=", "EX-77120")])
    (lent,) = walk.find("reception", "stock.lot", [("name", "=", "DEMO-EX-0004")])
    (product,) = walk.find("reception", "product.product", [("default_code", "=", "DEMO-EX")])
    loan = walk.call(
        "reception",
        "service.loan",
        "create",
        {
            "repair_id": repair,
            "product_id": product,
            "lot_id": lent,
            "due_date": (date.today() + timedelta(days=5)).isoformat(),
            "condition_out": "机况良好，油箱加满。 (In good condition, tank full.)",
            "accessories": "钥匙两把，操作手册 (two keys, manual)",
        },
    )
    walk.call("reception", "service.loan", "action_hand_out", [loan])


def hand_to_inspector(walk):
    """The technician has finished; the inspector is to look at it."""
    (repair,) = walk.find("technician", "repair.order", FROM_TICKET)
    moves = walk.find("technician", "stock.move", [("repair_id", "=", repair)], limit=None)
    walk.call("technician", "repair.order", "action_repair_start", [repair])
    walk.call("technician", "stock.move", "write", moves, {"quantity": 1, "picked": True})
    walk.call("technician", "repair.order", "action_request_quality_check", [repair])


SHOTS = [
    Shot("appointments", "dispatcher", "aftersales_service.service_appointment_action"),
    Shot("dispatch-board", "dispatcher", "aftersales_service.repair_order_action_dispatch"),
    Shot(
        "repair",
        "technician",
        "repair.action_repair_order_tree",
        "repair.order",
        FROM_TICKET,
        before=make_repair,
        then=tab("parts", scroll=True),
    ),
    Shot(
        "labor",
        "reception",
        "repair.action_repair_order_tree",
        "repair.order",
        TO_AGREE,
        then=tab("labor", scroll=True),
    ),
    Shot(
        "grant-coverage",
        "service_manager",
        "repair.action_repair_order_tree",
        "repair.order",
        TO_AGREE,
        then=press("action_open_coverage_wizard", page_name="parts"),
    ),
    Shot(
        "estimate-signed",
        "reception",
        "repair.action_repair_order_tree",
        "repair.order",
        TO_AGREE,
        then=press("action_sign_estimate"),
    ),
    Shot(
        "quality-check",
        "quality",
        "aftersales_service.repair_quality_check_action",
        "repair.quality.check",
        [("state", "=", "draft")],
        before=hand_to_inspector,
    ),
    Shot("loan", "reception", "aftersales_service.service_loan_action", "service.loan", before=lend_unit),
]
