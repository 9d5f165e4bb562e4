# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import api, models
from odoo.tools import SQL

Price = namedtuple("Price", "amount currency date reference")


class PartsClaimLine(models.Model):
    """The price of a part on the basis agreed with its supplier."""

    _inherit = "parts.claim.line"

    @api.model
    def _get_prices(self, fits, keys):
        """Price of each part on the basis agreed, per product unit and without tax.

        :param fits: dict source -> (agreement, rule)
        :param keys: dict source -> (company, supplier, product, date)
        :return: dict source -> Price
        """
        by_basis = {}
        for source, (agreement, rule) in fits.items():
            by_basis.setdefault((rule or agreement).price_basis, {})[source] = keys[source]
        prices = {}
        for basis, some in by_basis.items():
            prices |= getattr(self, f"_get_prices_{basis}")(some)
        return prices

    @api.model
    def _get_prices_last_purchase(self, keys):
        """Newest confirmed purchase from the supplier before the part was used."""
        prices = {}
        for source, line in self._get_last_purchase_lines(keys).items():
            order = line.order_id
            prices[source] = Price(
                line._get_gross_price_unit(),
                order.currency_id,
                source.company._get_law_date(order.date_approve),
                order.name,
            )
        return prices

    @api.model
    def _get_last_purchase_lines(self, keys):
        """dict source -> purchase order line, in one query however many sources there are."""
        for model in ("purchase.order", "purchase.order.line", "res.partner"):
            self.env[model].flush_model()
        wanted = SQL(", ").join(
            SQL("(%s, %s, %s, %s, %s::timestamp)", index, company.id, supplier.id, product.id, source.when)
            for index, (source, (company, supplier, product, _date)) in enumerate(keys.items())
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT wanted.source, found.id
                  FROM (VALUES %s) AS wanted (source, company_id, supplier_id, product_id, used_on)
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
        sources, lines = list(keys), self.env["purchase.order.line"]
        line_ids = [line_id for _index, line_id in rows]
        return {sources[index]: lines.browse(line_id).with_prefetch(line_ids) for index, line_id in rows}

    @api.model
    def _get_prices_standard_cost(self, keys):
        """What the inventory gave for the part issued; the product's cost where its stock is not valued."""
        prices = {}
        for source, (company, _supplier, product, date) in keys.items():
            move = source.move
            moved = move.product_uom._compute_quantity(move.quantity, product.uom_id) if move else 0.0
            cost = abs(move.value) / moved if move.value and moved else 0.0
            cost = cost or product.with_company(company).standard_price
            prices[source] = Price(cost, company.currency_id, date, move.reference or "")
        return prices

    @api.model
    def _get_prices_vendor_price(self, keys):
        """The supplier's price list on the day the part was used."""
        prices = {}
        for source, (company, supplier, product, date) in keys.items():
            seller = product.with_company(company)._select_seller(
                partner_id=supplier, quantity=source.quantity, date=date, uom_id=product.uom_id
            )
            if seller:
                price = seller.product_uom_id._compute_price(seller.price_discounted, product.uom_id)
                prices[source] = Price(price, seller.currency_id, date, seller.product_code or supplier.name)
        return prices
