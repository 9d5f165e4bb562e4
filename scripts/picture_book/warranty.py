# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was promised with a unit, and what the law adds."""

from .shot import Shot, tab


def submit_card(walk):
    """A return card that came within its days is submitted."""
    cards = walk.find("reception", "warranty.return.card", [("serial", "=", "DEMO-TL-1003")])
    walk.call("reception", "warranty.return.card", "action_submit", cards)


SHOTS = [
    Shot(
        "warranty-term",
        "service_manager",
        "aftersales_service.warranty_term_action",
        "warranty.term",
        [("start_event", "=", "registration")],
    ),
    Shot(
        "registration",
        "reception",
        "aftersales_service.warranty_registration_action",
        "warranty.registration",
        [("lot_id.name", "=", "DEMO-EX-0002")],
    ),
    Shot(
        "return-card",
        "reception",
        "aftersales_service.warranty_return_card_action",
        "warranty.return.card",
        [("serial", "=", "DEMO-TL-1003")],
        before=submit_card,
    ),
    Shot("meter-readings", "reception", "aftersales_service.warranty_meter_reading_action"),
    Shot(
        "campaign",
        "service_manager",
        "aftersales_service.warranty_campaign_action",
        "warranty.campaign",
        then=tab("units"),
    ),
    Shot(
        "statutory-right",
        "service_manager",
        "aftersales_service.warranty_statute_finding_action",
        "warranty.statute.finding",
        [("rule_id.statute_id.code", "=", "CAR"), ("rule_id.article", "ilike", "23")],
    ),
    Shot(
        "repair-with-rights",
        "service_manager",
        "repair.action_repair_order_tree",
        "repair.order",
        [("lot_id.name", "=", "DEMO-CAR-0001")],
        then=tab("statute", scroll=True),
    ),
]
