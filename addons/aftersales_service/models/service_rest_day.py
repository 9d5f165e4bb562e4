# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..roles import DISPATCHER


class ServiceRestDay(models.Model):
    """A day on which a technician does not work, told to the dispatcher in writing before it begins."""

    _name = "service.rest.day"
    _description = "Rest Day of a Technician"
    _order = "date_from desc"
    _check_company_auto = True

    technician_id = fields.Many2one(
        "service.technician",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self.env["service.technician"].search(
            [("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    company_id = fields.Many2one(related="technician_id.company_id", store=True, index=True)
    user_id = fields.Many2one(related="technician_id.user_id", store=True, index=True)
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(
        string="To", required=True, compute="_compute_date_to", store=True, readonly=False, precompute=True
    )
    kind = fields.Selection(
        [("rest", "Rest"), ("leave", "Leave"), ("sick", "Sick"), ("training", "Training")],
        required=True,
        default="rest",
    )
    told_on = fields.Datetime(required=True, readonly=True, copy=False, default=fields.Datetime.now)
    note = fields.Char()

    _dates = models.Constraint(
        "CHECK(date_from <= date_to)", "A rest day ends on or after the day it begins."
    )

    @api.depends("date_from")
    def _compute_date_to(self):
        for day in self:
            if not day.date_to or (day.date_from and day.date_to < day.date_from):
                day.date_to = day.date_from

    @api.depends("technician_id", "date_from")
    def _compute_display_name(self):
        for day in self:
            day.display_name = f"{day.technician_id.display_name or ''} {day.date_from or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["told_on"] = fields.Datetime.now()
        days = super().create(vals_list)
        days._check_told_in_time()
        return days

    def write(self, vals):
        """A changed rest day is told anew, by its own technician or the dispatcher."""
        self._check_own()
        result = super().write({**vals, "told_on": fields.Datetime.now()})
        if not {"date_from", "technician_id", "kind"}.isdisjoint(vals):
            self._check_told_in_time()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_own(self):
        self._check_own()

    def _check_told_in_time(self):
        """Told at the latest the day before, so that orders can be planned; the dispatcher may note one later."""
        for day in self:
            today = day.company_id._get_law_date()
            if not self._is_dispatcher():
                if day.user_id != self.env.user:
                    raise AccessError(
                        self.env._("%s: only the dispatcher notes rest days of others.", day.display_name)
                    )
                if day.date_from < today + timedelta(days=1) and day.kind != "sick":
                    raise ValidationError(
                        self.env._(
                            "%s: tell the dispatcher at least one day ahead. For a day that has begun, ask the "
                            "dispatcher to note it.",
                            day.display_name,
                        )
                    )

    def _check_own(self):
        if not self._is_dispatcher() and self.user_id != self.env.user:
            raise AccessError(self.env._("Only the dispatcher changes rest days of others."))

    def _is_dispatcher(self):
        return self.env.su or self.env.user.has_group(DISPATCHER)

    @api.model
    def _get_resting(self, users, company, start, stop):
        """Which of these users rest on a day between two moments (naive UTC): ``{user: rest day}``."""
        first, last = company._get_law_date(start), company._get_law_date(stop)
        # sudo: whoever plans must know who rests, not why
        days = self.sudo().search(
            [
                ("user_id", "in", users.ids),
                ("company_id", "=", company.id),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ]
        )
        return {day.user_id: day for day in days}
