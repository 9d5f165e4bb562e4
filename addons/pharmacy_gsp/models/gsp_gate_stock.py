# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.compliance_base.violation import Violation

# Clocks of several servers differ by seconds; a clock that somebody set back differs by more.
CLOCK_TOLERANCE = timedelta(minutes=10)


class GspGate(models.AbstractModel):
    """Which goods may leave: not held, from no quarantine, in the order of their expiry, near it only with a word."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [
            *super()._get_release_rules(),
            "_rule_clock",
            "_rule_hold",
            "_rule_quarantine",
            "_rule_near_expiry",
            "_rule_first_expired",
        ]

    @api.model
    def _get_dated_lines(self, lines):
        """Lines of pharmacies whose lot is known and still on sale, with the calendar day of its expiry."""
        dated = []
        for line in lines:
            expiry = line.company.gsp_company_kind and line.lot and self._get_expiry_day(line)
            if expiry and expiry >= line.company._get_law_date():
                dated.append((line, expiry))
        return dated

    @api.model
    def _rule_clock(self, lines):
        """Nothing leaves while the clock runs behind what the register says already (GSP 17102)."""
        companies = {line.company: line for line in reversed(lines) if line.company.gsp_company_kind}
        if not companies:
            return []
        # sudo: whoever sells need not be allowed to read the register
        register = self.env["gsp.sale.record"].sudo()
        latest = {
            company: register.search_fetch(
                [("company_id", "=", company.id)], ["done_at"], order="done_at desc", limit=1
            ).done_at
            for company in companies
        }
        now = fields.Datetime.now()
        return [
            Violation(
                rule="gsp.sale.clock",
                record=line.document,
                message=self.env._(
                    "The clock says %(now)s UTC, but the sale register of %(company)s has a sale of %(latest)s UTC.",
                    now=now,
                    company=company.name,
                    latest=latest[company],
                ),
                remedy=self.env._("Have the clock of the server set right."),
                reference=self.env._("GSP 17102"),
            )
            for company, line in companies.items()
            if latest[company] and now < latest[company] - CLOCK_TOLERANCE
        ]

    @api.model
    def _rule_hold(self, lines):
        """What quality holds stays where it is (GSP 17005, 18001)."""
        holds = self.env["gsp.hold"]._fetch_for(
            self.env["product.product"].union(*(line.product for line in lines)),
            self.env["res.company"].union(*(line.company for line in lines)),
        )
        violations = []
        for line in lines if holds else ():
            for hold in holds.filtered(lambda item, line=line: item._concerns(line)):
                violations.append(
                    Violation(
                        rule="gsp.sale.held",
                        record=line.document,
                        message=self._describe_hold(hold, line),
                        remedy=self.env._(
                            "Take another lot, or ask quality whether the hold can be released."
                        ),
                        reference=self.env._("GSP 17005, 18001"),
                    )
                )
        return violations

    @api.model
    def _describe_hold(self, hold, line):
        kind = dict(hold._fields["kind"]._description_selection(self.env))[hold.kind]
        if not hold.lot_id:
            return self.env._(
                "%(product)s is held (%(hold)s: %(kind)s).",
                product=line.product.display_name,
                hold=hold.name,
                kind=kind,
            )
        return self.env._(
            "Lot %(lot)s of %(product)s is held (%(hold)s: %(kind)s).",
            lot=hold.lot_id.name,
            product=line.product.display_name,
            hold=hold.name,
            kind=kind,
        )

    @api.model
    def _rule_quarantine(self, lines):
        """Nothing leaves to a buyer, or into use, from a place for unfit or returned goods (GSP 17701)."""
        return [
            Violation(
                rule="gsp.sale.quarantine",
                record=line.document,
                message=self.env._(
                    "%(product)s lies in %(place)s, a place for goods that are not sold.",
                    product=line.product.display_name,
                    place=line.location.display_name,
                ),
                remedy=self.env._("Take it from a place for goods on sale."),
                reference=self.env._("GSP 17701"),
            )
            for line in lines
            if line.location and line.location.gsp_in_quarantine
        ]

    @api.model
    def _rule_near_expiry(self, lines):
        """A lot near its expiry is sold only if the customer was told (GSP 17005)."""
        violations = []
        for line, expiry in self._get_dated_lines(lines):
            if line.purpose != "sale" or line.facts.expiry_told_how:
                continue
            today = line.company._get_law_date()
            months = line.product._gsp_get_near_expiry_months(line.company, today)
            if expiry < fields.Date.add(today, months=months):
                violations.append(
                    Violation(
                        rule="gsp.sale.near_expiry",
                        record=line.document,
                        message=self.env._(
                            "Lot %(lot)s of %(product)s expires on %(date)s, and nobody recorded that the customer was "
                            "told.",
                            lot=line.lot.name,
                            product=line.product.display_name,
                            date=format_date(self.env, expiry),
                        ),
                        remedy=self.env._(
                            "Tell the customer the expiry date, and record how; or take a later lot."
                        ),
                        reference=self.env._("GSP 17005"),
                    )
                )
        return violations

    @api.model
    def _rule_first_expired(self, lines):
        """The lot that expires first is sold first, unless quality says why not (GSP 17005)."""
        lines = [
            (line, expiry)
            for line, expiry in self._get_dated_lines(lines)
            if line.location and line.location.usage == "internal" and not line.facts.exception_reason
        ]
        if not lines:
            return []
        stock = self._fetch_saleable_stock([line for line, _expiry in lines])
        violations = []
        for line, expiry in lines:
            older = self._find_older_lot(line, expiry, stock[line.product, line.location])
            if older:
                violations.append(
                    Violation(
                        rule="gsp.sale.fefo",
                        record=line.document,
                        message=self.env._(
                            "%(product)s: lot %(lot)s is taken while lot %(older)s at the same place expires earlier.",
                            product=line.product.display_name,
                            lot=line.lot.name,
                            older=older.name,
                        ),
                        remedy=self.env._("Take the older lot; otherwise quality enters the reason."),
                        reference=self.env._("GSP 17005"),
                    )
                )
        return violations

    @api.model
    def _find_older_lot(self, line, expiry, candidates):
        """First lot of ``candidates`` that could be sold instead of the one of ``line`` and expires before it."""
        today = line.company._get_law_date()
        stop_days = line.product.gsp_stop_sale_days
        first = today + timedelta(days=max(stop_days, self._get_course_days(line) - 1, 0))
        for lot in candidates:
            day = line.company._get_law_date(lot.expiration_date)
            if lot != line.lot and first <= day < expiry:
                return lot
        return None

    @api.model
    def _fetch_saleable_stock(self, lines):
        """{(product, place): lots of which something is free there and may be sold, first expired first}."""
        companies = self.env["res.company"].union(*(line.company for line in lines))
        domain = (
            Domain("product_id", "in", list({line.product.id for line in lines}))
            & Domain("location_id", "in", list({line.location.id for line in lines}))
            & Domain("lot_id", "!=", False)
            & Domain("owner_id", "=", False)
            & Domain("expiration_date", "!=", False)
            & Domain("lot_id.gsp_acceptance_state", "=", "accepted")
            & Domain.AND(self.env["gsp.hold"]._get_free_domain(company) for company in companies)
        )
        # sudo: the stock counts, whoever sells
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search_fetch(
                domain,
                ["product_id", "location_id", "lot_id", "expiration_date", "quantity", "reserved_quantity"],
                order="expiration_date, id",
            )
        )
        stock = defaultdict(list)
        for quant in quants:
            if quant.product_id.uom_id.compare(quant.quantity - quant.reserved_quantity, 0) > 0:
                stock[quant.product_id, quant.location_id].append(quant.lot_id)
        return stock
