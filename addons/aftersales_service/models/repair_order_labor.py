# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import float_compare


class RepairOrder(models.Model):
    """The labor of a repair goes the way of its parts: judged, frozen, quoted, canceled with them."""

    _inherit = "repair.order"

    labor_ids = fields.One2many("repair.labor", "repair_id", copy=True)
    planned_hours = fields.Float(compute="_compute_planned_hours", store=True)

    @api.depends("labor_ids.hours", "labor_ids.is_visit_fee")
    def _compute_planned_hours(self):
        for repair in self:
            repair.planned_hours = sum(
                repair.labor_ids.filtered(lambda labor: not labor.is_visit_fee).mapped("hours")
            )

    # Actions

    def action_create_sale_order(self):
        """The quotation gets the labor as well as the parts."""
        result = super().action_create_sale_order()
        self.labor_ids._create_sale_lines()
        return result

    def action_repair_cancel(self):
        """What is not done is not charged."""
        result = super().action_repair_cancel()
        self.labor_ids._clean_sale_lines()
        return result

    def action_repair_cancel_draft(self):
        """Back on the quotation, as the parts are."""
        result = super().action_repair_cancel_draft()
        self.labor_ids._create_sale_lines()
        self.labor_ids._update_sale_lines()
        return result

    # Business

    def _decide_coverage(self):
        result = super()._decide_coverage()
        self.labor_ids._decide_coverage()
        return result

    def _judge_responsibility_anew(self):
        result = super()._judge_responsibility_anew()
        self.labor_ids._judge_responsibility_anew()
        return result

    def _get_paid_lines(self):
        """Parts and labor of these repairs, as two recordsets that share the fields of their coverage."""
        parts = self.move_ids.filtered(lambda move: move.repair_line_type == "add" and move.state != "cancel")
        return parts, self.labor_ids

    def _has_own_quotation(self):
        """Whether the quotation was made for this repair, and not the repair for a sold service; it still lives."""
        order = self.sale_order_id
        return bool(order) and not self.sale_order_line_id and self.state not in ("done", "cancel")

    def _prepare_quoted_part_vals(self, sale_line):
        """Values of the part that a new line of the quotation asks for."""
        return {
            "repair_id": self.id,
            "repair_line_type": "add",
            "product_id": sale_line.product_id.id,
            "product_uom": sale_line.product_uom_id.id,
            "product_uom_qty": sale_line.product_uom_qty,
            "sale_line_id": sale_line.id,
        }

    def _create_quoted_labor(self, sale_line):
        """Make labor of a new line of the quotation, if the catalog knows its service."""
        operation = self.env["repair.operation"].search(
            [
                ("product_id", "=", sale_line.product_id.id),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            limit=1,
        )
        labor_product = self.env["repair.operation"]._get_labor_product(self.company_id)
        if not operation and sale_line.product_id != labor_product:
            return
        labor = self.env["repair.labor"].create(
            {
                "repair_id": self.id,
                "operation_id": operation.id,
                "name": sale_line.name or operation.name,
                "hours": sale_line.product_uom_qty,
                "rate": sale_line.price_unit,
                "sale_line_id": sale_line.id,
            }
        )
        if float_compare(labor.coverage_share, 0, precision_digits=2):
            labor._update_sale_lines()
