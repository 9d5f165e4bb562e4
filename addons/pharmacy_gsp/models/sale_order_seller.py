# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class SaleOrder(models.Model):
    """The salesperson of an order of drugs (GSP *17501)."""

    _inherit = "sale.order"

    gsp_seller_warning = fields.Text(string="About the Seller", compute="_compute_gsp_seller_warning")

    @api.depends("user_id", "company_id", "order_line.product_id")
    def _compute_gsp_seller_warning(self):
        gate = self.env["gsp.gate"]
        for order in self:
            seller = order.user_id or self.env.user
            drugs = "drug" in order.order_line.product_id.mapped("gsp_kind")
            problems = (
                gate._find_seller_problems(seller, order.company_id)
                if drugs and order.company_id.gsp_company_kind == "store"
                else []
            )
            order.gsp_seller_warning = "\n".join(message for _code, message, _remedy in problems)

    def write(self, vals):
        confirmed = vals.get("state") == "sale" and self.filtered(lambda order: order.state != "sale")
        result = super().write(vals)
        if "user_id" in vals:
            self.filtered(
                lambda order: order.state == "sale" and order.delivery_status != "full"
            )._gsp_check_release()
        for order in confirmed or ():
            if not order.company_id._gsp_refuses_sellers() and order.gsp_seller_warning:
                order.message_post(body=order.gsp_seller_warning)
        return result
