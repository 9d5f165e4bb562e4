# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .gsp_master_mixin import product_selection


class GspScope(models.Model):
    """Business scope as licenses print it: a license for a scope covers everything below it."""

    _name = "gsp.scope"
    _description = "Business Scope"
    _inherit = "gsp.master.mixin"
    _parent_store = True
    _order = "complete_name"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True, store=True)
    code = fields.Char(required=True, help="Short technical code, used in imports.")
    active = fields.Boolean(default=True)
    parent_id = fields.Many2one("gsp.scope", string="Part Of", index=True, ondelete="restrict")
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("gsp.scope", "parent_id", string="Contains")
    drug_type = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_drug_type"),
        string="Default for Drug Type",
        help="Products of this type belong here unless their own scope says otherwise.",
    )
    special_class = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_special_class"),
        string="Default for Special Class",
        help="Wins over the type of drug.",
    )
    device_class = fields.Selection(
        selection=lambda self: product_selection(self, "gsp_device_class"),
        string="Default for Device Class",
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "Another scope has this code already.")

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for scope in self:
            parent = scope.parent_id.complete_name
            scope.complete_name = f"{parent} / {scope.name}" if parent else scope.name

    @api.constrains("parent_id")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A scope cannot be part of itself."))

    def _covers(self, scope):
        """Whether one of these scopes is ``scope`` or contains it."""
        above = {int(part) for part in (scope.parent_path or "").split("/") if part}
        return not above.isdisjoint(self.ids)
