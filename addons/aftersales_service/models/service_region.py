# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ServiceRegion(models.Model):
    """Where technicians travel: a district, a city, a province."""

    _name = "service.region"
    _description = "Service Region"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, index=True)
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint("UNIQUE(name, company_id)", "There already is a region of this name.")
