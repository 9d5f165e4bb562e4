# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GspIngredient(models.Model):
    """Active ingredient or medicinal herb. What holds for a group of herbs holds for every herb in it."""

    _name = "gsp.ingredient"
    _description = "Ingredient"
    _inherit = "gsp.master.mixin"
    _parent_store = True
    _order = "name, id"
    _rec_names_search = ["name", "alias", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    alias = fields.Char(string="Other Names", help="As physicians also write it, separated by commas.")
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one("gsp.ingredient", string="Group", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gsp.ingredient", "parent_id", string="Belonging to It")
    pregnancy = fields.Selection(
        [("caution", "With Caution"), ("forbidden", "Forbidden")],
        string="In Pregnancy",
        help="What the pharmacopoeia says of its use by pregnant women.",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Another ingredient has this code already.")

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("An ingredient cannot belong to itself."))

    def _get_lineage(self):
        """These ingredients and all groups above them: set of ids."""
        return {
            int(part) for ingredient in self for part in (ingredient.parent_path or "").split("/") if part
        }
