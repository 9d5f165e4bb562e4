# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """A service that a campaign makes free costs nothing on the quotation of a repair."""

    _inherit = "sale.order.line"

    campaign_id = fields.Many2one(
        "warranty.campaign",
        compute="_compute_campaign_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="Campaign that makes the service free.",
    )

    @api.depends(
        "product_id",
        "repair_labor_ids",
        "order_id.repair_order_ids.report_date",
        "order_id.repair_order_ids.campaign_ids",
    )
    def _compute_campaign_id(self):
        """Labor is free by its own coverage, which sets the price of its line."""
        campaigns = self.env["warranty.campaign"]
        free = {}
        for line in self:
            # sudo: who sells need not open repairs to know what they were promised
            repair = line.order_id.sudo().repair_order_ids[:1]
            if line.product_id.type != "service" or line.invoice_lines:
                line.campaign_id = line.campaign_id
                continue
            # sudo: as above
            if line.sudo().repair_labor_ids:
                line.campaign_id = campaigns
                continue
            if repair not in free:
                free[repair] = repair._get_free_services() if repair else {}
            line.campaign_id = free[repair].get(line.product_id, campaigns)

    @api.depends("campaign_id")
    def _compute_discount(self):
        result = super()._compute_discount()
        self.filtered("campaign_id").discount = 100.0
        return result


class RepairOrder(models.Model):
    _inherit = "repair.order"

    def _get_free_services(self):
        """Services that cost this repair's customer nothing: those of free-service campaigns on the day of the report,
        and those of the campaigns whose work it does.

        :return: dict {service product: campaign}
        """
        self.ensure_one()
        return self._get_free_services_by_repair()[self]

    def _get_free_services_by_repair(self):
        """The same for any number of repairs with one query: dict {repair: {service product: campaign}}."""
        running = self.env["warranty.campaign"]._get_running_services(self.company_id)
        result = {}
        for repair in self:
            day = repair._get_report_day()
            free = running.filtered(lambda campaign, repair=repair: campaign.company_id == repair.company_id)
            result[repair] = free._get_free_services(repair.product_id, day)
            for campaign in repair.campaign_ids.filtered("free_labor"):
                result[repair] |= {service: campaign for service in campaign.service_ids}
        return result
