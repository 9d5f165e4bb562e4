# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """A part of a campaign is free for the customer, also out of warranty."""

    _inherit = "stock.move"

    campaign_id = fields.Many2one("warranty.campaign", readonly=True, copy=False, index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        """No part declares itself the part of a campaign: neither by value nor by ``default_`` of the context."""
        for vals in vals_list:
            self._check_campaign_vals(vals)
            vals["campaign_id"] = False
        return super().create(vals_list)

    def write(self, vals):
        """A part changed into another one is the campaign's no more."""
        self._check_campaign_vals(vals)
        if {"product_id", "repair_line_type", "repair_id"} & vals.keys():
            self.filtered("campaign_id")._write_coverage({"campaign_id": False})
        return super().write(vals)

    def _check_campaign_vals(self, vals):
        if vals.get("campaign_id"):
            raise UserError(
                self.env._(
                    "The parts of a campaign are added with the button “Add Campaign Work” on the repair."
                )
            )

    def _set_campaign(self, campaign):
        """Make these parts the campaign's, and decide anew who pays."""
        self._write_coverage({"campaign_id": campaign.id})
        self._decide_coverage()

    def _find_campaign(self):
        # sudo: campaigns are known to those who repair; the decision also runs for others who save the part
        campaign = self.sudo().campaign_id
        return campaign if campaign.free_parts else super()._find_campaign()

    def _is_old_part(self):
        """What a campaign takes out belongs to the supplier as under warranty."""
        return super()._is_old_part() or bool(
            self.repair_id and self.repair_line_type == "remove" and self.coverage == "campaign"
        )
