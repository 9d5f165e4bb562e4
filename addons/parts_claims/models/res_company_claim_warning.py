# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    claim_warning_days = fields.Char(
        string="Claim Warnings",
        default="30, 14, 3",
        help="Days before a filing deadline at which the person responsible for the agreement is warned, separated "
        "by commas.",
    )

    @api.constrains("claim_warning_days")
    def _check_claim_warning_days(self):
        for company in self:
            try:
                days = company._get_claim_warning_days()
            except ValueError:
                days = [0]
            if any(day <= 0 for day in days):
                raise ValidationError(
                    self.env._(
                        "“%(days)s” are no days: write whole numbers above 0, separated by commas.",
                        days=company.claim_warning_days,
                    )
                )

    def _get_claim_warning_days(self):
        """Numbers of days, as a list of int.

        :raise ValueError: something else was written
        """
        self.ensure_one()
        return [int(days) for days in (self.claim_warning_days or "").split(",") if days.strip()]
