# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ProductTemplate(models.Model):
    """What the rules on devices add: service life, implants, special control, and the approved use."""

    _inherit = "product.template"

    gsp_service_life_months = fields.Integer(
        string="Service Life (Months)",
        help="From production, for a device without expiry date. Its records are kept for years beyond.",
    )
    gsp_is_implant = fields.Boolean(string="Implant", help="Records of its sale are kept for good.")
    gsp_special_control = fields.Boolean(
        string="Specially Controlled",
        tracking=True,
        help="Held by itself: each sale waits until quality has released it on the order or transfer, with a reason.",
    )
    gsp_approved_use = fields.Text(
        string="Approved Use",
        translate=True,
        help="Indications or intended use, word by word from the approved leaflet. Nothing else is promised.",
    )

    _gsp_service_life_positive = models.Constraint(
        "CHECK(gsp_service_life_months IS NULL OR gsp_service_life_months >= 0)",
        "The months of service life must not be negative.",
    )

    @api.model
    def _get_gsp_guarded_fields(self):
        return super()._get_gsp_guarded_fields() | {
            "gsp_service_life_months",
            "gsp_is_implant",
            "gsp_special_control",
            "gsp_approved_use",
        }
