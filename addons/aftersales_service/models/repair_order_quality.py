# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import QUALITY


class RepairOrder(models.Model):
    """Nothing leaves the workshop before somebody else has looked at it."""

    _inherit = "repair.order"

    quality_check_ids = fields.One2many("repair.quality.check", "repair_id", string="Quality Checks")
    quality_check_id = fields.Many2one(
        "repair.quality.check", compute="_compute_quality_check_id", store=True, string="Last Quality Check"
    )
    quality_state = fields.Selection(related="quality_check_id.state", string="Quality State")
    rework_count = fields.Integer(string="Reworks", readonly=True, copy=False)

    @api.depends("quality_check_ids.state")
    def _compute_quality_check_id(self):
        for repair in self:
            repair.quality_check_id = repair.quality_check_ids.sorted("id")[-1:]

    # Actions

    def action_rework(self, reason):
        """Quality check → in work: not in order, with the reason. Quality inspectors who did not do the work.

        :param str reason: what has to be done again
        """
        self._check_service_role(QUALITY)
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say what has to be done again."))
        self._check_service_stage("work")
        checks = self._get_open_checks()
        checks._check_inspector()
        checks._decide("failed", reason)
        for repair in self:
            repair._write_system({"rework_count": repair.rework_count + 1})
        self._set_service_stage("work")
        return True

    def action_open_quality_check(self):
        """Open the check under way, or the last one."""
        self.ensure_one()
        self.check_access("read")
        if not self.quality_check_id:
            raise UserError(self.env._("%s has not been handed to quality check yet.", self.name))
        return self.quality_check_id._get_records_action()

    def action_view_quality_checks(self):
        """Open all checks of these repairs."""
        self.check_access("read")
        return self._action_view_lines("repair.quality.check", self.env._("Quality Checks"))

    # Business

    def _get_workers(self):
        """Who did the work: the technicians dispatched, and whoever started it."""
        self.ensure_one()
        # sudo: who did what is known to the house, whoever asks
        repair = self.sudo()
        started = repair.service_stage_log_ids.filtered(lambda log: log.stage == "work").user_id
        checkers = repair.quality_check_ids.filtered("rework_reason").user_id
        return (repair.technician_ids | (started - checkers)).with_env(self.env)

    def _get_open_checks(self):
        """The checks under way; each repair in quality check has one."""
        checks = self.quality_check_ids.filtered(lambda check: check.state == "draft")
        missing = self - checks.repair_id
        # what was just decided is in the database before another check of the same repair begins
        checks.flush_model(["state"])
        # sudo: a check is made by handing the repair over, by nobody's hand
        made = checks.sudo().create([{"repair_id": repair.id} for repair in missing])
        return checks + made.sudo(self.env.su)

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage in ("ready", "delivered"):
            violations += [
                Violation(
                    "service.quality.missing",
                    repair,
                    self.env._("%s has not passed its quality check.", repair.name),
                    self.env._("Hand it to quality check; an inspector who did not do the work passes it."),
                )
                for repair in self
                if repair.quality_check_id.state != "passed"
            ]
        return violations

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage == "quality":
            self._get_open_checks()
        elif stage == "work":
            # sudo: whoever takes the repair up again ends its check, and may decide nothing else about it
            passed = self.sudo().quality_check_ids.filtered(lambda check: check.state == "passed")
            passed._write_system({"state": "superseded"})
        return result
