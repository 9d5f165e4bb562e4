# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class RepairLabor(models.Model):
    """Labor that costs the customer nothing although no warranty pays for it."""

    _inherit = "repair.labor"

    campaign_id = fields.Many2one(
        "warranty.campaign",
        compute="_compute_campaign_id",
        compute_sudo=True,
        help="Campaign that makes the service free as which the labor is sold.",
    )

    @api.depends("operation_id.product_id", "repair_id.report_date", "repair_id.campaign_ids")
    def _compute_campaign_id(self):
        free = self.repair_id._get_free_services_by_repair()
        for labor in self:
            services = free.get(labor.repair_id)
            labor.campaign_id = False
            if services:
                product = labor.operation_id._get_labor_product(labor.repair_id.company_id)
                labor.campaign_id = services.get(product)

    def _find_campaign(self):
        return self.campaign_id or super()._find_campaign()

    def _get_coverage_decision(self):
        """Terms may promise that only parts are charged once cover has ended; the way there is charged still."""
        decision = super()._get_coverage_decision()
        repair = self.repair_id
        if decision["coverage"] != "billable" or self.is_visit_fee or not repair._is_labor_free_afterwards():
            return decision
        reason = self.env._(
            "No labor is charged after warranty %s has ended", repair.warranty_registration_id.name
        )
        return self._prepare_coverage("contract", reason, share=100.0) | {"cost_bearer": "ourselves"}
