# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request


class WarrantyCheck(http.Controller):
    """Anybody may ask whether a serial number is covered, a few times an hour."""

    @http.route(
        ["/warranty/check"], type="http", auth="public", website=True, methods=["GET", "POST"], sitemap=False
    )
    def warranty_check(self, serial=None, **kw):
        """Form, and the answer to it: covered, expired, or unknown, and the month cover ends."""
        values = {"page_name": "warranty_check", "serial": serial, "status": None, "last_day": None}
        if request.httprequest.method == "POST":
            # The counter belongs to nobody; who asks has no access to it.
            attempts = request.env["warranty.check.attempt"].sudo()
            if not attempts._count_question(request.httprequest.remote_addr or ""):
                return request.render(
                    "aftersales_service.warranty_check", dict(values, status="limit"), status=429
                )
            values["status"], values["last_day"] = request.env["warranty.registration"]._check_publicly(
                serial
            )
        return request.render("aftersales_service.warranty_check", values)
