# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ClaimAgreement(models.Model):
    _inherit = "claim.agreement"

    settlement_way = fields.Selection(
        selection_add=[
            ("invoice", "Our Invoice"),
            ("offset", "Our Invoice, Offset Against Bills"),
            ("both", "Credit Note for Parts, Our Invoice for the Rest"),
            ("replacement", "Free Replacement Goods"),
        ],
        ondelete=dict.fromkeys(("invoice", "offset", "both", "replacement"), "set default"),
        help="How agreed claims become money: the supplier credits us, we invoice the supplier, our invoice is "
        "offset against the supplier's open bills, or the supplier credits the parts and we invoice labor, travel, "
        "freight and whatever else is no part; or the supplier sends the same parts again, for nothing.",
    )
