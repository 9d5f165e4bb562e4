# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.compliance_base.violation import Violation

OPEN_STAGES = ("received", "diagnosis", "estimate", "parts", "work", "quality")
# Written by the repair's own steps only.
SYSTEM_FIELDS = frozenset(
    {
        "finished_on",
        "rework_count",
        "is_late",
        "late_reported_on",
        "waiting_reported_on",
    }
)


class RepairOrder(models.Model):
    """What is said about a repair afterwards: late or in time, repeated, solved at the first go."""

    _inherit = "repair.order"

    is_late = fields.Boolean(
        string="Late", readonly=True, copy=False, index=True, help="Not finished at the promised time."
    )
    late_reason = fields.Char(string="Why Late", copy=False, tracking=True)
    late_told_on = fields.Datetime(
        string="Customer Told of the Delay", copy=False, tracking=True, help="When the customer was told."
    )
    late_reported_on = fields.Datetime(string="Reported to the Supervisor", readonly=True, copy=False)
    waiting_reported_on = fields.Datetime(string="Asked for the Reason", readonly=True, copy=False)
    is_repeat = fields.Boolean(string="Repeat Repair", compute="_compute_is_repeat", store=True)
    is_first_time_fix = fields.Boolean(
        string="First-Time Fix",
        compute="_compute_is_first_time_fix",
        store=True,
        help="Finished without rework and with one visit at the most, and the fault has not come back since.",
    )

    # Compute

    @api.depends("repeat_of_id")
    def _compute_is_repeat(self):
        for repair in self:
            repair.is_repeat = bool(repair.repeat_of_id)

    @api.depends("finished_on", "rework_count", "repeat_of_id", "visit_ids", "repeat_ids.state")
    def _compute_is_first_time_fix(self):
        for repair in self:
            came_back = repair.repeat_ids.filtered(lambda other: other.state != "cancel")
            repair.is_first_time_fix = bool(
                repair.finished_on
                and not repair.rework_count
                and not repair.repeat_of_id
                and len(repair.visit_ids) <= 1
                and not came_back
            )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.update(dict.fromkeys(SYSTEM_FIELDS, False))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and not SYSTEM_FIELDS.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "Whether a repair is late, repeated or solved at the first go follows from its dates."
                )
            )
        return super().write(vals)

    # Business

    def _get_due_moment(self):
        """When the repair is due (naive UTC): as promised to the customer, else as planned; False without either."""
        self.ensure_one()
        return self.promise_date or self.planned_end

    def _judge_late(self, moment):
        """Mark those that are not finished at the moment they were due.

        :param datetime moment: naive UTC
        """
        late = self.filtered(lambda repair: repair._get_due_moment() and repair._get_due_moment() < moment)
        late.filtered(lambda repair: not repair.is_late)._write_system({"is_late": True})
        return late

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage == "ready":
            self._judge_late(fields.Datetime.now())
        return result

    def _get_service_violations(self, stage):
        """A late repair is handed over with its reason, and the customer has been told."""
        violations = super()._get_service_violations(stage)
        if stage == "delivered":
            violations += [
                Violation(
                    "service.late.reason",
                    repair,
                    self.env._(
                        "%s is late and there is no reason, or the customer was not told.", repair.name
                    ),
                    self.env._("Enter why it is late and when the customer was told."),
                )
                for repair in self
                if repair.is_late and not (repair.late_reason and repair.late_told_on)
            ]
        return violations

    # Clock

    @api.model
    def _cron_report_late(self):
        """What is not finished in time is reported to the supervisor at once, and once."""
        now = fields.Datetime.now()
        open_repairs = self.search(
            Domain("service_stage", "in", OPEN_STAGES) & Domain("late_reported_on", "=", False)
        )
        late = open_repairs._judge_late(now)
        late._report(
            "late_reported_on", lambda repair, env: env._("%s is not finished in time", repair.display_name)
        )

    @api.model
    def _cron_report_waiting(self):
        """Units in house for days without a reason: somebody has to find it."""
        for company in self.env["res.company"].search([]):
            before = fields.Datetime.now() - timedelta(days=company.service_waiting_days)
            waiting = self.search(
                Domain("company_id", "=", company.id)
                & Domain("service_stage", "in", OPEN_STAGES)
                & Domain("service_mode", "!=", "remote")
                & Domain("report_date", "<", before)
                & Domain("delay_reason", "=", False)
                & Domain("waiting_reported_on", "=", False)
            )
            waiting._report(
                "waiting_reported_on",
                lambda repair, env: env._(
                    "%(repair)s is in house for more than %(days)s days: find the reason",
                    repair=repair.display_name,
                    days=repair.company_id.service_waiting_days,
                ),
            )

    def _report(self, field, get_summary):
        """A to-do for the supervisor about each repair; ``field`` notes when.

        :param get_summary: function of the repair and the supervisor's environment, gives the text
        """
        for company, repairs in self.grouped("company_id").items():
            supervisor = company._get_service_supervisor()
            if supervisor:
                env = self.with_context(lang=supervisor.lang).env
                for repair in repairs:
                    repair.activity_schedule(
                        "mail.mail_activity_data_todo",
                        summary=get_summary(repair, env),
                        user_id=supervisor.id,
                    )
            repairs._write_system({field: fields.Datetime.now()})
