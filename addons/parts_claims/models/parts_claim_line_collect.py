# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, float_round, format_date, formatLang

Price = namedtuple("Price", "amount currency date reference")


class PartsClaimLine(models.Model):
    _inherit = "parts.claim.line"

    @api.model
    def _collect(self, moves):
        """Make the claim line of each covered part move that has none; called by the system only.

        Nothing is lost: a move without supplier, agreement or price gets a blocked line that names the problem.

        :param moves: done ``stock.move`` for which ``_is_claimable()`` holds
        :return: the new lines
        """
        known = self.search(Domain("move_id", "in", moves.ids) & Domain("state", "!=", "canceled")).move_id
        fresh = (moves - known).sorted("id")
        terms = self._get_terms(fresh)
        lines = self.create([self._prepare_vals(move) | terms[move] for move in fresh])
        lines._attach_old_parts()
        return lines

    @api.model
    def _collect_missed(self, limit=None):
        """Look again for what the repairs' own hook could not claim: moves without a line, and blocked lines.

        :param limit: at most so many moves at once
        :return: number of moves found without a line
        """
        moves = self.env["stock.move"].search(
            Domain("repair_id", "!=", False)
            & Domain("repair_line_type", "=", "add")
            & Domain("coverage", "=", "warranty")
            & Domain("state", "=", "done")
            & Domain("claim_line_ids", "not any", Domain("state", "!=", "canceled")),
            limit=limit,
        )
        moves.repair_id._collect_claims()
        return len(moves)

    @api.model
    def _prepare_vals(self, move):
        """What was used, where, under which cover: copied, so that it stays as it was."""
        repair = move.repair_id
        return {
            "company_id": move.company_id.id,
            "coverage_reason": move.coverage_reason,
            "move_id": move.id,
            "product_id": move.product_id.id,
            "quantity": self._get_quantity(move),
            "repair_date": move.company_id._get_law_date(move.date),
            "repair_id": repair.id,
            "ticket_id": repair.ticket_id.id,
            "unit_lot_id": repair.lot_id.id,
            "unit_product_id": repair.product_id.id,
            "uom_id": move.product_id.uom_id.id,
            "warranty_registration_line_id": move.warranty_registration_line_id.id,
        }

    @api.model
    def _get_quantity(self, move):
        return move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)

    def _refresh_terms(self):
        """Find supplier, agreement and price again for lines that are in no claim yet."""
        terms = self._get_terms(self.move_id)
        for line in self:
            line._set(terms[line.move_id])
        self._attach_old_parts()

    def _attach_old_parts(self):
        """Take the old parts of the same repair and product as evidence, as many as the line has pieces."""
        free = self.env["old.part"].search(
            Domain("repair_id", "in", self.repair_id.ids) & Domain("claim_line_id", "=", False), order="id"
        )
        by_origin = {
            key: list(parts) for key, parts in free.grouped(lambda p: (p.repair_id, p.product_id)).items()
        }
        for line in self:
            missing = line.quantity - line._get_kept_quantity()
            parts = by_origin.get((line.repair_id, line.product_id), [])
            while missing > 0 and parts:
                part = parts.pop(0)
                part._set({"claim_line_id": line.id})
                missing -= part.uom_id._compute_quantity(part.quantity, line.uom_id)

    def _get_kept_quantity(self):
        """How many of the replaced parts can be shown, in the unit of the line."""
        self.ensure_one()
        return sum(part.uom_id._compute_quantity(part.quantity, self.uom_id) for part in self.old_part_ids)

    @api.model
    def _get_terms(self, moves):
        """Supplier, agreement, deadline and price of covered part moves, or the problem that prevents a claim.

        :return: dict move -> field values of the line
        """
        keys = {move: self._get_agreement_key(move) for move in moves}
        found = self.env["claim.agreement"]._find(key for key in keys.values() if key[1])
        matches = {move: found.get(key, []) for move, key in keys.items()}
        prices = self._get_prices({move: fits[0] for move, fits in matches.items() if len(fits) == 1}, keys)
        return {
            move: self._prepare_terms_vals(move, keys[move], matches[move], prices.get(move))
            for move in moves
        }

    @api.model
    def _get_agreement_key(self, move):
        supplier = move.product_id._find_old_part_owner(move.company_id).commercial_partner_id
        return move.company_id, supplier, move.product_id, move.company_id._get_law_date(move.date)

    @api.model
    def _prepare_terms_vals(self, move, key, fits, price):
        company, supplier, product, date = key
        names = [
            "agreement_id",
            "basis_currency_id",
            "basis_date",
            "basis_reference",
            "deadline",
            "price_basis",
        ]
        amounts = ["amount_claimed", "basis_price", "currency_rate", "unit_price"]
        vals = dict.fromkeys([*names, "problem"], False) | dict.fromkeys(amounts, 0.0)
        vals |= {"supplier_id": supplier.id, "currency_id": company.currency_id.id}
        problem = self._get_match_problem(supplier, product, date, fits)
        return vals | (
            {"problem": problem} if problem else self._prepare_price_vals(move, fits[0], price, date)
        )

    @api.model
    def _get_match_problem(self, supplier, product, date, fits):
        """Why no agreement can be applied, and what to do about it; empty if exactly one fits."""
        names = {"part": product.display_name, "supplier": supplier.display_name}
        if not supplier:
            return self.env._(
                "No supplier is known for %(part)s. Enter its vendor, then check again.", **names
            )
        if not fits:
            return self.env._(
                "No claim agreement with %(supplier)s covers %(part)s on %(date)s. Put one in force, then check again.",
                date=format_date(self.env, date),
                **names,
            )
        if len(fits) > 1:
            return self.env._(
                "Several agreements fit %(part)s equally: %(agreements)s. Close all but one, then check again.",
                agreements=", ".join(agreement.name for agreement, _rule in fits),
                **names,
            )
        return ""

    @api.model
    def _prepare_price_vals(self, move, fit, price, date):
        agreement, rule = fit
        terms = rule or agreement
        vals = {
            "agreement_id": agreement.id,
            "currency_id": agreement.currency_id.id,
            "deadline": agreement._get_filing_deadline(date),
            "markup_percent": terms.markup_percent,
            "old_part_required": agreement.old_part_required,
            "price_basis": terms.price_basis,
            "share_percent": terms.share_percent,
        }
        if not price or not price.amount:
            return vals | {"problem": self._get_price_problem(move, agreement, terms, date)}
        return vals | self._prepare_amount_vals(move, agreement.currency_id, terms, price, date)

    @api.model
    def _get_price_problem(self, move, agreement, terms, date):
        labels = dict(self._fields["price_basis"]._description_selection(self.env))
        return self.env._(
            "%(basis)s gives no price for %(part)s on %(date)s. Add a rule with another price basis to "
            "%(agreement)s, or enter the missing price, then check again.",
            basis=labels[terms.price_basis],
            part=move.product_id.display_name,
            date=format_date(self.env, date),
            agreement=agreement.name,
        )

    @api.model
    def _prepare_amount_vals(self, move, currency, terms, price, date):
        """Unit price in the claim's currency, and the amount as anybody can check it on paper: price × quantity."""
        rate = price.currency._get_conversion_rate(price.currency, currency, move.company_id, date)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        factor = rate * (1 + terms.markup_percent / 100) * terms.share_percent / 100
        unit_price = float_round(price.amount * factor, precision_digits=digits)
        return {
            "amount_claimed": currency.round(unit_price * self._get_quantity(move)),
            "basis_currency_id": price.currency.id,
            "basis_date": price.date,
            "basis_price": price.amount,
            "basis_reference": price.reference,
            "currency_rate": rate,
            "unit_price": unit_price,
        }

    @api.model
    def _get_prices(self, fits, keys):
        """Price of each part on the basis agreed, per product unit and without tax.

        :param fits: dict move -> (agreement, rule)
        :param keys: dict move -> (company, supplier, product, date)
        :return: dict move -> Price
        """
        by_basis = {}
        for move, (agreement, rule) in fits.items():
            by_basis.setdefault((rule or agreement).price_basis, {})[move] = keys[move]
        prices = {}
        for basis, some in by_basis.items():
            prices |= getattr(self, f"_get_prices_{basis}")(some)
        return prices

    @api.model
    def _get_prices_last_purchase(self, keys):
        """Newest confirmed purchase from the supplier before the part was used."""
        prices = {}
        for move, line in self._get_last_purchase_lines(keys).items():
            order = line.order_id
            prices[move] = Price(
                line._get_gross_price_unit(),
                order.currency_id,
                move.company_id._get_law_date(order.date_approve),
                order.name,
            )
        return prices

    @api.model
    def _get_last_purchase_lines(self, keys):
        """dict move -> purchase order line, in one query however many moves there are."""
        for model in ("purchase.order", "purchase.order.line", "res.partner"):
            self.env[model].flush_model()
        wanted = SQL(", ").join(
            SQL("(%s, %s, %s, %s, %s::timestamp)", move.id, company.id, supplier.id, product.id, move.date)
            for move, (company, supplier, product, _date) in keys.items()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT wanted.move_id, found.id
                  FROM (VALUES %s) AS wanted (move_id, company_id, supplier_id, product_id, used_on)
            CROSS JOIN LATERAL (
                       SELECT line.id
                         FROM purchase_order_line AS line
                         JOIN purchase_order AS purchase ON purchase.id = line.order_id
                         JOIN res_partner AS vendor ON vendor.id = purchase.partner_id
                        WHERE line.product_id = wanted.product_id
                          AND purchase.company_id = wanted.company_id
                          AND purchase.state = 'purchase'
                          AND purchase.date_approve <= wanted.used_on
                          AND vendor.commercial_partner_id = wanted.supplier_id
                     ORDER BY purchase.date_approve DESC, line.id DESC
                        LIMIT 1
                       ) AS found
                """,
                wanted,
            )
        )
        moves, lines = self.env["stock.move"], self.env["purchase.order.line"]
        line_ids = [line_id for _move_id, line_id in rows]
        return {
            moves.browse(move_id): lines.browse(line_id).with_prefetch(line_ids) for move_id, line_id in rows
        }

    @api.model
    def _get_prices_standard_cost(self, keys):
        """What the inventory gave for the part issued; the product's cost where its stock is not valued."""
        prices = {}
        for move, (company, _supplier, product, date) in keys.items():
            quantity = self._get_quantity(move)
            cost = abs(move.value) / quantity if move.value and quantity else 0.0
            cost = cost or product.with_company(company).standard_price
            prices[move] = Price(cost, company.currency_id, date, move.reference)
        return prices

    @api.model
    def _get_prices_vendor_price(self, keys):
        """The supplier's price list on the day the part was used."""
        prices = {}
        for move, (company, supplier, product, date) in keys.items():
            seller = product.with_company(company)._select_seller(
                partner_id=supplier, quantity=self._get_quantity(move), date=date, uom_id=product.uom_id
            )
            if seller:
                price = seller.product_uom_id._compute_price(seller.price_discounted, product.uom_id)
                prices[move] = Price(price, seller.currency_id, date, seller.product_code or supplier.name)
        return prices

    def _explain_price(self, labels):
        """One sentence for people: where the price comes from, its date, and what was added or shared."""
        self.ensure_one()
        digits = self.env["decimal.precision"].precision_get("Product Price")
        text = self.env._(
            "%(basis)s %(reference)s of %(date)s: %(price)s %(currency)s per %(unit)s",
            basis=labels[self.price_basis],
            reference=self.basis_reference or "",
            date=format_date(self.env, self.basis_date),
            price=formatLang(self.env, self.basis_price, digits=digits),
            currency=self.basis_currency_id.name,
            unit=self.uom_id.name,
        )
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
        return text
