# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ClaimAgreementHours(models.Model):
    """The supplier's own flat-rate hours for an operation, which replace the hours of the repair."""

    _name = "claim.agreement.hours"
    _description = "Flat-Rate Hours of a Claim Agreement"
    _order = "agreement_id, operation_id"
    _rec_name = "operation_id"
    _check_company_auto = True

    agreement_id = fields.Many2one("claim.agreement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    hours = fields.Float(required=True)
    operation_id = fields.Many2one(
        "repair.operation", required=True, ondelete="restrict", check_company=True, index=True
    )

    _operation_uniq = models.Constraint(
        "UNIQUE (agreement_id, operation_id)", "This operation already has hours in the agreement."
    )
    _hours_range = models.Constraint("CHECK (hours > 0)", "Flat-rate hours are more than 0.")

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.agreement_id._check_terms_open()
        return rows

    def write(self, vals):
        self.agreement_id._check_terms_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.agreement_id._check_terms_open()
