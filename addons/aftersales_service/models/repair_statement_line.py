# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..roles import MANAGER
from .repair_statement import COST_BEARERS


class RepairStatementLine(models.Model):
    """One part or piece of work of a statement: its full value, the customer's share, and who bears the rest."""

    _name = "repair.statement.line"
    _description = "Settlement Statement Line"
    _order = "statement_id, sequence, id"

    statement_id = fields.Many2one("repair.statement", required=True, index=True, ondelete="cascade")
    repair_id = fields.Many2one(related="statement_id.repair_id", store=True, precompute=True, index=True)
    company_id = fields.Many2one(related="statement_id.company_id", store=True, precompute=True)
    currency_id = fields.Many2one(related="statement_id.currency_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    sequence = fields.Integer(default=10)
    kind = fields.Selection([("part", "Part"), ("labor", "Labor")], required=True)
    product_id = fields.Many2one("product.product", ondelete="restrict")
    code = fields.Char(string="Number")
    name = fields.Char(string="Description", required=True)
    quantity = fields.Float(digits="Product Unit")
    uom_id = fields.Many2one("uom.uom", string="Unit", ondelete="restrict")
    amount_full = fields.Monetary(string="Full Value")
    amount_customer = fields.Monetary(string="Customer")
    amount_tax = fields.Monetary(string="Tax")
    amount_borne = fields.Monetary(
        string="Borne by Others", compute="_compute_amount_borne", store=True, precompute=True
    )
    cost = fields.Monetary(
        string="Our Cost of the Rest",
        currency_field="company_currency_id",
        groups=MANAGER,
        help="What the share that the customer does not pay costs us: parts at their stock value, labor at its cost.",
    )
    bearer = fields.Selection(COST_BEARERS, string="Rest Borne By", required=True, default="customer")
    bearer_partner_id = fields.Many2one("res.partner", string="Partner Who Bears It", ondelete="restrict")
    coverage = fields.Selection(
        lambda self: self.env["stock.move"]._fields["coverage"]._description_selection(self.env)
    )
    reason = fields.Char()
    move_id = fields.Many2one("stock.move", index="btree_not_null", ondelete="set null")
    sale_line_id = fields.Many2one("sale.order.line", index="btree_not_null", ondelete="set null")

    @api.depends("amount_full", "amount_customer")
    def _compute_amount_borne(self):
        for line in self:
            line.amount_borne = line.amount_full - line.amount_customer

    def _get_hours(self):
        """Hours of a line of work; 0 if it is not sold by time."""
        self.ensure_one()
        hour = self.env["uom.uom"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_hour", raise_if_not_found=True)
        )
        if not self.uom_id or not self.uom_id._has_common_reference(hour):
            return 0.0
        return self.uom_id._compute_quantity(self.quantity, hour)
