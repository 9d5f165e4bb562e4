# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import float_round, format_amount, format_date, formatLang

from .parts_claim_line_price import Price

# Bases that belong to what is no part.
FLAT_BASES = ("agreed_amount", "actual_cost", "agreed_rate", "own_rate")


class PartsClaimLine(models.Model):
    """The amount of each kind of cost, and how it is explained."""

    _inherit = "parts.claim.line"

    @api.model
    def _is_priced(self, source, agreement):
        """Whether the amount comes from the price of a part."""
        if source.record._name not in ("stock.move", "stock.scrap"):
            return False
        return agreement._get_cover(source.kind).method != "fixed"

    @api.model
    def _prepare_agreed_vals(self, source, fit, price, date):
        """Values of a line that one agreement applies to."""
        agreement, rule = fit
        cover = agreement._get_cover(source.kind)
        vals = {"agreement_id": agreement.id, "currency_id": agreement.currency_id.id}
        uncovered = self._get_uncovered_reason(source, agreement, cover)
        if uncovered:
            return vals | {"uncovered_reason": uncovered}
        vals["deadline"] = agreement._get_filing_deadline(date)
        vals["cover_percent"] = cover.percent if cover.method == "percent" else 100.0
        basis, price = self._get_basis(source, agreement, rule, cover, price, date)
        vals["price_basis"] = basis
        if basis not in FLAT_BASES:
            terms = rule or agreement
            vals |= {"markup_percent": terms.markup_percent, "share_percent": terms.share_percent}
        problem = self._get_rule_problem(source, agreement, rule)
        problem = problem or self._get_price_problem(source, agreement, basis, price, date)
        if problem:
            return vals | {
                "problem": problem,
                "old_part_required": agreement._is_old_part_needed(
                    source.kind, agreement.old_part_waived_under
                ),
            }
        vals |= self._prepare_hours_vals(source, agreement, cover)
        vals |= self._prepare_amount_vals(source, agreement, vals, price, date)
        vals["old_part_required"] = source.origin_kind in (
            "repair",
            "campaign",
        ) and agreement._is_old_part_needed(source.kind, vals["amount_claimed"])
        return vals

    @api.model
    def _get_basis(self, source, agreement, rule, cover, price, date):
        """What the amount is computed from: (price basis, Price)."""
        if cover.method == "fixed":
            return "agreed_amount", Price(cover.amount, agreement.currency_id, date, agreement.name)
        if source.record._name == "repair.labor":
            if cover.method == "hourly":
                return "agreed_rate", Price(cover.amount, agreement.currency_id, date, agreement.name)
            labor = source.record
            return "own_rate", Price(labor.rate, labor.currency_id, date, labor.name)
        if source.record._name == "claim.expense":
            expense = source.record
            reference = expense.reference or expense.name
            return "actual_cost", Price(expense.amount, expense.currency_id, expense.date, reference)
        return (rule or agreement).price_basis, price

    @api.model
    def _prepare_hours_vals(self, source, agreement, cover):
        """Hours the supplier pays for; a fixed amount is paid once, however long it takes."""
        if source.record._name != "repair.labor":
            return {"quantity": source.quantity}
        if cover.method == "fixed":
            return {"quantity": 1.0}
        agreed = agreement._get_flat_rate_hours(source.record.operation_id)
        return {"quantity": agreed or source.quantity, "flat_rate": bool(agreed)}

    @api.model
    def _get_price_problem(self, source, agreement, basis, price, date):
        """Why no amount can be computed; empty if one can."""
        labels = dict(self._fields["price_basis"]._description_selection(self.env))
        names = {
            "basis": labels[basis],
            "part": source.product.display_name,
            "date": format_date(self.env, date),
            "agreement": agreement.name,
        }
        if not price or not price.amount:
            return self.env._(
                "%(basis)s gives no price for %(part)s on %(date)s. Add a rule with another price basis to "
                "%(agreement)s, or enter the missing price, then check again.",
                **names,
            )
        for currency in price.currency | agreement.currency_id:
            if not self._has_rate(currency, source.company, date):
                return self.env._(
                    "There is no exchange rate of %(currency)s for %(date)s. Enter one, then check again.",
                    currency=currency.name,
                    date=names["date"],
                )
        return ""

    @api.model
    def _has_rate(self, currency, company, date):
        """Whether a rate is known: without one the platform would silently count one for one."""
        if currency == company.currency_id:
            return True
        # Superuser mode: rates are no secret, but not everybody who finishes a repair may read them.
        return any(
            rate.name <= date and rate.company_id in (company.root_id, company.browse())
            for rate in currency.sudo().rate_ids
        )

    @api.model
    def _prepare_amount_vals(self, source, agreement, vals, price, date):
        """Unit price in the claim's currency, and the amount as anybody can check it on paper: price × quantity."""
        currency = agreement.currency_id
        rate = price.currency._get_conversion_rate(price.currency, currency, source.company, date)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        factor = rate * (1 + vals.get("markup_percent", 0.0) / 100) * source.share / 100
        factor *= vals.get("share_percent", 100.0) / 100 * vals["cover_percent"] / 100
        unit_price = float_round(price.amount * factor, precision_digits=digits)
        return {
            "amount_claimed": currency.round(unit_price * vals["quantity"]),
            "basis_currency_id": price.currency.id,
            "basis_date": price.date,
            "basis_price": price.amount,
            "basis_reference": price.reference,
            "currency_rate": rate,
            "unit_price": unit_price,
        }

    @api.model
    def _apply_caps(self, terms, ignored):
        """Cut amounts down to what the agreement's limit per repair and kind leaves; changes the values in place."""
        limited = {}
        for source, vals in terms.items():
            agreement = self.env["claim.agreement"].browse(vals["agreement_id"])
            cap = agreement._get_cover(source.kind).cap if vals["amount_claimed"] else 0.0
            if cap:
                limited[source] = (agreement, cap)
        if not limited:
            return
        used = self._get_used_caps(limited, ignored)
        for source, (agreement, cap) in limited.items():
            vals = terms[source]
            key = (agreement, source.repair, source.kind)
            left = agreement.currency_id.round(max(cap - used.get(key, 0.0), 0.0))
            if agreement.currency_id.compare_amounts(vals["amount_claimed"], left) > 0:
                vals |= self._prepare_cap_vals(source, agreement, vals, left, cap)
            used[key] = used.get(key, 0.0) + vals["amount_claimed"]

    @api.model
    def _prepare_cap_vals(self, source, agreement, vals, left, cap):
        if not left:
            reason = self.env._(
                "%(agreement)s pays at most %(limit)s for this kind of cost in one repair, and that is claimed.",
                agreement=agreement.name,
                limit=format_amount(self.env, cap, agreement.currency_id),
            )
            return {"amount_claimed": 0.0, "unit_price": 0.0, "uncovered_reason": reason}
        digits = self.env["decimal.precision"].precision_get("Product Price")
        unit_price = float_round(left / vals["quantity"], precision_digits=digits)
        return {"amount_claimed": left, "cap": left, "unit_price": unit_price}

    @api.model
    def _get_used_caps(self, limited, ignored):
        """What lines of the same repairs have used up of the limits: dict (agreement, repair, kind) -> amount."""
        repairs = {source.repair for source in limited if source.repair}
        groups = self._read_group(
            Domain("repair_id", "in", [repair.id for repair in repairs])
            & Domain("id", "not in", [line.id for line in ignored])
            & self._get_live_domain(),
            ["agreement_id", "repair_id", "kind"],
            ["amount_claimed:sum"],
        )
        return {(agreement, repair, kind): amount for agreement, repair, kind, amount in groups}

    def _explain_price(self, labels):
        """One sentence for people: where the amount comes from, its date, and what was added, shared or limited."""
        self.ensure_one()
        text = self._explain_basis(labels)
        if self.basis_currency_id != self.currency_id:
            text += self.env._(
                "; exchange rate %(rate)s to %(currency)s",
                rate=formatLang(self.env, self.currency_rate, digits=6),
                currency=self.currency_id.name,
            )
        if self.markup_percent:
            text += self.env._("; markup %(percent)s %%", percent=formatLang(self.env, self.markup_percent))
        if self.share_percent != 100:
            text += self.env._(
                "; supplier's share %(percent)s %%", percent=formatLang(self.env, self.share_percent)
            )
        if self.cover_percent != 100:
            text += self.env._("; covered %(percent)s %%", percent=formatLang(self.env, self.cover_percent))
        if self.split_share != 100:
            text += self.env._(
                "; share of the responsibility %(percent)s %%",
                percent=formatLang(self.env, self.split_share),
            )
        if self.cap:
            text += self.env._(
                "; limited to %(amount)s", amount=format_amount(self.env, self.cap, self.currency_id)
            )
        return text

    def _explain_basis(self, labels):
        digits = self.env["decimal.precision"].precision_get("Product Price")
        names = {
            "basis": labels[self.price_basis],
            "reference": self.basis_reference or "",
            "date": format_date(self.env, self.basis_date),
            "price": formatLang(self.env, self.basis_price, digits=digits),
            "currency": self.basis_currency_id.name or "",
            "unit": self.uom_id.name,
            "quantity": f"{self.quantity:g}",
        }
        if self.price_basis in ("agreed_rate", "own_rate"):
            if self.flat_rate:
                return self.env._(
                    "%(quantity)s agreed hours × %(price)s %(currency)s; %(basis)s %(reference)s of %(date)s",
                    **names,
                )
            return self.env._(
                "%(quantity)s hours of the repair × %(price)s %(currency)s; %(basis)s %(reference)s of %(date)s",
                **names,
            )
        if self.price_basis in ("agreed_amount", "actual_cost"):
            return self.env._("%(basis)s %(reference)s of %(date)s: %(price)s %(currency)s", **names)
        return self.env._("%(basis)s %(reference)s of %(date)s: %(price)s %(currency)s per %(unit)s", **names)
