# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.portal.controllers.portal import CustomerPortal


class AftersalesHelpdeskController(HelpdeskTicketController):
    """The portal's ticket routes, with the ownership checks they need."""

    @http.route(methods=["POST"], csrf=True)
    def support_ticket_close(self, **kw):
        """Close one's own ticket, into a stage that customers may choose.

        Only by POST with a token, so that no link or picture can close a ticket, and only a ticket of the user's
        own company.
        """
        ticket_id, stage_id = self._to_id(kw.get("ticket_id")), self._to_id(kw.get("stage_id"))
        try:
            ticket_sudo = CustomerPortal._document_check_access(self, "helpdesk.ticket", ticket_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not self._owns_ticket(ticket_sudo):
            return request.redirect("/my")
        if stage_id in self._get_closing_stages(ticket_sudo).ids and not ticket_sudo.closed_date:
            # Customers have no write access to tickets; ownership and stage were checked above.
            ticket_sudo.with_user(request.env.user).sudo().stage_id = stage_id
        return request.redirect(f"/my/ticket/{ticket_sudo.id}")

    def _to_id(self, value):
        """A positive id sent by the browser; 0 if it is anything else."""
        return int(value) if value and str(value).isascii() and str(value).isdigit() else 0

    def _owns_ticket(self, ticket_sudo):
        """Customers close the tickets of their own company; following one is not owning it. Staff need write
        access."""
        user = request.env.user
        if user._is_internal():
            return ticket_sudo.with_user(user).has_access("write")
        return ticket_sudo.commercial_partner_id == user.commercial_partner_id

    def _get_closing_stages(self, ticket_sudo):
        """Stages of the ticket's team (or shared ones) that customers may choose; none while a complaint lacks its
        reply."""
        if ticket_sudo.kind == "complaint" and ticket_sudo._get_closing_violations():
            return request.env["helpdesk.ticket.stage"]
        return ticket_sudo.team_id._get_applicable_stages().filtered("close_from_portal")

    def _get_create_new_ticket_values(self, **kw):
        """Offer the customer the units registered for him."""
        values = super()._get_create_new_ticket_values(**kw)
        return dict(
            values,
            kinds=request.env["helpdesk.ticket"]._fields["kind"]._description_selection(request.env),
            units=self._get_own_units(),
        )

    def _prepare_submit_ticket_vals(self, **kw):
        """Take over the unit and kind of request; what the form did not offer is refused, whoever sends it."""
        category = self._to_id(kw.get("category"))
        if category and category not in self._get_categories(**kw).ids:
            raise UserError(request.env._("Choose one of the categories offered."))
        if (
            kw.get("team")
            and self._to_id(kw["team"]) not in (self._get_teams() or request.env["helpdesk.ticket.team"]).ids
        ):
            raise UserError(request.env._("Choose one of the teams offered."))
        vals = super()._prepare_submit_ticket_vals(**dict(kw, category=category))
        return dict(vals, **self._prepare_unit_vals(**kw))

    def _prepare_unit_vals(self, **kw):
        """Kind, product and serial number of a ticket from the portal."""
        kinds = dict(request.env["helpdesk.ticket"]._fields["kind"].selection)
        vals = {"kind": kw["kind"]} if kw.get("kind") in kinds else {}
        if kw.get("lot_id"):
            lot = self._get_own_units().filtered(lambda lot: lot.id == self._to_id(kw["lot_id"]))
            if not lot:
                raise UserError(
                    request.env._("This serial number is not registered for you. Leave it empty.")
                )
            vals.update(lot_id=lot.id, product_id=lot.product_id.id)
        return vals

    def _get_own_units(self):
        """Serial numbers registered for the user's own company (partner)."""
        # Neither customers nor every employee may read serial numbers or registrations; the domain allows one's own.
        registrations = (
            request.env["warranty.registration"]
            .sudo()
            .search(
                [
                    ("partner_id", "child_of", request.env.user.commercial_partner_id.ids),
                    ("company_id", "=", request.env.company.id),
                    ("state", "in", ("draft", "active", "expired")),
                ]
            )
        )
        return registrations.lot_id
