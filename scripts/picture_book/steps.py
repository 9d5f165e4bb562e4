# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Steps of the way that more than one chapter takes."""

import base64
from pathlib import Path

SIGNATURE = Path(__file__).resolve().parents[2] / "addons" / "aftersales_service" / "demo" / "signature.png"


def sign(walk, login, action):
    """In the window that `action` opens, the customer draws the signature."""
    drawn = base64.b64encode(SIGNATURE.read_bytes()).decode()
    walk.call(login, action["res_model"], "write", [action["res_id"]], {"signature": drawn})
    walk.call(login, action["res_model"], "action_sign", [action["res_id"]])


def sign_intake(walk, repair):
    """Reception reads the requests back, and the customer signs."""
    requests = walk.find("reception", "repair.request", [("repair_id", "=", repair)], limit=None)
    walk.call("reception", "repair.request", "write", requests, {"read_back": True})
    walk.call("reception", "repair.order", "write", [repair], {"valuables_warned": True})
    sign(walk, "reception", walk.call("reception", "repair.order", "action_sign_intake", [repair]))
