# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ServicePartRequisitionLine(models.Model):
    """One part asked for, with what became of it."""

    _name = "service.part.requisition.line"
    _description = "Part of a Requisition"
    _check_company_auto = True

    requisition_id = fields.Many2one(
        "service.part.requisition", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="requisition_id.company_id", store=True, index=True)
    state = fields.Selection(related="requisition_id.state")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain="[('is_storable', '=', True)]",
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    quantity_used = fields.Float(string="Used", compute="_compute_quantities", digits="Product Unit")
    quantity_returned = fields.Float(string="Returned", readonly=True, copy=False, digits="Product Unit")
    quantity_left = fields.Float(
        string="To Bring Back",
        compute="_compute_quantities",
        digits="Product Unit",
        help="Issued, neither used in the repair nor brought back.",
    )

    _quantity = models.Constraint("CHECK(quantity > 0)", "A part's quantity is above zero.")
    _product_uniq = models.Constraint(
        "UNIQUE(requisition_id, product_id)", "Each part stands once on a requisition."
    )

    @api.depends(
        "quantity", "quantity_returned", "requisition_id.state", "requisition_id.repair_id.move_ids.state"
    )
    def _compute_quantities(self):
        used = {
            (repair.id, product.id): quantity
            for repair, product, quantity in self.env["stock.move"]._read_group(
                Domain("repair_id", "in", self.requisition_id.repair_id.ids)
                & Domain("repair_line_type", "=", "add")
                & Domain("state", "=", "done")
                & Domain("product_id", "in", self.product_id.ids),
                ["repair_id", "product_id"],
                ["product_qty:sum"],
            )
        }
        for line in self:
            requisition = line.requisition_id
            is_out = requisition.state in ("issued", "closed")
            taken = used.get((requisition.repair_id.id, line.product_id.id), 0.0) if is_out else 0.0
            line.quantity_used = min(taken, line.quantity)
            line.quantity_left = (
                line.quantity - line.quantity_used - line.quantity_returned if is_out else 0.0
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["quantity_returned"] = 0.0
        lines = super().create(vals_list)
        lines.requisition_id._check_editable()
        return lines

    def write(self, vals):
        if "quantity_returned" in vals:
            raise UserError(self.env._("What was brought back follows from its transfer."))
        self.requisition_id._check_editable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_editable(self):
        self.requisition_id._check_editable()

    def _note_returned(self):
        """Everything that was left is back."""
        return super().write({"quantity_returned": self.quantity_returned + self.quantity_left})
