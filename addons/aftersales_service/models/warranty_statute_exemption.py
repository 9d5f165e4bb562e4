# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class WarrantyStatuteExemption(models.Model):
    """A reason for which a repair gives no right: the seller does not answer for what was repaired."""

    _name = "warranty.statute.exemption"
    _description = "Statutory Exemption"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    statute_id = fields.Many2one(
        "warranty.statute",
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: holds under every statute.",
    )
    article = fields.Char()
    active = fields.Boolean(default=True)
