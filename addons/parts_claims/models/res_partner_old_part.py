# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    old_part_count = fields.Integer(
        compute="_compute_old_part_count", groups="parts_claims.parts_claims_group_clerk"
    )

    def _compute_old_part_count(self):
        groups = self.env["old.part"]._read_group(
            Domain("supplier_id", "in", self.ids), ["supplier_id"], ["__count"]
        )
        counts = dict(groups)
        for partner in self:
            partner.old_part_count = counts.get(partner, 0)

    def action_view_old_parts(self):
        """Open the old parts that belong to this supplier."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("parts_claims.old_part_action")
        return action | {"domain": [("supplier_id", "=", self.id)], "context": {}}
