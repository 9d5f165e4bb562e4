# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_warranty_evidence_required = fields.Boolean(
        string="Photo and Fault Report under Warranty",
        help="Parts are replaced under warranty only when a photo and a fault report are attached to the repair.",
    )
    service_payment_before_visit = fields.Boolean(
        string="Payment before a Visit or Shipment",
        help="What the customer has to pay is paid before somebody is sent out or something is shipped.",
    )
    service_quick_repair_pieces = fields.Integer(
        string="Pieces of a Quick Repair",
        default=3,
        help="A repair of at most so many pieces is due the same day.",
    )
    service_promise_margin_hours = fields.Float(
        string="Margin of the Promised Date",
        default=4.0,
        help="Working hours that the promise to the customer is later than the internal target.",
    )
    service_cover_warning_days = fields.Integer(
        string="Warn before Cover Ends", default=30, help="Days before the end of cover."
    )
    service_labor_product_id = fields.Many2one(
        "product.product",
        string="Labor is Sold as",
        domain=[("type", "=", "service")],
        help="Service on quotations for labor whose operation names none.",
    )

    _service_figures = models.Constraint(
        "CHECK(service_quick_repair_pieces >= 0 AND service_promise_margin_hours >= 0"
        " AND service_cover_warning_days >= 0)",
        "Pieces, hours and days of the after-sales settings cannot be negative.",
    )
