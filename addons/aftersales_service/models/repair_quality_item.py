# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class RepairQualityItem(models.Model):
    """What an inspector looks at before a repair leaves the workshop."""

    _name = "repair.quality.item"
    _description = "Quality Check Item"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    categ_ids = fields.Many2many(
        "product.category", string="Product Families", help="Empty: for all products."
    )
    service_mode = fields.Selection(
        lambda self: self.env["repair.order"]._fields["service_mode"]._description_selection(self.env),
        help="Empty: for all ways of service.",
    )
    active = fields.Boolean(default=True)

    def _get_for(self, repair):
        """The items that apply to a repair."""
        families = {
            int(categ) for categ in (repair.product_id.categ_id.parent_path or "").split("/") if categ
        }
        return self.filtered(
            lambda item: (
                item.company_id in (repair.company_id, self.env["res.company"])
                and item.service_mode in (repair.service_mode, False)
                and (not item.categ_ids or families & set(item.categ_ids.ids))
            )
        )
