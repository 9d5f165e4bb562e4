# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .gsp_prescription import EDITABLE_STATES


class GspPrescriptionLine(models.Model):
    """One prescribed drug; deliveries count against its quantity."""

    _name = "gsp.prescription.line"
    _description = "Prescribed Drug"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "prescription_id"
    _order = "prescription_id, sequence, id"
    _check_company_auto = True

    prescription_id = fields.Many2one("gsp.prescription", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="prescription_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        string="Drug",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('gsp_kind', '=', 'drug')]",
    )
    written_name = fields.Char(
        string="Name as Written", help="The drug's name on the paper, if it differs from the generic name."
    )
    dosage_form = fields.Char(related="product_id.gsp_dosage_form")
    strength = fields.Char(related="product_id.gsp_strength")
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    allowed_uom_ids = fields.Many2many("uom.uom", compute="_compute_allowed_uom_ids")
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        domain="[('id', 'in', allowed_uom_ids)]",
    )
    dose = fields.Char(string="Single Dose", help="For example 0.5 g.")
    frequency = fields.Char(help="For example three times a day.")
    usage = fields.Char(help="Route and manner, for example oral, after meals.")
    days = fields.Integer(string="Days of Supply", aggregator=None)
    dispensed_quantity = fields.Float(
        string="Dispensed",
        compute="_compute_dispensed_quantity",
        digits="Product Unit",
        help="Returns deducted.",
    )
    remaining_quantity = fields.Float(
        string="Remaining", compute="_compute_dispensed_quantity", digits="Product Unit"
    )

    _product_uniq = models.Constraint(
        "UNIQUE(prescription_id, product_id)", "Each drug is written once on a prescription, on its own line."
    )
    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A prescribed quantity is above zero.")
    _days_positive = models.Constraint("CHECK(days >= 0)", "The days of supply are not negative.")

    @api.depends("product_id")
    def _compute_allowed_uom_ids(self):
        for line in self:
            line.allowed_uom_ids = line.product_id.uom_id | line.product_id.uom_ids

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.product_id.uom_id

    @api.depends("quantity", "product_uom_id", "prescription_id.last_dispensed_at")
    def _compute_dispensed_quantity(self):
        dispensed = self._get_dispensed_quantities()
        for line in self:
            unit = line.product_id.uom_id
            quantity = dispensed.get(line._origin.id, 0.0)
            line.dispensed_quantity = unit._compute_quantity(quantity, line.product_uom_id) if unit else 0.0
            line.remaining_quantity = max(line.quantity - line.dispensed_quantity, 0.0)

    @api.depends("product_id", "quantity")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.product_id.display_name} × {line.quantity:g}"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_editable()
        return lines

    def write(self, vals):
        self._check_editable()
        result = super().write(vals)
        if "prescription_id" in vals:
            self._check_editable()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_editable(self):
        self._check_editable()

    def _check_editable(self):
        """Drugs, quantities and usage are the physician's: nobody changes them after the review (GSP 17002)."""
        for prescription in self.prescription_id:
            if prescription.state not in EDITABLE_STATES:
                raise UserError(
                    self.env._(
                        "The drugs of prescription %(name)s can no longer be changed. Only the physician may change "
                        "them: after a refusal, or with a new prescription.",
                        name=prescription.display_name,
                    )
                )

    def _get_dispensed_quantities(self):
        """{line id: quantity dispensed so far in product UoM}, from the register; returns deducted."""
        # sudo: who may read a prescription may read how much of it is left
        groups = (
            self.env["gsp.sale.record"]
            .sudo()
            ._read_group(
                [("prescription_line_id", "in", self.ids)], ["prescription_line_id"], ["quantity:sum"]
            )
        )
        return {line.id: quantity for line, quantity in groups}

    @api.model
    def _get_dispensed_sql(self, line_id):
        """SQL of the same quantity for the line whose id is the SQL ``line_id``."""
        register = self.env["gsp.sale.record"]
        table = register._table
        return SQL(
            "COALESCE((SELECT SUM(%s) FROM %s WHERE %s = %s), 0)",
            register._field_to_sql(table, "quantity"),
            SQL.identifier(table),
            register._field_to_sql(table, "prescription_line_id"),
            line_id,
        )

    def _get_prescribed_quantity(self):
        """Prescribed quantity in the unit of measure of the product."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(self.quantity, self.product_id.uom_id, round=False)
