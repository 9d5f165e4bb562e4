# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ServiceType(models.Model):
    """What a customer brings the unit for, and which checklists belong to it."""

    _name = "service.type"
    _description = "Service Type"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for every company.")
    checklist_ids = fields.One2many(
        "service.type.checklist", "service_type_id", string="Checklists", copy=True
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))", "There is a service type with this code already."
    )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "code" not in (default or {}):
            for vals in vals_list:
                vals["code"] = self.env._("%(code)s (copy)", code=vals["code"])
        return vals_list
