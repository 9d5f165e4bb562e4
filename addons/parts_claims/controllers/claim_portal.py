# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.claim_settlement_acknowledgment import PORTAL_STATES as STATEMENT_STATES
from ..models.parts_claim_answering import PORTAL_STATES as CLAIM_STATES
from .files import send_file

OWN_MODELS = ("parts.claim", "claim.settlement")
FIELD_NAME = re.compile(r"(decision|amount|reason)_(\d{1,9})")


class ClaimPortal(CustomerPortal):
    """The supplier's side: claims to answer, the evidence for them, statements to confirm.

    Suppliers have no right on these records: the pages pick what they see, so that our costs, notes and other suppliers
    cannot be read over RPC. Every route checks whose record it is; links with tokens are not given out.
    """

    def _document_check_access(self, model_name, document_id, access_token=None):
        """One's own company's claims and statements are open to its portal users, to nobody else."""
        if model_name not in OWN_MODELS:
            return super()._document_check_access(model_name, document_id, access_token=access_token)
        # sudo: only to find out whose record it is
        document_sudo = request.env[model_name].sudo().browse(document_id).exists()
        if not document_sudo:
            raise MissingError(request.env._("This document does not exist."))
        if request.env.user._is_public() or not document_sudo._belongs_to(request.env.user.partner_id):
            raise AccessError(request.env._("This document is not yours."))
        return document_sudo

    def _get_own(self, model_name, document_id):
        """The record as superuser record of the visiting user, or None if it is not the visitor's."""
        try:
            return self._document_check_access(model_name, document_id)
        except (AccessError, MissingError):
            return None

    # Lists

    def _get_own_domain(self, states):
        supplier = request.env.user.partner_id.commercial_partner_id
        return (
            Domain("supplier_id", "=", supplier.id)
            & Domain("direction", "=", "outbound")
            & Domain("state", "in", states)
        )

    def _get_own_claims_domain(self):
        return self._get_own_domain(CLAIM_STATES)

    def _get_own_settlements_domain(self):
        return self._get_own_domain(STATEMENT_STATES) & Domain("credit_note_id", "!=", False)

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        # sudo: suppliers have no right on these; the domains allow one's own
        if "claim_count" in counters:
            values["claim_count"] = (
                request.env["parts.claim"].sudo().search_count(self._get_own_claims_domain())
            )
        if "claim_settlement_count" in counters:
            values["claim_settlement_count"] = (
                request.env["claim.settlement"].sudo().search_count(self._get_own_settlements_domain())
            )
        return values

    def _get_claim_searches(self):
        return {
            "all": {
                "input": "all",
                "label": request.env._("Search in All"),
                "fields": ["name", "line_ids.product_id"],
            },
            "name": {"input": "name", "label": request.env._("Search in Number"), "fields": ["name"]},
            "part": {
                "input": "part",
                "label": request.env._("Search in Part"),
                "fields": ["line_ids.product_id"],
            },
        }

    @http.route(["/my/claims", "/my/claims/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_claims(self, page=1, sortby="date", filterby="all", search_in="all", search=None, **kw):
        """The supplier's own claims."""
        sortings = {
            "date": {"label": request.env._("Newest"), "order": "submit_date desc, id desc"},
            "due": {"label": request.env._("Answer Due"), "order": "answer_deadline, id desc"},
            "name": {"label": request.env._("Number"), "order": "name"},
        }
        filters = {
            "all": {"label": request.env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": request.env._("To Answer"),
                "domain": Domain("state", "in", ("submitted", "disputed")),
            },
        }
        sortby = sortby if sortby in sortings else "date"
        filterby = filterby if filterby in filters else "all"
        searches = self._get_claim_searches()
        search_in = search_in if search_in in searches else "all"
        domain = self._get_own_claims_domain() & filters[filterby]["domain"]
        if search:
            domain &= Domain.OR(Domain(name, "ilike", search) for name in searches[search_in]["fields"])
        # sudo: suppliers have no right on claims; the domain allows one's own
        claims_sudo = request.env["parts.claim"].sudo()
        pager = portal_pager(
            url="/my/claims",
            url_args={"sortby": sortby, "filterby": filterby, "search_in": search_in, "search": search},
            total=claims_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            claims=claims_sudo.search(
                domain, order=sortings[sortby]["order"], limit=self._items_per_page, offset=pager["offset"]
            ),
            page_name="claim",
            pager=pager,
            default_url="/my/claims",
            searchbar_sortings=sortings,
            sortby=sortby,
            searchbar_filters=filters,
            filterby=filterby,
            searchbar_inputs=searches,
            search_in=search_in,
            search=search,
        )
        return request.render("parts_claims.portal_my_claims", values)

    @http.route(
        ["/my/settlements", "/my/settlements/page/<int:page>"], type="http", auth="user", website=True
    )
    def portal_my_settlements(self, page=1, **kw):
        """The statements of the supplier's own settlements."""
        domain = self._get_own_settlements_domain()
        # sudo: suppliers have no right on settlements; the domain allows one's own
        settlements_sudo = request.env["claim.settlement"].sudo()
        pager = portal_pager(
            url="/my/settlements",
            total=settlements_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            settlements=settlements_sudo.search(domain, limit=self._items_per_page, offset=pager["offset"]),
            page_name="settlement",
            pager=pager,
            default_url="/my/settlements",
        )
        return request.render("parts_claims.portal_my_settlements", values)

    # One claim

    @http.route("/my/claims/<int:claim_id>", type="http", auth="user", website=True)
    def portal_claim_page(self, claim_id, message=None, **kw):
        """One claim: what is claimed and why, and the answer to it."""
        claim_sudo = self._get_own("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        return self._render_claim(claim_sudo, message=message)

    def _render_claim(self, claim_sudo, message=None, error=None):
        values = self._prepare_portal_layout_values()
        values.update(
            claim=claim_sudo,
            lines=list(claim_sudo._get_line_numbers().items()),
            can_answer=claim_sudo.state in ("submitted", "disputed"),
            error=error,
            message=message,
            page_name="claim",
        )
        return request.render("parts_claims.portal_claim_page", values)

    @http.route("/my/claims/<int:claim_id>/answer", type="http", auth="user", methods=["POST"], website=True)
    def portal_claim_answer(self, claim_id, act="save", **kw):
        """Record answers: those of the form, or accepted for all lines without one; or close the answer."""
        claim_sudo = self._get_own("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        partner = request.env.user.partner_id
        try:
            with request.env.cr.savepoint():
                claim_sudo._record_supplier_answers(
                    self._read_answers(claim_sudo, kw, accept_rest=act == "accept_rest"), partner, "portal"
                )
                if act == "close":
                    claim_sudo._close_supplier_answer(partner, "portal")
        except UserError as error:
            return self._render_claim(claim_sudo, error=str(error))
        return request.redirect(f"/my/claims/{claim_id}?message={'closed' if act == 'close' else 'saved'}")

    def _read_answers(self, claim_sudo, form, accept_rest):
        """The answers of a form that differ from what is recorded.

        Lines of other claims are passed on as they are: the claim refuses them.
        """
        found = {}
        for name, value in form.items():
            if match := FIELD_NAME.fullmatch(name):
                found.setdefault(int(match[2]), {})[match[1]] = (value or "").strip()
        # sudo: the claim checks that the lines are its own
        lines = request.env["parts.claim.line"].sudo().browse(found).exists()
        answers = [self._read_answer(line, found[line.id]) for line in lines]
        answers = [answer for answer in answers if answer["decision"] and self._is_new(answer)]
        if accept_rest:
            named = request.env["parts.claim.line"].union(*(answer["line"] for answer in answers))
            rest = claim_sudo.line_ids.filtered(lambda line: not line.decision) - named
            answers += [{"line": line, "decision": "accepted", "amount": 0.0, "reason": ""} for line in rest]
        return answers

    def _read_answer(self, line, values):
        try:
            amount = float(values.get("amount") or 0.0)
        except ValueError:
            amount = -1.0
        return {
            "line": line,
            "decision": values.get("decision"),
            "amount": amount,
            "reason": (values.get("reason") or "")[:500],
        }

    def _is_new(self, answer):
        line = answer["line"]
        if answer["decision"] == "more":
            return answer["reason"] != (line.supplier_question or "")
        same = (answer["decision"], answer["reason"]) == (line.decision, line.decision_reason or "")
        return not same or (answer["decision"] == "partly" and answer["amount"] != line.amount_agreed)

    @http.route("/my/claims/<int:claim_id>/evidence", type="http", auth="user", website=True)
    def portal_claim_evidence(self, claim_id, **kw):
        """Everything that proves the claim, as one ZIP."""
        claim_sudo = self._get_own("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        return send_file(
            claim_sudo._make_evidence_pack(),
            f"{claim_sudo._to_file_name(claim_sudo.name)}.zip",
            "application/zip",
        )

    @http.route(
        "/my/claims/<int:claim_id>/attachment/<int:attachment_id>", type="http", auth="user", website=True
    )
    def portal_claim_attachment(self, claim_id, attachment_id, **kw):
        """An attachment to our dispute."""
        claim_sudo = self._get_own("parts.claim", claim_id)
        if claim_sudo is None:
            return request.redirect("/my")
        attachment = claim_sudo.dispute_attachment_ids.filtered(lambda one: one.id == attachment_id)
        if not attachment:
            return request.redirect("/my")
        return send_file(attachment.raw or b"", attachment.name, "application/octet-stream")

    # One statement

    @http.route("/my/settlements/<int:settlement_id>", type="http", auth="user", website=True)
    def portal_settlement_page(self, settlement_id, report_type=None, download=False, message=None, **kw):
        """One statement: its rows and sums, as page or as printed."""
        settlement_sudo = self._get_own("claim.settlement", settlement_id)
        if settlement_sudo is None:
            return request.redirect("/my")
        if report_type in ("html", "pdf", "text"):
            report = "parts_claims.claim_settlement_report_statement"
            return self._show_report(settlement_sudo, report_type, report, download=download)
        return self._render_settlement(settlement_sudo, message=message)

    def _render_settlement(self, settlement_sudo, message=None, error=None):
        values = self._prepare_portal_layout_values()
        values.update(
            settlement=settlement_sudo,
            rows=settlement_sudo._get_statement_rows(),
            totals=settlement_sudo._get_statement_totals(),
            acknowledgment=settlement_sudo.acknowledgment_ids[:1],
            can_acknowledge=settlement_sudo.state in ("posted", "reconciled")
            and not settlement_sudo.acknowledgment_ids,
            error=error,
            message=message,
            page_name="settlement",
        )
        return request.render("parts_claims.portal_settlement_page", values)

    @http.route(
        "/my/settlements/<int:settlement_id>/acknowledge",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_settlement_acknowledge(self, settlement_id, name=None, **kw):
        """Confirm the statement."""
        settlement_sudo = self._get_own("claim.settlement", settlement_id)
        if settlement_sudo is None:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                settlement_sudo._acknowledge(name)
        except UserError as error:
            return self._render_settlement(settlement_sudo, error=str(error))
        return request.redirect(f"/my/settlements/{settlement_id}?message=acknowledged")
