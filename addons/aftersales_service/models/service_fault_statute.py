# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..statute_facts import ASSEMBLIES


class ServiceFault(models.Model):
    """How the law looks at a fault."""

    _inherit = "service.fault"

    is_severe = fields.Boolean(
        string="Severe Safety Fault",
        help="Endangers people or property, so that the unit cannot be used safely; e.g. a safety device that does not "
        "protect, a risk of fire.",
    )
    is_early_return = fields.Boolean(
        string="Replacement or Return if Early",
        help="Steering or brakes fail, the body cracks, fuel leaks, the traction battery burns.",
    )
    statute_assembly = fields.Selection(
        ASSEMBLIES, string="Main Assembly", help="The assembly of the car that the fault concerns."
    )
