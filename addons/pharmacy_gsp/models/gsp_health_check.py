# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.compliance_base.evidence import default_fields

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"


class GspHealthCheck(models.Model):
    """Yearly health check of somebody who touches drugs (Drug Law art. 50, GSP 17501)."""

    _name = "gsp.health.check"
    _description = "Health Check"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_name = "employee_id"
    _evidence_retention_parameter = "drug.record.retention_years"

    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, check_company=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    date = fields.Date(
        string="Checked On", required=True, default=lambda self: self.env.company._get_law_date()
    )
    institution = fields.Char(required=True)
    certificate_number = fields.Char(string="Number of the Certificate")
    result = fields.Selection([("fit", "Fit"), ("unfit", "Not Fit to Handle Drugs")], required=True)
    valid_to = fields.Date(string="Next Due", compute="_compute_valid_to", store=True)
    scan = fields.Binary(attachment=True)
    scan_filename = fields.Char()
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )

    @api.depends("date", "company_id")
    def _compute_valid_to(self):
        parameter = self.env["compliance.parameter"]
        for check in self:
            months = check.date and parameter._value(
                "drug.staff.health_check_months", on=check.date, company=check.company_id or self.env.company
            )
            check.valid_to = check.date and fields.Date.add(check.date, months=months)

    @api.constrains("date", "company_id")
    def _check_date(self):
        for check in self:
            if check.date > check.company_id._get_law_date():
                raise ValidationError(
                    self.env._(
                        "The health check of %(employee)s lies in the future.",
                        employee=check.employee_id.display_name,
                    )
                )

    def action_confirm(self):
        """Quality has seen the certificate: it counts, and is evidence."""
        self._check_step(QUALITY, ("draft",))
        for check in self:
            if not check.scan:
                raise UserError(
                    self.env._(
                        "Attach the scan of the health certificate of %(employee)s first.",
                        employee=check.employee_id.display_name,
                    )
                )
        self._move_to("confirmed")
        self._close_evidence()
        return True

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})
