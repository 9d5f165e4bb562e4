# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from .repair_operation import TRADES


class RepairLaborRate(models.Model):
    """Price of an hour of labor: by region, trade and date. The nearest region and the named trade come first."""

    _name = "repair.labor.rate"
    _description = "Labor Rate"
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    trade = fields.Selection(TRADES, help="Empty: for all trades.")
    country_id = fields.Many2one("res.country", ondelete="restrict", help="Empty: everywhere.")
    state_ids = fields.Many2many(
        "res.country.state",
        "repair_labor_rate_state_rel",
        "rate_id",
        "state_id",
        string="Provinces",
        help="Customers in these provinces pay this rate. Empty: the whole country.",
    )
    rate = fields.Monetary(required=True, string="Price per Hour")
    date_from = fields.Date(required=True, default=fields.Date.context_today)
    date_to = fields.Date()
    active = fields.Boolean(default=True)

    _rate = models.Constraint("CHECK(rate >= 0)", "A labor rate cannot be negative.")
    _dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A labor rate cannot end before it begins."
    )

    @api.model
    def _get_rates(self, company, day):
        """All rates of a company in force on a day, in one query, to ``_pick()`` from."""
        # Superuser mode: prices are set by managers and apply to whoever plans the work.
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )

    def _pick(self, trade, partner):
        """The rate among these for a trade at a customer's place: the nearest region, then the named trade, then
        the newest."""
        fitting = self.filtered(
            lambda rate: (
                rate.trade in (False, trade)
                and (not rate.state_ids or partner.state_id in rate.state_ids)
                and (not rate.country_id or partner.country_id == rate.country_id)
            )
        )
        return fitting.sorted(
            lambda rate: (
                bool(rate.state_ids),
                bool(rate.country_id),
                bool(rate.trade),
                rate.date_from,
                rate.id,
            )
        )[-1:]
