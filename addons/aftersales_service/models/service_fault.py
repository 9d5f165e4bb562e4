# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ServiceFault(models.Model):
    """A symptom, a cause or a remedy: a tree of the words in which faults are told and counted."""

    _name = "service.fault"
    _description = "Fault"
    _parent_store = True
    _order = "kind, complete_name, id"
    _rec_name = "complete_name"
    _rec_names_search = ["code", "complete_name"]

    code = fields.Char(required=True, help="Short code, unique within its kind.")
    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True, store=True)
    kind = fields.Selection(
        [("symptom", "Symptom"), ("cause", "Cause"), ("remedy", "Remedy")],
        required=True,
        default="symptom",
        index=True,
    )
    parent_id = fields.Many2one(
        "service.fault", string="Belongs To", index=True, ondelete="restrict", domain="[('kind', '=', kind)]"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("service.fault", "parent_id", string="Details")
    categ_ids = fields.Many2many(
        "product.category",
        "service_fault_product_category_rel",
        "fault_id",
        "categ_id",
        string="Product Families",
        help="Empty: for all products.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(kind, code)", "The code of a fault must be unique within its kind."
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for fault in self:
            parent = fault.parent_id.complete_name
            fault.complete_name = f"{parent} / {fault.name}" if parent else fault.name

    @api.constrains("parent_id", "kind")
    def _check_parent(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A fault cannot belong to itself."))
        for fault in self:
            if fault.parent_id and fault.parent_id.kind != fault.kind:
                raise ValidationError(
                    self.env._(
                        "“%(fault)s” and “%(parent)s” are not of the same kind.",
                        fault=fault.name,
                        parent=fault.parent_id.name,
                    )
                )
