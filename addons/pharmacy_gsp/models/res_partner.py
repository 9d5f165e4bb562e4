# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    gsp_license_count = fields.Integer(
        compute="_compute_gsp_counts", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )
    gsp_first_approval_count = fields.Integer(
        compute="_compute_gsp_counts", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    def _compute_gsp_counts(self):
        for model, name in (
            ("gsp.license", "gsp_license_count"),
            ("gsp.first.approval", "gsp_first_approval_count"),
        ):
            counts = dict(
                self.env[model]._read_group([("partner_id", "in", self.ids)], ["partner_id"], ["__count"])
            )
            for partner in self:
                partner[name] = counts.get(partner._origin, 0)

    def action_view_gsp_licenses(self):
        """Open the licenses of these suppliers and customers."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_license_action")
        context = {"default_holder_kind": "partner", "default_partner_id": self[:1].id}
        return dict(action, domain=[("partner_id", "in", self.ids)], context=context)

    def action_view_gsp_first_approvals(self):
        """Open the first approvals of these suppliers."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_first_approval_action")
        context = {"default_kind": "supplier", "default_partner_id": self[:1].id}
        return dict(action, domain=[("partner_id", "in", self.ids)], context=context)
