# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    warranty_registration_count = fields.Integer(
        string="Warranties",
        compute="_compute_warranty_registration_count",
        groups="stock.group_stock_user,sales_team.group_sale_salesman",
    )

    def _compute_warranty_registration_count(self):
        """Registrations of the partner and of its contacts."""
        partners = self.with_context(active_test=False).search_fetch(
            [("id", "child_of", self.ids)], ["parent_id"]
        )
        counts = self.env["warranty.registration"]._read_group(
            [("partner_id", "in", partners.ids)], ["partner_id"], ["__count"]
        )
        self.warranty_registration_count = 0
        for partner, count in counts:
            while partner:
                if partner in self:
                    partner.warranty_registration_count += count
                partner = partner.parent_id

    def action_view_warranty_registrations(self):
        """Open the registrations of the partner and of its contacts."""
        return self.env["warranty.registration"]._get_list_action([("partner_id", "child_of", self.ids)])
