# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk

PHOTO_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp")
MAX_PHOTOS = 10
DEFAULT_PHOTO_MB = 10


class AftersalesHelpdeskPhotoController(HelpdeskTicketController):
    """Photos of a fault with the ticket: pictures only, of a size that everybody can open."""

    @http.route()
    def submit_ticket(self, **kw):
        """Create the ticket, or show the form again and say what is wrong with the photos. Nothing is created then."""
        try:
            self._check_photos()
        except UserError as error:
            values = self._get_create_new_ticket_values(**kw)
            values.update(photo_error=str(error), entered=kw)
            response = request.render("helpdesk_mgmt.portal_create_ticket", values)
            response.status_code = 422
            return response
        return super().submit_ticket(**kw)

    def _get_create_new_ticket_values(self, **kw):
        values = super()._get_create_new_ticket_values(**kw)
        return dict(values, max_photos=MAX_PHOTOS, max_photo_mb=self._get_photo_megabytes(), entered={})

    def _get_photo_megabytes(self):
        """Largest photo a customer may send, in MB."""
        # sudo: customers may not read settings; this one is told them on the form
        value = request.env["ir.config_parameter"].sudo().get_param("aftersales_service.portal_photo_mb")
        return int(value) if value and value.isdigit() and int(value) else DEFAULT_PHOTO_MB

    def _check_photos(self):
        """Refuse what is no picture, too large, or too many; by what the files hold, not by their names. Each bad one
        is named, so that the customer corrects them all at once; nothing is sent without all of them."""
        photos = [photo for photo in request.httprequest.files.getlist("attachment") if photo.filename]
        if len(photos) > MAX_PHOTOS:
            raise UserError(request.env._("Send at most %(count)s photos with one ticket.", count=MAX_PHOTOS))
        megabytes = self._get_photo_megabytes()
        problems = [self._get_photo_problem(photo, megabytes) for photo in photos]
        if any(problems):
            raise UserError("\n".join(filter(None, problems)))

    def _get_photo_problem(self, photo, megabytes):
        """What is wrong with one file, in a sentence that names it; empty if nothing is."""
        data = photo.stream.read(megabytes * 1024 * 1024 + 1)
        photo.stream.seek(0)
        if len(data) > megabytes * 1024 * 1024:
            return request.env._(
                "The photo “%(name)s” is larger than %(size)s MB. Send a smaller one.",
                name=photo.filename,
                size=megabytes,
            )
        if guess_mimetype(data) not in PHOTO_TYPES:
            return request.env._(
                "“%(name)s” is not a photo. Send pictures only (JPEG, PNG, GIF, WebP).",
                name=photo.filename,
            )
        return ""


class AftersalesTicketPageController(CustomerPortalHelpdesk):
    """What a customer sees of his ticket: how far it is, our reply, and the repair made from it."""

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        stages = dict(
            request.env["repair.order"]._fields["service_stage"]._description_selection(request.env)
        )
        # sudo: customers have no right on repairs; of those made from their ticket they learn number and stage
        repairs = [(repair.name, stages[repair.service_stage]) for repair in ticket.sudo().repair_ids]
        if ticket.kind == "complaint" and ticket._get_closing_violations():
            # an unanswered complaint is closed by nobody, the customer included
            values["closed_stages"] = request.env["helpdesk.ticket.stage"]
        return dict(values, ticket_repairs=repairs)
