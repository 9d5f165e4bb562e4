# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.tools import SQL

# Measures that are a share of sums: recorded on no row, computed when rows are grouped.
RATES = {
    "recovery_rate": ("paid", "cost"),
    "acceptance_rate": ("agreed", "answered"),
}


class ClaimRecoveryReport(models.Model):
    """The way of the money, one row per claim line: cost → claimed → agreed → settled → paid.

    All amounts are in the company's currency, at the rate of the day of the repair. They hold at any moment:
    claimed = agreed + refused + open.
    """

    _name = "claim.recovery.report"
    _description = "Recovery"
    _auto = False
    _rec_name = "claim_line_id"
    _order = "repair_date desc, id desc"

    acceptance_rate = fields.Float(readonly=True, aggregator="avg", help="Agreed of answered.")
    agreed = fields.Monetary(readonly=True)
    answered = fields.Monetary(readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Family", readonly=True)
    cause_id = fields.Many2one("service.fault", readonly=True)
    claim_id = fields.Many2one("parts.claim", readonly=True)
    claim_line_id = fields.Many2one("parts.claim.line", readonly=True)
    claimed = fields.Monetary(readonly=True, help="Filed with the supplier.")
    company_id = fields.Many2one("res.company", readonly=True)
    cost = fields.Monetary(string="Repair Cost", readonly=True, help="Value of the part used in the repair.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    cycle_days = fields.Float(
        string="Cycle Time (Days)", readonly=True, aggregator="avg", help="From the repair to the agreement."
    )
    lost = fields.Monetary(readonly=True, help="Waived, or not filed by the deadline.")
    lot_id = fields.Many2one("stock.lot", string="Unit Serial", readonly=True)
    open = fields.Monetary(string="At the Supplier", readonly=True)
    paid = fields.Monetary(readonly=True, help="Paid or set off.")
    product_id = fields.Many2one("product.product", string="Part", readonly=True)
    recovery_rate = fields.Float(readonly=True, aggregator="avg", help="Paid of repair cost.")
    refused = fields.Monetary(readonly=True)
    repair_date = fields.Date(string="Repaired On", readonly=True)
    repair_id = fields.Many2one("repair.order", readonly=True)
    settled = fields.Monetary(readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["parts.claim.line"]._fields["state"]._description_selection(self.env),
        string="Status",
        readonly=True,
    )
    supplier_id = fields.Many2one("res.partner", readonly=True)
    symptom_id = fields.Many2one("service.fault", readonly=True)
    unit_categ_id = fields.Many2one(
        "product.category", string="Family of the Repaired Product", readonly=True
    )
    unit_product_id = fields.Many2one("product.product", string="Repaired Product", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH line AS (
                SELECT l.*,
                       c.currency_id AS home_currency_id,
                       CASE
                            WHEN l.currency_id = c.currency_id THEN 1.0
                            ELSE %(home_rate)s / %(claim_rate)s
                       END AS rate
                  FROM parts_claim_line l
                  JOIN res_company c ON c.id = l.company_id
                 WHERE l.state != 'canceled'
            ), settled AS (
                SELECT sl.claim_line_id,
                       SUM(sl.amount) AS amount,
                       SUM(
                            CASE
                                WHEN m.id IS NOT NULL
                                THEN sl.amount * (1 - COALESCE(m.amount_residual / NULLIF(m.amount_total, 0), 0))
                                WHEN s.state = 'reconciled' THEN sl.amount
                                ELSE 0
                            END
                       ) AS paid
                  FROM claim_settlement_line sl
                  JOIN claim_settlement s ON s.id = sl.settlement_id
             LEFT JOIN claim_settlement_batch b ON b.id = sl.batch_id
             LEFT JOIN account_move m ON m.id = b.move_id
                 WHERE sl.state = 'posted'
              GROUP BY sl.claim_line_id
            )
            SELECT l.id,
                   l.id AS claim_line_id,
                   l.claim_id,
                   l.company_id,
                   l.home_currency_id AS currency_id,
                   l.supplier_id,
                   l.product_id,
                   pt.categ_id,
                   l.unit_product_id,
                   ut.categ_id AS unit_categ_id,
                   l.unit_lot_id AS lot_id,
                   l.repair_id,
                   r.symptom_id,
                   r.cause_id,
                   l.repair_date,
                   l.state,
                   ABS(COALESCE(m.value, 0)) AS cost,
                   CASE WHEN filed.yes THEN l.amount_claimed * l.rate ELSE 0 END AS claimed,
                   CASE WHEN filed.yes AND l.decision IS NOT NULL THEN l.amount_claimed * l.rate ELSE 0 END AS answered,
                   CASE WHEN filed.yes THEN COALESCE(l.amount_agreed, 0) * l.rate ELSE 0 END AS agreed,
                   CASE WHEN filed.yes THEN COALESCE(l.amount_refused, 0) * l.rate ELSE 0 END AS refused,
                   CASE WHEN filed.yes AND l.decision IS NULL THEN l.amount_claimed * l.rate ELSE 0 END AS open,
                   CASE
                        WHEN l.state = 'waived'
                          OR (l.state IN ('blocked', 'claimable', 'draft') AND l.deadline < CURRENT_DATE)
                        THEN COALESCE(l.amount_claimed, 0) * l.rate
                        ELSE 0
                   END AS lost,
                   COALESCE(settled.amount, 0) * l.rate AS settled,
                   COALESCE(settled.paid, 0) * l.rate AS paid,
                   pc.agreed_date - l.repair_date AS cycle_days,
                   NULL::float AS recovery_rate,
                   NULL::float AS acceptance_rate
              FROM line l
              JOIN LATERAL (
                    SELECT l.state IN ('submitted', 'answered', 'disputed', 'agreed', 'settled', 'refused') AS yes
                   ) filed ON TRUE
              JOIN repair_order r ON r.id = l.repair_id
         LEFT JOIN stock_move m ON m.id = l.move_id
         LEFT JOIN parts_claim pc ON pc.id = l.claim_id
         LEFT JOIN product_product p ON p.id = l.product_id
         LEFT JOIN product_template pt ON pt.id = p.product_tmpl_id
         LEFT JOIN product_product u ON u.id = l.unit_product_id
         LEFT JOIN product_template ut ON ut.id = u.product_tmpl_id
         LEFT JOIN settled ON settled.claim_line_id = l.id
            """,
            home_rate=self._get_rate_sql(SQL("c.currency_id")),
            claim_rate=self._get_rate_sql(SQL("l.currency_id")),
        )

    def _get_rate_sql(self, currency):
        """Rate of a currency on the day of the repair, the company's own before a common one; 1 without rates."""
        return SQL(
            """COALESCE((
                SELECT rate.rate
                  FROM res_currency_rate rate
                 WHERE rate.currency_id = %(currency)s
                   AND rate.name <= l.repair_date
                   AND (rate.company_id IS NULL OR c.parent_path LIKE rate.company_id || '/%%')
              ORDER BY rate.company_id IS NULL, rate.name DESC
                 LIMIT 1
            ), 1.0)""",
            currency=currency,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Rates are the share of the sums, not the mean of the rows."""
        name = aggregate_spec.split(":")[0]
        if name not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = RATES[name]
        return SQL(
            "COALESCE(SUM(%(part)s) / NULLIF(SUM(%(whole)s), 0.0), 0)",
            part=self._field_to_sql(self._table, part, query),
            whole=self._field_to_sql(self._table, whole, query),
        )

    def action_view_claim_line(self):
        """Open the claim line of a row."""
        self.ensure_one()
        return self.claim_line_id._get_records_action()
