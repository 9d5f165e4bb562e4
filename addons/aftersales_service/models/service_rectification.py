# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..roles import MANAGER


class ServiceRectification(models.Model):
    """A notice to a department: what was found, what is done about it until when, and who checked it."""

    _name = "service.rectification"
    _description = "Rectification Notice"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "deadline, id"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("open", "Open"), ("measured", "Measure Taken"), ("checked", "Checked"), ("canceled", "Canceled")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    callback_id = fields.Many2one(
        "service.callback", readonly=True, check_company=True, index="btree_not_null"
    )
    ticket_id = fields.Many2one("helpdesk.ticket", check_company=True, index="btree_not_null")
    department_id = fields.Many2one("helpdesk.ticket.team", required=True, check_company=True, tracking=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        tracking=True,
        domain="[('share', '=', False)]",
        index="btree_not_null",
    )
    finding = fields.Text(required=True)
    measure = fields.Text(tracking=True)
    deadline = fields.Date(tracking=True, index="btree_not_null")
    measured_on = fields.Date(readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    checked_on = fields.Date(readonly=True, copy=False)
    is_late = fields.Boolean(compute="_compute_is_late", string="Late")

    @api.depends("state", "deadline", "measured_on")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for notice in self:
            end = notice.measured_on or (today if notice.state == "open" else False)
            notice.is_late = bool(notice.deadline and end and end > notice.deadline)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "open") != "open" and not self.env.su:
                raise self._state_error()
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            vals["name"] = (
                self.env["ir.sequence"].with_company(company).next_by_code("service.rectification") or "/"
            )
        notices = super().create(vals_list)
        for notice in notices.filtered("user_id"):
            notice._schedule_measure()
        return notices

    def write(self, vals):
        if "state" in vals and not self.env.su:
            raise self._state_error()
        if "finding" in vals and not self.env.su and any(notice.state != "open" for notice in self):
            raise UserError(self.env._("What was found cannot be rewritten after a measure was taken."))
        result = super().write(vals)
        if {"user_id", "deadline"} & set(vals):
            for notice in self.filtered(lambda notice: notice.user_id and notice.state == "open"):
                notice._schedule_measure()
        return result

    def _state_error(self):
        return UserError(
            self.env._(
                "The status of a rectification notice cannot be written. Use its buttons: measure, check."
            )
        )

    def _schedule_measure(self):
        """One activity for the person responsible, moved when the person or the day changes."""
        self.ensure_one()
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.deadline or fields.Date.context_today(self),
            summary=self.env._("Take a measure: %s", self.name),
            user_id=self.user_id.id,
        )

    # Actions

    def action_measure_taken(self):
        """The department has done something about it: measure, owner and date are named."""
        self.check_access("write")
        self._check_state("open")
        for notice in self:
            if not (notice.measure or "").strip() or not notice.user_id or not notice.deadline:
                raise UserError(
                    self.env._(
                        "Enter the measure, who is responsible and the deadline on rectification notice %s.",
                        notice.name,
                    )
                )
        # sudo: states are written by actions alone, after the checks above
        self.sudo().write({"state": "measured", "measured_on": fields.Date.context_today(self)})
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def action_check(self):
        """Somebody else than the person responsible sees that it was done. Managers only."""
        self._check_manager()
        self._check_state("measured")
        for notice in self:
            if notice.user_id == self.env.user:
                raise UserError(
                    self.env._(
                        "Rectification notice %s is checked by somebody else than its owner.", notice.name
                    )
                )
        # sudo: as above
        self.sudo().write(
            {
                "state": "checked",
                "checked_by_id": self.env.uid,
                "checked_on": fields.Date.context_today(self),
            }
        )
        return True

    def action_reopen(self):
        """What was done is not enough. Managers only."""
        self._check_manager()
        self._check_state("measured")
        # sudo: as above
        self.sudo().write({"state": "open", "measured_on": False})
        for notice in self.filtered("user_id"):
            notice._schedule_measure()
        return True

    def action_cancel(self):
        """Nothing needs to be done. Managers only."""
        self._check_manager()
        self._check_state("open")
        # sudo: as above
        self.sudo().write({"state": "canceled"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def _check_manager(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only managers may do this with a rectification notice."))
        self.check_access("write")

    def _check_state(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for notice in self:
            if notice.state != state:
                raise UserError(
                    self.env._(
                        "Rectification notice %(name)s is “%(state)s”.",
                        name=notice.name,
                        state=labels[notice.state],
                    )
                )
