# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import RECEPTION, TECHNICIAN


class RepairOrder(models.Model):
    """How the unit and the technician come together: in the workshop, at the customer's, by post, or at the factory."""

    _inherit = "repair.order"

    visit_ids = fields.One2many("service.visit", "repair_id", string="Visits")
    visit_count = fields.Integer(compute="_compute_mode_counts")
    receipt_ids = fields.One2many("service.receipt", "repair_id", string="Receipts")
    receipt_count = fields.Integer(compute="_compute_mode_counts")
    shipment_ids = fields.One2many("service.shipment", "repair_id", string="Shipments")
    turnaround_days = fields.Float(
        compute="_compute_turnaround_days",
        store=True,
        aggregator="avg",
        help="From the report, or from the arrival of a unit sent in, to the finished repair.",
    )
    factory_days = fields.Float(
        compute="_compute_factory_days",
        store=True,
        aggregator="avg",
        help="From sending the unit to the factory to having it back.",
    )
    finished_on = fields.Datetime(readonly=True, copy=False)

    @api.depends("visit_ids", "receipt_ids")
    def _compute_mode_counts(self):
        for repair in self:
            repair.visit_count = len(repair.visit_ids)
            repair.receipt_count = len(repair.receipt_ids)

    @api.depends("finished_on", "report_date", "shipment_ids.received_on", "shipment_ids.direction")
    def _compute_turnaround_days(self):
        for repair in self:
            arrivals = repair.shipment_ids.filtered(
                lambda shipment: shipment.direction == "from_customer" and shipment.received_on
            )
            start = min(arrivals.mapped("received_on"), default=repair.report_date)
            spent = repair.finished_on - start if repair.finished_on and start else None
            repair.turnaround_days = max(spent.total_seconds(), 0) / 86400 if spent else 0.0

    @api.depends("shipment_ids.sent_on", "shipment_ids.received_on", "shipment_ids.direction")
    def _compute_factory_days(self):
        for repair in self:
            there = repair.shipment_ids.filtered(lambda s: s.direction == "to_factory" and s.sent_on)
            back = repair.shipment_ids.filtered(lambda s: s.direction == "from_factory" and s.received_on)
            if there and back:
                spent = max(back.mapped("received_on")) - min(there.mapped("sent_on"))
                repair.factory_days = max(spent.total_seconds(), 0) / 86400
            else:
                repair.factory_days = 0.0

    # Actions

    def action_report_visit(self):
        """Open the report of the visit under way, or begin one."""
        self.ensure_one()
        self._check_service_role(TECHNICIAN)
        self.check_access("write")
        visit = self.visit_ids.filtered(
            lambda visit: visit.state == "draft" and visit.user_id == self.env.user
        )
        return (visit[:1] or self.visit_ids.create({"repair_id": self.id}))._get_records_action()

    def action_view_visits(self):
        """Open the visits of these repairs."""
        self.check_access("read")
        return self._action_view_lines("service.visit", self.env._("Visits"))

    def action_issue_receipt(self):
        """Issue the receipt for the unit the customer leaves, or open the one issued."""
        self.ensure_one()
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        if not self.product_id:
            raise UserError(self.env._("%s: choose the unit first.", self.name))
        receipt = self.receipt_ids.filtered(lambda receipt: receipt.state == "issued")
        if not receipt:
            names = (self.product_id.display_name, self.lot_id.name)
            receipt = self.receipt_ids.create(
                {"repair_id": self.id, "description": " ".join(name for name in names if name)}
            )
        return receipt._get_records_action()

    def action_view_receipts(self):
        """Open the receipts of these repairs."""
        self.check_access("read")
        return self._action_view_lines("service.receipt", self.env._("Carry-In Receipts"))

    def action_sign_voucher(self):
        """Have the customer sign the voucher, after the work."""
        self.ensure_one()
        self._check_service_role(RECEPTION, TECHNICIAN)
        self.check_access("write")
        return self._action_customer_sign("voucher")

    def _action_view_lines(self, model, name, field="repair_id"):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [(field, "in", self.ids)],
            "context": {f"default_{field}": self.id} if len(self) == 1 else {},
        }

    # Signature

    def _is_work_finished(self):
        """Whether the work the customer would sign for has been done."""
        self.ensure_one()
        if self.service_mode == "on_site" and self.service_stage in ("work", "quality"):
            return bool(self.visit_ids) and set(self.visit_ids.mapped("state")) == {"done"}
        return self.service_stage in ("quality", "ready", "settled", "delivered")

    def _check_customer_sign(self, kind):
        """No signature on the voucher is asked before the service is done."""
        result = super()._check_customer_sign(kind)
        if kind == "voucher":
            self.env["compliance.refusal"]._refuse(
                Violation(
                    "service.voucher.early",
                    repair,
                    self.env._(
                        "%s: the work is not finished. No signature may be asked before.", repair.name
                    ),
                    self.env._(
                        "Finish the work and complete the report of the visit; then let the customer sign."
                    ),
                )
                for repair in self
                if not repair._is_work_finished()
            )
        return result

    def _get_customer_signed_content(self, kind):
        content = super()._get_customer_signed_content(kind)
        if kind == "voucher":
            content["visits"] = [
                {
                    "technician": visit.user_id.name,
                    "left_on": fields.Datetime.to_string(visit.left_on),
                    "result": visit.result,
                    "cause": visit.summary_cause,
                }
                for visit in self.visit_ids.sorted("id")
            ]
            content["parts"] = [
                {
                    "part": move.product_id.display_name,
                    "line": move.repair_line_type,
                    "quantity": move.quantity,
                }
                for move in self.move_ids.sorted("id")
            ]
        return content

    # Gates

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage == "work":
            violations += self._get_receipt_missing_violations()
        elif stage == "ready":
            violations += self._get_visit_violations()
        elif stage == "delivered":
            violations += self._get_receipt_open_violations() + self._get_postage_violations()
        return violations

    def _get_receipt_missing_violations(self):
        return [
            Violation(
                "service.receipt.missing",
                repair,
                self.env._("%s: the customer has no receipt for the unit.", repair.name),
                self.env._("Issue and print the receipt before work starts."),
            )
            for repair in self
            if repair.company_id.service_receipt_required
            and repair.service_mode == "workshop"
            and repair.partner_id
            and not repair.receipt_ids
        ]

    def _get_receipt_open_violations(self):
        return [
            Violation(
                "service.receipt.open",
                repair,
                self.env._(
                    "%(repair)s: receipt %(receipt)s has not been taken back.",
                    repair=repair.name,
                    receipt=receipt.name,
                ),
                self.env._("Take the receipt back from the customer and void it; then hand the unit over."),
            )
            for repair in self
            for receipt in repair.receipt_ids
            if receipt.state == "issued"
        ]

    def _get_postage_violations(self):
        return [
            Violation(
                "service.postage.unsigned",
                repair,
                self.env._("%s: the postage is not signed by handler and leader.", shipment.display_name),
                self.env._("Let both sign the shipment."),
            )
            for repair in self
            for shipment in repair.shipment_ids
            if shipment.state != "canceled" and not shipment.is_cost_signed
        ]

    def _get_visit_violations(self):
        """A job at the customer's ends with the report, its closing summary, and the customer's signature."""
        violations = []
        for repair in self.filtered(lambda repair: repair.service_mode == "on_site"):
            if not repair.visit_ids or "draft" in repair.visit_ids.mapped("state"):
                violations.append(
                    Violation(
                        "service.visit.report",
                        repair,
                        self.env._("%s: the visit is not reported and summed up.", repair.name),
                        self.env._("Complete the report of the visit with its closing summary."),
                    )
                )
            if not repair._get_valid_customer_signature("voucher"):
                violations.append(
                    Violation(
                        "service.voucher.unsigned",
                        repair,
                        self.env._("%s: the customer has not signed the voucher.", repair.name),
                        self.env._("Let the customer sign after the work."),
                    )
                )
        return violations

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage == "ready":
            self._write_system({"finished_on": fields.Datetime.now()})
        return result
