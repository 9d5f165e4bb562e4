# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

VAT_FIELDS = ("title", "vat", "address", "phone", "bank", "account", "email")


class RepairPortal(CustomerPortal):
    """The customer's repairs: follow, sign the bill, pay, ask for the VAT invoice, rate, keep the record."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Customers have no right on repairs; one's own company's repairs are open to its portal users, and a repair's
        token opens that repair."""
        try:
            return super()._document_check_access(model_name, document_id, access_token=access_token)
        except AccessError:
            if model_name != "repair.order" or request.env.user._is_public():
                raise
            # sudo: only to find out whose repair it is
            repair_sudo = request.env["repair.order"].sudo().browse(document_id)
            if not repair_sudo._belongs_to(request.env.user.partner_id):
                raise
            return repair_sudo

    def _get_repair(self, repair_id, access_token=None):
        """The repair as superuser record of the visiting user, or None if it is not the visitor's."""
        try:
            repair_sudo = self._document_check_access("repair.order", repair_id, access_token=access_token)
        except (AccessError, MissingError):
            return None
        return repair_sudo.with_user(request.env.user).sudo()

    # List

    def _get_own_repairs_domain(self):
        return Domain("partner_id", "child_of", request.env.user.commercial_partner_id.ids)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "repair_count" in counters:
            # sudo: customers have no right on repairs; the domain allows one's own
            values["repair_count"] = (
                request.env["repair.order"].sudo().search_count(self._get_own_repairs_domain())
            )
        return values

    def _get_repair_searches(self):
        return {
            "all": {"input": "all", "label": request.env._("Search in All"), "fields": None},
            "name": {"input": "name", "label": request.env._("Search in Number"), "fields": ["name"]},
            "unit": {
                "input": "unit",
                "label": request.env._("Search in Unit"),
                "fields": ["product_id.name", "lot_id.name", "lot_id.license_plate", "lot_id.vin"],
            },
        }

    def _get_repair_search_domain(self, search_in, search):
        searches = self._get_repair_searches()
        names = (searches.get(search_in) or searches["all"])["fields"]
        names = names or searches["name"]["fields"] + searches["unit"]["fields"]
        return Domain.OR(Domain(name, "ilike", search) for name in names)

    @http.route(["/my/repairs", "/my/repairs/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_repairs(self, page=1, sortby="date", search_in="all", search=None, **kw):
        """The customer's own repairs."""
        sortings = {
            "date": {"label": request.env._("Newest"), "order": "create_date desc, id desc"},
            "name": {"label": request.env._("Number"), "order": "name"},
            "stage": {"label": request.env._("Stage"), "order": "service_stage, id desc"},
        }
        sortby = sortby if sortby in sortings else "date"
        domain = self._get_own_repairs_domain()
        if search:
            domain &= self._get_repair_search_domain(search_in, search)
        # sudo: customers have no right on repairs; the domain allows one's own
        repairs_sudo = request.env["repair.order"].sudo()
        pager = portal_pager(
            url="/my/repairs",
            url_args={"sortby": sortby, "search_in": search_in, "search": search},
            total=repairs_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        repairs = repairs_sudo.search(
            domain, order=sortings[sortby]["order"], limit=self._items_per_page, offset=pager["offset"]
        )
        values = self._prepare_portal_layout_values()
        values.update(
            repairs=repairs,
            page_name="repair",
            pager=pager,
            default_url="/my/repairs",
            searchbar_sortings=sortings,
            sortby=sortby,
            searchbar_inputs=self._get_repair_searches(),
            search_in=search_in,
            search=search,
        )
        return request.render("aftersales_service.portal_my_repairs", values)

    # One repair

    @http.route("/my/repairs/<int:repair_id>", type="http", auth="public", website=True)
    def portal_repair_page(
        self, repair_id, access_token=None, report_type=None, download=False, message=None, **kw
    ):
        """One repair: where it stands, what it costs, what is left to do."""
        repair_sudo = self._get_repair(repair_id, access_token)
        if not repair_sudo:
            return request.redirect("/my")
        if report_type:
            return self._show_repair_report(
                repair_sudo.statement_id, "aftersales_service.repair_statement_report", report_type, download
            )
        values = {
            "repair": repair_sudo,
            "stages": repair_sudo._get_portal_stages(),
            "statement": repair_sudo.statement_id,
            "quotation": repair_sudo._get_portal_quotation(),
            "bills": repair_sudo._get_portal_bills(),
            "can_sign": repair_sudo._can_sign_bill_on_portal(),
            "record": repair_sudo.repair_record_ids[:1],
            "invoice_requests": repair_sudo.invoice_request_ids,
            "rating_token": self._get_rating_token(repair_sudo),
            "message": message,
            "page_name": "repair",
        }
        values = self._get_page_view_values(
            repair_sudo, access_token, values, "my_repairs_history", False, **kw
        )
        return request.render("aftersales_service.portal_repair_page", values)

    @http.route("/my/repairs/<int:repair_id>/record", type="http", auth="public", website=True)
    def portal_repair_record(self, repair_id, access_token=None, report_type="pdf", download=False, **kw):
        """The customer's copy of the repair record."""
        repair_sudo = self._get_repair(repair_id, access_token)
        if not repair_sudo:
            return request.redirect("/my")
        return self._show_repair_report(
            repair_sudo.repair_record_ids[:1],
            "aftersales_service.service_repair_record_report",
            report_type,
            download,
        )

    def _show_repair_report(self, record_sudo, report, report_type, download):
        if not record_sudo or report_type not in ("html", "pdf", "text"):
            return request.not_found()
        return self._show_report(record_sudo, report_type, report, download=download)

    def _get_rating_token(self, repair_sudo):
        """Token of the visitor's rating of a handed-over repair; None if there is nothing to rate."""
        if not repair_sudo._can_be_rated():
            return None
        user = request.env.user
        partner = repair_sudo.partner_id if user._is_public() else user.partner_id
        # staff who look at the page do not rate their own work
        return repair_sudo._rating_get_access_token(partner) if repair_sudo._belongs_to(partner) else None

    # Acts

    @http.route("/my/repairs/<int:repair_id>/sign", type="jsonrpc", auth="public", website=True)
    def portal_repair_sign(self, repair_id, access_token=None, name=None, signature=None):
        """Sign the bill: called by the portal's signature form."""
        access_token = access_token or request.httprequest.args.get("access_token")
        repair_sudo = self._get_repair(repair_id, access_token)
        if not repair_sudo or request.env.user._is_internal():
            return {"error": request.env._("This repair is not yours to sign.")}
        try:
            with request.env.cr.savepoint():
                repair_sudo._sign_as_customer("bill", name, signature, channel="portal")
        except UserError as error:
            return {"error": str(error)}
        return {
            "force_refresh": True,
            "redirect_url": repair_sudo.get_portal_url(query_string="&message=signed"),
        }

    @http.route(
        "/my/repairs/<int:repair_id>/invoice-request",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
    )
    def portal_repair_invoice_request(self, repair_id, access_token=None, **kw):
        """Ask for a VAT invoice, with the data it needs."""
        repair_sudo = self._get_repair(repair_id, access_token)
        if not repair_sudo:
            return request.redirect("/my")
        vals = {name: (kw.get(name) or "").strip()[:200] for name in VAT_FIELDS}
        try:
            with request.env.cr.savepoint():
                repair_sudo._request_vat_invoice(vals)
        except UserError:
            return request.redirect(repair_sudo.get_portal_url(query_string="&message=invoice_refused"))
        return request.redirect(repair_sudo.get_portal_url(query_string="&message=invoice_requested"))
