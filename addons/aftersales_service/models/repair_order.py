# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .warranty_term_line import METER_UNITS

# Writing any of these may put the report before the sale of the unit. A constraint would ask again each time the
# platform computes the unit of a repair.
REPORT_FIELDS = frozenset({"lot_id", "picking_id", "product_id", "report_date"})


class RepairOrder(models.Model):
    """Where a repair came from and when its fault was reported."""

    _inherit = "repair.order"

    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        check_company=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
    )
    customer_words = fields.Text(
        string="Customer's Words",
        copy=False,
        help="The fault as the customer told it, not as we understood it.",
    )
    report_date = fields.Datetime(
        string="Reported On",
        required=True,
        default=fields.Datetime.now,
        copy=False,
        tracking=True,
        help="When the customer reported the fault. Cover is judged on this day, however long the repair takes.",
    )
    meter_reading = fields.Float(copy=False, help="Reading of the unit's meter when the fault was reported.")
    meter_unit = fields.Selection(METER_UNITS, copy=False)

    _meter_reading = models.Constraint(
        "CHECK(meter_reading >= 0 AND (COALESCE(meter_reading, 0) = 0 OR meter_unit IS NOT NULL))",
        "A meter reading is a positive figure and needs its unit (km, hours, cycles).",
    )

    def _check_report_date(self):
        """A fault is not reported before the unit was sold, nor tomorrow: the date decides who pays."""
        now = fields.Datetime.now()
        for repair in self:
            # a ticket made within this very second carries fractions of it
            if repair.report_date.replace(microsecond=0) > now:
                raise ValidationError(
                    self.env._(
                        "%s: the fault cannot have been reported in the future. Correct “Reported On”.",
                        repair.name,
                    )
                )
            # Sold before the report under the registration that the repair is judged by: it is enough to know that.
            day, known = repair._get_report_day(), repair.warranty_registration_id
            own = repair.tracking == "serial" and known.lot_id == repair.lot_id
            if own and known.sale_date and known.sale_date <= day:
                continue
            sold_on = min(
                repair._get_unit_registrations().filtered("sale_date").mapped("sale_date"), default=None
            )
            if sold_on and day < sold_on:
                raise ValidationError(
                    self.env._(
                        "%(repair)s: the fault cannot have been reported before the unit was sold (%(date)s). "
                        "Correct “Reported On”.",
                        repair=repair.name,
                        date=fields.Date.to_string(sold_on),
                    )
                )

    @api.onchange("lot_id")
    def _onchange_lot_id_partner(self):
        """The unit's holder is the customer, unless another one was chosen; the unit is repaired where it is."""
        if self.lot_id and not self.partner_id:
            self.partner_id = self.lot_id.holder_id
        self.update(self._prepare_unit_place_vals(self.lot_id))

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            lot = self.env["stock.lot"].browse(vals.get("lot_id"))
            vals.update(
                {name: vals.get(name) or place for name, place in self._prepare_unit_place_vals(lot).items()}
            )
        repairs = super().create(vals_list)
        repairs._check_report_date()
        return repairs

    def write(self, vals):
        if "lot_id" in vals:
            vals = {**self._prepare_unit_place_vals(self.env["stock.lot"].browse(vals["lot_id"])), **vals}
        result = super().write(vals)
        if REPORT_FIELDS & vals.keys():
            self._check_report_date()
        return result

    @api.model
    def _prepare_unit_place_vals(self, lot):
        """A unit that is still with its customer stays there as far as our stock is concerned: nothing is missing
        from our shelves, and nothing is added to them when the repair is done."""
        place = lot.location_id
        if place.usage != "customer":
            return {}
        return {"product_location_src_id": place.id, "product_location_dest_id": place.id}

    def _get_report_day(self):
        """Calendar day of the report in the company's time zone."""
        self.ensure_one()
        return self.company_id._get_law_date(self.report_date or fields.Datetime.now())

    def _get_meter_reading(self, unit):
        """Reading at the report in a unit of measure ("km", "hours", "cycles"); None if it is not known."""
        self.ensure_one()
        return self.meter_reading if self.meter_unit == unit and self.meter_reading else None
