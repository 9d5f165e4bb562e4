# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.parts_claim_line_station import RETURN_CAUSES, STATION_KINDS
from ..models.parts_claim_station_filing import UNTOLD_STATES
from ..models.station_claim_reader import MAX_FILE_BYTES, MAX_FILES
from ..models.station_claim_sheet import MAX_SHEET_BYTES
from .files import send_file

HEAD_FIELDS = ("document", "serial", "repair_date", "report_date", "meter", "symptom", "return_cause")
ROW_FIELDS = ("kind", "part", "operation", "description", "quantity", "price", "note")
ROWS = 8


class StationPortal(CustomerPortal):
    """A service station's side: file claims, follow them, agree or dispute, confirm write-off notices.

    Stations have no right on these records; the pages pick what they see. Every route checks whose record it is.
    """

    # Whose it is

    def _get_own_station(self, model_name, record_id):
        """The record as superuser record, or None if it is not of the visitor's own station."""
        # sudo: only to find out whose record it is
        record_sudo = request.env[model_name].sudo().browse(record_id).exists()
        user = request.env.user
        if not record_sudo or user._is_public() or not record_sudo._belongs_to_station(user.partner_id):
            return None
        return record_sudo

    def _get_station_agreements(self):
        # sudo: stations cannot read agreements; only those with the visitor's own company are found
        agreements = request.env["claim.agreement"].sudo()
        return agreements._get_station_agreements(request.env.user.partner_id)

    def _get_station_claims_domain(self):
        return request.env["parts.claim"]._get_own_station_domain(request.env.user.partner_id)

    def _get_station_notices_domain(self):
        station = request.env.user.partner_id.commercial_partner_id
        return (
            Domain("direction", "=", "inbound")
            & Domain("supplier_id", "=", station.id)
            & Domain("notice_date", "!=", False)
        )

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        # sudo: stations have no right on these; the domains allow one's own
        if "station_claim_count" in counters:
            values["station_claim_count"] = (
                request.env["parts.claim"].sudo().search_count(self._get_station_claims_domain())
            )
        if "station_notice_count" in counters:
            values["station_notice_count"] = (
                request.env["claim.settlement"].sudo().search_count(self._get_station_notices_domain())
            )
        return values

    @http.route()
    def home(self, **kw):
        """The card for filing is there for stations with an agreement, before the first claim too."""
        response = super().home(**kw)
        if hasattr(response, "qcontext"):
            response.qcontext["is_station"] = bool(self._get_station_agreements())
        return response

    # Claims

    @http.route(
        ["/my/station-claims", "/my/station-claims/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_station_claims(self, page=1, filterby="all", search=None, **kw):
        """The station's own claims."""
        filters = {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": request.env._("With Them"),
                "domain": Domain("state", "in", ("submitted", "disputed")),
            },
            "answered": {"label": request.env._("Answered"), "domain": Domain("state", "=", "answered")},
        }
        filterby = filterby if filterby in filters else "all"
        domain = self._get_station_claims_domain() & filters[filterby]["domain"]
        if search:
            names = ("name", "line_ids.station_document", "line_ids.unit_lot_id")
            domain &= Domain.OR(Domain(name, "ilike", search) for name in names)
        # sudo: stations have no right on claims; the domain allows one's own
        claims_sudo = request.env["parts.claim"].sudo()
        pager = portal_pager(
            url="/my/station-claims",
            url_args={"filterby": filterby, "search": search},
            total=claims_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            claims=claims_sudo.search(
                domain, order="submit_date desc, id desc", limit=self._items_per_page, offset=pager["offset"]
            ),
            can_file=bool(self._get_station_agreements()),
            page_name="station_claim",
            pager=pager,
            default_url="/my/station-claims",
            searchbar_filters=filters,
            filterby=filterby,
            searchbar_inputs={"all": {"input": "all", "label": request.env._("Search in All")}},
            search_in="all",
            search=search,
        )
        return request.render("parts_claims.portal_station_claims", values)

    @http.route("/my/station-claims/<int:claim_id>", type="http", auth="user", website=True)
    def portal_station_claim_page(self, claim_id, message=None, **kw):
        """One claim of the station, and the answer to it."""
        claim_sudo = self._get_own_station("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        return self._render_station_claim(claim_sudo, message=message)

    def _render_station_claim(self, claim_sudo, message=None, error=None):
        values = self._prepare_portal_layout_values()
        values.update(
            claim=claim_sudo,
            lines=list(claim_sudo._get_line_numbers().items()),
            told=claim_sudo.state not in UNTOLD_STATES,
            error=error,
            message=message,
            page_name="station_claim",
        )
        return request.render("parts_claims.portal_station_claim_page", values)

    @http.route(
        "/my/station-claims/<int:claim_id>/agree", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_station_claim_agree(self, claim_id, **kw):
        """The station agrees to the answer."""
        claim_sudo = self._get_own_station("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                claim_sudo._station_agrees(request.env.user.partner_id)
        except UserError as error:
            return self._render_station_claim(claim_sudo, error=str(error))
        return request.redirect(f"/my/station-claims/{claim_id}?message=agreed")

    @http.route(
        "/my/station-claims/<int:claim_id>/dispute", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_station_claim_dispute(self, claim_id, reason=None, **kw):
        """The station disputes the answer, once."""
        claim_sudo = self._get_own_station("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                claim_sudo._station_disputes(request.env.user.partner_id, reason, self._read_files("files"))
        except UserError as error:
            return self._render_station_claim(claim_sudo, error=str(error))
        return request.redirect(f"/my/station-claims/{claim_id}?message=disputed")

    @http.route(
        "/my/station-claims/<int:claim_id>/file/<int:attachment_id>", type="http", auth="user", website=True
    )
    def portal_station_claim_file(self, claim_id, attachment_id, **kw):
        """A file the station sent with one of the lines or with its dispute."""
        claim_sudo = self._get_own_station("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        files = claim_sudo.line_ids.attachment_ids | claim_sudo.dispute_attachment_ids
        attachment = files.filtered(lambda one: one.id == attachment_id)
        if not attachment:
            return request.redirect("/my")
        return send_file(attachment.raw or b"", attachment.name, "application/octet-stream")

    # Filing

    @http.route("/my/station-claims/new", type="http", auth="user", methods=["GET", "POST"], website=True)
    def portal_station_claim_new(self, **kw):
        """One repair of the station: what it was, and up to eight lines of cost with their proofs."""
        agreements = self._get_station_agreements()
        if not agreements:
            return request.redirect("/my")
        if request.httprequest.method == "GET":
            return self._render_station_form(agreements, {}, {})
        rows = [index for index in range(ROWS) if self._is_row_filled(kw, index)]
        try:
            company = self._pick_company(agreements, kw)
            lines = [self._read_row(kw, index) for index in rows]
            # sudo: stations have no right on claims; whose station it is was found out above
            with request.env.cr.savepoint():
                claims, errors = (
                    request.env["parts.claim"]
                    .sudo()
                    ._file_inbound(request.env.user.partner_id, lines, "portal", company=company)
                )
        except UserError as error:
            return self._render_station_form(agreements, kw, {0: [str(error)]})
        if errors:
            numbered = {rows[index] if rows else 0: messages for index, messages in errors.items()}
            return self._render_station_form(agreements, kw, numbered)
        return request.redirect(f"/my/station-claims/{claims[:1].id}?message=filed")

    def _render_station_form(self, agreements, form, errors):
        values = self._prepare_portal_layout_values()
        lines = request.env["parts.claim.line"]
        labels = dict(lines._fields["kind"]._description_selection(request.env))
        values.update(
            causes=lines._fields["return_cause"]._description_selection(request.env),
            companies=agreements.company_id,
            errors=errors,
            form=form,
            kinds=[(kind, labels[kind]) for kind in STATION_KINDS],
            max_files=MAX_FILES,
            page_name="station_claim",
            rows=range(ROWS),
            today=agreements.company_id[:1]._get_law_date(),
        )
        response = request.render("parts_claims.portal_station_claim_form", values)
        if errors:
            response.status_code = 422
        return response

    def _is_row_filled(self, form, index):
        return any((form.get(f"{name}_{index}") or "").strip() for name in ROW_FIELDS if name != "kind")

    def _read_row(self, form, index):
        """One line: what belongs to the repair is the same for all of them."""
        line = {name: form.get(name) or "" for name in HEAD_FIELDS}
        line |= {name: form.get(f"{name}_{index}") or "" for name in ROW_FIELDS}
        if line["return_cause"] not in dict(RETURN_CAUSES):
            line["return_cause"] = ""
        return line | {"files": self._read_files(f"files_{index}")}

    def _read_files(self, name):
        """Files of a form field; of a file that is too large only as much as shows that it is."""
        files = [file for file in request.httprequest.files.getlist(name) if file.filename]
        return [{"name": file.filename, "content": file.stream.read(MAX_FILE_BYTES + 1)} for file in files]

    def _pick_company(self, agreements, form):
        chosen = form.get("company_id") or ""
        claims = request.env["parts.claim"]
        return claims._get_station_company(agreements, int(chosen) if chosen.isdigit() else False)

    @http.route("/my/station-claims/template", type="http", auth="user", website=True)
    def portal_station_template(self, **kw):
        """The empty list for filing many lines."""
        if not self._get_station_agreements():
            return request.redirect("/my")
        content = request.env["station.claim.sheet"]._make_template()
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return send_file(content, "station-claims.xlsx", kind)

    @http.route("/my/station-claims/upload", type="http", auth="user", methods=["GET", "POST"], website=True)
    def portal_station_upload(self, partial=None, **kw):
        """File a list; what is wrong is named row by row."""
        agreements = self._get_station_agreements()
        if not agreements:
            return request.redirect("/my")
        if request.httprequest.method == "GET":
            return self._render_station_upload(agreements, {})
        file = request.httprequest.files.get("list")
        if not file or not file.filename:
            return self._render_station_upload(agreements, {}, error=request.env._("Choose a file."))
        try:
            company = self._pick_company(agreements, kw)
            content = file.stream.read(MAX_SHEET_BYTES + 1)
            # sudo: stations have no right on claims; whose station it is was found out above
            with request.env.cr.savepoint():
                claims, errors = (
                    request.env["station.claim.sheet"]
                    .sudo()
                    ._file_sheet(request.env.user.partner_id, company, content, file.filename, bool(partial))
                )
        except UserError as error:
            return self._render_station_upload(agreements, {}, error=str(error))
        if errors or len(claims) != 1:
            return self._render_station_upload(agreements, errors, claims=claims)
        return request.redirect(f"/my/station-claims/{claims.id}?message=filed")

    def _render_station_upload(self, agreements, errors, error=None, claims=None):
        values = self._prepare_portal_layout_values()
        values.update(
            claims=claims,
            companies=agreements.company_id,
            error=error,
            errors=list(errors.items())[:200],
            more_errors=max(0, len(errors) - 200),
            page_name="station_claim",
        )
        response = request.render("parts_claims.portal_station_upload", values)
        if error or errors:
            response.status_code = 422
        return response

    # Write-off notices

    @http.route(
        ["/my/write-off-notices", "/my/write-off-notices/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_station_notices(self, page=1, **kw):
        """The station's own write-off notices."""
        domain = self._get_station_notices_domain()
        # sudo: stations have no right on settlements; the domain allows one's own
        notices_sudo = request.env["claim.settlement"].sudo()
        pager = portal_pager(
            url="/my/write-off-notices",
            total=notices_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            notices=notices_sudo.search(domain, limit=self._items_per_page, offset=pager["offset"]),
            page_name="station_notice",
            pager=pager,
            default_url="/my/write-off-notices",
        )
        return request.render("parts_claims.portal_station_notices", values)

    @http.route("/my/write-off-notices/<int:notice_id>", type="http", auth="user", website=True)
    def portal_station_notice_page(self, notice_id, report_type=None, download=False, message=None, **kw):
        """One notice, as page or as printed."""
        notice_sudo = self._get_own_station("claim.settlement", notice_id)
        if notice_sudo is None:
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            report = "parts_claims.claim_settlement_report_notice"
            return self._show_report(notice_sudo, report_type, report, download=download)
        return self._render_station_notice(notice_sudo, message=message)

    def _render_station_notice(self, notice_sudo, message=None, error=None):
        values = self._prepare_portal_layout_values()
        values.update(
            notice=notice_sudo,
            rows=notice_sudo._get_notice_rows(),
            fees=notice_sudo._get_notice_fees(),
            totals=notice_sudo._get_statement_totals(),
            acknowledgment=notice_sudo.acknowledgment_ids[:1],
            can_confirm=notice_sudo.state == "draft" and not notice_sudo.acknowledgment_ids,
            error=error,
            message=message,
            page_name="station_notice",
        )
        return request.render("parts_claims.portal_station_notice_page", values)

    @http.route(
        "/my/write-off-notices/<int:notice_id>/confirm",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_station_notice_confirm(self, notice_id, name=None, **kw):
        """The station confirms the notice."""
        notice_sudo = self._get_own_station("claim.settlement", notice_id)
        if notice_sudo is None:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                notice_sudo._confirm_notice(name)
        except UserError as error:
            return self._render_station_notice(notice_sudo, error=str(error))
        return request.redirect(f"/my/write-off-notices/{notice_id}?message=confirmed")
