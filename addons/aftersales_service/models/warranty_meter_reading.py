# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..roles import MANAGER
from .warranty_term_line import METER_UNITS


class WarrantyMeterReading(models.Model):
    """What the meter of a unit showed on a day. Readings never fall, unless a manager records with a reason that the
    meter was replaced or an earlier reading was wrong."""

    _name = "warranty.meter.reading"
    _description = "Meter Reading"
    _order = "read_on desc, id desc"
    _rec_name = "value"
    _check_company_auto = True

    lot_id = fields.Many2one(
        "stock.lot", string="Unit", required=True, check_company=True, index=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    value = fields.Float(string="Reading", required=True, aggregator="max")
    meter_unit = fields.Selection(METER_UNITS, required=True, default="km")
    offset = fields.Float(readonly=True, help="What earlier meters of the unit had counted.")
    total = fields.Float(
        string="Use in Total",
        compute="_compute_total",
        store=True,
        aggregator="max",
        help="Reading plus what earlier meters had counted: warranty limits are judged by it.",
    )
    read_on = fields.Date(required=True, default=lambda self: self.env.company._get_law_date(), index=True)
    kind = fields.Selection(
        [("reading", "Reading"), ("replaced", "Meter Replaced"), ("corrected", "Correction")],
        required=True,
        default="reading",
        help="“Meter Replaced”: the reading of the new meter when it was fitted. “Correction”: the right reading, "
        "after a wrong one.",
    )
    reason = fields.Char()
    source = fields.Selection(
        [
            ("manual", "Entered by Hand"),
            ("repair", "Repair"),
            ("maintenance", "Maintenance"),
            ("card", "Return Card"),
        ],
        required=True,
        default="manual",
        readonly=True,
    )
    repair_id = fields.Many2one(
        "repair.order", readonly=True, check_company=True, index="btree_not_null", ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", string="Recorded By", readonly=True)

    _lot_idx = models.Index("(lot_id, meter_unit, read_on, id)")
    _positive = models.Constraint("CHECK(value >= 0)", "A meter reading is a positive figure.")
    _reason = models.Constraint(
        "CHECK(kind = 'reading' OR COALESCE(reason, '') <> '')",
        "Say why the meter may show less than before.",
    )

    # Compute

    @api.depends("value", "offset")
    def _compute_total(self):
        for reading in self:
            reading.total = reading.value + reading.offset

    @api.depends("value", "meter_unit")
    def _compute_display_name(self):
        units = dict(self._fields["meter_unit"]._description_selection(self.env))
        for reading in self:
            reading.display_name = f"{reading.value:,.0f} {units.get(reading.meter_unit, '')}"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Keep readings, each checked against its neighbors in time."""
        # The door is closed before anything is looked up for whoever calls.
        self.browse().check_access("create")
        for vals in vals_list:
            if not self.env.su:
                vals.update(source="manual", repair_id=False)
            vals.update(offset=0.0, user_id=self.env.uid)
        readings = super().create(vals_list)
        readings._check_correctors()
        readings._check_history()
        return readings

    def write(self, vals):
        """Refused: a wrong reading is followed by a correction, so that both can be read."""
        raise UserError(
            self.env._(
                "Meter readings are not changed. A manager can record a correction with a reason instead."
            )
        )

    # Business

    def _write_checked(self, vals):
        """Write past the guard, for this model's own methods only."""
        return super().write(vals)

    def _supersede(self, vals):
        """Take over what the repair behind these readings says now; the history is checked again."""
        self._write_checked(vals)
        self._check_history()

    def _check_correctors(self):
        corrections = self.filtered(lambda reading: reading.kind != "reading")
        if corrections and not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only an after-sales manager may record that a meter was replaced or read wrongly."
                )
            )

    def _check_history(self):
        """Check these readings against those before and after them, meter by meter, in one search."""
        # Neighbors count whoever recorded them, in whichever company.
        history = self.sudo().search([("lot_id", "in", self.lot_id.ids)], order="read_on, id")
        for readings in history.grouped(lambda reading: (reading.lot_id, reading.meter_unit)).values():
            before = self.browse()
            for reading, after in zip(readings, [*readings[1:], self.browse()], strict=True):
                if reading.id in self._ids:
                    reading._check_between(before, after)
                before = reading

    def _check_between(self, before, after):
        """Check one reading between its neighbors (or empty) and set what earlier meters had counted."""
        self.ensure_one()
        if self.read_on > self.company_id._get_law_date():
            raise ValidationError(
                self.env._("%s: a meter cannot have been read in the future.", self.lot_id.display_name)
            )
        if self.kind != "reading":
            self._check_latest(after)
        else:
            self._check_rising(before, after)
        replaced = self.kind == "replaced" and before
        self._write_checked({"offset": before.total - self.value if replaced else before.offset})

    def _check_latest(self, after):
        if after:
            raise ValidationError(
                self.env._(
                    "%(unit)s was read again on %(date)s. A replaced meter or a correction can only be recorded "
                    "after the latest reading.",
                    unit=self.lot_id.display_name,
                    date=fields.Date.to_string(after.read_on),
                )
            )

    def _check_rising(self, before, after):
        """A meter does not run backwards."""
        names = {"unit": self.lot_id.display_name, "reading": self.display_name}
        if before and self.value < before.value:
            raise ValidationError(
                self.env._(
                    "%(unit)s showed %(before)s on %(date)s already; it cannot show %(reading)s now. If the meter "
                    "was replaced or read wrongly, a manager records that first under “Meter Readings”.",
                    before=before.display_name,
                    date=fields.Date.to_string(before.read_on),
                    **names,
                )
            )
        if after and after.kind == "reading" and self.value > after.value:
            raise ValidationError(
                self.env._(
                    "%(unit)s showed only %(after)s on %(date)s, later than that; it cannot have shown %(reading)s "
                    "before.",
                    after=after.display_name,
                    date=fields.Date.to_string(after.read_on),
                    **names,
                )
            )

    @api.model
    def _get_offset(self, lot, unit, day):
        """What earlier meters of a unit had counted by a calendar day."""
        latest = self.sudo().search(  # the unit's history counts, whoever may read it
            [("lot_id", "=", lot.id), ("meter_unit", "=", unit), ("read_on", "<=", day)],
            order="read_on desc, id desc",
            limit=1,
        )
        return latest.offset
