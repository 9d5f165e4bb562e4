# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class RepairOrder(models.Model):
    """A repair on the customer portal.

    Customers have no right on repairs at all: what they see is picked by the portal's pages, so that costs, cover and
    internal notes cannot be read over RPC. They follow the repair, sign, pay and rate there.
    """

    _name = "repair.order"
    _inherit = ["rating.mixin", "portal.mixin", "repair.order"]

    def _compute_access_url(self):
        super()._compute_access_url()
        for repair in self:
            repair.access_url = f"/my/repairs/{repair.id}"

    def _compute_rating_last_value(self):
        """A repair nobody has rated, as each is at first, needs no search for its last rating."""
        rated = self.filtered("rating_ids")
        (self - rated).rating_last_value = 0
        return super(RepairOrder, rated)._compute_rating_last_value() if rated else None

    def _rating_get_operator(self):
        """Who is rated: whoever received the unit."""
        return self.received_by_id.partner_id or super()._rating_get_operator()

    def _belongs_to(self, partner):
        """Whether a partner's own company is the customer of this repair."""
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id
        return bool(customer) and customer == partner.commercial_partner_id

    def _get_portal_stages(self):
        """The way of the repair as the customer sees it: list of ``(stage, label, moment)``, oldest first."""
        self.ensure_one()
        labels = dict(self._fields["service_stage"]._description_selection(self.env))
        return [
            (log.stage, labels[log.stage], log.entered_on)
            for log in self.service_stage_log_ids.sorted(lambda log: (log.entered_on, log.id))
        ]

    def _get_portal_quotation(self):
        """The quotation the customer may open: one that was presented."""
        return self.sale_order_id.filtered(lambda order: order.state in ("sent", "sale"))

    def _get_portal_bills(self):
        """The invoices the customer may open."""
        return self._get_bills().filtered(lambda move: move.state == "posted")

    def _can_sign_bill_on_portal(self):
        """Whether there is a bill to sign: the work is done, every request answered, nothing signed yet."""
        return bool(
            self.service_stage == "ready"
            and self.statement_id
            and not self.is_bill_signed
            and not self._get_request_violations()
        )

    def _can_be_rated(self):
        return self.service_stage == "delivered" and not self.rating_ids.filtered("consumed")
