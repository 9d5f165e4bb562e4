# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

# States in which the supplier has been asked or bound.
BOUND_STATES = frozenset({"sent", "to approve", "purchase"})


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state in BOUND_STATES)._gsp_check_purchase()
        return orders

    def write(self, vals):
        """Every way to a sent request or an order leads through here, the buttons as well as a direct write."""
        if vals.get("state") in BOUND_STATES:
            self.filtered(lambda order: order.state != vals["state"])._gsp_check_purchase()
        result = super().write(vals)
        if "partner_id" in vals:
            self.filtered(lambda order: order.state in BOUND_STATES)._gsp_check_purchase()
        return result

    def action_rfq_send(self):
        """Say before the mail is written what stands against it."""
        self.check_access("read")
        self._gsp_check_purchase()
        return super().action_rfq_send()

    def _gsp_check_purchase(self):
        """Refuse whatever the gate objects to today."""
        lines = self.order_line._gsp_get_purchase_lines()
        if lines:
            self.env["gsp.gate"]._check_purchase(lines)
