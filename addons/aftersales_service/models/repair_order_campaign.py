# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..roles import RECEPTION, TECHNICIAN
from .warranty_campaign_line import OPEN_STATES

CLOSED_STAGES = ("ready", "settled", "delivered", "canceled")


class RepairOrder(models.Model):
    """Campaigns are recognized when a unit arrives; their work is added to the repair and free."""

    _inherit = "repair.order"

    open_campaign_ids = fields.Many2many(
        "warranty.campaign", string="Open Campaigns", compute="_compute_open_campaigns"
    )
    campaign_notice = fields.Char(compute="_compute_open_campaigns")
    campaign_ids = fields.Many2many(
        "warranty.campaign",
        "repair_order_campaign_rel",
        "repair_id",
        "campaign_id",
        string="Campaigns Worked On",
        readonly=True,
        copy=False,
    )
    campaign_count = fields.Integer(compute="_compute_open_campaigns")

    @api.depends("lot_id", "campaign_ids", "report_date", "service_stage")
    def _compute_open_campaigns(self):
        by_lot = self.lot_id._origin._get_open_campaign_lines()
        for repair in self:
            lines = by_lot.get(repair.lot_id._origin, self.env["warranty.campaign.line"])
            day = repair._get_report_day()
            campaigns = lines.filtered(
                lambda line, repair=repair: line.company_id == repair.company_id
            ).campaign_id
            campaigns = campaigns.filtered(lambda campaign, day=day: campaign._holds_on(day))
            campaigns -= repair.campaign_ids
            repair.open_campaign_ids = campaigns
            repair.campaign_notice = "; ".join(campaigns.mapped("display_name"))
            repair.campaign_count = len(campaigns | repair.campaign_ids)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_campaign_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_campaign_vals(vals)
        return super().write(vals)

    def _check_campaign_vals(self, vals):
        if vals.get("campaign_ids"):
            raise UserError(
                self.env._(
                    "The work of a campaign is added with the button “Add Campaign Work” on the repair."
                )
            )

    # Actions

    def action_add_campaign_work(self):
        """Add the work of the unit's open campaigns to the repair, free of charge. Reception and technicians."""
        self.ensure_one()
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        campaigns = self.open_campaign_ids
        if not campaigns:
            raise UserError(
                self.env._("No campaign is open for the unit of %s on the day of the report.", self.name)
            )
        if self.service_stage in CLOSED_STAGES:
            raise UserError(self.env._("%s is finished: no work can be added to it.", self.name))
        self._add_campaign_work(campaigns)
        return True

    def action_view_campaigns(self):
        """Open the campaigns of the repaired unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("aftersales_service.warranty_campaign_action")
        campaigns = self.open_campaign_ids | self.campaign_ids
        return dict(action, domain=[("id", "in", campaigns.ids)], context={"create": False})

    # Business

    def _add_campaign_work(self, campaigns):
        """Add the parts of campaigns, and take the unit on in each of them."""
        self.ensure_one()
        self._write_system({"campaign_ids": [Command.link(campaign.id) for campaign in campaigns]})
        moves = self.env["stock.move"].create(
            [
                {
                    "repair_id": self.id,
                    "company_id": self.company_id.id,
                    "repair_line_type": part.repair_line_type,
                    "product_id": part.product_id.id,
                    "product_uom": part.product_id.uom_id.id,
                    "product_uom_qty": part.quantity,
                }
                for part in campaigns.part_ids
            ]
        )
        for part, move in zip(campaigns.part_ids, moves, strict=True):
            move._set_campaign(part.campaign_id)
        # sudo: whoever repairs does not manage campaigns; the unit was found in them by the rules above
        lines = campaigns.sudo().line_ids.filtered(lambda line: line.lot_id == self.lot_id)
        lines._write_step({"repair_id": self.id})
        self.labor_ids.filtered(lambda labor: labor._find_campaign())._decide_coverage()
        self.message_post(
            body=self.env._(
                "Work of campaign %s added, free of charge.", ", ".join(campaigns.mapped("display_name"))
            )
        )

    def _service_stage_entered(self, stage):
        """A finished repair settles the unit in its campaigns; a canceled one gives the unit back to them."""
        result = super()._service_stage_entered(stage)
        worked = self.filtered("campaign_ids")
        if worked and stage in ("ready", "canceled"):
            # sudo: as above
            lines = self.env["warranty.campaign.line"].sudo().search(Domain("repair_id", "in", worked.ids))
            if stage == "ready":
                for company, units in lines.grouped("company_id").items():
                    units._write_step({"state": "repaired", "repaired_on": company._get_law_date()})
            else:
                lines.filtered(lambda line: line.state in OPEN_STATES)._write_step({"repair_id": False})
                worked._write_system({"campaign_ids": [Command.clear()]})
        return result
