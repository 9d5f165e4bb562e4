# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class GspPrescriptionRefuse(models.TransientModel):
    """Asks the pharmacist why a prescription is not dispensed."""

    _name = "gsp.prescription.refuse"
    _description = "Refuse a Prescription"

    prescription_id = fields.Many2one("gsp.prescription", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("incompatibility", "Incompatibility"),
            ("overdose", "Overdose"),
            ("form", "Form"),
            ("other", "Other"),
        ],
        string="Reason",
        required=True,
        default="form",
    )
    reason = fields.Text(string="Explanation", required=True)

    def action_refuse(self):
        """Refuse the prescription; group, company and state are checked by the prescription itself."""
        for wizard in self:
            wizard.prescription_id._refuse(wizard.kind, wizard.reason)
        return {"type": "ir.actions.act_window_close"}
