# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The bill explained and signed, the unit handed over, the record closed, the figures."""

from .shot import Shot, tab
from .steps import sign

READY = [("lot_id.name", "=", "DEMO-EX-0006")]


def answer_requests(walk):
    """Reception says what came of the customer's requests."""
    (repair,) = walk.find("reception", "repair.order", READY)
    requests = walk.find(
        "reception", "repair.request", [("repair_id", "=", repair), ("state", "=", "open")], limit=None
    )
    answer = {"state": "solved", "resolution": "回转齿圈已润滑 (Swing gear greased)"}
    walk.call("reception", "repair.request", "write", requests, answer)


def hand_over(walk):
    """The customer signs the bill and takes the unit; reception signs the record."""
    (repair,) = walk.find("reception", "repair.order", READY)
    sign(walk, "reception", walk.call("reception", "repair.order", "action_sign_bill", [repair]))
    walk.call("reception", "repair.order", "action_settle", [repair])
    agreed = {"next_service_meter": 1100, "next_service_meter_unit": "hours"}
    walk.call("reception", "repair.order", "write", [repair], agreed)
    window = walk.call("reception", "repair.order", "action_hand_over", [repair])["res_id"]
    secret = {"password": "reception"}
    walk.call("reception", "compliance.signature.wizard", "action_sign", [window], context=secret)


SHOTS = [
    Shot(
        "bill",
        "reception",
        "aftersales_service.repair_order_action_settlement",
        "repair.order",
        READY,
        before=answer_requests,
        then=tab("settlement", scroll=True),
    ),
    Shot(
        "repair-record",
        "reception",
        "aftersales_service.service_repair_record_action",
        "service.repair.record",
        before=hand_over,
    ),
    Shot(
        "handed-over",
        "reception",
        "aftersales_service.repair_order_action_settlement",
        "repair.order",
        READY,
        then=tab("settlement", scroll=True),
    ),
    Shot(
        "service-figures",
        "service_manager",
        "aftersales_service.service_kpi_action",
        "service.kpi",
        [("staff_count", "!=", 0)],
    ),
]
