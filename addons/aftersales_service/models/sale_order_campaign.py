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
        "product_id", "order_id.repair_order_ids.report_date", "order_id.repair_order_ids.campaign_ids"
    )
    def _compute_campaign_id(self):
        campaigns = self.env["warranty.campaign"]
        free = {}
        for line in self:
            # sudo: who sells need not open repairs to know what they were promised
            repair = line.order_id.sudo().repair_order_ids[:1]
            if line.product_id.type != "service" or line.invoice_lines:
                line.campaign_id = line.campaign_id
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
        free = self.env["warranty.campaign"]._get_free_services(
            self.company_id, self.product_id, self._get_report_day()
        )
        for campaign in self.campaign_ids.filtered("free_labor"):
            free |= {service: campaign for service in campaign.service_ids}
        return free
