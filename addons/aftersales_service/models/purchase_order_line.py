# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    repair_id = fields.Many2one(
        "repair.order",
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The repair it is ordered for.",
    )
