# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    repair_ids = fields.Many2many(
        "repair.order",
        string="Repairs",
        compute="_compute_repair_ids",
        help="Repairs that wait for these goods.",
    )
    repair_count = fields.Integer(compute="_compute_repair_ids")

    def _compute_repair_ids(self):
        for order in self:
            order.repair_ids = order.order_line.repair_id
            order.repair_count = len(order.repair_ids)

    def action_view_repairs(self):
        """Open the repairs that wait for these goods."""
        self.ensure_one()
        self.check_access("read")
        return self.repair_ids._get_records_action()
