# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_payment_before_visit = fields.Selection(
        [("yes", "Always"), ("no", "Never (agreed credit)")],
        string="Payment before a Visit",
        help="Whether this customer pays before somebody is sent out or something is shipped. Empty: as the company "
        "does.",
    )
