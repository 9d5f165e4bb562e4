# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models, tools


class RepairQualityItem(models.Model):
    """What an inspector looks at before a repair leaves the workshop."""

    _name = "repair.quality.item"
    _description = "Quality Check Item"
    _inherit = ["compliance.setup.mixin"]
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

    @api.model
    def _get_for(self, repair):
        """The items that apply to a repair, in order: list of (name, sequence)."""
        families = {
            int(categ) for categ in (repair.product_id.categ_id.parent_path or "").split("/") if categ
        }
        return [
            (name, sequence)
            for name, sequence, company_id, mode, categ_ids in self._get_item_table(self.env.lang)
            if company_id in (False, repair.company_id.id)
            and mode in (False, repair.service_mode)
            and (not categ_ids or families & categ_ids)
        ]

    @api.model
    @tools.ormcache("lang")
    def _get_item_table(self, lang):
        """All items, in order, with what they apply to: ((name, sequence, company id, mode, ids of families), …)."""
        # sudo: kept for all users; whoever checks reads what is to be checked
        items = self.sudo().with_context({"lang": lang}).search([])
        return tuple(
            (item.name, item.sequence, item.company_id.id, item.service_mode, frozenset(item.categ_ids.ids))
            for item in items
        )
