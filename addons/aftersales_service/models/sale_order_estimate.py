# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import AccessError

from ..roles import RECEPTION

SALESMAN = "sales_team.group_sale_salesman"


class SaleOrder(models.Model):
    """The quotation of a repair is its estimate: who accepts it has agreed to the repair's price."""

    _inherit = "sale.order"

    def write(self, vals):
        """A signature given on the portal is the customer's signature under the estimate.

        The portal writes it as superuser, after it has checked the customer's access; nobody else's signature on an
        order counts as the customer's.
        """
        result = super().write(vals)
        if vals.get("signature") and self.env.su:
            for repair in self.repair_order_ids.filtered(
                lambda repair: repair.state not in ("done", "cancel")
            ):
                repair._sign_as_customer(
                    "estimate", vals.get("signed_by") or "", vals["signature"], channel="portal"
                )
        return result

    def _action_confirm(self):
        """Accepting the quotation of a repair is agreeing to its estimate: that is for reception and sales to do,
        not for whoever works on the unit."""
        # Superuser mode: repairs are not the salesperson's; they are told that their price is agreed.
        repairs = self.sudo().repair_order_ids
        if repairs:
            self._check_may_agree()
        result = super()._action_confirm()
        repairs.filtered(lambda repair: repair.state not in ("done", "cancel"))._agree_estimate()
        return result

    def _action_cancel(self):
        result = super()._action_cancel()
        # Superuser mode as above
        self.sudo().repair_order_ids.filtered("estimate_agreed_on")._revoke_estimate()
        return result

    def _check_may_agree(self):
        user = self.env.user
        if not (self.env.su or user.has_group(RECEPTION) or user.has_group(SALESMAN)):
            raise AccessError(
                self.env._(
                    "Only reception or sales may agree prices with a customer. What is charged for a repair is not "
                    "for its technician to decide."
                )
            )

    # Portal: work added after the signature is signed for anew

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() or self._is_estimate_outdated()

    def _is_estimate_outdated(self):
        """Whether the customer accepted this quotation, and billable work has been added since."""
        self.ensure_one()
        # Superuser mode: portal users do not read repairs
        repairs = self.sudo().repair_order_ids.filtered(lambda repair: repair.state not in ("done", "cancel"))
        return self.state == "sale" and self.require_signature and bool(repairs._filter_not_agreed())

    def _validate_order(self):
        """An order that is accepted for the second time is confirmed already."""
        return super(SaleOrder, self.filtered(lambda order: order.state != "sale"))._validate_order()
