# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.compliance_base.evidence import default_fields
from odoo.addons.compliance_base.violation import Violation

from .gsp_document import DECOCTION_STEPS

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"


class GspDecoction(models.Model):
    """Decoction on behalf of a patient: eight steps, each by a trained person who scans the label (GSP 17007)."""

    _name = "gsp.decoction"
    _description = "Decoction"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "due_at, id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = frozenset(
        {"state", "name", "label_printed_at", "label_printed_by_id", "done_at", "cancel_reason"}
    )
    _reason_steps = {"cancel": "_cancel"}

    name = fields.Char(
        string="Number", readonly=True, copy=False, default="/", index="trigram", help="Also the barcode."
    )
    prescription_id = fields.Many2one(
        "gsp.prescription",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('category', '=', 'pieces'), ('state', 'not in', ('draft', 'canceled', 'delivered'))]",
    )
    company_id = fields.Many2one(related="prescription_id.company_id", store=True, index=True)
    patient_name = fields.Char(related="prescription_id.patient_name", store=True)
    dose_count = fields.Integer(related="prescription_id.dose_count")
    prescription_state = fields.Selection(related="prescription_id.state", string="State of the Prescription")
    decoction_method = fields.Char(
        string="Method", help="For example soaked 30 minutes, decocted twice, 200 ml."
    )
    bag_count = fields.Integer(string="Bags", aggregator=None)
    due_at = fields.Datetime(string="Promised For", index=True)
    delivery_mode = fields.Selection(
        [("pickup", "Picked Up"), ("courier", "Sent")], string="Handed Over", required=True, default="pickup"
    )
    contact_name = fields.Char(string="Contact")
    contact_phone = fields.Char(string="Phone")
    address = fields.Char()
    courier = fields.Char()
    receiver_name = fields.Char(string="Received By")
    receiver_signature = fields.Image(
        string="Signature of the Receiver", attachment=True, max_width=1024, max_height=1024
    )
    question = fields.Text(string="Question to the Institution", help="What is unclear in the prescription.")
    answer = fields.Text(string="Answer of the Institution")
    answer_contact = fields.Char(string="Answered By")
    answer_date = fields.Date(string="Answered On")
    step_ids = fields.One2many("gsp.decoction.step", "decoction_id", string="Steps", copy=False)
    sample_ids = fields.One2many("gsp.decoction.sample", "decoction_id", string="Samples", copy=False)
    step_code = fields.Selection(
        DECOCTION_STEPS, string="Next Step", compute="_compute_step_code", store=True, index=True
    )
    label_printed_at = fields.Datetime(string="Label Printed On", readonly=True, copy=False)
    label_printed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    state = fields.Selection(
        [
            ("draft", "New"),
            ("in_progress", "Under Way"),
            ("done", "Handed Over"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    done_at = fields.Datetime(string="Handed Over On", readonly=True, copy=False)
    cancel_reason = fields.Text(string="Why It Was Canceled", readonly=True, copy=False)

    _name_uniq = models.Constraint("UNIQUE(name, company_id)", "Another decoction has this number already.")

    @api.depends("step_ids.state")
    def _compute_step_code(self):
        for decoction in self:
            decoction.step_code = decoction._get_next_step().code

    @api.depends("name", "patient_name")
    def _compute_display_name(self):
        for decoction in self:
            decoction.display_name = " · ".join(
                part for part in (decoction.name, decoction.patient_name) if part
            )

    @api.model_create_multi
    def create(self, vals_list):
        """The eight steps come with the order; the store must have a procedure in force for each of them."""
        decoctions = super().create([{**vals, "step_ids": []} for vals in vals_list])
        for decoction in decoctions:
            if decoction.prescription_id.category != "pieces":
                raise UserError(
                    self.env._(
                        "Prescription %(name)s lists no decoction pieces.",
                        name=decoction.prescription_id.display_name,
                    )
                )
            decoction._refuse_problems(decoction._find_procedure_problems())
            # sudo: nobody types the steps
            decoction.sudo()._write_step(
                {
                    "step_ids": [
                        Command.create({"sequence": number, "code": code})
                        for number, (code, _label) in enumerate(DECOCTION_STEPS, start=1)
                    ]
                }
            )
        return decoctions

    def write(self, vals):
        content = set(vals) & set(self._get_evidence_fields()) - self._step_fields
        for decoction in self if content else ():
            fixed = {"prescription_id", "step_ids"} & content
            if fixed or decoction.state in ("done", "canceled"):
                raise UserError(
                    self.env._(
                        "%(decoction)s: prescription and steps are fixed; steps are taken by scanning the label.",
                        decoction=decoction.display_name,
                    )
                )
        return super().write(vals)

    # -- actions ------------------------------------------------------------------------------------------------

    def action_print_label(self):
        """Print the label that goes with the patient's goods through all steps."""
        self._check_step(CLERK, ("draft", "in_progress"))
        for decoction in self:
            decoction._write_step(
                {"label_printed_at": fields.Datetime.now(), "label_printed_by_id": self.env.uid}
            )
        return self.env.ref("pharmacy_gsp.gsp_decoction_report_label").report_action(self)

    def action_scan(self):
        """Ask for the scan of the label, and take the next step."""
        self.ensure_one()
        self._check_step(CLERK, ("draft", "in_progress"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Scan the Label"),
            "res_model": "gsp.decoction.scan",
            "view_mode": "form",
            "target": "new",
            "context": {"default_decoction_id": self.id},
        }

    def action_cancel(self):
        """Ask why it is given up."""
        self.ensure_one()
        self._check_step(CLERK, ("draft", "in_progress"))
        return self._ask_reason("cancel", self.env._("Cancel the Decoction"))

    def _cancel(self, reason):
        self._check_step(CLERK, ("draft", "in_progress"))
        self._check_reason(reason)
        self._move_to("canceled", cancel_reason=reason)
        self._close_evidence()

    @api.model
    def _prepare_step_vals(self, vals):
        prescription = self.env["gsp.prescription"].browse(vals.get("prescription_id"))
        company = prescription.company_id or self.env.company
        return {"name": self.env["ir.sequence"].with_company(company).next_by_code("gsp.decoction") or "/"}

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state", "step_code"})

    # -- rules --------------------------------------------------------------------------------------------------

    def _get_next_step(self):
        """First step that is not done; empty if all are."""
        self.ensure_one()
        return self.step_ids.filtered(lambda step: step.state != "done").sorted("sequence")[:1]

    def _filter_unfinished(self):
        """Those still being made: they have not been released to leave the store."""
        return self.filtered(
            lambda item: (
                item.state in ("draft", "in_progress")
                and item.step_ids.filtered(lambda step: step.code == "out_of_store").state != "done"
            )
        )

    def _find_procedure_problems(self):
        """No decoction without a procedure in force for each of its posts."""
        topics = [f"decoction_{code}" for code, _label in DECOCTION_STEPS]
        missing = self.env["gsp.document"]._get_missing_topics(self.company_id, topics)
        if not missing:
            return []
        labels = dict(self.env["gsp.document"]._fields["topic"]._description_selection(self.env))
        message = self.env._(
            "%(company)s has no procedure in force for: %(topics)s.",
            company=self.company_id.name,
            topics=", ".join(labels[topic] for topic in missing),
        )
        remedy = self.env._("Have quality write and approve them; until then nothing is decocted here.")
        return [("gsp.decoction.procedure", message, remedy)]

    def _find_sample_problems(self):
        """A sample of every variety is kept (GSP 17007)."""
        kept = self.sample_ids.filtered(lambda sample: sample._is_complete()).product_id
        missing = self.prescription_id.line_ids.product_id - kept
        if not missing:
            return []
        message = self.env._(
            "%(decoction)s: no sample is kept of %(products)s.",
            decoction=self.display_name,
            products=", ".join(missing.mapped("display_name")),
        )
        remedy = self.env._("Keep a sample of every drug: lot, weight, place, and until when.")
        return [("gsp.decoction.sample", message, remedy)]

    def _refuse_problems(self, problems):
        self.env["compliance.refusal"]._refuse(
            Violation(
                rule=rule, record=self, message=message, remedy=remedy, reference=self.env._("GSP 17007")
            )
            for rule, message, remedy in problems
        )
