# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models


class ServiceAppointmentPart(models.Model):
    """A part that the booked service will need."""

    _name = "service.appointment.part"
    _description = "Part of an Appointment"
    _check_company_auto = True

    appointment_id = fields.Many2one("service.appointment", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="appointment_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product", required=True, check_company=True, domain="[('type', '=', 'consu')]"
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")
    quantity_available = fields.Float(
        string="Available",
        compute="_compute_availability",
        digits="Product Unit",
        help="Free in the parts warehouse now.",
    )
    is_available = fields.Boolean(compute="_compute_availability")

    _quantity = models.Constraint("CHECK(quantity > 0)", "A part's quantity is above zero.")

    @api.depends("product_id", "quantity", "appointment_id.company_id")
    def _compute_availability(self):
        by_company = defaultdict(self.browse)
        for part in self:
            by_company[part.company_id or self.env.company] |= part
        for company, parts in by_company.items():
            warehouse = company._get_service_warehouse()
            products = parts.product_id.with_context(warehouse_id=warehouse.id)
            free = {product.id: product.free_qty for product in products}
            needed = defaultdict(float)
            for part in parts:
                needed[part.appointment_id, part.product_id] += part.quantity
            for part in parts:
                part.quantity_available = free.get(part.product_id.id, 0.0)
                part.is_available = not part.product_id.is_storable or (
                    part.product_id.uom_id.compare(
                        part.quantity_available, needed[part.appointment_id, part.product_id]
                    )
                    >= 0
                )
