# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from dateutil.relativedelta import SA, relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import RECEPTION
from .service_callback import OPEN_STATES

FIGURES = (
    "planned_count",
    "called_count",
    "done_count",
    "late_count",
    "satisfied_count",
    "dissatisfied_count",
    "satisfaction_rate",
    "average_score",
    "warranty_planned_count",
    "warranty_done_count",
    "warranty_rate",
)


class ServiceCallbackReport(models.Model):
    """The day, week or month report of one kind of call: its figures, taken when it is handed in."""

    _name = "service.callback.report"
    _description = "Call-Back Report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, rule_id, id"

    rule_id = fields.Many2one(
        "service.callback.rule", required=True, readonly=True, ondelete="restrict", index=True
    )
    period = fields.Selection(
        [("day", "Day"), ("week", "Week"), ("month", "Month")], required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    due_on = fields.Date(
        required=True,
        readonly=True,
        help="Day reports on the same day, week reports on Saturday, month reports on the "
        "last day of the month.",
    )
    state = fields.Selection(
        [("open", "Open"), ("handed_in", "Handed In")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    handed_in_on = fields.Datetime(string="Submitted On", readonly=True)
    handed_in_by_id = fields.Many2one("res.users", readonly=True)
    on_time = fields.Boolean(readonly=True)
    comment = fields.Text(string="Analysis")
    planned_count = fields.Integer(string="Planned", readonly=True)
    called_count = fields.Integer(string="Tried", readonly=True)
    done_count = fields.Integer(string="Done", readonly=True)
    late_count = fields.Integer(string="Late", readonly=True)
    satisfied_count = fields.Integer(string="Satisfied", readonly=True)
    dissatisfied_count = fields.Integer(string="Dissatisfied", readonly=True)
    satisfaction_rate = fields.Float(string="Satisfied (%)", readonly=True, aggregator="avg")
    average_score = fields.Float(string="Score (%)", readonly=True, aggregator="avg")
    warranty_planned_count = fields.Integer(string="Planned in Warranty", readonly=True)
    warranty_done_count = fields.Integer(string="Done in Warranty", readonly=True)
    warranty_rate = fields.Float(string="Called in Warranty (%)", readonly=True, aggregator="avg")

    _period_uniq = models.Constraint(
        "UNIQUE(rule_id, company_id, period, date_from)", "There is one report for a rule and period."
    )

    @api.depends("rule_id", "period", "date_from")
    def _compute_display_name(self):
        labels = dict(self._fields["period"]._description_selection(self.env))
        for report in self:
            # sudo: the code of a rule tells nothing confidential
            report.display_name = (
                f"{report.rule_id.sudo().code} {labels.get(report.period, '')} {report.date_from}"
            )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Call-back reports are opened by the program when calls are planned."))
        return super().create(vals_list)

    def write(self, vals):
        own = {
            name for name in vals if name in self._fields and not name.startswith(("message_", "activity_"))
        }
        if not self.env.su and own:
            if own - {"comment"}:
                raise UserError(self.env._("The figures of a call-back report are counted, not written."))
            if any(report.state != "open" for report in self):
                raise UserError(self.env._("A call-back report that was handed in is not changed any more."))
        return super().write(vals)

    # Figures

    def _get_callbacks(self):
        """The call-backs planned in the period of the report."""
        self.ensure_one()
        # sudo: a report counts everything, whoever hands it in
        return (
            self.env["service.callback"]
            .sudo()
            .search(
                [
                    ("rule_id", "=", self.rule_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("date_planned", ">=", self.date_from),
                    ("date_planned", "<=", self.date_to),
                    ("state", "!=", "canceled"),
                ]
            )
        )

    def _count_figures(self):
        """Counted from the call-backs themselves; nothing is estimated."""
        self.ensure_one()
        callbacks = self._get_callbacks()
        done = callbacks.filtered(lambda callback: callback.state == "done")
        satisfied = done.filtered(lambda callback: callback.satisfied == "yes")
        scored = done.filtered("questionnaire_done")
        warranty = callbacks.filtered("in_warranty")
        warranty_done = warranty & done
        late = callbacks.filtered(
            lambda callback: callback.is_overdue or (callback.state == "done" and not callback.on_time)
        )
        values = (
            len(callbacks),
            len(callbacks.filtered("attempt_count") | done),
            len(done),
            len(late),
            len(satisfied),
            len(done) - len(satisfied),
            100 * len(satisfied) / len(done) if done else 0,
            sum(scored.mapped("score")) / len(scored) if scored else 0,
            len(warranty),
            len(warranty_done),
            100 * len(warranty_done) / len(warranty) if warranty else 0,
        )
        return dict(zip(FIGURES, values, strict=True))

    def _get_item_averages(self):
        """Average of each questionnaire item: list of (question, answers counted, per cent)."""
        self.ensure_one()
        rows = (
            self.env["service.callback.answer"]
            .sudo()
            ._read_group(
                [("callback_id", "in", self._get_callbacks().ids), ("max_score", ">", 0)],
                ["question"],
                ["__count", "percentage:avg", "sequence:min"],
            )
        )
        return [
            (question, count, average)
            for question, count, average, _place in sorted(rows, key=lambda row: row[3])
        ]

    # Actions

    def action_refresh(self):
        """Count again."""
        self._check_reporter()
        for report in self.filtered(lambda report: report.state == "open"):
            # sudo: figures are written by the program alone
            report.sudo().write(report._count_figures())
        return True

    def action_hand_in(self):
        """Count for the last time and hand in; nothing planned may be left untouched."""
        self._check_reporter()
        for report in self:
            if report.state != "open":
                raise UserError(self.env._("Call-back report %s was handed in already.", report.display_name))
        self.env["compliance.refusal"]._refuse(self._get_missing_violations())
        now = fields.Datetime.now()
        for report in self:
            # sudo: as above
            report.sudo().write(
                {
                    **report._count_figures(),
                    "state": "handed_in",
                    "handed_in_on": now,
                    "handed_in_by_id": self.env.uid,
                    "on_time": report.company_id._get_law_date(now) <= report.due_on,
                }
            )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def _get_missing_violations(self):
        """Calls of the period, up to today, nobody tried and nobody canceled."""
        violations = []
        for report in self:
            today = report.company_id._get_law_date()
            untouched = report._get_callbacks().filtered(
                lambda callback, today=today: (
                    callback.state in OPEN_STATES
                    and not callback.attempt_count
                    and callback.date_planned <= today
                )
            )
            violations += [
                Violation(
                    "callback.report.missing",
                    callback.sudo(False),
                    self.env._(
                        "Call-back report %(report)s lacks call-back %(callback)s: it was planned and not tried.",
                        report=report.display_name,
                        callback=callback.display_name,
                    ),
                    self.env._(
                        "Call the customer, plan the call for another day, or cancel it with the reason."
                    ),
                    "S3-R18",
                )
                for callback in untouched
            ]
        return violations

    def _check_reporter(self):
        if not self.env.user.has_group(RECEPTION):
            raise AccessError(self.env._("Only reception and managers may work with call-back reports."))
        self.check_access("write")

    def action_view_callbacks(self):
        """Open the call-backs of the report."""
        self.ensure_one()
        self.check_access("read")
        return self.env["service.callback"]._get_list_action([("id", "in", self._get_callbacks().ids)])

    # Opening

    @api.model
    def _cron_open(self):
        """Daily: open the day's, week's and month's reports of the rules that ask for them and have calls planned."""
        for company in self.env["res.company"].search([]):
            today = company._get_law_date()
            rules = self.env["service.callback.rule"].search([("company_id", "in", [company.id, False])])
            for period in ("day", "week", "month"):
                self._open_period(rules.filtered(f"report_{period}"), company, period, today)

    @api.model
    def _open_period(self, rules, company, period, today):
        """Open the reports of one period; those that exist are only counted again."""
        first, last, due_on = self._get_period_bounds(period, today)
        known = self.search(
            [
                ("rule_id", "in", rules.ids),
                ("company_id", "=", company.id),
                ("period", "=", period),
                ("date_from", "=", first),
            ]
        )
        planned = self.env["service.callback"]._read_group(
            [
                ("rule_id", "in", (rules - known.rule_id).ids),
                ("company_id", "=", company.id),
                ("date_planned", ">=", first),
                ("date_planned", "<=", last),
                ("state", "!=", "canceled"),
            ],
            ["rule_id"],
        )
        # sudo: reports are opened by the program, whatever the user of the scheduled action
        reports = self.sudo().create(
            [
                {
                    "rule_id": rule.id,
                    "company_id": company.id,
                    "period": period,
                    "date_from": first,
                    "date_to": last,
                    "due_on": due_on,
                }
                for (rule,) in planned
            ]
        )
        for report in known.sudo() | reports:
            if report.state == "open":
                report.write(report._count_figures())
        for report in reports.filtered(lambda report: report.rule_id.user_id):
            report.activity_schedule(
                "mail.mail_activity_data_todo", date_deadline=due_on, user_id=report.rule_id.user_id.id
            )
        return reports

    @api.model
    def _get_period_bounds(self, period, day):
        """First day, last day, and the day the report is due: the same day, Saturday, the last of the month."""
        if period == "day":
            return day, day, day
        if period == "month":
            first = day.replace(day=1)
            last = first + relativedelta(months=1, days=-1)
            return first, last, last
        saturday = day + relativedelta(weekday=SA)
        return saturday - timedelta(days=6), saturday, saturday
