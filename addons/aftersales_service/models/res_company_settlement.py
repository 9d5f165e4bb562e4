# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from .repair_statement import BEARER_GROUPS


class ResCompany(models.Model):
    """Where a company books what others bear of its repairs, and how its service figures are counted."""

    _inherit = "res.company"

    service_supplier_account_id = fields.Many2one(
        "account.analytic.account", string="Costs Borne by Suppliers", check_company=True
    )
    service_station_account_id = fields.Many2one(
        "account.analytic.account", string="Costs Borne by Service Stations", check_company=True
    )
    service_third_account_id = fields.Many2one(
        "account.analytic.account", string="Costs Borne by Carriers and Installers", check_company=True
    )
    service_ourselves_account_id = fields.Many2one(
        "account.analytic.account", string="Costs We Bear", check_company=True
    )
    service_contract_account_id = fields.Many2one(
        "account.analytic.account", string="Costs Borne by Contracts", check_company=True
    )
    service_reminder_days = fields.Integer(
        string="Reminder Before Next Service (days)",
        default=7,
        help="So many days before the next service is due, the customer is reminded.",
    )
    service_working_days = fields.Integer(
        string="Working Days per Month",
        default=22,
        help="By which the monthly productivity is divided into a daily one.",
    )

    _service_working_days = models.Constraint(
        "CHECK(service_working_days BETWEEN 1 AND 31)", "A month has 1 to 31 working days."
    )
    _service_reminder_days = models.Constraint(
        "CHECK(service_reminder_days >= 0)",
        "A reminder is sent before the next service is due, not after it.",
    )

    def _get_service_bearer_account(self, bearer):
        """Analytic account of whoever bears a cost: the company's own choice, else the one that comes with the addon.

        :raise UserError: there is none
        """
        self.ensure_one()
        group = BEARER_GROUPS[bearer]
        account = self[f"service_{group}_account_id"] or self.env.ref(
            f"aftersales_service.analytic_account_{group}", raise_if_not_found=False
        )
        if not account:
            raise UserError(
                self.env._(
                    "%s has no analytic account for what others bear of a repair. Choose it in the company's settings, "
                    "page “After-Sales”.",
                    self.name,
                )
            )
        return account
