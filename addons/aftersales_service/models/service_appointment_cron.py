# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .service_appointment import EXPECTED_STATES


class ServiceAppointment(models.Model):
    """What the clock does with appointments: reminders, preparation, and cancellation of those who do not come."""

    _inherit = "service.appointment"

    @api.model
    def _cron_remind(self):
        """Write to the customers booked for tomorrow, once."""
        template = self.env.ref("aftersales_service.mail_template_appointment_reminder")
        for company in self.env["res.company"].search([]):
            start, _stop = company._get_law_day_bounds(company._get_law_date() + timedelta(days=1))
            appointments = self.search(
                Domain("company_id", "=", company.id)
                & Domain("state", "in", EXPECTED_STATES)
                & Domain("reminded_on", "=", False)
                & Domain("start", ">=", start)
                & Domain("start", "<", start + timedelta(days=1))
            )
            reachable = appointments.filtered("partner_id.email")
            template.send_mail_batch(reachable.ids)
            reachable._write_system({"reminded_on": fields.Datetime.now()})

    @api.model
    def _cron_prepare(self):
        """Tell advisers what is due before an appointment: call the customer, clean the bay, keep the lane free."""
        now = fields.Datetime.now()
        appointments = self.search(
            Domain("state", "in", ("confirmed", "reconfirmed"))
            & Domain("reminder_step", "<", 3)
            & Domain("start", ">", now)
            & Domain("start", "<=", now + timedelta(days=1))
        )
        for appointment in appointments:
            due = [
                (step, text)
                for step, (minutes, text) in enumerate(appointment._get_preparation_steps(), 1)
                if step > appointment.reminder_step and appointment.start <= now + timedelta(minutes=minutes)
            ]
            for _step, text in due:
                appointment._notify_responsible({appointment: appointment.user_id}, text)
            if due:
                appointment._write_system({"reminder_step": due[-1][0]})

    def _get_preparation_steps(self):
        """Minutes before the start and what is to be done then, the earliest first."""
        company = self.company_id
        env = self.with_context(lang=self.user_id.lang).env
        return [
            (
                company.appointment_call_minutes,
                env._("%s: confirm the parts and call the customer", self.display_name),
            ),
            (company.appointment_bay_minutes, env._("%s: have the bay cleaned", self.display_name)),
            (company.appointment_lane_minutes, env._("%s: keep the pre-check lane free", self.display_name)),
        ]

    @api.model
    def _cron_cancel_late(self):
        """Cancel whoever is overdue without having confirmed: bay and team go to others, the discount is kept."""
        now = fields.Datetime.now()
        waiting = self.search(Domain("state", "in", EXPECTED_STATES) & Domain("start", "<", now))
        for appointment in waiting:
            due = appointment.expected_on or appointment.start
            if now >= due + timedelta(minutes=appointment.company_id.appointment_late_minutes):
                appointment._cancel_overdue()

    def _cancel_overdue(self):
        env = self.with_context(lang=self.user_id.lang).env
        self._cancel("overdue")
        self._release_bay()
        self._notify_responsible(
            {self: self.user_id or self.company_id._get_service_dispatcher()},
            env._("%s did not come and is canceled; its bay is free", self.display_name),
            env._("The labor discount of %s %% still applies.", f"{self.labor_discount:g}"),
        )

    @api.model
    def _get_week_arrival_rates(self, company, day):
        """Arrival rate in percent per adviser of the week (Monday to Sunday) that ``day`` lies in.

        :return: ``{user: (booked, arrived, percent)}``; drafts and what the customer called off do not count
        """
        monday = day - timedelta(days=day.weekday())
        start, _stop = company._get_law_day_bounds(monday)
        counts = self._read_group(
            Domain("company_id", "=", company.id)
            & Domain("start", ">=", start)
            & Domain("start", "<", start + timedelta(days=7))
            & self._get_booked_domain(),
            ["user_id"],
            ["__count", "arrived_on:count"],
        )
        return {user: (booked, arrived, 100.0 * arrived / booked) for user, booked, arrived in counts}

    @api.model
    def _get_booked_domain(self):
        """Appointments that count as booked: all but new ones and those called off ahead of time."""
        return Domain("state", "!=", "draft") & Domain("cancel_reason", "!=", "called_off")
