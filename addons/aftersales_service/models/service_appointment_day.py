# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..roles import MANAGER

MEANING = "arrivals"


class ServiceAppointmentDay(models.Model):
    """The booking summary of one day: what was booked, who came; signed by the service director on the day after."""

    _name = "service.appointment.day"
    _description = "Daily Booking Summary"
    _inherit = ["service.state.mixin", "compliance.signature.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Date(required=True, default=lambda self: self.env.company._get_law_date(), index=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("open", "Open"), ("signed", "Signed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
    )
    booked_count = fields.Integer(string="Booked", readonly=True, copy=False)
    arrived_count = fields.Integer(string="Arrived", readonly=True, copy=False)
    overdue_count = fields.Integer(string="Canceled as Late", readonly=True, copy=False)
    no_show_count = fields.Integer(string="No Show", readonly=True, copy=False)
    entry_count = fields.Integer(
        string="Entries", readonly=True, copy=False, help="Repairs taken in on this day, booked or not."
    )
    booked_entry_count = fields.Integer(string="Booked Entries", readonly=True, copy=False)
    arrival_rate = fields.Float(
        string="Arrival Rate (%)", readonly=True, copy=False, aggregator="avg", help="Arrived / booked."
    )
    booking_rate = fields.Float(
        string="Booking Rate (%)",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Booked entries / entries.",
    )
    appointment_ids = fields.Many2many(
        "service.appointment", compute="_compute_appointment_ids", string="Appointments"
    )
    signed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signed_on = fields.Datetime(readonly=True, copy=False)

    _date_uniq = models.Constraint("UNIQUE(date, company_id)", "There already is a summary of this day.")

    @api.depends("date", "company_id")
    def _compute_appointment_ids(self):
        for day in self:
            day.appointment_ids = self.env["service.appointment"].search(day._get_domain("start"))

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {
            "booked_count",
            "arrived_count",
            "overdue_count",
            "no_show_count",
            "entry_count",
            "booked_entry_count",
            "arrival_rate",
            "booking_rate",
            "signed_by_id",
            "signed_on",
        }

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        days._count()
        return days

    def write(self, vals):
        """A signed day stays as it is."""
        if "date" in vals or "company_id" in vals:
            self._check_open()
        return super().write(vals)

    def _check_open(self):
        for day in self:
            if day.state != "open":
                raise UserError(self.env._("The summary of %s is signed and no longer changes.", day.date))

    def _get_domain(self, field):
        """Records of the company whose datetime ``field`` lies in this day."""
        start, stop = self.company_id._get_law_day_bounds(self.date or fields.Date.today())
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain(field, ">=", start)
            & Domain(field, "<", stop)
        )

    def _count(self):
        """Take the figures from the appointments and repairs of the day."""
        Appointment = self.env["service.appointment"]
        for day in self:
            counts = {
                state: (count, arrived)
                for state, count, arrived in Appointment._read_group(
                    day._get_domain("start") & Appointment._get_booked_domain(),
                    ["state"],
                    ["__count", "arrived_on:count"],
                )
            }
            booked = sum(count for count, _arrived in counts.values())
            arrived = sum(arrived for _count, arrived in counts.values())
            repairs = self.env["repair.order"].search(day._get_domain("report_date"))
            entries = len(repairs.filtered(lambda repair: repair.service_stage != "canceled"))
            booked_entries = len(repairs.filtered("appointment_ids"))
            day._write_system(
                {
                    "booked_count": booked,
                    "arrived_count": arrived,
                    "overdue_count": counts.get("canceled", (0, 0))[0],
                    "no_show_count": counts.get("no_show", (0, 0))[0],
                    "entry_count": entries,
                    "booked_entry_count": booked_entries,
                    "arrival_rate": 100.0 * arrived / booked if booked else 0.0,
                    "booking_rate": 100.0 * booked_entries / entries if entries else 0.0,
                }
            )

    # Actions

    def action_count(self):
        """Count again while the day is open."""
        self.check_access("write")
        self._check_open()
        self._count()
        return True

    def action_sign(self):
        """The service director confirms the arrivals of a day that is over, with the own password."""
        self.ensure_one()
        self._check_signable()
        self._count()
        return self._action_sign(MEANING)

    def _check_signable(self):
        self._check_action(("open",), MANAGER)
        if self.date >= self.company_id._get_law_date():
            raise UserError(self.env._("The arrivals of %s can be signed from the next day on.", self.date))

    def _get_signature_meanings(self):
        return {MEANING: self.env._("Arrivals of the day confirmed")}

    def _signed(self, signature):
        result = super()._signed(signature)
        self._check_signable()
        self._write_system(
            {"state": "signed", "signed_by_id": self.env.uid, "signed_on": fields.Datetime.now()}
        )
        return result

    @api.model
    def _cron_make(self):
        """The summaries of today and tomorrow of every company with appointments, so that they can be printed."""
        for company in self.env["res.company"].search([]):
            today = company._get_law_date()
            for date in (today, today + timedelta(days=1)):
                day = self.search([("date", "=", date), ("company_id", "=", company.id)])
                if day:
                    day.filtered(lambda day: day.state == "open")._count()
                elif self.env["service.appointment"].search_count(
                    self.new({"date": date, "company_id": company.id})._get_domain("start"), limit=1
                ):
                    self.create({"date": date, "company_id": company.id})
