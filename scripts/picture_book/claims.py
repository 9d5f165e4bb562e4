# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""From the finished repair to the reconciled credit note."""

from .shot import Shot
from .workshop import FROM_TICKET


def finish_repair(walk):
    """The inspector passes the repair, the technician ends it; the part waits to be claimed."""
    (repair,) = walk.find("technician", "repair.order", FROM_TICKET)
    checks = walk.find("quality", "repair.quality.check", [("repair_id", "=", repair)])
    walk.call("quality", "repair.quality.check", "action_all_in_order", checks)
    walk.call("quality", "repair.quality.check", "action_pass", checks)
    walk.call("technician", "repair.order", "action_repair_end", [repair])


def claim_parts(walk):
    waiting = [("state", "=", "claimable"), ("repair_id.ticket_id", "!=", False)]
    lines = walk.find("claims_clerk", "parts.claim.line", waiting, limit=None)
    walk.call("claims_clerk", "parts.claim.line", "action_add_to_claims", lines)


def agree_claim(walk):
    """The supplier pays nine tenths of what was claimed."""
    (claim,) = walk.find("claims_clerk", "parts.claim", CLAIM)
    walk.call("claims_clerk", "parts.claim", "action_submit", [claim])
    lines = walk.find("claims_clerk", "parts.claim.line", [("claim_id", "=", claim)], limit=None)
    for line in walk.call("claims_clerk", "parts.claim.line", "read", lines, ["amount_claimed"]):
        answer = {
            "decision": "partly",
            "amount_agreed": round(line["amount_claimed"] * 0.9, 2),
            "decision_reason": "不含加价 (no markup)",
        }
        walk.call("claims_clerk", "parts.claim.line", "write", [line["id"]], answer)
    walk.call("claims_clerk", "parts.claim", "action_answer", [claim])
    walk.call("claims_clerk", "parts.claim", "action_agree", [claim])


def settle_claim(walk):
    (claim,) = walk.find("settlement", "parts.claim", CLAIM)
    settlement = walk.call("settlement", "parts.claim", "action_settle", [claim])["res_id"]
    walk.call("settlement", "claim.settlement", "action_post", [settlement])
    walk.call("settlement", "claim.settlement", "action_reconcile", [settlement])


CLAIM = [("direction", "=", "outbound"), ("line_ids.product_id.name", "ilike", "pump")]
SHOTS = [
    Shot(
        "claim-worklist",
        "claims_clerk",
        "parts_claims.parts_claim_line_action_worklist",
        before=finish_repair,
    ),
    Shot(
        "claim", "claims_clerk", "parts_claims.parts_claim_action", "parts.claim", CLAIM, before=claim_parts
    ),
    Shot(
        "claim-agreed",
        "claims_clerk",
        "parts_claims.parts_claim_action",
        "parts.claim",
        CLAIM,
        before=agree_claim,
    ),
    Shot(
        "settlement",
        "settlement",
        "parts_claims.claim_settlement_action",
        "claim.settlement",
        before=settle_claim,
    ),
    Shot(
        "credit-note",
        "settlement",
        "account.action_move_in_refund_type",
        "account.move",
        [("move_type", "=", "in_refund"), ("state", "=", "posted")],
    ),
    Shot("old-parts", "claims_clerk", "parts_claims.old_part_action"),
    Shot("claim-agreement", "claims_manager", "parts_claims.claim_agreement_action", "claim.agreement"),
    Shot("audit-rules", "claims_manager", "parts_claims.claim_rule_action"),
    Shot("audit-log", "claims_clerk", "parts_claims.claim_rule_log_action"),
    Shot("station-claims", "claims_clerk", "parts_claims.parts_claim_action_station"),
    Shot(
        "station-claim",
        "claims_clerk",
        "parts_claims.parts_claim_action_station",
        "parts.claim",
        [("direction", "=", "inbound"), ("state", "=", "submitted")],
    ),
    Shot("station-portal", "station", "/my/station-claims"),
    Shot("key-parts", "claims_manager", "parts_claims.claim_key_part_action"),
    Shot("quality-alerts", "claims_manager", "parts_claims.claim_quality_alert_action"),
]
