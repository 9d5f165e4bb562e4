# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class GspScaleCheck(models.Model):
    """Zero check of a scale, written down by whoever made it and closed at once."""

    _name = "gsp.scale.check"
    _description = "Zero Check"
    _inherit = "compliance.evidence.mixin"
    _order = "checked_at desc, id desc"
    _rec_name = "scale_id"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"

    scale_id = fields.Many2one(
        "gsp.scale", required=True, index=True, check_company=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    result = fields.Selection([("ok", "Shows Zero"), ("failed", "Does Not Show Zero")], required=True)
    remark = fields.Char(help="For example how it was adjusted.")
    checked_at = fields.Datetime(string="Checked On", required=True, readonly=True)
    checked_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")

    @api.model_create_multi
    def create(self, vals_list):
        """Who checked and when is not typed."""
        scales = self.env["gsp.scale"]
        vals_list = [
            {
                **vals,
                "company_id": scales.browse(
                    vals.get("scale_id") or self.env.context.get("default_scale_id")
                ).company_id.id,
                "checked_at": fields.Datetime.now(),
                "checked_by_id": self.env.uid,
            }
            for vals in vals_list
        ]
        checks = super().create(vals_list)
        checks._close_evidence()
        return checks
