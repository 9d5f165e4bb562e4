# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..roles import RECEPTION, TECHNICIAN


class RepairOrder(models.Model):
    """When the unit is ready: the date we work to, and the later one we promise."""

    _inherit = "repair.order"

    requested_date = fields.Datetime(
        string="Requested Pick-Up", copy=False, help="When the customer would like to have the unit back."
    )
    target_date = fields.Datetime(
        string="Internal Target",
        copy=False,
        readonly=True,
        tracking=True,
        help="When we mean to be ready, from the arrival of the parts and the hours of the workshop.",
    )
    promise_date = fields.Datetime(
        string="Promised Date",
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="What the customer is told: never earlier than the internal target. Kept when the target moves.",
    )
    piece_count = fields.Integer(string="Pieces", compute="_compute_quick_repair", store=True)
    quick_repair = fields.Boolean(
        compute="_compute_quick_repair",
        store=True,
        help="So few pieces that the unit is handed over the same day.",
    )
    advisor_check_by_id = fields.Many2one(
        "res.users", string="Final Check by", readonly=True, copy=False, index="btree_not_null"
    )
    advisor_check_on = fields.Datetime(string="Final Check On", readonly=True, copy=False)

    @api.depends("labor_ids.pieces", "company_id.service_quick_repair_pieces")
    def _compute_quick_repair(self):
        for repair in self:
            repair.piece_count = sum(repair.labor_ids.mapped("pieces"))
            repair.quick_repair = 0 < repair.piece_count <= repair.company_id.service_quick_repair_pieces

    @api.constrains("promise_date")
    def _check_promise_date(self):
        """The customer is given more time than planned, not less."""
        for repair in self:
            if repair.promise_date and repair.target_date and repair.promise_date < repair.target_date:
                raise ValidationError(
                    self.env._(
                        "%(repair)s is planned to be ready on %(target)s (UTC): promise that or later.",
                        repair=repair.name,
                        target=fields.Datetime.to_string(repair.target_date),
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_advisor_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_advisor_vals(vals)
        return super().write(vals)

    def _check_advisor_vals(self, vals):
        if any(vals.get(name) for name in ("advisor_check_by_id", "advisor_check_on")) and not self.env.su:
            raise UserError(self.env._("The final check is given with the button “Final Check”."))

    # Actions

    def action_plan_dates(self):
        """Plan target and promise anew, from parts and capacity as they are now. Reception and technicians."""
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        self._plan_dates()

    def action_advisor_check(self):
        """The adviser has looked at the finished unit on the customer's behalf. Reception."""
        self._check_service_role(RECEPTION)
        self.check_access("write")
        self._check_state_in("done")
        # sudo: the fields are written by this step only
        self.sudo().write({"advisor_check_by_id": self.env.uid, "advisor_check_on": fields.Datetime.now()})

    # Business

    def _plan_dates(self):
        """Write the internal target, and a promise where none was given yet."""
        for company, repairs in self.grouped("company_id").items():
            backlog = repairs._get_backlog_hours(company)
            for repair in repairs:
                target = repair._get_target_date(backlog)
                vals = {"target_date": target}
                if not repair.promise_date:
                    vals["promise_date"] = repair._get_promise_date(target)
                repair.write(vals)

    def _get_backlog_hours(self, company):
        """Hours per technician that the workshop has promised to others already."""
        hours = self.env["repair.order"]._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("confirmed", "under_repair")),
                ("id", "not in", self.ids),
            ],
            [],
            ["planned_hours:sum"],
        )[0][0]
        # Superuser mode: how many technicians there are is no secret; who is in a group is the administrator's.
        technicians = (
            self.env["res.users"]
            .sudo()
            .search_count(
                [
                    ("all_group_ids", "in", self.env.ref(TECHNICIAN).sudo().ids),
                    ("company_ids", "in", company.ids),
                    ("share", "=", False),
                ]
            )
        )
        return (hours or 0.0) / max(technicians, 1)

    def _get_target_date(self, backlog):
        """When the unit can be ready: parts first, then the hours of those before it, then its own."""
        calendar = self.company_id.resource_calendar_id
        start = max(fields.Datetime.now(), self._get_parts_date())
        if self.quick_repair:
            return self._get_end_of_day(start)
        hours = backlog + self.planned_hours
        if not hours or not calendar:
            return start + timedelta(hours=hours)
        end = calendar.plan_hours(hours, pytz.utc.localize(start), compute_leaves=True)
        return end.astimezone(pytz.utc).replace(tzinfo=None) if end else start + timedelta(hours=hours)

    def _get_promise_date(self, target):
        """The customer is given some working hours more than we plan for; a quick repair stays on its day."""
        calendar, margin = self.company_id.resource_calendar_id, self.company_id.service_promise_margin_hours
        if self.quick_repair or not margin:
            return target
        end = (
            calendar.plan_hours(margin, pytz.utc.localize(target), compute_leaves=True) if calendar else None
        )
        return end.astimezone(pytz.utc).replace(tzinfo=None) if end else target + timedelta(hours=margin)

    def _get_end_of_day(self, moment):
        """Last working minute of the company's calendar on the day of a moment (UTC), else its midnight."""
        zone = self.company_id._get_law_timezone()
        day = self.company_id._get_law_date(moment)
        begin = zone.localize(datetime.combine(day, time.min))
        end = begin + timedelta(days=1) - timedelta(minutes=1)
        calendar = self.company_id.resource_calendar_id
        intervals = calendar._work_intervals_batch(begin, end)[False] if calendar else ()
        last = max((stop for _start, stop, _meta in intervals), default=end)
        return max(last.astimezone(pytz.utc).replace(tzinfo=None), moment)

    def _get_parts_date(self):
        """When the last of the parts is there: the expected receipt, else the vendor's lead time from today."""
        now = fields.Datetime.now()
        parts = self.move_ids.filtered(lambda move: move.repair_line_type == "add" and move._is_repair_part())
        return max((part._get_arrival_date(now) for part in parts), default=now)
