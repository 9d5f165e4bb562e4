# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from odoo.addons.compliance_base.violation import Violation


class RepairOrder(models.Model):
    """Loan units and damage that belong to a repair."""

    _inherit = "repair.order"

    loan_ids = fields.One2many("service.loan", "repair_id", string="Loans")
    loan_count = fields.Integer(compute="_compute_loan_count")
    custody_incident_ids = fields.One2many(
        "service.custody.incident", "repair_id", string="Damage in Our Custody"
    )
    custody_incident_count = fields.Integer(compute="_compute_custody_incident_count")

    @api.depends("loan_ids")
    def _compute_loan_count(self):
        for repair in self:
            repair.loan_count = len(repair.loan_ids)

    @api.depends("custody_incident_ids")
    def _compute_custody_incident_count(self):
        for repair in self:
            repair.custody_incident_count = len(repair.custody_incident_ids)

    def action_view_loans(self):
        """Open the loan units of these repairs, or lend one."""
        self.check_access("read")
        return self._action_view_lines("service.loan", self.env._("Loan Units"))

    def action_view_custody_incidents(self):
        """Open the damage reported for these repairs, or report one."""
        self.check_access("read")
        return self._action_view_lines("service.custody.incident", self.env._("Damage in Our Custody"))

    def _get_service_violations(self, stage):
        """The repaired unit is handed over against the loan unit."""
        violations = super()._get_service_violations(stage)
        if stage == "delivered":
            violations += [
                Violation(
                    "service.loan.out",
                    repair,
                    self.env._(
                        "%(repair)s: the loan unit %(unit)s is still with the customer.",
                        repair=repair.name,
                        unit=(loan.lot_id or loan.product_id).display_name,
                    ),
                    self.env._("Take the loan unit back."),
                )
                for repair in self
                for loan in repair.loan_ids
                if loan.state == "out"
            ]
        return violations
