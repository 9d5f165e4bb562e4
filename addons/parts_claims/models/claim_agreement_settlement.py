# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClaimAgreement(models.Model):
    _inherit = "claim.agreement"

    settlement_way = fields.Selection(
        selection_add=[("invoice", "Our Invoice"), ("offset", "Our Invoice, Offset Against Bills")],
        ondelete={"invoice": "set default", "offset": "set default"},
        help="How agreed claims become money: the supplier credits us, we invoice the supplier, or our invoice is "
        "offset against the supplier's open bills.",
    )
