# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Sold, covered, broken, repaired."""

from .shot import Shot


def make_repair(walk):
    """Reception makes a repair from the ticket, the technician replaces the pump."""
    (ticket,) = walk.find("reception", "helpdesk.ticket", [("kind", "=", "repair"), ("lot_id", "!=", False)])
    repair = walk.call("reception", "helpdesk.ticket", "action_create_repair", [ticket])["res_id"]
    (pump,) = walk.find("technician", "product.product", [("name", "ilike", "pump")])
    parts = [
        (0, 0, {"product_id": pump, "product_uom_qty": 1, "quantity": 1, "repair_line_type": kind})
        for kind in ("add", "remove")
    ]
    walk.call("technician", "repair.order", "write", [repair], {"move_ids": parts})
    walk.call("reception", "repair.order", "action_validate", [repair])


SHOTS = [
    Shot(
        "ticket",
        "reception",
        "aftersales_service.helpdesk_ticket_action",
        "helpdesk.ticket",
        [("kind", "=", "repair")],
    ),
    Shot(
        "repair",
        "technician",
        "repair.action_repair_order_tree",
        "repair.order",
        [("ticket_id", "!=", False)],
        before=make_repair,
    ),
    Shot(
        "warranty",
        "reception",
        "aftersales_service.warranty_registration_action",
        "warranty.registration",
        [("state", "=", "active")],
    ),
    Shot(
        "unit",
        "reception",
        "aftersales_service.stock_lot_action",
        "stock.lot",
        [("name", "=", "DEMO-EX-0002")],
    ),
    Shot("warranty-term", "service_manager", "aftersales_service.warranty_term_action", "warranty.term"),
]
