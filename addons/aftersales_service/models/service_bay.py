# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ServiceBay(models.Model):
    """A place of the workshop that one unit occupies at a time."""

    _name = "service.bay"
    _description = "Service Bay"
    _inherit = ["service.bookable.mixin"]
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    active = fields.Boolean(default=True)
    color = fields.Integer()

    _name_uniq = models.Constraint("UNIQUE(name, company_id)", "There already is a bay of this name.")
