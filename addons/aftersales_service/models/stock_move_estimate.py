# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date


class StockMove(models.Model):
    """What the estimate says of a part: in stock, or when it comes."""

    _inherit = "stock.move"

    coverage_end_date = fields.Date(related="warranty_registration_line_id.end_date", string="Covered Until")
    repair_partner_id = fields.Many2one(related="repair_id.partner_id", string="Customer")
    repair_lot_id = fields.Many2one(related="repair_id.lot_id", string="Unit Repaired")
    report_date = fields.Datetime(related="repair_id.report_date", string="Reported On")
    cover_ends_soon = fields.Boolean(
        compute="_compute_cover_ends_soon",
        search="_search_cover_ends_soon",
        help="An open part of a unit whose cover ends soon, or has ended since the fault was reported.",
    )

    @api.depends("warranty_registration_line_id", "state")
    def _compute_cover_ends_soon(self):
        soon = self.filtered_domain(self._get_cover_ends_domain())
        for move in self:
            move.cover_ends_soon = move in soon

    def _compute_description_picking(self):
        """The words of the quotation's line stand on the repair for everybody who sees the repair.

        The platform reads them as the user, who may be a salesperson with access to the own quotations only.
        """
        of_repairs = self.filtered("repair_id")
        # sudo: only the text of the line is taken over
        super(StockMove, of_repairs.sudo())._compute_description_picking()
        return super(StockMove, self - of_repairs)._compute_description_picking()

    def _search_cover_ends_soon(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_cover_ends_domain()

    @api.model
    def _get_cover_ends_domain(self):
        """Open parts whose component's cover ends within the company's days of warning, or has ended."""
        domains = [
            Domain("company_id", "=", company.id)
            & Domain(
                "warranty_registration_line_id.end_date",
                "<=",
                company._get_law_date() + timedelta(days=company.service_cover_warning_days),
            )
            for company in self.env.companies
        ]
        return (
            Domain("repair_id", "!=", False)
            & Domain("repair_line_type", "=", "add")
            & Domain("state", "not in", ("done", "cancel"))
            & Domain("coverage", "in", ("warranty", "goodwill", "contract"))
            & Domain.OR(domains)
        )

    def _get_arrival_date(self, now):
        """When a part of a repair is at hand: ``now`` if it is in stock, else when it is expected, else after the
        lead time of its main vendor."""
        self.ensure_one()
        if not self.product_id.is_storable or self.forecast_availability >= self.product_qty:
            return max(self.forecast_expected_date or now, now)
        if self.forecast_expected_date:
            return max(self.forecast_expected_date, now)
        # Superuser mode: who repairs may not read purchase prices; only the lead time is taken.
        seller = self.product_id.with_company(self.company_id).sudo()._prepare_sellers()[:1]
        return now + timedelta(days=seller.delay or 0)

    def _get_availability_text(self):
        """Stock of the part, in words for the customer."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state == "done" or not self.product_id.is_storable:
            return self.env._("In stock")
        arrival = self._get_arrival_date(now)
        if self.forecast_availability >= self.product_qty and arrival <= now:
            return self.env._("In stock")
        if arrival > now:
            return self.env._("Expected on %s", format_date(self.env, self.company_id._get_law_date(arrival)))
        return self.env._("To be ordered")
