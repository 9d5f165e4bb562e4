# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

CERTIFICATE = "aftersales_service.warranty_registration_report_certificate"
MOST_PHOTOS = 5
LARGEST_PHOTO = 8 * 1024 * 1024
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")


class WarrantyPortal(CustomerPortal):
    """A customer's units and what is promised for them; a dealer's return cards."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "warranty_count" in counters:
            values["warranty_count"] = self._get_own_warranties().search_count(self._get_warranty_domain())
        return values

    def _get_own_warranties(self):
        # Customers may read neither products nor serial numbers, by which they search; the domain allows one's own.
        return request.env["warranty.registration"].sudo()

    def _get_warranty_domain(self):
        """Registrations of the user's own company (partner)."""
        user = request.env.user
        return [
            ("partner_id", "child_of", user.commercial_partner_id.ids),
            ("company_id", "in", user.company_ids.ids),
            ("state", "in", ("draft", "active", "expired", "void")),
        ]

    def _get_warranty_sortings(self):
        return {
            "end": {"label": request.env._("Covered Until"), "order": "end_date desc, id desc"},
            "start": {"label": request.env._("Cover Starts"), "order": "start_date desc, id desc"},
            "name": {"label": request.env._("Number"), "order": "name desc"},
        }

    def _get_warranty_filters(self):
        return {
            "all": {"label": request.env._("All"), "domain": []},
            "covered": {"label": request.env._("Active"), "domain": [("state", "=", "active")]},
            "ended": {"label": request.env._("Ended"), "domain": [("state", "in", ("expired", "void"))]},
        }

    def _get_warranty_inputs(self):
        return {
            "serial": {
                "input": "serial",
                "label": request.env._("Search in Serial Number"),
                "field": "lot_id.name",
            },
            "product": {
                "input": "product",
                "label": request.env._("Search in Product"),
                "field": "product_id.name",
            },
            "name": {"input": "name", "label": request.env._("Search in Number"), "field": "name"},
        }

    @http.route(["/my/warranties", "/my/warranties/page/<int:page>"], type="http", auth="user", website=True)
    def portal_my_warranties(self, page=1, sortby=None, filterby=None, search=None, search_in=None, **kw):
        """List of one's own warranties."""
        sortings, filters, inputs = (
            self._get_warranty_sortings(),
            self._get_warranty_filters(),
            self._get_warranty_inputs(),
        )
        sortby = sortby if sortby in sortings else "end"
        filterby = filterby if filterby in filters else "all"
        search_in = search_in if search_in in inputs else "serial"
        domain = self._get_warranty_domain() + filters[filterby]["domain"]
        if search:
            domain += [(inputs[search_in]["field"], "ilike", search)]
        warranties = self._get_own_warranties()
        pager = portal_pager(
            url="/my/warranties",
            url_args={"sortby": sortby, "filterby": filterby, "search": search, "search_in": search_in},
            total=warranties.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        found = warranties.search(
            domain, order=sortings[sortby]["order"], limit=self._items_per_page, offset=pager["offset"]
        )
        request.session["my_warranties_history"] = found.ids[:100]
        return request.render(
            "aftersales_service.portal_my_warranties",
            {
                **self._prepare_portal_layout_values(),
                "warranties": found,
                "page_name": "warranty",
                "default_url": "/my/warranties",
                "pager": pager,
                "searchbar_sortings": sortings,
                "searchbar_filters": filters,
                "searchbar_inputs": inputs,
                "sortby": sortby,
                "filterby": filterby,
                "search": search,
                "search_in": search_in,
            },
        )

    @http.route(["/my/warranties/<int:registration_id>"], type="http", auth="public", website=True)
    def portal_my_warranty(self, registration_id, access_token=None, report_type=None, download=False, **kw):
        """One warranty, component by component, and its certificate."""
        try:
            warranty_sudo = self._document_check_access(
                "warranty.registration", registration_id, access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type == "pdf":
            return self._show_report(warranty_sudo, "pdf", CERTIFICATE, download=download)
        return self._render_warranty(warranty_sudo, access_token=access_token)

    def _render_warranty(self, warranty_sudo, access_token=None, error=None):
        owner = self._owns_warranty(warranty_sudo)
        values = {
            "warranty": warranty_sudo,
            "page_name": "warranty",
            "owner": owner,
            # reading a warranty by its link does not tell what went wrong with the unit
            "rights": warranty_sudo._get_holder_rights() if owner else None,
            "error": error,
            "today": warranty_sudo.company_id._get_law_date(),
        }
        values = self._get_page_view_values(
            warranty_sudo, access_token, values, "my_warranties_history", False
        )
        return request.render("aftersales_service.portal_my_warranty", values)

    def _owns_warranty(self, warranty_sudo):
        """Whether the user may add to a warranty: reading one by its link is not owning it."""
        own = [*self._get_warranty_domain(), ("id", "=", warranty_sudo.id)]
        return bool(self._get_own_warranties().search_count(own, limit=1))

    @http.route(
        ["/my/warranties/<int:registration_id>/maintenance"],
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_add_maintenance(self, registration_id, **kw):
        """Record that one's own unit was maintained, with pictures."""
        try:
            warranty_sudo = self._document_check_access("warranty.registration", registration_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not self._owns_warranty(warranty_sudo):
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                self._create_maintenance(warranty_sudo, **kw)
        except (UserError, ValueError) as error:
            return self._render_warranty(warranty_sudo, error=str(error))
        return request.redirect(f"/my/warranties/{warranty_sudo.id}#maintenance")

    def _create_maintenance(self, warranty_sudo, done_on=None, done_by=None, note=None, **kw):
        """The record and its pictures, as the customer sent them.

        :raise UserError: something on the form is missing or cannot be
        :raise ValueError: a date or figure that is none
        """
        reading = float(kw.get("meter_reading") or 0)
        units = dict(request.env["warranty.maintenance"]._fields["meter_unit"].selection)
        if not done_on or not (done_by or "").strip():
            raise UserError(request.env._("Say when the unit was maintained, and by whom."))
        if reading and kw.get("meter_unit") not in units:
            raise UserError(request.env._("Choose the unit of the meter reading."))
        photos = [
            self._read_photo(photo) for photo in request.httprequest.files.getlist("photos") if photo.filename
        ]
        if len(photos) > MOST_PHOTOS:
            raise UserError(request.env._("Send at most %s pictures.", MOST_PHOTOS))
        # Customers have no right to create records; that the unit is theirs was checked by the caller.
        record = (
            request.env["warranty.maintenance"]
            .sudo()
            .create(
                {
                    "registration_id": warranty_sudo.id,
                    "done_on": fields.Date.to_date(done_on),
                    "done_by": done_by.strip()[:200],
                    "note": (note or "")[:5000],
                    "meter_reading": reading,
                    "meter_unit": reading and kw["meter_unit"],
                    "source": "portal",
                }
            )
        )
        attachments = record.env["ir.attachment"].create(
            [
                {"name": name, "raw": raw, "res_model": record._name, "res_id": record.id}
                for name, raw in photos
            ]
        )
        record.photo_ids = attachments
        return record

    def _read_photo(self, photo):
        """Name and content of a picture sent; too large ones and what is no picture are refused."""
        raw = photo.read(LARGEST_PHOTO + 1)
        if len(raw) > LARGEST_PHOTO:
            raise UserError(
                request.env._(
                    "%(name)s is larger than %(size)s MB. Send a smaller picture.",
                    name=photo.filename,
                    size=LARGEST_PHOTO // 1024**2,
                )
            )
        if guess_mimetype(raw) not in PHOTO_TYPES:
            raise UserError(request.env._("%s is not a picture (JPEG, PNG, or WebP).", photo.filename))
        return photo.filename[:200], raw

    @http.route(["/my/units"], type="http", auth="user", website=True)
    def portal_my_units(self, **kw):
        """The units one holds, each with its cover of today."""
        warranties = self._get_own_warranties().search(
            [*self._get_warranty_domain(), ("lot_id", "!=", False), ("state", "!=", "void")],
            order="product_id, id",
        )
        return request.render(
            "aftersales_service.portal_my_units",
            {**self._prepare_portal_layout_values(), "warranties": warranties, "page_name": "unit"},
        )
