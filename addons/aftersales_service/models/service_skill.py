# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from random import randint

from odoo import api, fields, models, tools


class ServiceSkill(models.Model):
    """What a technician has been trained for; a repair may ask for it."""

    _name = "service.skill"
    _description = "Service Skill"
    _inherit = ["compliance.setup.mixin"]
    _order = "name"

    name = fields.Char(required=True, translate=True)
    categ_ids = fields.Many2many(
        "product.category", string="Product Families", help="Repairs of these products ask for this skill."
    )
    color = fields.Integer(default=lambda self: randint(1, 11))
    active = fields.Boolean(default=True)

    _name_uniq = models.Constraint("UNIQUE(name)", "There already is a skill of this name.")

    @api.model
    @tools.ormcache()
    def _get_families(self):
        """The skills that some product families ask for: ((skill id, ids of the families), …), by name."""
        # sudo: kept for all users; whoever repairs may know which skill it takes
        skills = self.sudo().with_context({}).search([("categ_ids", "!=", False)])
        return tuple((skill.id, frozenset(skill.categ_ids.ids)) for skill in skills)
