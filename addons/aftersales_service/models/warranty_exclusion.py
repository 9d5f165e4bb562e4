# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class WarrantyExclusion(models.Model):
    """A reason for which terms refuse cover, e.g. misuse, or opened by the user."""

    _name = "warranty.exclusion"
    _description = "Warranty Exclusion"
    _inherit = ["compliance.setup.mixin"]
    _order = "sequence, code, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, help="Short code, unique: it is what imports and portals refer to.")
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True, help="As it is printed among the conditions.")
    consequence = fields.Selection(
        [
            ("charge", "Customer pays"),
            ("cost", "Customer pays our cost"),
            ("advice", "Advice only, no repair"),
            ("end", "Cover ends for good"),
        ],
        required=True,
        default="charge",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "The code of a warranty exclusion must be unique.")
