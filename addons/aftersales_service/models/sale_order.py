# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    warranty_registration_ids = fields.One2many(
        "warranty.registration", "sale_id", string="Warranty Registrations"
    )
    warranty_registration_count = fields.Integer(
        compute="_compute_warranty_registration_count", compute_sudo=True, string="Warranties"
    )

    def _compute_warranty_registration_count(self):
        counts = dict(
            self.env["warranty.registration"]._read_group(
                [("sale_id", "in", self.ids)], ["sale_id"], ["__count"]
            )
        )
        for order in self:
            order.warranty_registration_count = counts.get(order, 0)

    def action_view_warranty_registrations(self):
        """Open the registrations made by the deliveries of these orders."""
        return self.env["warranty.registration"]._get_list_action([("sale_id", "in", self.ids)])
