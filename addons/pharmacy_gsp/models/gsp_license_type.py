# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspLicenseType(models.Model):
    """Kind of license, certificate or agreement: who holds it and what must be recorded of it."""

    _name = "gsp.license.type"
    _description = "License Type"
    _inherit = "gsp.master.mixin"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short technical code, used in imports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    for_company = fields.Boolean(string="Held by Us", help="By our company or one of its stores.")
    for_partner = fields.Boolean(string="Held by Suppliers and Customers")
    for_employee = fields.Boolean(string="Held by Employees")
    has_scope = fields.Boolean(string="Names a Scope", help="The license says what may be dealt in.")
    has_expiry = fields.Boolean(
        string="Expires", default=True, help="Cannot be approved without the last day of its validity."
    )
    is_displayed = fields.Boolean(string="Hung Up in the Store", help="Must be shown where customers see it.")
    is_registration = fields.Boolean(
        string="Registers a Person", help="Names the unit at which a pharmacist is registered."
    )
    renewal_from_parameter = fields.Char(
        string="Figure: Renewal From", help="Code of the legal figure: earliest application before expiry."
    )
    renewal_until_parameter = fields.Char(
        string="Figure: Renewal Until", help="Code of the legal figure: latest application before expiry."
    )
    note = fields.Text(translate=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "Another license type has this code already.")
