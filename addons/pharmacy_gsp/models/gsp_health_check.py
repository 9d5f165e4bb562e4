# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GspHealthCheck(models.Model):
    """Yearly health check of somebody who touches drugs (Drug Law art. 50, GSP 17501)."""

    _name = "gsp.health.check"
    _description = "Health Check"
    _inherit = "gsp.proof.mixin"
    _rec_name = "employee_id"
    _proof_months_parameter = "drug.staff.health_check_months"

    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True, ondelete="restrict"
    )
    date = fields.Date(string="Checked On")
    institution = fields.Char(required=True)
    certificate_number = fields.Char(string="Number of the Certificate")
    result = fields.Selection([("fit", "Fit"), ("unfit", "Not Fit to Handle Drugs")], required=True)

    def _check_complete(self):
        if not self.scan:
            raise UserError(
                self.env._(
                    "Attach the scan of the health certificate of %(employee)s first.",
                    employee=self.employee_id.display_name,
                )
            )
