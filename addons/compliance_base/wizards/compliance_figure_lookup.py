# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class ComplianceFigureLookup(models.TransientModel):
    """Ask which legal figures applied on a day to a company."""

    _name = "compliance.figure.lookup"
    _description = "Applicable Figures"

    date = fields.Date(string="On", required=True, default=lambda self: self.env.company._get_law_date())
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)

    def action_show(self):
        """Open the list of all parameters with the edition that applied on the day."""
        self.ensure_one()
        view = self.env.ref("compliance_base.compliance_parameter_view_list_applicable")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Figures on %(date)s, %(company)s",
                date=self.date.isoformat(),
                company=self.company_id.display_name,
            ),
            "res_model": "compliance.parameter",
            "views": [(view.id, "list"), (False, "form")],
            "context": {
                "figures_on": self.date.isoformat(),
                "figures_company_id": self.company_id.id,
                "create": False,
            },
        }
