# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.compliance_base.evidence import default_fields

STATES = [
    ("draft", "To Weigh"),
    ("weighed", "Weighed"),
    ("checked", "Checked"),
    ("advised", "Explained"),
    ("canceled", "Canceled"),
]
# What is open in which state; nothing else is changed by hand
OPEN_FIELDS = {
    "draft": frozenset({"scale_id", "line_ids", "dose_ids", "decoction_method", "precautions"}),
    "weighed": frozenset({"line_ids", "name_verified", "doses_verified", "decoction_method", "precautions"}),
    "checked": frozenset({"decoction_method", "precautions", "advice_given"}),
}


class GspDispensing(models.Model):
    """Weighing of the decoction pieces of a prescription: drug by drug, dose by dose, checked, explained."""

    _name = "gsp.dispensing"
    _description = "Weighing of Decoction Pieces"
    _inherit = ["gsp.step.mixin", "mail.thread", "compliance.evidence.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = frozenset(
        {
            "state",
            "name",
            "weighed_by_id",
            "weighed_at",
            "checked_by_id",
            "checked_at",
            "advised_by_id",
            "advised_at",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    prescription_id = fields.Many2one(
        "gsp.prescription",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('category', '=', 'pieces'), ('state', '=', 'reviewed')]",
    )
    company_id = fields.Many2one(related="prescription_id.company_id", store=True, index=True)
    patient_name = fields.Char(related="prescription_id.patient_name")
    prescription_state = fields.Selection(related="prescription_id.state", string="State of the Prescription")
    dose_count = fields.Integer(related="prescription_id.dose_count")
    scale_id = fields.Many2one("gsp.scale", index=True, check_company=True, ondelete="restrict")
    scale_problem = fields.Text(related="scale_id.problem", string="About the Scale")
    line_ids = fields.One2many("gsp.dispensing.line", "dispensing_id", string="Drugs", copy=False)
    dose_ids = fields.One2many("gsp.dispensing.dose", "dispensing_id", string="Doses", copy=False)
    dose_target = fields.Float(
        string="Prescribed per Dose (g)", compute="_compute_dose_target", digits=(12, 3)
    )
    decoction_method = fields.Text(string="How To Decoct and Take")
    precautions = fields.Text()
    name_verified = fields.Boolean(string="Name of the Patient Verified")
    doses_verified = fields.Boolean(string="Number of Doses Verified")
    advice_given = fields.Boolean(
        string="Explained to the Customer", help="How to decoct and take it, and the precautions."
    )
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, copy=False, tracking=True)
    weighed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    weighed_at = fields.Datetime(string="Weighed On", readonly=True, copy=False)
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    checked_at = fields.Datetime(string="Checked On", readonly=True, copy=False)
    advised_by_id = fields.Many2one(
        "res.users", string="Told By", readonly=True, copy=False, ondelete="restrict"
    )
    advised_at = fields.Datetime(string="Told On", readonly=True, copy=False)

    @api.depends("line_ids.target_weight", "dose_ids")
    def _compute_dose_target(self):
        for dispensing in self:
            doses = len(dispensing.dose_ids)
            dispensing.dose_target = (
                sum(dispensing.line_ids.mapped("target_weight")) / doses if doses else 0.0
            )

    @api.depends("name", "patient_name")
    def _compute_display_name(self):
        for dispensing in self:
            dispensing.display_name = " · ".join(
                part for part in (dispensing.name, dispensing.patient_name) if part
            )

    @api.model_create_multi
    def create(self, vals_list):
        """The lines are those of the prescription, a row for each dose; nobody types them."""
        vals_list = [{**vals, "line_ids": [], "dose_ids": []} for vals in vals_list]
        dispensings = super().create(vals_list)
        for dispensing in dispensings:
            dispensing._fill()
        return dispensings

    def write(self, vals):
        names = set(vals) & set(self._get_evidence_fields()) - self._step_fields
        for dispensing in self if names else ():
            if names - OPEN_FIELDS.get(dispensing.state, frozenset()):
                raise UserError(
                    self.env._(
                        "%(dispensing)s: this is no longer changed, or not yet; see its state.",
                        dispensing=dispensing.display_name,
                    )
                )
        return super().write(vals)

    def _fill(self):
        prescription = self.prescription_id
        if prescription.category != "pieces" or prescription.state != "reviewed":
            raise UserError(
                self.env._(
                    "Prescription %(name)s: decoction pieces are weighed after the review.",
                    name=prescription.display_name,
                )
            )
        # sudo: nobody types drugs and doses
        self.sudo()._write_step(
            {
                "line_ids": [
                    Command.create(
                        {
                            "prescription_line_id": line.id,
                            "target_weight": line.dose_weight * prescription.dose_count,
                        }
                    )
                    for line in prescription.line_ids
                ],
                "dose_ids": [
                    Command.create({"number": number}) for number in range(1, prescription.dose_count + 1)
                ],
            }
        )

    @api.model
    def _prepare_step_vals(self, vals):
        prescription = self.env["gsp.prescription"].browse(vals.get("prescription_id"))
        company = prescription.company_id or self.env.company
        return {"name": self.env["ir.sequence"].with_company(company).next_by_code("gsp.dispensing") or "/"}

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})
