# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.fields import Domain

from .warranty_campaign_line import OPEN_STATES


class StockLot(models.Model):
    _inherit = "stock.lot"

    campaign_line_ids = fields.One2many("warranty.campaign.line", "lot_id", string="Campaigns", readonly=True)
    open_campaign_count = fields.Integer(string="Open Campaigns", compute="_compute_open_campaign_count")
    statute_finding_ids = fields.One2many(
        "warranty.statute.finding", "lot_id", string="Statutory Rights", readonly=True
    )
    statute_finding_count = fields.Integer(string="Rights", compute="_compute_statute_finding_count")

    def _compute_open_campaign_count(self):
        by_lot = self._get_open_campaign_lines()
        for lot in self:
            lot.open_campaign_count = len(by_lot.get(lot, ()))

    def _compute_statute_finding_count(self):
        counts = dict(
            self.env["warranty.statute.finding"]._read_group(
                Domain("lot_id", "in", self.ids) & Domain("state", "!=", "lapsed"), ["lot_id"], ["__count"]
            )
        )
        for lot in self:
            lot.statute_finding_count = counts.get(lot, 0)

    def action_view_campaigns(self):
        """Open the campaigns that list these units."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_campaign_line_action"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={"create": False})

    def action_view_statute_findings(self):
        """Open the rights that have arisen for these units."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_statute_finding_action"
        )
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    def _get_open_campaign_lines(self):
        """The units' places in running campaigns that are still to be worked off: dict {stock.lot: lines}."""
        # sudo: whoever may read the unit may know which work is open for it, in the companies he works for
        groups = (
            self.env["warranty.campaign.line"]
            .sudo()
            ._read_group(
                Domain("lot_id", "in", self.ids)
                & Domain("state", "in", OPEN_STATES)
                & Domain("campaign_id.state", "=", "running")
                & Domain("company_id", "in", self.env.companies.ids),
                ["lot_id"],
                ["id:recordset"],
            )
        )
        return {lot.with_env(self.env): lines for lot, lines in groups}

    def _get_open_campaigns(self):
        """Campaigns that are open for these units today (campaigns and recalls that list them): for the portal.

        :return: dict {stock.lot: warranty.campaign in superuser mode}
        """
        return {
            lot: lines.campaign_id.filtered(
                lambda campaign: campaign._holds_on(campaign.company_id._get_law_date())
            )
            for lot, lines in self._get_open_campaign_lines().items()
        }
