# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class OldPartPicture(models.Model):
    """A picture of an old part, evidence together with the appraisal it belongs to."""

    _name = "old.part.picture"
    _description = "Picture of an Old Part"
    _inherit = ["compliance.evidence.line.mixin"]
    _order = "sequence, id"
    _evidence_parent_field = "appraisal_id"

    appraisal_id = fields.Many2one("old.part.appraisal", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="appraisal_id.company_id", store=True, index=True)
    image = fields.Image(max_width=1920, max_height=1920, required=True)
    name = fields.Char(string="What It Shows")
    sequence = fields.Integer(default=10)

    @api.model_create_multi
    def create(self, vals_list):
        """Refuses what is no picture, whatever door it comes through."""
        for vals in vals_list:
            self.env["repair.photo"]._check_image(vals.get("image"), vals.get("name"))
        return super().create(vals_list)

    def write(self, vals):
        """Refuses what is no picture, whatever door it comes through."""
        if "image" in vals:
            self.env["repair.photo"]._check_image(vals["image"], vals.get("name") or self[:1].name)
        return super().write(vals)
