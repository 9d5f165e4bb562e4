# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import is_uninstalling


class ComplianceChecklistTemplateLine(models.Model):
    _name = "compliance.checklist.template.line"
    _description = "Item of a Checklist Template"
    _inherit = "compliance.checklist.item"

    template_id = fields.Many2one(
        "compliance.checklist.template", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="template_id.company_id", store=True)
    name = fields.Char(translate=True)
    instruction = fields.Text(translate=True)
    unit = fields.Char(translate=True)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.template_id._check_draft()
        return lines

    def write(self, vals):
        if "template_id" in vals and any(line.template_id.id != vals["template_id"] for line in self):
            raise UserError(self.env._("An item stays with its template; create it in the other one."))
        self.template_id._check_draft()
        return super().write(vals)

    def unlink(self):
        if not is_uninstalling(self.env):
            self.template_id._check_draft()
        return super().unlink()

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        self.template_id._check_draft()
        return super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
