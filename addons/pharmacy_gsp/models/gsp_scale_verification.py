# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class GspScaleVerification(models.Model):
    """Certificate or report of a verification by an authorized body; quality confirms it, then it counts."""

    _name = "gsp.scale.verification"
    _description = "Verification of a Scale"
    _inherit = "gsp.proof.mixin"
    _proof_months_parameter = "drug.instrument.calibration_months"

    name = fields.Char(string="Certificate Number", required=True)
    scale_id = fields.Many2one(
        "gsp.scale", required=True, index=True, check_company=True, ondelete="restrict"
    )
    date = fields.Date(string="Verified On")
    institution = fields.Char(string="Verified By", required=True)
    result = fields.Selection([("passed", "Passed"), ("failed", "Failed")], required=True)
    valid_to = fields.Date(
        string="Valid Until",
        readonly=False,
        help="As on the certificate, at most as long as the rule allows.",
    )
    scan = fields.Binary(string="Certificate")

    @api.constrains("valid_to", "date")
    def _check_valid_to(self):
        for verification in self:
            due = verification._get_due_day()
            if verification.valid_to and verification.valid_to > due:
                raise ValidationError(
                    self.env._(
                        "Certificate %(name)s: a scale is verified again by %(date)s at the latest.",
                        name=verification.name,
                        date=due,
                    )
                )

    def _check_complete(self):
        if not self.scan or not self.valid_to:
            raise UserError(
                self.env._("Attach certificate %(name)s, and enter until when it is valid.", name=self.name)
            )
