# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError


class StockLocation(models.Model):
    _inherit = "stock.location"

    gsp_is_quarantine = fields.Boolean(
        string="Quarantine",
        help="For returned, doubtful or unfit drugs. Nothing is sold or reserved from here or from the places below.",
    )
    gsp_in_quarantine = fields.Boolean(
        string="In Quarantine", compute="_compute_gsp_in_quarantine", store=True, recursive=True
    )

    @api.depends("gsp_is_quarantine", "location_id.gsp_in_quarantine")
    def _compute_gsp_in_quarantine(self):
        for location in self:
            location.gsp_in_quarantine = location.gsp_is_quarantine or location.location_id.gsp_in_quarantine

    def write(self, vals):
        """What quarantine is stays so: only quality takes a place out of it."""
        if {"gsp_is_quarantine", "location_id"}.intersection(vals) and not self.env.su:
            quarantine = self.filtered("gsp_in_quarantine")
            if quarantine and not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality"):
                raise AccessError(
                    self.env._(
                        "Only quality changes the quarantine %(place)s.", place=quarantine[0].display_name
                    )
                )
        return super().write(vals)
