# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class WarrantyCampaignPart(models.Model):
    """A part that the work of a campaign puts in or takes out."""

    _name = "warranty.campaign.part"
    _description = "Campaign Part"
    _order = "campaign_id, sequence, id"
    _check_company_auto = True

    campaign_id = fields.Many2one("warranty.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    repair_line_type = fields.Selection(
        [("add", "Add"), ("remove", "Remove")], string="Type", required=True, default="add"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)

    _quantity = models.Constraint("CHECK(quantity > 0)", "A campaign's part needs a positive quantity.")
