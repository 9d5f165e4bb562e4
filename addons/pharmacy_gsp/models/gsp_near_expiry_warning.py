# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

WARNING = "mail.mail_activity_data_warning"


class GspNearExpiry(models.Model):
    """The nightly look at expiry dates: counted, not listed, and told to the quality manager (GSP 17005)."""

    _inherit = "gsp.near.expiry"

    near_count = fields.Integer(string="Near Expiry Last Night", readonly=True, copy=False, aggregator=None)
    expired_count = fields.Integer(string="Expired Last Night", readonly=True, copy=False, aggregator=None)
    counted_at = fields.Datetime(string="Counted On", readonly=True, copy=False)

    def action_confirm(self):
        """What the officer has gone through is no warning any more; tomorrow's count says what is left."""
        result = super().action_confirm()
        self.activity_unlink([WARNING])
        return result

    @api.model
    def _cron_open_registers(self):
        companies = self.env["res.company"].search([("gsp_company_kind", "!=", False)])
        for company in companies:
            month = company._get_law_date().replace(day=1)
            registers = self.with_company(company).search([("company_id", "=", company.id)])
            registers.filtered(lambda item, month=month: item.month < month).activity_unlink([WARNING])
        result = super()._cron_open_registers()
        for company in companies:
            month = company._get_law_date().replace(day=1)
            self.with_company(company).search(
                [("company_id", "=", company.id), ("month", "=", month)], limit=1
            )._warn()
        return result

    def _warn(self):
        """Count what is near its expiry or past it on the places of sale; warn of what has expired or is new."""
        self.ensure_one()
        expired, near = self._count_stock()
        news = expired or near > self.near_count
        self._write_step({"near_count": near, "expired_count": expired, "counted_at": fields.Datetime.now()})
        if not news:
            return
        summary = self.env._(
            "Lots in the store: %(expired)s expired, %(near)s near their expiry", expired=expired, near=near
        )
        known = self.activity_search([WARNING])
        if known:
            known.write({"summary": summary})
        else:
            self.activity_schedule(
                WARNING, summary=summary, user_id=self.company_id.gsp_quality_user_id.id or self.env.uid
            )

    def _count_stock(self):
        """(expired lots, lots near expiry) on hand and outside quarantine, whatever the number of lots."""
        company = self.company_id
        today = company._get_law_date()
        start = company._get_law_day_bounds(today)[0]
        quants = self.env["stock.quant"]
        base = (
            Domain("company_id", "=", company.id)
            & Domain("location_id.usage", "=", "internal")
            & Domain("location_id.gsp_in_quarantine", "=", False)
            & Domain("product_id.gsp_kind", "=", "drug")
            & Domain("quantity", ">", 0)
        )

        def count(domain):
            return quants._read_group(base & domain, [], ["lot_id:count_distinct"])[0][0]

        near = 0
        for months, categories in self._get_categories_by_months(company, today).items():
            limit = company._get_law_day_bounds(fields.Date.add(today, months=months))[0]
            near += count(
                Domain("expiration_date", ">=", start)
                & Domain("expiration_date", "<", limit)
                & Domain("product_id.categ_id", "in", categories)
            )
        return count(Domain("expiration_date", "<", start)), near

    def _get_categories_by_months(self, company, day):
        """{months: ids of the categories, False for none, whose drugs are near expiry so many months before it}"""
        result = defaultdict(list)
        result[self.env["product.category"]._gsp_get_near_expiry_months(company, day)].append(False)
        for category in self.env["product.category"].search([]):
            result[category._gsp_get_near_expiry_months(company, day)].append(category.id)
        return result

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(super()._get_evidence_fields()) - {"near_count", "expired_count", "counted_at"})
