# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class StockLot(models.Model):
    _inherit = "stock.lot"

    gsp_kind = fields.Selection(related="product_id.gsp_kind")
    gsp_production_date = fields.Date(string="Production Date", tracking=True)
    gsp_expiry_date = fields.Date(
        string="Expiry Day",
        compute="_compute_gsp_expiry_date",
        help="Last calendar day, in the company's time zone, on which the lot may be sold.",
    )
    gsp_expiry_status = fields.Selection(
        [("good", "Good"), ("near", "Near Expiry"), ("expired", "Expired"), ("missing", "No Expiry Date")],
        string="Expiry Status",
        compute="_compute_gsp_expiry_date",
    )
    gsp_sale_record_count = fields.Integer(
        compute="_compute_gsp_sale_record_count", groups="pharmacy_gsp.pharmacy_gsp_group_clerk"
    )

    @api.depends("expiration_date", "company_id", "product_id.gsp_kind")
    @api.depends_context("company")
    def _compute_gsp_expiry_date(self):
        for lot in self:
            company = lot.company_id or self.env.company
            expiry = lot.expiration_date and company._get_law_date(lot.expiration_date)
            lot.gsp_expiry_date = expiry
            lot.gsp_expiry_status = lot._get_gsp_expiry_status(expiry, company)

    def _compute_gsp_sale_record_count(self):
        counts = dict(
            self.env["gsp.sale.record"]._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
        )
        for lot in self:
            lot.gsp_sale_record_count = counts.get(lot, 0)

    @api.constrains("gsp_production_date", "expiration_date")
    def _check_gsp_dates(self):
        for lot in self:
            if (
                lot.gsp_production_date
                and lot.gsp_expiry_date
                and lot.gsp_production_date >= lot.gsp_expiry_date
            ):
                raise ValidationError(
                    self.env._(
                        "Lot %(lot)s cannot expire on %(expiry)s: it was produced on %(production)s.",
                        lot=lot.display_name,
                        expiry=lot.gsp_expiry_date,
                        production=lot.gsp_production_date,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lots = super().create(vals_list)
        lots._gsp_expire_at_end_of_day()
        return lots

    def write(self, vals):
        if "expiration_date" in vals:
            self._gsp_check_expiry_change(fields.Datetime.to_datetime(vals["expiration_date"]))
        result = super().write(vals)
        if "expiration_date" in vals:
            self._gsp_expire_at_end_of_day()
        return result

    def action_view_gsp_sale_records(self):
        """Open the sale register of these lots: to whom they went."""
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=[("lot_id", "in", self.ids)], context={})

    def _get_gsp_expiry_status(self, expiry, company):
        self.ensure_one()
        if not self.product_id.gsp_kind:
            return False
        if not expiry:
            return "missing" if self.product_id.gsp_kind == "drug" else False
        today = company._get_law_date()
        if expiry < today:
            return "expired"
        months = self.product_id._gsp_get_near_expiry_months(company, today)
        return "near" if expiry < fields.Date.add(today, months=months) else "good"

    def _gsp_check_expiry_change(self, moment):
        """An expiry date once recorded for a regulated lot is changed by the quality manager only."""
        if self.env.su or self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality"):
            return
        for lot in self:
            if lot.product_id.gsp_kind and lot.expiration_date and lot.expiration_date != moment:
                raise AccessError(
                    self.env._(
                        "The expiry date of lot %(lot)s is changed by the quality manager only. Ask one to correct it.",
                        lot=lot.display_name,
                    )
                )

    def _gsp_expire_at_end_of_day(self):
        """The date on a package is a calendar day: let the lot expire with its last second, not with its first."""
        for lot in self:
            if not lot.product_id.gsp_kind or not lot.expiration_date:
                continue
            company = lot.company_id or self.env.company
            end = company._get_law_day_bounds(company._get_law_date(lot.expiration_date))[1] - timedelta(
                seconds=1
            )
            if lot.expiration_date != end:
                super(StockLot, lot).write({"expiration_date": end})

    def _gsp_prepare_register_vals(self, company):
        """Lot facts for the sale register; an empty lot (a device without lot) gives empty facts."""
        return {
            "lot_id": self.id,
            "lot_name": self.name,
            "production_date": self.gsp_production_date,
            "expiry_date": self.expiration_date and company._get_law_date(self.expiration_date),
        }
