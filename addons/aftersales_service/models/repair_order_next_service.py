# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models


class RepairOrder(models.Model):
    """The next service: its day, known or estimated from the unit's use, and the reminder before it."""

    _inherit = "repair.order"

    next_service_due = fields.Date(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The agreed day, or the earlier one on which the meter is expected to reach the agreed reading.",
    )
    next_service_reminded_on = fields.Date(string="Reminded On", readonly=True, copy=False)

    # Due day

    def _set_next_service_due(self):
        for repair in self:
            days = [repair.next_service_date, repair._estimate_next_service()]
            # sudo: past the guard of the fields; the day follows from what was agreed
            repair.sudo().next_service_due = min(filter(None, days), default=False)

    def _estimate_next_service(self):
        """Day on which the meter is expected to stand at the agreed reading, by the unit's average use between its
        first and its last known reading; False if that cannot be told."""
        self.ensure_one()
        readings = self._get_meter_history(self.next_service_meter_unit) if self.next_service_meter else []
        if len(readings) < 2:
            return False
        (first_day, first), (last_day, last) = readings[0], readings[-1]
        days = (last_day - first_day).days
        if days <= 0 or last <= first:
            return False
        return last_day + timedelta(days=round((self.next_service_meter - last) * days / (last - first)))

    def _get_meter_history(self, unit):
        """Known readings of the unit's meter, oldest first, what earlier meters had counted included: list of
        ``(day, reading)``."""
        self.ensure_one()
        if not self.lot_id or not unit:
            return []
        # sudo: the unit's readings, whoever took them
        readings = (
            self.env["warranty.meter.reading"]
            .sudo()
            .search(
                [
                    ("lot_id", "=", self.lot_id.id),
                    ("meter_unit", "=", unit),
                    ("company_id", "=", self.company_id.id),
                ],
                order="read_on, id",
            )
        )
        return [(reading.read_on, reading.total) for reading in readings]

    # Reminder

    @api.model
    def _cron_remind_next_service(self):
        """Remind customers some days before their next service; running twice reminds nobody twice."""
        self._estimate_open_services()
        for company in self.env["res.company"].search([]):
            today = company._get_law_date()
            due = self.search(
                [
                    ("company_id", "=", company.id),
                    ("service_stage", "=", "delivered"),
                    ("next_service_due", "!=", False),
                    ("next_service_due", "<=", today + timedelta(days=company.service_reminder_days)),
                    ("next_service_reminded_on", "=", False),
                ]
            )
            due._remind_next_service(today)
            self.env["ir.cron"]._commit_progress(len(due))

    @api.model
    def _estimate_open_services(self):
        """Estimate anew the day of services agreed by meter: since hand-over the unit may have been read again."""
        self.search(
            [
                ("service_stage", "=", "delivered"),
                ("next_service_meter", ">", 0),
                ("next_service_reminded_on", "=", False),
            ]
        )._set_next_service_due()

    def _remind_next_service(self, today):
        """Mail to the customer and a call for whoever handed over; not if the unit has been here since."""
        returned = self._get_units_back_since()
        template = self.env.ref("aftersales_service.mail_template_next_service")
        for repair in self - returned:
            if repair.partner_id.email:
                template.send_mail(repair.id)
            repair.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=max(today, repair.next_service_due),
                summary=self.env._("Next service is due"),
                note=repair._get_next_service_text(),
                user_id=(repair.handed_over_by_id or repair.user_id).id or self.env.uid,
            )
        # sudo: past the guard of the field; the reminder has been sent
        self.sudo().write({"next_service_reminded_on": today})

    def _get_units_back_since(self):
        """Those repairs whose unit has come in again since."""
        latest = dict(
            self._read_group(
                [("lot_id", "in", self.lot_id.ids), ("state", "!=", "cancel")], ["lot_id"], ["id:max"]
            )
        )
        return self.filtered(lambda repair: repair.lot_id and latest[repair.lot_id] > repair.id)
