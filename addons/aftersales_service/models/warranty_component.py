# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class WarrantyComponent(models.Model):
    """A group of parts that shares one warranty promise, e.g. "main unit" or "pipes and electrics"."""

    _name = "warranty.component"
    _description = "Warranty Component"
    _inherit = ["compliance.setup.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Short code, unique: it is what imports and portals refer to.")
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        selection=[("main", "Main Unit"), ("key", "Key Part"), ("wear", "Wear Part")],
        required=True,
        default="main",
        help="Parts that no component of a term names fall under the term's main unit.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    note = fields.Text(string="Description", translate=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "The code of a warranty component must be unique.")

    def copy_data(self, default=None):
        """A copy needs a code of its own: "X" becomes "X-2", and so on."""
        vals_list = super().copy_data(default=default)
        if "code" in (default or {}):
            return vals_list
        taken = set(self.with_context(active_test=False).search([]).mapped("code"))
        for vals in vals_list:
            vals["code"] = self._get_free_code(vals["code"], taken)
        return vals_list

    @api.model
    def _get_free_code(self, code, taken):
        """First of code-2, code-3… that is not in ``taken``; the result is added to ``taken``."""
        number = 2
        while f"{code}-{number}" in taken:
            number += 1
        taken.add(f"{code}-{number}")
        return f"{code}-{number}"
