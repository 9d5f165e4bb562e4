# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools import SQL

from .repair_order_stage import SERVICE_STAGES

TRADES = [("mechanical", "Mechanical"), ("body", "Body and Paint")]


class RepairOrder(models.Model):
    """What kind of work a repair is, for the service figures."""

    _inherit = "repair.order"

    service_trade = fields.Selection(TRADES, string="Trade", required=True, default="mechanical")
    painted_pieces = fields.Integer(copy=False)

    _painted_pieces = models.Constraint(
        "CHECK(COALESCE(painted_pieces, 0) >= 0)", "The number of painted pieces cannot be negative."
    )


class ServiceReport(models.Model):
    """One row per repair: output, units in, turn-around, and what went well."""

    _name = "service.report"
    _description = "Service Analysis"
    _auto = False
    _order = "received_on desc, id desc"
    _rec_name = "repair_id"

    repair_id = fields.Many2one("repair.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    trade = fields.Selection(TRADES, readonly=True)
    service_mode = fields.Selection(
        lambda self: self.env["repair.order"]._fields["service_mode"]._description_selection(self.env),
        readonly=True,
    )
    service_stage = fields.Selection(SERVICE_STAGES, readonly=True)
    under_warranty = fields.Boolean(readonly=True)
    received_on = fields.Datetime(readonly=True)
    ready_on = fields.Datetime(string="Finished On", readonly=True)
    delivered_on = fields.Datetime(string="Handed Over On", readonly=True)
    turnaround_hours = fields.Float(string="Turn-Around (h)", readonly=True, aggregator="avg")
    unit_count = fields.Integer(string="Units In", readonly=True)
    finished_count = fields.Integer(string="Finished", readonly=True)
    on_time_rate = fields.Float(string="On Time (%)", readonly=True, aggregator="avg")
    first_time_fix_rate = fields.Float(string="First-Time Fix (%)", readonly=True, aggregator="avg")
    repeat_rate = fields.Float(string="Repeat Repairs (%)", readonly=True, aggregator="avg")
    amount_full = fields.Float(
        string="Output", readonly=True, help="Value of the repair, whoever bears it, untaxed."
    )
    amount_untaxed = fields.Float(string="Billed to Customers", readonly=True)
    amount_borne = fields.Float(string="Borne by Others", readonly=True)
    painted_pieces = fields.Integer(readonly=True)

    @property
    def _table_query(self):
        flags = self._get_flags()
        return SQL(
            """
            SELECT repair.id,
                   repair.id AS repair_id,
                   repair.company_id,
                   repair.partner_id,
                   repair.product_id,
                   template.categ_id,
                   repair.user_id,
                   repair.service_trade AS trade,
                   repair.service_mode,
                   repair.service_stage,
                   repair.under_warranty,
                   repair.report_date AS received_on,
                   log.ready_on,
                   log.delivered_on,
                   EXTRACT(EPOCH FROM (log.delivered_on - repair.report_date)) / 3600 AS turnaround_hours,
                   1 AS unit_count,
                   CASE WHEN log.ready_on IS NULL THEN 0 ELSE 1 END AS finished_count,
                   CASE WHEN log.ready_on IS NULL THEN NULL WHEN %(late)s THEN 0 ELSE 100 END AS on_time_rate,
                   CASE WHEN log.ready_on IS NULL THEN NULL WHEN %(first)s THEN 100 ELSE 0 END AS first_time_fix_rate,
                   CASE WHEN %(repeat)s THEN 100 ELSE 0 END AS repeat_rate,
                   statement.amount_full,
                   statement.amount_untaxed,
                   statement.amount_full - statement.amount_untaxed AS amount_borne,
                   repair.painted_pieces
              FROM repair_order repair
              LEFT JOIN product_product product ON product.id = repair.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN repair_statement statement
                     ON statement.repair_id = repair.id AND statement.state = 'current'
              LEFT JOIN LATERAL (
                    SELECT MAX(entered_on) FILTER (WHERE stage = 'ready') AS ready_on,
                           MAX(entered_on) FILTER (WHERE stage = 'delivered') AS delivered_on,
                           COUNT(*) FILTER (WHERE stage = 'ready') AS ready_count
                      FROM repair_stage_log
                     WHERE repair_id = repair.id
                   ) log ON TRUE
             WHERE repair.state != 'cancel'
            """,
            **flags,
        )

    @api.model
    def _get_flags(self):
        """SQL conditions of the flags kept on the repair."""
        return {
            "late": SQL("repair.is_late"),
            "repeat": SQL("repair.is_repeat"),
            "first": SQL("repair.is_first_time_fix"),
        }
