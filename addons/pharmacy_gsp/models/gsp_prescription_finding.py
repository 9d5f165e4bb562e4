# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class GspPrescriptionFinding(models.Model):
    """Something the program found in a prescription, and why the pharmacist lets it pass all the same."""

    _name = "gsp.prescription.finding"
    _description = "Finding of a Review"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "prescription_id"
    _order = "severity, id"
    _rec_name = "message"

    prescription_id = fields.Many2one(
        "gsp.prescription", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="prescription_id.company_id", store=True, index=True)
    key = fields.Char(required=True, readonly=True, help="The same finding has the same key.")
    kind = fields.Selection(
        [
            ("single", "Single Dose"),
            ("daily", "Daily Dose"),
            ("opposition", "18 Oppositions"),
            ("fear", "19 Fears"),
            ("other", "Interaction"),
            ("duplicate", "Same Ingredient Twice"),
            ("pregnancy", "Pregnancy"),
        ],
        required=True,
        readonly=True,
    )
    severity = fields.Selection(
        [("refuse", "Refuse"), ("warn", "Warning")],
        required=True,
        readonly=True,
        help="Refuse: dispensed only after the physician has signed again.",
    )
    message = fields.Text(required=True, readonly=True)
    reference = fields.Char(string="Source", readonly=True)
    reason = fields.Char(string="Pharmacist's Reason", help="Why it may be dispensed all the same.")
    acknowledged_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    acknowledged_at = fields.Datetime(string="Acknowledged On", readonly=True)

    def write(self, vals):
        """A pharmacist gives the reason, and nothing else is ever changed by hand."""
        if vals.keys() - {"reason"}:
            raise UserError(
                self.env._("Findings are made by the program; only the reason is yours to enter.")
            )
        if not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_pharmacist"):
            raise AccessError(self.env._("Only a pharmacist lets a finding pass."))
        for prescription in self.prescription_id:
            if prescription.state != "reviewing":
                raise UserError(
                    self.env._(
                        "Prescription %(name)s is not under review: its findings stay as they are.",
                        name=prescription.display_name,
                    )
                )
        reason = (vals.get("reason") or "").strip()
        return super().write(
            {
                "reason": reason,
                "acknowledged_by_id": self.env.uid if reason else False,
                "acknowledged_at": fields.Datetime.now() if reason else False,
            }
        )
