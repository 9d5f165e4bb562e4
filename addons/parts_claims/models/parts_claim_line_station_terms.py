# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple
from datetime import datetime, time

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import float_round, format_amount, format_date, formatLang

from .parts_claim_line_collect import ClaimSource
from .parts_claim_line_price import Price

# What a station's line is paid by: the price of one piece, hour, kilometer or of the whole line, and how many of them.
Allowance = namedtuple("Allowance", "basis price quantity")


class PartsClaimLine(models.Model):
    """What a station's agreement gives for a line: rates, hours, prices, limits, and who bears the freight."""

    _inherit = "parts.claim.line"

    @api.model
    def _selection_price_basis(self):
        return [*super()._selection_price_basis(), ("asked_price", self.env._("Price Asked"))]

    @api.model
    def _get_prices_sales_price(self, keys):
        """Our sales price to the partner on the day of the repair, by the partner's price list."""
        prices = {}
        for source, (company, partner, product, date) in keys.items():
            pricelist = partner.with_company(company).property_product_pricelist
            currency = pricelist.currency_id or company.currency_id
            price = pricelist._get_product_price(
                product.with_company(company),
                quantity=source.quantity,
                currency=currency,
                uom=product.uom_id,
                date=datetime.combine(date, time.min),
            )
            reference = pricelist.name or product.display_name
            prices[source] = Price(price, currency, date, reference)
        return prices

    def _set_station_terms(self):
        """Compute what the agreements allow for freshly filed lines, and record it with how it was found."""
        sources = {line: line._get_station_source() for line in self}
        fits = {sources[line]: (line.agreement_id, line._get_station_rule()) for line in self}
        keys = {
            source: (line.company_id, line.supplier_id, line.product_id, line.repair_date)
            for line, source in sources.items()
        }
        priced = {
            sources[line]: fits[sources[line]]
            for line in self
            if line.kind == "part" and line.agreement_id._get_cover("part").method != "fixed"
        }
        prices = self._get_prices(priced, keys)
        for line, source in sources.items():
            line._set(line._prepare_station_terms(fits[source][1], prices.get(source)))
        for line in self.filtered("amount_allowed"):
            line._limit_station_amount()

    def _get_station_source(self):
        """The line as the price methods want it."""
        self.ensure_one()
        return ClaimSource(
            record=self,
            kind=self.kind,
            company=self.company_id,
            party=self.supplier_id,
            share=100.0,
            product=self.product_id,
            subject=self.product_id,
            quantity=self.quantity,
            uom=self.uom_id,
            when=datetime.combine(self.repair_date, time.max),
            repair=self.env["repair.order"],
            move=self.env["stock.move"],
            origin_kind="station",
            problem="",
        )

    def _get_station_rule(self):
        """The agreement's row for the part; empty where the terms are the same for all parts."""
        self.ensure_one()
        fits = self.agreement_id._get_closest(self._get_station_subject(), self.repair_date)
        return fits[0][1] if fits else self.env["claim.agreement.line"]

    def _get_station_subject(self):
        """The part by which the agreement is found: of other costs, the first part of the repair, else the unit."""
        self.ensure_one()
        if self.kind == "part":
            return self.product_id
        return self._get_station_parts()[:1].product_id or self.unit_product_id

    def _get_station_parts(self):
        """Part lines of the same repair of the station, the main cause first."""
        return self.claim_id.line_ids.filtered(
            lambda line: (
                line.kind == "part"
                and line.unit_lot_id == self.unit_lot_id
                and line.station_document == self.station_document
            )
        ).sorted("id")

    def _prepare_station_terms(self, rule, price):
        self.ensure_one()
        agreement = self.agreement_id
        cover = agreement._get_cover(self.kind)
        uncovered = self._get_station_refusal(cover)
        if uncovered:
            return {"uncovered_reason": uncovered, "amount_allowed": 0.0}
        if rule.max_quantity and self.uom_id.compare(self.quantity, rule.max_quantity) > 0:
            problem = self.env._(
                "%(quantity)g × %(part)s in one repair: %(agreement)s allows %(most)g. Find out why, and decide by "
                "hand.",
                quantity=self.quantity,
                part=self.product_id.display_name,
                agreement=agreement.name,
                most=rule.max_quantity,
            )
            return {"problem": problem, "amount_allowed": 0.0}
        allowance = self._get_station_allowance(rule, cover, price)
        if not allowance.price or not allowance.price.amount:
            problem = self.env._(
                "%(part)s has no price on %(date)s. Enter one, and decide on the line by hand.",
                part=self.product_id.display_name,
                date=format_date(self.env, self.repair_date),
            )
            return {"problem": problem, "amount_allowed": 0.0}
        currency, base = agreement.currency_id, allowance.price
        if not self._has_rate(base.currency, self.company_id, self.repair_date):
            problem = self.env._(
                "There is no exchange rate of %(currency)s for %(date)s.",
                currency=base.currency.name,
                date=format_date(self.env, self.repair_date),
            )
            return {"problem": problem, "amount_allowed": 0.0}
        rate = base.currency._get_conversion_rate(base.currency, currency, self.company_id, self.repair_date)
        terms = rule or agreement
        is_priced = allowance.basis in dict(agreement._selection_price_basis())
        markup = terms.markup_percent if is_priced else 0.0
        share = terms.share_percent if is_priced else 100.0
        percent = cover.percent if cover.method == "percent" else 100.0
        digits = self.env["decimal.precision"].precision_get("Product Price")
        factor = rate * (1 + markup / 100) * share / 100 * percent / 100
        allowed = currency.round(
            float_round(base.amount * factor, precision_digits=digits) * allowance.quantity
        )
        return {
            "allowed_quantity": allowance.quantity,
            "amount_allowed": min(allowed, self.amount_claimed),
            "basis_currency_id": base.currency.id,
            "basis_date": base.date,
            "basis_price": base.amount,
            "basis_reference": base.reference,
            "cover_percent": percent,
            "currency_rate": rate,
            "flat_rate": self.kind == "labor" and bool(agreement._get_flat_rate_hours(self.operation_id)),
            "markup_percent": markup,
            "price_basis": allowance.basis,
            "share_percent": share,
        }

    def _get_station_allowance(self, rule, cover, price):
        """Basis, price of one unit of it, and how many are paid: never more than the station asks for."""
        agreement = self.agreement_id
        if cover.method in ("fixed", "hourly", "distance"):
            basis = "agreed_amount" if cover.method == "fixed" else "agreed_rate"
            agreed = Price(cover.amount, agreement.currency_id, self.repair_date, agreement.name)
            once = cover.method == "fixed" and self.kind != "part"
            return Allowance(basis, agreed, 1.0 if once else self._get_station_hours())
        if self.kind == "part":
            return Allowance((rule or agreement).price_basis, price, self.quantity)
        asked = Price(self.unit_price, self.currency_id, self.repair_date, self.station_document)
        return Allowance("asked_price", asked, self._get_station_hours())

    def _get_station_hours(self):
        """Quantity that is paid; of labor, at most the hours agreed for the operation."""
        agreed = self.agreement_id._get_flat_rate_hours(self.operation_id) if self.kind == "labor" else 0.0
        return min(self.quantity, agreed) if agreed else self.quantity

    def _get_station_refusal(self, cover):
        """Why nothing is paid for the line; empty if something is."""
        self.ensure_one()
        agreement = self.agreement_id
        if (self.kind != "part" and not cover) or (cover and cover._is_empty_promise()):
            labels = dict(self._fields["kind"]._description_selection(self.env))
            return self.env._(
                "%(agreement)s does not cover this kind of cost: %(kind)s.",
                agreement=agreement.name,
                kind=labels[self.kind],
            )
        cause = self._get_cause_refusal()
        if cause:
            return cause
        registration = self._get_unit_registration()
        # The customer's claim arises when the fault is reported.
        refusal = self._get_unit_refusal(registration, self.report_date)
        return refusal or agreement._get_station_period_refusal(
            registration, self.report_date, self.meter_reading
        )

    def _get_cause_refusal(self):
        """The part's quality: we bear the freight. Taken apart: the station bears freight and labor. Else: freight."""
        if not self.agreement_id.freight_by_cause:
            return ""
        # A station that does not say why something came back has not shown that it was the quality.
        if self.kind == "freight" and self.return_cause != "quality":
            return self.env._(
                "The station bears the freight: the cause of return is not the quality of the part."
            )
        if self.kind == "labor" and self.return_cause == "disassembled":
            return self.env._("The station bears the labor: the part was taken apart without need.")
        return ""

    def _get_unit_registration(self):
        """Our own registration of the unit decides, not what the station says."""
        self.ensure_one()
        registrations = self.unit_lot_id.warranty_registration_ids
        own = registrations.filtered(lambda registration: registration.company_id == self.company_id)
        return own._pick_for_date(self.report_date)

    def _get_unit_cover_line(self, registration):
        """The component of the unit's warranty that the line belongs to; may be empty."""
        product = self._get_station_subject() if self.kind != "part" else self.product_id
        return registration.line_ids._match_part(product)

    def _get_unit_refusal(self, registration, day):
        """Why the unit is not under warranty for this line; empty if it is."""
        status = registration._get_cover_status(day)
        if status != "covered":
            labels = {
                "none": self.env._("The unit has no warranty registration with us."),
                "void": self.env._("The unit's warranty is void."),
                "waiting": self.env._("The unit's warranty had not begun."),
                "expired": self.env._("The unit's warranty had expired."),
            }
            return labels[status]
        line = self._get_unit_cover_line(registration)
        if not line:
            return self.env._("No component of the unit's warranty covers this.")
        if day > line.end_date:
            return self.env._(
                "%(component)s was covered until %(date)s.",
                component=line.component_id.name,
                date=format_date(self.env, line.end_date),
            )
        if line.meter_limit and self.meter_reading > line.meter_limit:
            return self.env._(
                "%(component)s was covered up to %(limit)s on the meter; the unit was at %(reading)s.",
                component=line.component_id.name,
                limit=f"{line.meter_limit:,.0f}",
                reading=f"{self.meter_reading:,.0f}",
            )
        if line.meter_limit and not self.meter_reading:
            return self.env._(
                "%(component)s is covered up to a limit on the meter, and no reading was given.",
                component=line.component_id.name,
            )
        return line._get_condition_refusal()

    def _limit_station_amount(self):
        """Cut the amount down to what the limit per repair and kind leaves."""
        self.ensure_one()
        cap = self.agreement_id._get_cover(self.kind).cap
        if not cap:
            return
        used = self._read_group(
            Domain("direction", "=", "inbound")
            & Domain("company_id", "=", self.company_id.id)
            & Domain("supplier_id", "=", self.supplier_id.id)
            & Domain("unit_lot_id", "=", self.unit_lot_id.id)
            & Domain("station_document", "=ilike", self.station_document)
            & Domain("kind", "=", self.kind)
            & Domain("id", "<", self.id)
            & Domain("decision", "!=", "returned")
            & self._get_live_domain(),
            [],
            ["amount_allowed:sum"],
        )
        left = self.currency_id.round(max(cap - (used[0][0] or 0.0), 0.0))
        if self.currency_id.compare_amounts(self.amount_allowed, left) > 0:
            vals = {"amount_allowed": left, "cap": left}
            if not left:
                vals["uncovered_reason"] = self.env._(
                    "%(agreement)s pays at most %(limit)s for this kind of cost in one repair, and that is used up.",
                    agreement=self.agreement_id.name,
                    limit=format_amount(self.env, cap, self.currency_id),
                )
            self._set(vals)

    def _explain_basis(self, labels):
        """Of a station's line: what the terms pay, how many of it, and at which price."""
        if self.direction != "inbound":
            return super()._explain_basis(labels)
        return self.env._(
            "%(basis)s (%(reference)s, %(date)s): %(quantity)s × %(price)s %(currency)s",
            basis=labels[self.price_basis],
            reference=self.basis_reference or self.agreement_id.name,
            date=format_date(self.env, self.basis_date),
            quantity=f"{self.allowed_quantity:g}",
            price=formatLang(
                self.env,
                self.basis_price,
                digits=self.env["decimal.precision"].precision_get("Product Price"),
            ),
            currency=self.basis_currency_id.name or "",
        )
