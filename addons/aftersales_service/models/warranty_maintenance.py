# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .warranty_term_line import METER_UNITS


class WarrantyMaintenance(models.Model):
    """One service of a unit by the manual, with its pictures: terms may make cover depend on it."""

    _name = "warranty.maintenance"
    _description = "Maintenance Record"
    _inherit = ["mail.thread"]
    _order = "done_on desc, id desc"
    _rec_name = "done_on"
    _check_company_auto = True

    registration_id = fields.Many2one(
        "warranty.registration",
        string="Warranty",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="registration_id.company_id", store=True, index=True)
    lot_id = fields.Many2one(related="registration_id.lot_id", store=True, index="btree_not_null")
    product_id = fields.Many2one(related="registration_id.product_id", store=True)
    partner_id = fields.Many2one(related="registration_id.partner_id", string="Customer")
    done_on = fields.Date(required=True, index=True, tracking=True)
    done_by = fields.Char(
        required=True, help="Who did the work: the customer, or any workshop of his choice."
    )
    meter_reading = fields.Float()
    meter_unit = fields.Selection(METER_UNITS)
    note = fields.Text(string="Work Done")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "warranty_maintenance_photo_rel",
        "maintenance_id",
        "attachment_id",
        string="Pictures",
    )
    source = fields.Selection(
        [("staff", "Entered by Us"), ("portal", "Entered by the Customer")], default="staff", readonly=True
    )

    _meter_reading = models.Constraint(
        "CHECK(meter_reading >= 0 AND (COALESCE(meter_reading, 0) = 0 OR meter_unit IS NOT NULL))",
        "A meter reading is a positive figure and needs its unit (km, hours, cycles).",
    )

    @api.constrains("done_on", "registration_id")
    def _check_done_on(self):
        for record in self:
            today = record.company_id._get_law_date()
            sold_on = record.registration_id.sale_date
            if record.done_on > today or (sold_on and record.done_on < sold_on):
                raise ValidationError(
                    self.env._(
                        "%(unit)s: maintenance is recorded between the day of the sale (%(sold)s) and today.",
                        unit=record.registration_id.display_name,
                        sold=fields.Date.to_string(sold_on) if sold_on else "—",
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """The record is ours unless the portal makes it; a reading on it joins the unit's meter readings."""
        for vals in vals_list:
            if not self.env.su:
                vals["source"] = "staff"
        records = super().create(vals_list)
        records._adopt_photos()
        records._record_meter_readings()
        return records

    def write(self, vals):
        """Refuses to change what was recorded: cover was judged by it."""
        if not vals.keys() <= {"note", "photo_ids", "message_main_attachment_id"}:
            raise UserError(
                self.env._(
                    "A maintenance record cannot be changed. Delete it as a manager and enter it again."
                )
            )
        result = super().write(vals)
        self._adopt_photos()
        return result

    def _adopt_photos(self):
        """Pictures sent before the record was saved become its own, so that colleagues may see them."""
        for record in self:
            stray = record.photo_ids.filtered(lambda photo: not photo.res_id)
            if stray:
                stray.write({"res_model": self._name, "res_id": record.id})

    def _record_meter_readings(self):
        """Keep the readings noted at maintenance among the unit's meter readings."""
        # Recording a reading is part of recording the maintenance.
        self.env["warranty.meter.reading"].sudo().create(
            [
                {
                    "lot_id": record.lot_id.id,
                    "company_id": record.company_id.id,
                    "value": record.meter_reading,
                    "meter_unit": record.meter_unit,
                    "read_on": record.done_on,
                    "source": "maintenance",
                }
                for record in self
                if record.meter_reading and record.lot_id
            ]
        )
