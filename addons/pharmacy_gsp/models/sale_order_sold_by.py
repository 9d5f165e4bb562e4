# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    gsp_sold_by_id = fields.Many2one(
        "res.users",
        string="Sold By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who confirmed the order, logged in. The register of sales names this person as salesperson (GSP 17102).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # the context comes from the client: no default may name somebody else
        context = {key: value for key, value in self.env.context.items() if key != "default_gsp_sold_by_id"}
        vals_list = [{**vals, "gsp_sold_by_id": False} for vals in vals_list]
        orders = super(SaleOrder, self.with_context(context)).create(vals_list).with_env(self.env)
        orders.filtered(lambda order: order.state == "sale")._gsp_set_seller()
        return orders

    def write(self, vals):
        if "gsp_sold_by_id" in vals:
            raise UserError(self.env._("Who sold is whoever confirms the order, logged in; it is not typed."))
        if vals.get("state") == "sale":
            self.filtered(lambda order: order.state != "sale")._gsp_set_seller()
        return super().write(vals)

    def _gsp_set_seller(self):
        """Only the confirmation calls it, past the guard of ``write``."""
        return super().write({"gsp_sold_by_id": self.env.uid}) if self else True
