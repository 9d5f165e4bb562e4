# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.tools import SQL

BUYER = "(%(alias)s.usage = 'customer' OR (%(alias)s.usage = 'transit' AND %(alias)s.company_id IS NULL))"
TOLERANCE = 0.00001


class GspConsistencyComparison(models.AbstractModel):
    """Reads ticket, account, goods and money of a period, in two queries whatever their number."""

    _name = "gsp.consistency.comparison"
    _description = "Comparison of Ticket, Account, Goods and Money"

    @api.model
    def _compare(self, company, warehouse, start, stop):
        """Compare what was ordered, delivered or recorded in the company from ``start`` to before ``stop`` (UTC).

        :return: (counts of what was compared, list of values of ``gsp.consistency.line``)
        """
        self.env.flush_all()
        counts = dict.fromkeys(
            ("order_line_count", "record_count", "move_line_count", "invoice_line_count"), 0
        )
        differences = []
        for query, find in (
            (self._get_order_query, self._find_order_differences),
            (self._get_move_query, self._find_move_differences),
        ):
            self.env.cr.execute(query(company, warehouse, start, stop))
            for row in self.env.cr.dictfetchall():
                for name in counts:
                    counts[name] += row.pop(name)
                differences += find(row, company)
        return counts, differences

    # -- what is read -------------------------------------------------------------------------------------------

    @api.model
    def _get_order_query(self, company, warehouse, start, stop):
        """Order lines of regulated products: ordered, or moved, or recorded in the period."""
        return SQL(
            """
            WITH line AS (
                SELECT sol.id FROM sale_order_line sol JOIN sale_order so ON so.id = sol.order_id
                 WHERE so.company_id = %(company)s AND so.state = 'sale'
                   AND so.date_order >= %(start)s AND so.date_order < %(stop)s
                 UNION
                SELECT sm.sale_line_id FROM stock_move sm
                 WHERE sm.company_id = %(company)s AND sm.state = 'done' AND sm.sale_line_id IS NOT NULL
                   AND sm.date >= %(start)s AND sm.date < %(stop)s
                 UNION
                SELECT sm.sale_line_id FROM gsp_sale_record record JOIN stock_move sm ON sm.id = record.move_id
                 WHERE record.company_id = %(company)s AND sm.sale_line_id IS NOT NULL
                   AND record.done_at >= %(start)s AND record.done_at < %(stop)s
            ), goods AS (
                SELECT sm.sale_line_id AS line_id, count(*) AS move_line_count, %(moved)s
                  FROM line
                  JOIN stock_move sm ON sm.sale_line_id = line.id AND sm.company_id = %(company)s
                  JOIN stock_move_line sml ON sml.move_id = sm.id AND sml.state = 'done'
                  JOIN stock_location source ON source.id = sml.location_id
                  JOIN stock_location destination ON destination.id = sml.location_dest_id
                 WHERE %(is_source)s <> %(is_destination)s
                 GROUP BY 1
            ), open_move AS (
                SELECT sm.sale_line_id AS line_id,
                       bool_or(sm.state NOT IN ('done', 'cancel')) AS pending,
                       bool_or(sm.state = 'cancel') AS canceled
                  FROM line JOIN stock_move sm ON sm.sale_line_id = line.id
                 GROUP BY 1
            ), account AS (
                SELECT sm.sale_line_id AS line_id, %(recorded)s
                  FROM line
                  JOIN stock_move sm ON sm.sale_line_id = line.id
                  JOIN gsp_sale_record record ON record.move_id = sm.id
                 GROUP BY 1
            ), money AS (
                SELECT line.id AS line_id,
                       count(*) AS invoice_line_count,
                       sum(%(sign)s * aml.quantity * COALESCE(uom.factor, own.factor) / own.factor)
                           FILTER (WHERE invoice.state = 'posted') AS invoiced,
                       sum(%(sign)s * aml.price_total) FILTER (WHERE invoice.state = 'posted') AS invoiced_amount,
                       bool_or(invoice.state = 'draft') AS has_draft,
                       bool_or(invoice.state = 'posted' AND invoice.payment_state = 'not_paid'
                               AND aml.price_total <> 0) AS unpaid,
                       bool_or(invoice.state = 'posted' AND invoice.payment_state = 'partial') AS part_paid
                  FROM line
                  JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
                  JOIN account_move_line aml ON aml.id = rel.invoice_line_id
                  JOIN account_move invoice ON invoice.id = aml.move_id AND invoice.state <> 'cancel'
                  JOIN product_product product ON product.id = aml.product_id
                  JOIN product_template template ON template.id = product.product_tmpl_id
                  JOIN uom_uom own ON own.id = template.uom_id
             LEFT JOIN uom_uom uom ON uom.id = aml.product_uom_id
                 GROUP BY 1
            )
            SELECT sol.id AS order_line_id, NULL::int AS move_id, so.id AS order_id, so.name AS document_name,
                   sol.product_id, so.partner_id, currency.rounding,
                   CASE WHEN so.state = 'sale' THEN sol.product_uom_qty * uom.factor / own.factor ELSE 0 END
                       AS ordered,
                   COALESCE(goods.delivered, 0) AS delivered, COALESCE(goods.returned, 0) AS returned,
                   COALESCE(account.recorded, 0) AS recorded,
                   COALESCE(account.recorded_amount, 0) AS recorded_amount,
                   COALESCE(account.no_voucher, FALSE) AS no_voucher,
                   COALESCE(money.invoiced, 0) AS invoiced,
                   COALESCE(money.invoiced_amount, 0) AS invoiced_amount,
                   COALESCE(money.has_draft, FALSE) AS has_draft,
                   COALESCE(money.unpaid, FALSE) AS unpaid,
                   COALESCE(money.part_paid, FALSE) AS part_paid,
                   COALESCE(open_move.pending, FALSE) AS pending,
                   COALESCE(open_move.canceled, FALSE) AS canceled,
                   1 AS order_line_count,
                   COALESCE(account.record_count, 0) AS record_count,
                   COALESCE(goods.move_line_count, 0) AS move_line_count,
                   COALESCE(money.invoice_line_count, 0) AS invoice_line_count
              FROM line
              JOIN sale_order_line sol ON sol.id = line.id
              JOIN sale_order so ON so.id = sol.order_id
              JOIN product_product product ON product.id = sol.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom own ON own.id = template.uom_id
              JOIN uom_uom uom ON uom.id = sol.product_uom_id
              JOIN res_currency currency ON currency.id = so.currency_id
         LEFT JOIN goods ON goods.line_id = sol.id
         LEFT JOIN open_move ON open_move.line_id = sol.id
         LEFT JOIN account ON account.line_id = sol.id
         LEFT JOIN money ON money.line_id = sol.id
             WHERE template.gsp_kind IS NOT NULL AND %(store)s
             ORDER BY so.id, sol.id
            """,
            company=company.id,
            start=start,
            stop=stop,
            sign=SQL("(CASE WHEN invoice.move_type = 'out_refund' THEN -1 ELSE 1 END)"),
            store=SQL("so.warehouse_id = %s", warehouse.id) if warehouse else SQL("TRUE"),
            **self._get_parts(),
        )

    @api.model
    def _get_move_query(self, company, warehouse, start, stop):
        """Movements to and from buyers without an order line, done or recorded in the period."""
        return SQL(
            """
            WITH moves AS (
                SELECT sm.id FROM stock_move sm
                 WHERE sm.company_id = %(company)s AND sm.state = 'done' AND sm.sale_line_id IS NULL
                   AND sm.date >= %(start)s AND sm.date < %(stop)s
                 UNION
                SELECT record.move_id FROM gsp_sale_record record JOIN stock_move sm ON sm.id = record.move_id
                 WHERE record.company_id = %(company)s AND sm.sale_line_id IS NULL
                   AND record.done_at >= %(start)s AND record.done_at < %(stop)s
            ), goods AS (
                SELECT sml.move_id, count(*) AS move_line_count, %(moved)s
                  FROM moves
                  JOIN stock_move_line sml ON sml.move_id = moves.id AND sml.state = 'done'
                  JOIN stock_location source ON source.id = sml.location_id
                  JOIN stock_location destination ON destination.id = sml.location_dest_id
                 WHERE %(is_source)s <> %(is_destination)s
                 GROUP BY 1
            ), account AS (
                SELECT record.move_id, %(recorded)s
                  FROM moves JOIN gsp_sale_record record ON record.move_id = moves.id
                 GROUP BY 1
            )
            SELECT NULL::int AS order_line_id, sm.id AS move_id, NULL::int AS order_id,
                   COALESCE(picking.name, sm.reference) AS document_name, sm.product_id,
                   COALESCE(picking.partner_id, sm.partner_id) AS partner_id,
                   sm.origin_returned_move_id IS NOT NULL AS is_return,
                   COALESCE(goods.delivered, 0) AS delivered, COALESCE(goods.returned, 0) AS returned,
                   COALESCE(account.recorded, 0) AS recorded,
                   COALESCE(account.recorded_amount, 0) AS recorded_amount,
                   COALESCE(account.no_voucher, FALSE) AS no_voucher,
                   0 AS order_line_count, 0 AS invoice_line_count,
                   COALESCE(account.record_count, 0) AS record_count,
                   COALESCE(goods.move_line_count, 0) AS move_line_count
              FROM moves
              JOIN stock_move sm ON sm.id = moves.id
              JOIN product_product product ON product.id = sm.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN stock_picking picking ON picking.id = sm.picking_id
         LEFT JOIN stock_picking_type type ON type.id = sm.picking_type_id
         LEFT JOIN goods ON goods.move_id = sm.id
         LEFT JOIN account ON account.move_id = sm.id
             WHERE template.gsp_kind IS NOT NULL AND (goods.move_id IS NOT NULL OR account.move_id IS NOT NULL)
               AND %(store)s
             ORDER BY sm.id
            """,
            company=company.id,
            start=start,
            stop=stop,
            store=SQL("type.warehouse_id = %s", warehouse.id) if warehouse else SQL("TRUE"),
            **self._get_parts(),
        )

    @api.model
    def _get_parts(self):
        """Pieces that both queries share: who is a buyer, and what is summed."""
        is_source, is_destination = (SQL(BUYER % {"alias": name}) for name in ("source", "destination"))
        return {
            "is_source": is_source,
            "is_destination": is_destination,
            "moved": SQL(
                "COALESCE(sum(sml.quantity_product_uom) FILTER (WHERE %s), 0) AS delivered,"
                " COALESCE(sum(sml.quantity_product_uom) FILTER (WHERE %s), 0) AS returned",
                is_destination,
                is_source,
            ),
            "recorded": SQL(
                "count(*) AS record_count, sum(record.quantity) AS recorded,"
                " sum(record.amount) AS recorded_amount, bool_or(record.voucher_number IS NULL) AS no_voucher"
            ),
        }

    # -- what differs -------------------------------------------------------------------------------------------

    @api.model
    def _find_order_differences(self, row, company):
        row = {name: float(value) if name in self._get_numbers() else value for name, value in row.items()}
        moved = row["delivered"] - row["returned"]
        found = [
            self._compare_ticket(row, moved),
            *self._compare_account(row, moved),
            *self._compare_money(row, moved),
        ]
        return [self._prepare_line(row, moved, *item) for item in found if item]

    @api.model
    def _find_move_differences(self, row, company):
        row = {name: float(value) if name in self._get_numbers() else value for name, value in row.items()}
        moved = row["delivered"] - row["returned"]
        found = list(self._compare_account(row, moved))
        if not row.pop("is_return") and self._differ(moved, 0):
            found.append(("ticket_goods", "no_order", moved))
        row |= {"ordered": 0.0, "invoiced": 0.0, "invoiced_amount": 0.0}
        return [self._prepare_line(row, moved, *item) for item in found]

    @api.model
    def _compare_ticket(self, row, moved):
        missing = row["ordered"] - moved
        if not self._differ(missing, 0):
            return None
        if missing < 0:
            cause = "over_delivered"
        elif row["pending"]:
            cause = "waiting"
        elif row["returned"] and not self._differ(row["ordered"], row["delivered"]):
            cause = "returned"
        elif row["canceled"] or row["delivered"]:
            cause = "rest_canceled"
        else:
            cause = "not_launched"
        return "ticket_goods", cause, missing

    @api.model
    def _compare_account(self, row, moved):
        difference = moved - row["recorded"]
        if self._differ(difference, 0):
            yield "goods_account", "not_recorded" if difference > 0 else "recorded_too_much", difference
        if row["no_voucher"]:
            yield "goods_account", "no_voucher", row["recorded"]

    @api.model
    def _compare_money(self, row, moved):
        difference = moved - row["invoiced"]
        if self._differ(difference, 0):
            if difference > 0:
                cause = "invoice_draft" if row["has_draft"] else "not_invoiced"
            elif row["returned"] and not self._differ(row["delivered"], row["invoiced"]):
                cause = "refund_missing"
            elif row["pending"] and row["invoiced"] <= row["ordered"]:
                cause = "invoiced_before"
            else:
                cause = "invoiced_too_much"
            yield "goods_money", cause, difference
        elif row["invoiced"]:
            amount = row["recorded_amount"] - row["invoiced_amount"]
            # each record and each invoice line is rounded by itself
            if abs(amount) > row["rounding"] * max(row["recorded"], 1) / 2 + TOLERANCE:
                yield "account_money", "other_price", amount
        if row["unpaid"] or row["part_paid"]:
            yield "money_paid", "part_paid" if row["part_paid"] else "unpaid", row["invoiced_amount"]

    @api.model
    def _differ(self, one, other):
        return abs(one - other) > TOLERANCE

    @api.model
    def _get_numbers(self):
        return {
            "ordered",
            "delivered",
            "returned",
            "recorded",
            "recorded_amount",
            "invoiced",
            "invoiced_amount",
            "rounding",
        }

    @api.model
    def _prepare_line(self, row, moved, side, cause, difference):
        names = ("order_line_id", "move_id", "order_id", "document_name", "product_id", "partner_id")
        quantities = ("ordered", "recorded", "invoiced", "recorded_amount", "invoiced_amount")
        return {
            "side": side,
            "cause": cause,
            "difference": difference,
            "moved": moved,
            **{name: row[name] for name in names + quantities},
        }
