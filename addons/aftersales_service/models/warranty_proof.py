# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class WarrantyProof(models.Model):
    """A kind of proof of purchase: invoice, receipt, order, serial number, return card, or none at all."""

    _name = "warranty.proof"
    _description = "Proof of Purchase"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    code = fields.Char(required=True, help="Short code, unique: it is what imports and portals refer to.")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "The code of a proof of purchase must be unique.")
