# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.tools.misc import format_date


class StockLot(models.Model):
    """What a service adviser needs first of a unit: whether it is with us now, and what its meter showed last."""

    _inherit = "stock.lot"

    is_unit = fields.Boolean(
        string="Is a Unit", compute="_compute_is_unit", help="Has a serial number of its own."
    )
    open_repair_ids = fields.Many2many(
        "repair.order", string="Open Repairs", compute="_compute_open_repair_ids"
    )
    last_reading = fields.Char(compute="_compute_last_reading", compute_sudo=True)

    @api.depends("product_id.tracking")
    def _compute_is_unit(self):
        for lot in self:
            lot.is_unit = lot.product_id.tracking == "serial"

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_open_repair_ids(self):
        repairs = self.env["repair.order"]
        # Who may not read repairs sees none.
        found = (
            repairs._read_group(
                [
                    ("lot_id", "in", self.ids),
                    ("service_stage", "not in", ("delivered", "canceled")),
                    ("company_id", "in", self.env.companies.ids),
                ],
                ["lot_id"],
                ["id:recordset"],
            )
            if repairs.has_access("read")
            else []
        )
        by_lot = dict(found)
        for lot in self:
            lot.open_repair_ids = by_lot.get(lot._origin, repairs)

    @api.depends("meter_reading_ids.read_on", "meter_reading_ids.value", "meter_reading_ids.meter_unit")
    @api.depends_context("lang")
    def _compute_last_reading(self):
        for lot in self:
            # Readings come newest first.
            reading = lot.meter_reading_ids[:1]
            lot.last_reading = (
                self.env._(
                    "%(reading)s on %(date)s",
                    reading=reading.display_name,
                    date=format_date(self.env, reading.read_on),
                )
                if reading
                else False
            )
