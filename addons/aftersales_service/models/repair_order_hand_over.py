# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

from odoo.addons.compliance_base.violation import Violation

from ..roles import RECEPTION
from .warranty_term_line import METER_UNITS


class RepairOrder(models.Model):
    """Hand-over: the unit goes back, the next service is told, and the repair record is written and closed."""

    _inherit = "repair.order"

    handed_over_on = fields.Datetime(readonly=True, copy=False, index="btree_not_null")
    handed_over_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    handed_over_to = fields.Char(copy=False, help="Who takes the unit, if it is not the customer in person.")
    towing_amount = fields.Monetary(
        string="Towing",
        copy=False,
        currency_field="company_currency_id",
        help="Cost of towing or fetching the unit, for the repair record.",
    )
    transport_help = fields.Char(
        string="Loan Unit or Compensation",
        copy=False,
        help="The loan unit the customer had, or the transport compensation paid instead.",
    )
    next_service_date = fields.Date(string="Next Service On", copy=False)
    next_service_meter = fields.Float(string="Next Service At", copy=False)
    next_service_meter_unit = fields.Selection(METER_UNITS, string="Unit of the Next Service", copy=False)
    next_service_reason = fields.Char(
        string="No Next Service Because", copy=False, help="Why no next service is agreed with the customer."
    )
    repair_record_ids = fields.One2many(
        "service.repair.record", "repair_id", string="Repair Records", readonly=True
    )
    repair_record_count = fields.Integer(compute="_compute_repair_record_count", compute_sudo=True)

    _next_service_meter = models.Constraint(
        "CHECK(COALESCE(next_service_meter, 0) >= 0 AND "
        "(COALESCE(next_service_meter, 0) = 0 OR next_service_meter_unit IS NOT NULL))",
        "The meter of the next service is a positive figure and needs its unit (km, hours, cycles).",
    )
    _towing_amount = models.Constraint(
        "CHECK(COALESCE(towing_amount, 0) >= 0)", "Towing costs nothing or more."
    )

    def _compute_repair_record_count(self):
        counts = dict(
            self.env["service.repair.record"]._read_group(
                [("repair_id", "in", self.ids)], ["repair_id"], ["__count"]
            )
        )
        for repair in self:
            repair.repair_record_count = counts.get(repair._origin, 0)

    # Actions

    def action_hand_over(self):
        """Settled → delivered: the unit leaves, the repair record is closed. Reception.

        :return: for one repair, the window in which whoever hands over signs the record
        :raise UserError: it is not paid, the next service is not agreed, or another gate refuses
        """
        self._move_service_stage("delivered", RECEPTION)
        if len(self) == 1 and self.repair_record_ids:
            return self.repair_record_ids.sorted("id")[-1:].action_sign()
        return True

    def action_view_repair_records(self):
        """Open the repair records of these repairs."""
        self.check_access("read")
        return self.repair_record_ids._get_records_action(name=self.env._("Repair Records"))

    # Steps

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage == "delivered":
            violations += self._get_next_service_violations()
        return violations

    def _get_next_service_violations(self):
        """The next service is agreed by date or meter, or there is a reason why not."""
        violations = []
        for repair in self:
            problem = repair._get_next_service_problem()
            if problem:
                violations.append(
                    Violation(
                        "service.hand_over.next_service",
                        repair,
                        problem,
                        self.env._(
                            "Enter the next service by date or by meter on the page “Hand-Over”, or the reason why "
                            "there is none."
                        ),
                        "AS-05",
                    )
                )
        return violations

    def _get_next_service_problem(self):
        """What is wrong with the next service of one repair; empty if nothing is."""
        self.ensure_one()
        names = {"repair": self.name}
        if not (
            self.next_service_date or self.next_service_meter or (self.next_service_reason or "").strip()
        ):
            return self.env._("%(repair)s: the next service is not agreed.", **names)
        if self.next_service_date and self.next_service_date <= self.company_id._get_law_date():
            return self.env._("%(repair)s: the next service lies in the past.", **names)
        reading = self._get_meter_reading(self.next_service_meter_unit)
        if self.next_service_meter and reading and self.next_service_meter <= reading:
            return self.env._(
                "%(repair)s: the next service at %(next)s would be due already, the meter stands at %(reading)s.",
                next=f"{self.next_service_meter:,.0f}",
                reading=f"{reading:,.0f}",
                **names,
            )
        return ""

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage == "delivered":
            # sudo: past the guard of the fields; who hands over and when are facts
            self.sudo().write({"handed_over_on": fields.Datetime.now(), "handed_over_by_id": self.env.uid})
            self._set_next_service_due()
            self._write_repair_records()
        return result

    def _write_repair_records(self):
        """Write and close the repair records: evidence for the years the law says."""
        # sudo: nobody writes records by hand; they are made here and closed at once
        records = self.env["service.repair.record"].sudo()
        vals_list = []
        for company, repairs in self.sudo().grouped("company_id").items():
            names = self.env["ir.sequence"].sudo()._next_many_by_code(records._name, len(repairs), company)
            vals_list += [
                dict(repair._prepare_repair_record(), name=name)
                for repair, name in zip(repairs, names, strict=True)
            ]
        records.create(vals_list)._close_evidence()
