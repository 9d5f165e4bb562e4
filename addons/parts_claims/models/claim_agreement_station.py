# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

STATION_WAYS = ("bill", "deduction")
STATION_BASES = ("sales_price", "standard_cost")
# States in which a station's claim uses up its quota.
QUOTA_STATES = ("answered", "agreed", "settled")


class ClaimAgreement(models.Model):
    """Terms on which we pay service stations and dealers for warranty work they did for us.

    ``supplier_id`` is then the station: whoever the agreement is made with.
    """

    _inherit = "claim.agreement"

    direction = fields.Selection(
        [("outbound", "We Claim From a Supplier"), ("inbound", "A Service Station Claims From Us")],
        string="Kind of Agreement",
        required=True,
        default="outbound",
        index=True,
    )
    freight_by_cause = fields.Boolean(
        string="Freight by Cause of Return",
        default=True,
        tracking=True,
        help="Freight is paid where the quality of the part is the cause. Where the station took the unit apart "
        "without need, neither freight nor labor is paid; for any other cause the station bears the freight.",
    )
    quota_amount = fields.Monetary(
        string="Quota per Period",
        tracking=True,
        help="Most that is accepted from the station in one claim period. 0: no limit.",
    )
    settlement_way = fields.Selection(
        selection_add=[
            ("bill", "Station's Bill"),
            ("deduction", "Station's Bill, Deducted From Its Receivable"),
        ],
        ondelete={"bill": "set default", "deduction": "set default"},
    )

    _quota_range = models.Constraint("CHECK (quota_amount >= 0)", "A quota cannot be negative.")

    @api.model
    def _selection_price_basis(self):
        return [*super()._selection_price_basis(), ("sales_price", self.env._("Our Sales Price"))]

    @api.onchange("direction")
    def _onchange_direction(self):
        """Propose what fits the direction."""
        inbound = self.direction == "inbound"
        if inbound != (self.settlement_way in STATION_WAYS):
            self.settlement_way = "bill" if inbound else "credit_note"
        if inbound and self.price_basis not in STATION_BASES:
            self.price_basis = "sales_price"

    @api.constrains("cover_ids", "direction", "line_ids", "price_basis", "settlement_way")
    def _check_direction(self):
        """What only makes sense with a supplier is not agreed with a station, and the other way round."""
        for agreement in self:
            inbound = agreement.direction == "inbound"
            if inbound != (agreement.settlement_way in STATION_WAYS):
                raise ValidationError(
                    self.env._(
                        "%(agreement)s: choose a way of settlement that fits the kind of agreement.",
                        agreement=agreement.name,
                    )
                )
            bases = {agreement.price_basis, *agreement.line_ids.mapped("price_basis")}
            if inbound and not bases <= set(STATION_BASES):
                raise ValidationError(
                    self.env._(
                        "%(agreement)s: parts of a station are paid at our sales price or our inventory cost.",
                        agreement=agreement.name,
                    )
                )
            if not inbound and "distance" in agreement.cover_ids.mapped("method"):
                raise ValidationError(
                    self.env._(
                        "%(agreement)s: a rate per kilometer is agreed with service stations only.",
                        agreement=agreement.name,
                    )
                )

    @api.model
    def _get_station_agreements(self, partner, company=None):
        """Agreements in force under which a partner's company may file claims with us.

        :param company: only those of one company of ours; any company if empty
        """
        station = partner.commercial_partner_id
        domain = (
            Domain("direction", "=", "inbound")
            & Domain("state", "=", "active")
            & Domain("supplier_id", "=", station.id)
        )
        return self.search(domain & Domain("company_id", "=", company.id) if company else domain)

    def _get_quota_left(self, date, but=None):
        """What is left of the quota in the period that holds ``date``; None without a quota.

        :param but: claims that do not count
        """
        self.ensure_one()
        if not self.quota_amount:
            return None
        used = self.env["parts.claim.line"]._read_group(
            Domain("agreement_id", "=", self.id)
            & Domain("claim_id.date_from", "=", self._get_period(date)[0])
            & Domain("claim_id.state", "in", QUOTA_STATES)
            & Domain("claim_id", "not in", but.ids if but else []),
            [],
            ["amount_agreed:sum"],
        )
        return self.currency_id.round(self.quota_amount - (used[0][0] or 0.0))

    def _get_station_period_refusal(self, registration, day, reading):
        """Why a unit is out of what was agreed, by its age or its meter; empty if it is not.

        :param reading: on the unit's meter, in the unit of the agreement; 0 if nobody read it
        """
        self.ensure_one()
        start = registration.start_date
        end = start + relativedelta(months=self.cover_months) if self.cover_months and start else False
        if end and day > end:
            return self.env._(
                "%(agreement)s covers the unit until %(date)s.",
                agreement=self.name,
                date=format_date(self.env, end),
            )
        if self.meter_limit and reading > self.meter_limit:
            return self.env._(
                "%(agreement)s covers up to %(limit)s on the meter; the unit was at %(reading)s.",
                agreement=self.name,
                limit=f"{self.meter_limit:,.0f}",
                reading=f"{reading:,.0f}",
            )
        return ""


class ClaimAgreementCover(models.Model):
    _inherit = "claim.agreement.cover"

    method = fields.Selection(
        selection_add=[("distance", "Rate per Kilometer")], ondelete={"distance": "set default"}
    )

    _distance = models.Constraint(
        "CHECK (method <> 'distance' OR kind = 'mileage')", "Only mileage is reimbursed by the kilometer."
    )
