# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..roles import RECEPTION, TECHNICIAN

SERVICE_STAGES = [
    ("received", "Received"),
    ("diagnosis", "Diagnosis"),
    ("estimate", "Estimate"),
    ("parts", "Waiting for Parts"),
    ("work", "In Work"),
    ("quality", "Quality Check"),
    ("ready", "Ready"),
    ("settled", "Settled"),
    ("delivered", "Delivered"),
    ("canceled", "Canceled"),
]
# From which stages each stage may be entered.
STAGE_SOURCES = {
    "received": {"canceled"},
    "diagnosis": {"received"},
    "estimate": {"received", "diagnosis"},
    "parts": {"received", "diagnosis", "estimate", "work"},
    "work": {"received", "diagnosis", "estimate", "parts", "quality"},
    "quality": {"work"},
    "ready": {"work", "quality"},
    "settled": {"ready"},
    "delivered": {"settled"},
    "canceled": {"received", "diagnosis", "estimate", "parts", "work", "quality"},
}
# Where the platform's own status goes, the stage follows.
STAGE_OF_STATE = {"draft": "received", "cancel": "canceled"}


class RepairOrder(models.Model):
    """How far a repair is on its way from reception to hand-over, and the one gate before each step.

    The platform's ``state`` says what happened to the parts; ``service_stage`` says what the customer is told. Each
    concern adds its conditions to ``_get_service_violations`` and its effects to ``_service_stage_entered``.
    """

    _inherit = "repair.order"

    service_mode = fields.Selection(
        [
            ("workshop", "In Workshop"),
            ("on_site", "On Site"),
            ("remote", "Remote"),
            ("mail_in", "Mail-In"),
            ("factory", "Factory"),
        ],
        required=True,
        default="workshop",
        tracking=True,
        index=True,
    )
    service_stage = fields.Selection(
        SERVICE_STAGES,
        required=True,
        readonly=True,
        copy=False,
        default="received",
        index=True,
        group_expand="_group_expand_service_stage",
    )
    service_stage_since = fields.Datetime(
        string="In This Stage Since", readonly=True, copy=False, default=fields.Datetime.now
    )
    service_stage_log_ids = fields.One2many("repair.stage.log", "repair_id", string="Stages")

    @api.model
    def _group_expand_service_stage(self, stages, domain):
        return [stage for stage, _label in SERVICE_STAGES if stage not in ("canceled", "delivered")]

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A repair begins as received, whatever the caller says."""
        now = fields.Datetime.now()
        for vals in vals_list:
            vals.update(service_stage="received", service_stage_since=now)
        repairs = super().create(vals_list)
        repairs._begin_service_stage("received", now)
        return repairs

    def write(self, vals):
        """Refuses a stage written from outside; canceling and reopening move it."""
        if not {"service_stage", "service_stage_since", "service_stage_log_ids"}.isdisjoint(vals):
            raise UserError(
                self.env._("The service stage of a repair cannot be written. Use the repair's buttons.")
            )
        result = super().write(vals)
        if stage := STAGE_OF_STATE.get(vals.get("state")):
            self.filtered(lambda repair: repair.service_stage in STAGE_SOURCES[stage])._set_service_stage(
                stage
            )
        return result

    # Actions

    def action_start_diagnosis(self):
        """Received → diagnosis. Reception and technicians."""
        return self._move_service_stage("diagnosis", RECEPTION, TECHNICIAN)

    def action_present_estimate(self):
        """Received or diagnosed → estimate. Reception."""
        return self._move_service_stage("estimate", RECEPTION)

    def action_wait_for_parts(self):
        """Work stops, or does not begin, until parts arrive. Reception and technicians."""
        return self._move_service_stage("parts", RECEPTION, TECHNICIAN)

    def action_resume_work(self):
        """The parts that stopped the work are there. Technicians."""
        self._check_state_in("under_repair")
        return self._move_service_stage("work", TECHNICIAN)

    def action_request_quality_check(self):
        """In work → quality check. Technicians."""
        return self._move_service_stage("quality", TECHNICIAN)

    def action_repair_start(self):
        """The platform's start of work passes the gate of the stage “In Work”."""
        self._check_service_stage("work")
        result = super().action_repair_start()
        self._set_service_stage("work")
        return result

    def action_repair_done(self):
        """The platform's end of work passes the gate of the stage “Ready”."""
        self._check_service_stage("ready")
        result = super().action_repair_done()
        self._set_service_stage("ready")
        return result

    # Business

    def _move_service_stage(self, stage, *groups):
        """Move these repairs into a stage as somebody of one of the groups.

        :raise AccessError: the user is of none of the groups, or may not write the repairs
        :raise UserError: a repair is in a stage from which this one cannot be entered, or a gate refuses
        """
        self._check_service_role(*groups)
        self.check_access("write")
        self._check_service_stage(stage)
        self._set_service_stage(stage)
        return True

    def _check_service_role(self, *groups):
        """Refuse whoever has none of these roles."""
        if not self.env.su and not any(self.env.user.has_group(group) for group in groups):
            # sudo: the names of roles are no secret
            names = [self.env.ref(group).sudo().name for group in groups]
            raise AccessError(
                self.env._(
                    "This needs the role %s of After-Sales Service.", ", ".join(f"“{n}”" for n in names)
                )
            )

    def _check_service_stage(self, stage):
        """The gate before a stage: all that stands against it is told at once."""
        labels = dict(self._fields["service_stage"]._description_selection(self.env))
        for repair in self:
            if repair.service_stage not in STAGE_SOURCES[stage]:
                raise UserError(
                    self.env._(
                        "%(repair)s is in stage “%(stage)s” and cannot go to “%(target)s”. That is possible from: "
                        "%(sources)s.",
                        repair=repair.name,
                        stage=labels[repair.service_stage],
                        target=labels[stage],
                        sources=", ".join(
                            label for code, label in labels.items() if code in STAGE_SOURCES[stage]
                        ),
                    )
                )
        self.env["compliance.refusal"]._refuse(self._get_service_violations(stage))

    def _get_service_violations(self, stage):
        """What stands against these repairs entering a stage: a list of ``Violation``. To be extended."""
        return []

    def _service_stage_entered(self, stage):
        """What follows from these repairs having entered a stage. To be extended."""

    def _set_service_stage(self, stage):
        """Enter a stage, past the guard: for the methods that have passed its gate."""
        if not self:
            return
        now = fields.Datetime.now()
        super().write({"service_stage": stage, "service_stage_since": now})
        self._log_service_stage(stage, now)
        self._service_stage_entered(stage)

    def _log_service_stage(self, stage, moment):
        """Close the open entry of the stage log and open the next, for all repairs at once."""
        # sudo: the log is written by the steps themselves and by nobody's hand
        logs = self.env["repair.stage.log"].sudo()
        # By hand, because every step of every repair passes here; nothing else hangs on the end of an entry.
        logs.flush_model(["left_on"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE repair_stage_log
                   SET left_on = %(moment)s, hours = EXTRACT(EPOCH FROM (%(moment)s - entered_on)) / 3600
                 WHERE repair_id = ANY(%(ids)s) AND left_on IS NULL
             RETURNING id
                """,
                moment=moment,
                ids=self.ids,
            )
        )
        ended = logs.browse(id_ for (id_,) in self.env.cr.fetchall())
        self._begin_service_stage(stage, moment)
        ended.invalidate_recordset(["left_on", "hours"], flush=False)

    def _begin_service_stage(self, stage, moment):
        """Open an entry of the stage log for each of these repairs."""
        # sudo: as above
        self.env["repair.stage.log"].sudo().create(
            [{"repair_id": repair.id, "stage": stage, "entered_on": moment} for repair in self]
        )
