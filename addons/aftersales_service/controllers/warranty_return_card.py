# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

TEXTS = ("serial", "customer_name", "customer_phone", "customer_email", "customer_address", "proof_number")


class WarrantyReturnCardPortal(CustomerPortal):
    """Dealers and customers send return cards from the portal; reception checks them."""

    @http.route(["/my/return-cards"], type="http", auth="user", website=True, methods=["GET", "POST"])
    def portal_my_return_cards(self, **post):
        """The cards one has sent, and a form for the next."""
        error = None
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    self._create_return_card(**post)
                return request.redirect("/my/return-cards")
            except (UserError, ValueError) as refused:
                error = str(refused)
        user = request.env.user
        cards = request.env["warranty.return.card"]
        # Customers may not read serial numbers and contacts; the domain allows the cards of one's own company.
        own = cards.sudo().search(cards._get_portal_domain(user.partner_id), limit=80)
        return request.render(
            "aftersales_service.portal_my_return_cards",
            {
                **self._prepare_portal_layout_values(),
                "cards": own,
                "error": error,
                "post": post,
                "proofs": self._get_proofs(),
                "page_name": "return_card",
            },
        )

    def _get_proofs(self):
        # The names of kinds of proof are no secret; customers have no access to configuration.
        return request.env["warranty.proof"].sudo().search([])

    def _create_return_card(self, sale_date=None, proof_id=None, **post):
        """A new card sent by the user's own company, received today."""
        texts = {name: (post.get(name) or "").strip()[:200] for name in TEXTS}
        if not texts["serial"] or not texts["customer_name"] or not sale_date:
            raise UserError(
                request.env._("Enter the serial number, the customer's name, and the day of the sale.")
            )
        user = request.env.user
        today = user.company_id._get_law_date()
        sold_on = fields.Date.to_date(sale_date)
        if sold_on > today:
            raise UserError(request.env._("The sale cannot be in the future."))
        proof = self._get_proofs().filtered(lambda proof: proof.id == int(proof_id or 0))
        # Customers have no right to create cards; who sends it and when is not theirs to choose.
        return (
            request.env["warranty.return.card"]
            .sudo()
            .create(
                {
                    **texts,
                    "company_id": user.company_id.id,
                    "dealer_id": user.commercial_partner_id.id,
                    "proof_id": proof.id,
                    "received_on": today,
                    "sale_date": sold_on,
                }
            )
        )
