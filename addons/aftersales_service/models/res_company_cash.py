# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    """Where cash that technicians bring in is booked."""

    _inherit = "res.company"

    service_cash_journal_id = fields.Many2one(
        "account.journal",
        string="Cash Book of the Service",
        domain="[('type', '=', 'cash'), ('company_id', '=', id)]",
        check_company=True,
        help="Where cash taken at customers' is booked when it is handed in. Empty: the company's first cash journal.",
    )

    def _get_service_cash_journal(self):
        """The cash journal for what technicians hand in.

        :raise UserError: there is none
        """
        self.ensure_one()
        journal = self.service_cash_journal_id or self.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", self.id)], limit=1
        )
        if not journal.default_account_id or not journal.inbound_payment_method_line_ids:
            raise UserError(
                self.env._(
                    "%s has no cash journal with an account and a way to receive payments. Set one up in Invoicing, "
                    "then choose it in the settings of After-Sales.",
                    self.name,
                )
            )
        return journal
