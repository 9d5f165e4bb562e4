# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from odoo import fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    gsp_course_days = fields.Integer(
        string="Course (Days)", help="Days for which the customer will take it, if asked. 0: unknown."
    )

    _gsp_course_days_positive = models.Constraint(
        "CHECK(gsp_course_days IS NULL OR gsp_course_days >= 0)", "The days of a course are not negative."
    )

    def write(self, vals):
        result = super().write(vals)
        if not {"price_unit", "discount"}.isdisjoint(vals):
            self.filtered(
                lambda line: line.state == "sale" and line.qty_delivered < line.product_uom_qty
            )._gsp_check_confirmed()
        return result

    def _gsp_with_line_facts(self, facts):
        """``facts`` of the document with what this line adds: price and course."""
        if not self:
            return facts
        return replace(
            facts, price=self._gsp_get_paid_price(self.product_id), course_days=self.gsp_course_days
        )
