# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..roles import MANAGER, RECEPTION, TECHNICIAN
from ..statute_facts import RepairFacts, UnitFacts

FINISHED_STAGES = ("ready", "settled", "delivered")
# Entering these may give a right, or take away the ground of one.
JUDGING_STAGES = ("diagnosis", "work", "ready", "canceled")
# Changes of these are judged at once.
JUDGED_FIELDS = frozenset(
    {
        "cause_id",
        "fault_persists",
        "lot_id",
        "meter_reading",
        "opened_before",
        "report_date",
        "statute_exemption_id",
        "statute_excluded_hours",
        "symptom_id",
    }
)
BATCH = 200


class RepairOrder(models.Model):
    """Which rights the law gives the customer of a repair: judged by the statutes that hold for the unit."""

    _inherit = "repair.order"

    statute_exemption_id = fields.Many2one(
        "warranty.statute.exemption",
        string="Gives No Rights Because",
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="What was repaired is nothing the seller answers for: maintenance, an accident, misuse. Exemptions of a "
        "law are for managers.",
    )
    statute_excluded_hours = fields.Float(
        string="Hours Not Counted",
        copy=False,
        tracking=True,
        help="Transport of parts made for this one unit and of traction batteries, and the way of a rescue: not "
        "counted in the total repair time.",
    )
    fault_persists = fields.Boolean(
        copy=False, tracking=True, help="The repair did not help: the fault is still there, or came back."
    )
    repair_days = fields.Integer(
        compute="_compute_repair_days",
        help="From the report to the end of the repair, waiting for parts included: each full 24 hours is a day, the "
        "rest another one.",
    )
    statute_finding_ids = fields.Many2many(
        "warranty.statute.finding", string="Statutory Rights", compute="_compute_statute_findings"
    )
    statute_finding_count = fields.Integer(string="Rights", compute="_compute_statute_findings")
    statute_notice = fields.Char(string="Rights to Answer", compute="_compute_statute_findings")

    _statute_excluded_hours = models.Constraint(
        "CHECK(statute_excluded_hours >= 0)", "Hours not counted in the repair time cannot be negative."
    )

    @api.depends("report_date", "service_stage", "service_stage_log_ids.entered_on")
    def _compute_repair_days(self):
        now = fields.Datetime.now()
        for repair in self:
            repair.repair_days = repair._count_days(repair.report_date, repair._get_repair_end() or now)

    @api.depends("lot_id", "warranty_registration_id", "service_stage")
    def _compute_statute_findings(self):
        Finding = self.env["warranty.statute.finding"]
        keys = {repair: repair._get_unit_key() for repair in self}
        by_key = dict(
            Finding._read_group(
                Domain("unit_key", "in", list(keys.values()))
                & Domain("company_id", "in", self.company_id.ids)
                & Domain("state", "!=", "lapsed"),
                ["unit_key"],
                ["id:recordset"],
            )
        )
        labels = dict(Finding._fields["right"]._description_selection(self.env))
        for repair, key in keys.items():
            findings = by_key.get(key, Finding).filtered(
                lambda f, repair=repair: f.company_id == repair.company_id
            )
            repair.statute_finding_ids = findings
            repair.statute_finding_count = len(findings)
            waiting = findings.filtered(lambda f: f.state in ("open", "requested") and f.right != "proof")
            repair.statute_notice = "; ".join(
                f"{labels[finding.right]} ({finding.article or finding.statute_id.name})"
                for finding in waiting
            )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_statute_vals(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_statute_vals(vals)
        result = super().write(vals)
        if JUDGED_FIELDS & vals.keys():
            self.filtered(lambda repair: repair.service_stage != "received")._evaluate_statutes()
        return result

    def _check_statute_vals(self, vals):
        """What takes rights away from the customer is decided by those who answer for it."""
        if self.env.su:
            return
        manager = self.env.user.has_group(MANAGER)
        exemption = self.env["warranty.statute.exemption"].browse(vals.get("statute_exemption_id"))
        withdrawn = "statute_exemption_id" in vals and self.statute_exemption_id.statute_id
        if not manager and (exemption.statute_id or withdrawn or vals.get("statute_excluded_hours")):
            raise AccessError(
                self.env._("Only an after-sales manager may decide that a law does not hold for a repair.")
            )
        if {"statute_exemption_id", "fault_persists"} & vals.keys() and any(
            vals.get(name) for name in ("statute_exemption_id", "fault_persists")
        ):
            self._check_service_role(RECEPTION, TECHNICIAN)

    # Actions

    def action_check_statutes(self):
        """Judge the rights of these repairs' customers now. Reception, technicians, managers."""
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        self._evaluate_statutes()
        return True

    def action_view_statute_findings(self):
        """Open the rights of the repaired unit."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.warranty_statute_finding_action"
        )
        return dict(action, domain=[("id", "in", self.statute_finding_ids.ids)], context={})

    # Business

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage in JUDGING_STAGES:
            self._evaluate_statutes()
        return result

    def _evaluate_statutes(self):
        """Let the rules of the statutes judge the units of these repairs, and keep what they find.

        :return: the rights that are new
        """
        new = self.env["warranty.statute.finding"]
        for company, repairs in self.grouped("company_id").items():
            # sudo: what the customer may ask for depends neither on who repairs nor on what he may read
            company = company.sudo()
            # what is written down is in the language of the company, also when the night run writes it
            repairs = repairs.sudo().with_context(lang=company.partner_id.lang or self.env.lang)
            units = repairs._gather_unit_facts()
            found = repairs.env["warranty.statute.rule"]._get_rules(units)._evaluate(units)
            new |= repairs.env["warranty.statute.finding"]._record(units, found)
        return new

    def _get_unit_key(self):
        """What tells the repaired unit apart: its serial number, else a registration of a single unit, else the repair
        itself."""
        self.ensure_one()
        if self.lot_id and self.tracking == "serial":
            return f"lot,{self.lot_id._origin.id}"
        if self.warranty_registration_id.quantity == 1:
            return f"registration,{self.warranty_registration_id._origin.id}"
        return f"repair,{self._origin.id}"

    def _gather_unit_facts(self):
        """Gather what the rules judge by, for the units of these repairs: a fixed number of queries.

        :return: list of ``UnitFacts``
        """
        known = self.filtered("product_id")
        siblings = known._find_unit_repairs()
        siblings.service_stage_log_ids.mapped("stage")
        siblings.move_ids.product_id.mapped("statute_assembly")
        siblings.responsibility_ids.mapped("share")
        statutes = siblings.product_id._get_statutes()
        general = self.env["warranty.statute"]._get_general()
        judged = known.grouped(lambda repair: (repair.company_id, repair._get_unit_key()))
        by_unit = siblings.grouped(lambda repair: (repair.company_id, repair._get_unit_key()))
        units = []
        for (company, key), own in judged.items():
            repairs = by_unit.get((company, key), self.browse()).sorted(
                lambda repair: (repair.report_date, repair.id)
            )
            facts = [repair._prepare_facts(number) for number, repair in enumerate(repairs)]
            last = repairs[-1:]
            registration = last.warranty_registration_id
            start = registration.start_date if registration.state not in ("draft", "void") else None
            particular = statutes.get(last.product_id, general.browse())
            holding = (particular | general)._filter_holding(start or None, last.partner_id)
            units.append(
                UnitFacts(
                    key=key,
                    company=company,
                    product=last.product_id,
                    lot=last.lot_id,
                    registration=registration,
                    statutes=holding,
                    is_particular=bool(particular & holding),
                    start=start or None,
                    repairs=facts,
                    focus=[fact for fact in facts if fact.repair in own],
                    judged_ids=frozenset(own.ids),
                )
            )
        return units

    def _find_unit_repairs(self):
        """All repairs of the units of these repairs that were not canceled, in the same companies. A canceled one among
        these is left out, its unit is not."""
        domain = Domain("company_id", "in", self.company_id.ids) & Domain("service_stage", "!=", "canceled")
        serial = self.filtered(lambda repair: repair.lot_id and repair.tracking == "serial")
        registered = (self - serial).filtered(lambda repair: repair.warranty_registration_id.quantity == 1)
        units = (
            Domain("lot_id", "in", serial.lot_id.ids)
            | Domain("warranty_registration_id", "in", registered.warranty_registration_id.ids)
            | Domain("id", "in", (self - serial - registered).ids)
        )
        return self.search(domain & units)

    def _prepare_facts(self, number):
        """The facts of one repair, its moves, logs and faults being in the cache already."""
        self.ensure_one()
        end = self._get_repair_end() or fields.Datetime.now()
        waited = self._get_waiting_time(end)
        excluded = timedelta(hours=self.statute_excluded_hours)
        faults = self.symptom_id | self.cause_id
        return RepairFacts(
            repair=self,
            number=number,
            day=self._get_report_day(),
            reported=self.report_date,
            km=self._get_meter_reading("km"),
            finished=self.service_stage in FINISHED_STAGES,
            days=self._count_days(self.report_date, end),
            counted_days=self._count_days(self.report_date, end, excluded),
            own_days=self._count_days(self.report_date, end, waited),
            waited=bool(waited),
            faults=frozenset(faults),
            severe=any(faults.mapped("is_severe")),
            early_return=any(faults.mapped("is_early_return")),
            fault_assemblies=frozenset(filter(None, faults.mapped("statute_assembly"))),
            persists=self.fault_persists,
            parts=[move._prepare_part_facts() for move in self.move_ids if move._is_put_in()],
            exempt=bool(self.statute_exemption_id) or self._is_customers_doing(),
        )

    def _get_repair_end(self):
        """When the repair was finished (for the last time, after rework); None while it runs."""
        self.ensure_one()
        if self.service_stage not in FINISHED_STAGES:
            return None
        ready = self.service_stage_log_ids.filtered(lambda log: log.stage == "ready")
        return max(ready.mapped("entered_on"), default=None)

    def _get_waiting_time(self, end):
        """Time spent in the stage “Waiting for Parts”."""
        logs = self.service_stage_log_ids.filtered(lambda log: log.stage == "parts")
        return sum(((log.left_on or end) - log.entered_on for log in logs), timedelta())

    def _count_days(self, start, end, excluded=timedelta()):
        """Days of a repair by Art. 40 of the car rules: each full 24 hours is a day, the rest another one."""
        if not start or not end:
            return 0
        hours = self.env["compliance.parameter"]._value("car.repair.day_hours", company=self.company_id)
        spent = max(end - start - excluded, timedelta())
        return math.ceil(spent / timedelta(hours=hours))

    def _raise_service_level(self):
        """Handled in vain too often: the repair becomes urgent, its ticket moves up one priority."""
        self.priority = "1"
        levels = [code for code, _label in self.env["helpdesk.ticket"]._fields["priority"].selection]
        for ticket in self.ticket_id:
            ticket.priority = levels[min(levels.index(ticket.priority or levels[0]) + 1, len(levels) - 1)]

    @api.model
    def _cron_evaluate_statutes(self):
        """Nightly: rights that arise by time alone, of repairs that still run."""
        domain = Domain("service_stage", "not in", (*FINISHED_STAGES, "canceled"))
        last_id = 0
        while repairs := self.search(domain & Domain("id", ">", last_id), limit=BATCH, order="id"):
            repairs._evaluate_statutes()
            last_id = repairs[-1].id
            remaining = self.search_count(domain & Domain("id", ">", last_id))
            self.env["ir.cron"]._commit_progress(len(repairs), remaining=remaining)
