# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import api, fields, models, tools

from .repair_operation import TRADES

RateRow = namedtuple("RateRow", "id trade country_id state_ids date_from date_to rate")


class RepairLaborRate(models.Model):
    """Price of an hour of labor: by region, trade and date. The nearest region and the named trade come first."""

    _name = "repair.labor.rate"
    _description = "Labor Rate"
    _inherit = ["compliance.setup.mixin"]
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
    def _find_rate(self, company, day, trade, partner):
        """Price of an hour of a trade at a customer's place on a day: the nearest region, then the named trade, then
        the newest; 0 if there is none."""
        fitting = [
            row
            for row in self._get_rate_table(company.id)
            if row.date_from <= day <= (row.date_to or day)
            and row.trade in (False, trade)
            and (not row.state_ids or partner.state_id.id in row.state_ids)
            and row.country_id in (False, partner.country_id.id)
        ]
        best = max(
            fitting,
            key=lambda row: (
                bool(row.state_ids),
                bool(row.country_id),
                bool(row.trade),
                row.date_from,
                row.id,
            ),
            default=None,
        )
        return best.rate if best else 0.0

    @api.model
    @tools.ormcache("company_id")
    def _get_rate_table(self, company_id):
        """The rates of a company as plain data."""
        # sudo: prices are set by managers and apply to whoever plans the work
        return tuple(
            RateRow(
                id=rate.id,
                trade=rate.trade,
                country_id=rate.country_id.id,
                state_ids=frozenset(rate.state_ids.ids),
                date_from=rate.date_from,
                date_to=rate.date_to,
                rate=rate.rate,
            )
            for rate in self.sudo().with_context({}).search([("company_id", "=", company_id)])
        )
