# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.compliance_base.violation import Violation

from ..roles import DISPATCHER, RECEPTION, TECHNICIAN

# Stages in which somebody still has to be sent.
OPEN_STAGES = ("received", "diagnosis", "estimate", "parts", "work")
PLAN_FIELDS = frozenset({"technician_ids", "planned_start", "planned_end"})
DISPATCH_FIELDS = frozenset({"dispatch_state", "dispatched_by_id", "dispatched_on", "is_carried_over"})
PHONE_FIELDS = frozenset({"phone_diagnosis_by_id", "phone_diagnosis_on"})


class RepairOrder(models.Model):
    """Who is sent when, decided by the dispatcher alone."""

    _inherit = "repair.order"

    technician_ids = fields.Many2many(
        "res.users",
        "repair_order_technician_rel",
        string="Technicians",
        copy=False,
        tracking=True,
        domain=lambda self: [("all_group_ids", "in", self.env.ref(TECHNICIAN).ids), ("share", "=", False)],
    )
    planned_start = fields.Datetime(copy=False, tracking=True, index="btree_not_null")
    planned_end = fields.Datetime(copy=False)
    dispatch_state = fields.Selection(
        [("to_dispatch", "To Dispatch"), ("dispatched", "Dispatched")],
        string="Dispatch",
        required=True,
        default="to_dispatch",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    dispatched_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    dispatched_on = fields.Datetime(readonly=True, copy=False)
    is_carried_over = fields.Boolean(
        string="Not Dispatched the Day Before",
        readonly=True,
        copy=False,
        help="Nobody was sent on the day it was reported: it comes first the next morning.",
    )
    region_id = fields.Many2one("service.region", check_company=True, index="btree_not_null")
    skill_ids = fields.Many2many(
        "service.skill", string="Skills Needed", compute="_compute_skill_ids", store=True, readonly=False
    )
    customer_precautions = fields.Text(
        copy=False, help="What the customer has to prepare or must not do until the technician comes."
    )
    delay_reason = fields.Char(
        string="Reason for Delay",
        copy=False,
        tracking=True,
        help="Why nobody could be sent yet, or why it takes long.",
    )
    phone_diagnosis = fields.Text(
        string="Diagnosis by Phone",
        copy=False,
        help="What was found out with the customer on the phone. Nobody is sent to a customer before.",
    )
    phone_diagnosis_by_id = fields.Many2one("res.users", string="Diagnosed By", readonly=True, copy=False)
    phone_diagnosis_on = fields.Datetime(string="Diagnosed On", readonly=True, copy=False)

    _planned_order = models.Constraint(
        "CHECK(planned_end IS NULL OR planned_start IS NOT NULL AND planned_end > planned_start)",
        "A planned job ends after it begins.",
    )
    _dispatch_idx = models.Index(
        "(company_id, dispatch_state, is_carried_over) WHERE dispatch_state = 'to_dispatch'"
    )

    @api.depends("product_id")
    def _compute_skill_ids(self):
        skills = self.env["service.skill"]._get_families()
        for repair in self:
            families = {
                int(categ) for categ in (repair.product_id.categ_id.parent_path or "").split("/") if categ
            }
            repair.skill_ids = self.env["service.skill"].browse(
                skill_id for skill_id, asking in skills if families & asking
            )

    @api.onchange("planned_start")
    def _onchange_planned_start(self):
        if self.planned_start and (not self.planned_end or self.planned_end <= self.planned_start):
            self.planned_end = self.planned_start + timedelta(hours=2)

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """A new repair is to be dispatched; who plans it is checked."""
        for vals in vals_list:
            self._check_plan_vals(vals)
            vals.update(dict.fromkeys(DISPATCH_FIELDS | PHONE_FIELDS, False), dispatch_state="to_dispatch")
            if vals.get("phone_diagnosis"):
                vals.update(self._prepare_phone_diagnosis())
        return super().create(vals_list)

    def write(self, vals):
        """Planning is for dispatchers; a job that has been dispatched is checked again when it is planned anew."""
        if not self.env.su:
            if not (DISPATCH_FIELDS | PHONE_FIELDS).isdisjoint(vals):
                raise UserError(
                    self.env._("A repair is dispatched with its button, not by writing its fields.")
                )
            self._check_plan_vals(vals)
        if vals.get("phone_diagnosis"):
            vals = {**vals, **self._prepare_phone_diagnosis()}
        result = super().write(vals)
        if not PLAN_FIELDS.isdisjoint(vals):
            dispatched = self.filtered(lambda repair: repair.dispatch_state == "dispatched")
            self.env["compliance.refusal"]._refuse(dispatched._get_dispatch_violations())
        return result

    def _check_plan_vals(self, vals):
        planned = {name: vals[name] for name in PLAN_FIELDS & vals.keys()}
        if not planned or self.env.su or self.env.user.has_group(DISPATCHER):
            return
        if not self._plans_nothing_new(planned):
            raise AccessError(
                self.env._(
                    "Only the dispatcher plans technicians and times. Ask for the repair to be dispatched."
                )
            )

    def _plans_nothing_new(self, planned):
        """Whether these values are what the repairs already have (a form sends them back), or nothing at all."""
        wanted = self.new(planned)
        for name in planned:
            value = wanted[name]._origin if name == "technician_ids" else wanted[name]
            if any(repair[name] != value for repair in self) or (not self and value):
                return False
        return True

    def _prepare_phone_diagnosis(self):
        return {"phone_diagnosis_by_id": self.env.uid, "phone_diagnosis_on": fields.Datetime.now()}

    # Actions

    def action_dispatch(self):
        """Send the planned technicians. Dispatchers only; all that stands against it is told at once."""
        self._check_service_role(DISPATCHER)
        self.check_access("write")
        for repair in self:
            if repair.service_stage not in OPEN_STAGES:
                raise UserError(
                    self.env._("%s is finished or canceled: nobody is sent any more.", repair.name)
                )
        self.env["compliance.refusal"]._refuse(self._get_dispatch_violations())
        self._write_dispatch(
            {
                "dispatch_state": "dispatched",
                "dispatched_by_id": self.env.uid,
                "dispatched_on": fields.Datetime.now(),
                "is_carried_over": False,
            }
        )
        self._tell_technicians()
        return True

    def action_recall(self):
        """Take a dispatched job back: it is to be dispatched again."""
        self._check_service_role(DISPATCHER)
        self.check_access("write")
        self._write_dispatch(
            {"dispatch_state": "to_dispatch", "dispatched_by_id": False, "dispatched_on": False}
        )
        return True

    def _write_dispatch(self, vals):
        """Write past the guard, for the dispatch's own actions."""
        return super().write(vals)

    def _tell_technicians(self):
        for repair in self:
            for user in repair.technician_ids:
                env = self.with_context(lang=user.lang).env
                repair.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=repair.company_id._get_law_date(repair.planned_start),
                    summary=env._("Job dispatched: %s", repair.name),
                    note=repair.customer_precautions or "",
                    user_id=user.id,
                )

    # Gate

    def _get_dispatch_violations(self):
        """What stands against sending the planned technicians: a list of ``Violation``."""
        violations = []
        for repair in self:
            if not repair.technician_ids or not repair.planned_start or not repair.planned_end:
                violations.append(
                    Violation(
                        "service.dispatch.plan",
                        repair,
                        self.env._("%s has no technician or no planned time.", repair.name),
                        self.env._("Choose who goes, from when, and until when."),
                    )
                )
                continue
            violations += repair._get_rest_violations()
            violations += repair._get_overlap_violations()
        return violations + self._get_diagnosis_violations() + self._get_skill_violations()

    def _get_diagnosis_violations(self):
        """Every report is diagnosed by phone before somebody is sent to the customer."""
        return [
            Violation(
                "service.dispatch.phone",
                repair,
                self.env._("%s has not been diagnosed by phone.", repair.name),
                self.env._("Call the customer and write down what was found under “Diagnosis by Phone”."),
            )
            for repair in self
            if repair.service_mode in ("on_site", "remote") and not (repair.phone_diagnosis or "").strip()
        ]

    def _get_rest_violations(self):
        resting = self.env["service.rest.day"]._get_resting(
            self.technician_ids, self.company_id, self.planned_start, self.planned_end
        )
        return [
            Violation(
                "service.dispatch.rest",
                self,
                self.env._(
                    "%(repair)s: %(user)s rests from %(start)s to %(stop)s.",
                    repair=self.name,
                    user=user.name,
                    start=day.date_from,
                    stop=day.date_to,
                ),
                self.env._("Choose somebody else or another day."),
            )
            for user, day in resting.items()
        ]

    def _get_overlap_violations(self):
        """Nobody is in two places at once. Jobs that only touch do not collide."""
        cards = self.env["service.technician"]._for_users(self.technician_ids, self.company_id)
        cards._lock_for_booking()
        self.flush_model(PLAN_FIELDS | {"dispatch_state", "service_stage"})
        # sudo: a technician is busy whoever may see with what
        others = self.sudo().search(
            Domain("technician_ids", "in", self.technician_ids.ids)
            & Domain("id", "!=", self.id)
            & Domain("dispatch_state", "=", "dispatched")
            & Domain("service_stage", "in", OPEN_STAGES)
            & Domain("planned_start", "<", self.planned_end)
            & Domain("planned_end", ">", self.planned_start)
        )
        return [
            Violation(
                "service.dispatch.overlap",
                self,
                self.env._(
                    "%(repair)s: %(users)s is already on %(other)s at this time.",
                    repair=self.name,
                    users=", ".join((other.technician_ids & self.technician_ids).mapped("name")),
                    other=other.name,
                ),
                self.env._("Choose somebody else or another time."),
            )
            for other in others
        ]

    def _get_skill_violations(self):
        """Together, those who are sent have the skills the repair asks for."""
        violations = []
        for repair in self.filtered(lambda repair: repair.skill_ids and repair.technician_ids):
            cards = self.env["service.technician"]._for_users(repair.technician_ids, repair.company_id)
            missing = repair.skill_ids - cards.skill_ids
            if missing:
                violations.append(
                    Violation(
                        "service.dispatch.skill",
                        repair,
                        self.env._(
                            "%(repair)s needs %(skills)s, which none of the technicians has.",
                            repair=repair.name,
                            skills=", ".join(missing.mapped("name")),
                        ),
                        self.env._("Add somebody with this skill, or correct the skills the repair needs."),
                    )
                )
        return violations

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage == "work":
            violations += [
                Violation(
                    "service.dispatch.missing",
                    repair,
                    self.env._("%s is done at the customer's and nobody has been dispatched.", repair.name),
                    self.env._("Ask the dispatcher to plan and dispatch it."),
                )
                for repair in self
                if repair.service_mode == "on_site" and repair.dispatch_state != "dispatched"
            ]
        return violations

    # Clock

    @api.model
    def _cron_carry_over(self):
        """What nobody was sent to on the day it was reported is shown first the next morning, and said so."""
        for company in self.env["res.company"].search([]):
            today, _tomorrow = company._get_law_day_bounds(company._get_law_date())
            repairs = self.search(
                Domain("company_id", "=", company.id)
                & Domain("dispatch_state", "=", "to_dispatch")
                & Domain("is_carried_over", "=", False)
                & Domain("service_mode", "in", ("on_site", "remote"))
                & Domain("service_stage", "in", OPEN_STAGES)
                & Domain("report_date", "<", today)
            )
            dispatcher = company._get_service_dispatcher()
            repairs._write_dispatch({"is_carried_over": True})
            if not dispatcher:
                continue
            env = self.with_context(lang=dispatcher.lang).env
            for repair in repairs:
                repair.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=env._("%s was not dispatched yesterday: dispatch it first", repair.name),
                    user_id=dispatcher.id,
                )

    def action_suggest_technicians(self):
        """Open the technicians whose region and skills fit and who do not rest on the planned day."""
        self.ensure_one()
        self._check_service_role(DISPATCHER, RECEPTION)
        self.check_access("read")
        domain = Domain("company_id", "=", self.company_id.id)
        if self.region_id:
            domain &= Domain("region_ids", "in", self.region_id.ids) | Domain("region_ids", "=", False)
        for skill in self.skill_ids:
            domain &= Domain("skill_ids", "in", skill.ids)
        cards = self.env["service.technician"].search(domain)
        moment = self.planned_start or fields.Datetime.now()
        resting = self.env["service.rest.day"]._get_resting(
            cards.user_id, self.company_id, moment, self.planned_end or moment
        )
        fitting = cards.filtered(lambda card: card.user_id not in resting)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Technicians Who Fit"),
            "res_model": "service.technician",
            "view_mode": "list,form",
            "domain": list(Domain("id", "in", fitting.ids)),
        }
