# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from ..roles import RECEPTION

SERVICE_GRADES = [("a", "A"), ("b", "B"), ("c", "C")]


class ResPartner(models.Model):
    """How much attention a customer gets."""

    _inherit = "res.partner"

    service_grade = fields.Selection(
        SERVICE_GRADES,
        string="Customer Grade",
        index="btree_not_null",
        help="How often the customer is called: A weekly, B monthly, C at least every half year.",
    )
    is_service_vip = fields.Boolean(string="VIP Customer")
    callback_count = fields.Integer(
        string="Call-Backs",
        compute="_compute_callback_count",
        groups=RECEPTION,
    )

    def _compute_callback_count(self):
        """Call-backs of the partner and of its contacts."""
        counts = dict(
            self.env["service.callback"]._read_group(
                [("commercial_partner_id", "in", self.commercial_partner_id.ids)],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.callback_count = counts.get(partner.commercial_partner_id, 0)

    def action_view_callbacks(self):
        """Open the call-backs of the partner and of its contacts."""
        return self.env["service.callback"]._get_list_action(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)]
        )
