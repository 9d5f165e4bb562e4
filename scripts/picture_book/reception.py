# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A unit comes in: the ticket, the desk, the customer's signature, the unit's own page and papers."""

from .shot import Shot, press, tab
from .steps import sign_intake

VISITOR = [("lot_id.name", "=", "EX-77120")]


def read_back(walk):
    """Everything is said but the signature."""
    (repair,) = walk.find("reception", "repair.order", VISITOR)
    requests = walk.find("reception", "repair.request", [("repair_id", "=", repair)], limit=None)
    walk.call("reception", "repair.request", "write", requests, {"read_back": True})
    walk.call("reception", "repair.order", "write", [repair], {"valuables_warned": True})


def receive(walk):
    (repair,) = walk.find("reception", "repair.order", VISITOR)
    sign_intake(walk, repair)


SHOTS = [
    Shot(
        "ticket",
        "reception",
        "aftersales_service.helpdesk_ticket_action",
        "helpdesk.ticket",
        [("kind", "=", "repair")],
    ),
    Shot(
        "reception",
        "reception",
        "aftersales_service.repair_order_action_reception",
        "repair.order",
        VISITOR,
    ),
    Shot(
        "condition",
        "reception",
        "aftersales_service.repair_order_action_reception",
        "repair.order",
        VISITOR,
        then=tab("reception_condition"),
    ),
    Shot(
        "customer-signs",
        "reception",
        "aftersales_service.repair_order_action_reception",
        "repair.order",
        VISITOR,
        before=read_back,
        then=press("action_sign_intake"),
    ),
    Shot(
        "intake-signed",
        "reception",
        "aftersales_service.repair_order_action_reception",
        "repair.order",
        VISITOR,
        before=receive,
        then=tab("reception_signature"),
    ),
    Shot(
        "unit",
        "reception",
        "aftersales_service.stock_lot_action",
        "stock.lot",
        [("name", "=", "DEMO-EX-0002")],
        then=tab("life", scroll=True),
    ),
    Shot("files", "reception", "aftersales_service.service_file_action"),
]
