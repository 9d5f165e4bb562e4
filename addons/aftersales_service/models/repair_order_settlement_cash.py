# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from odoo.addons.compliance_base.violation import Violation

from ..roles import MANAGER, TECHNICIAN

CASH_LIMIT = "service.on_site_cash_limit"
# From the beginning of the work at the customer's until the bill is paid
CASH_STAGES = ("work", "quality", "ready", "settled")
PREFIX = "service.cash."


class RepairOrder(models.Model):
    """A small amount in cash at the customer's: only with a manager's permission, the customer's consent and a
    receipt."""

    _inherit = "repair.order"

    cash_allowed_by_id = fields.Many2one(
        "res.users",
        string="Cash on Site Allowed By",
        readonly=True,
        copy=False,
        tracking=True,
        help="Who has allowed the technician to take the customer's money for this repair.",
    )
    cash_allowed_on = fields.Datetime(string="Cash on Site Allowed On", readonly=True, copy=False)
    cash_receipt_ids = fields.One2many(
        "service.cash.receipt", "repair_id", string="Cash Taken on Site", readonly=True
    )
    cash_receipt_count = fields.Integer(compute="_compute_cash_receipt_count")

    @api.depends("cash_receipt_ids")
    def _compute_cash_receipt_count(self):
        for repair in self:
            repair.cash_receipt_count = len(repair.cash_receipt_ids)

    # Actions

    def action_allow_cash(self):
        """Let the technician take this repair's small amount in cash at the customer's. Managers."""
        self._check_service_role(MANAGER)
        self.check_access("write")
        for repair in self:
            if repair.service_mode != "on_site":
                raise UserError(
                    self.env._(
                        "%s is not done at the customer's: the customer pays at the cashier's.", repair.name
                    )
                )
        # sudo: past the guard of the fields; role and access were checked above
        self.sudo().write({"cash_allowed_by_id": self.env.uid, "cash_allowed_on": fields.Datetime.now()})
        return True

    def action_collect_cash(self):
        """Open a new receipt over what the customer still owes. Technicians."""
        self.ensure_one()
        self._check_service_role(TECHNICIAN)
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cash Taken on Site"),
            "res_model": "service.cash.receipt",
            "view_mode": "form",
            "context": {"default_repair_id": self.id, "default_amount": self._get_cash_due()},
        }

    def action_view_cash_receipts(self):
        """Open the receipts over cash taken for these repairs."""
        self.check_access("read")
        return self.cash_receipt_ids._get_records_action(name=self.env._("Cash Taken on Site"))

    # Gate

    def _get_cash_violations(self):
        """What stands against the cash that was taken for these repairs: a list of ``Violation``."""
        violations = []
        for repair in self:
            violations += repair._get_cash_permission_violations()
            violations += repair._get_cash_amount_violations()
        return violations

    def _get_cash_permission_violations(self):
        """Nobody takes money but the technician who was sent, with permission and for an agreed price."""
        problems = []
        if self.service_mode != "on_site" or self.service_stage not in CASH_STAGES:
            problems.append(
                (
                    "stage",
                    self.env._("%s is not being repaired at the customer's.", self.name),
                    self.env._("Let the customer pay at the cashier's."),
                )
            )
        if self.env.user not in self.technician_ids or self.dispatch_state != "dispatched":
            problems.append(
                (
                    "technician",
                    self.env._(
                        "%(user)s was not sent to %(repair)s.", user=self.env.user.name, repair=self.name
                    ),
                    self.env._("Only the technician who was dispatched may take the money."),
                )
            )
        if not self.cash_allowed_by_id:
            problems.append(
                (
                    "permission",
                    self.env._("No manager has allowed cash on site for %s.", self.name),
                    self.env._("Ask a manager to press “Allow Cash on Site”, or send the customer the bill."),
                )
            )
        if self.estimate_state != "agreed":
            problems.append(
                (
                    "price",
                    self.env._("The customer of %s has not agreed to a price.", self.name),
                    self.env._("Show the price and have the estimate signed first."),
                )
            )
        return [
            Violation(f"{PREFIX}{code}", self, message, remedy, "R-04") for code, message, remedy in problems
        ]

    def _get_cash_amount_violations(self):
        """Not more than is owed, and not more than the company lets a technician carry."""
        company, currency = self.company_id, self.company_id.currency_id
        receipts = self.cash_receipt_ids.filtered(lambda receipt: receipt.state != "canceled")
        limit = self.env["compliance.parameter"]._value(
            CASH_LIMIT, on=company._get_law_date(), company=company
        )
        taken, due = sum(receipts.mapped("amount")), self._get_cash_due()
        violations = []
        if currency.compare_amounts(taken, limit) > 0:
            message = self.env._(
                "%(repair)s: %(taken)s in cash is more than the %(limit)s a technician may take.",
                repair=self.name,
                taken=formatLang(self.env, taken, currency_obj=currency),
                limit=formatLang(self.env, limit, currency_obj=currency),
            )
            remedy = self.env._(
                "Let the customer pay at the cashier's. The limit is kept under “Legal Figures”: %s.",
                CASH_LIMIT,
            )
            violations.append(Violation(f"{PREFIX}limit", self, message, remedy, "R-04"))
        if currency.compare_amounts(due, 0) < 0:
            message = self.env._(
                "%(repair)s: %(more)s more were taken than the customer owes.",
                repair=self.name,
                more=formatLang(self.env, -due, currency_obj=currency),
            )
            violations.append(
                Violation(
                    f"{PREFIX}due", self, message, self.env._("Take no more than what is still owed."), "R-04"
                )
            )
        return violations

    def _get_cash_due(self):
        """What the customer still owes, less cash on its way to the cashier; in the company's currency.

        Before the bill is made it is what was agreed, tax included.
        """
        self.ensure_one()
        # sudo: the technician reads no invoices; what the customer owes for this repair is on the estimate he signed
        repair = self.sudo()
        bills = repair._get_bills().filtered(lambda move: move.state == "posted")
        on_the_way = sum(
            repair.cash_receipt_ids.filtered(lambda receipt: receipt.state == "issued").mapped("amount")
        )
        if bills:
            owed = sum(bills.mapped("amount_residual_signed")) - repair._get_unmatched_cash()
        else:
            order = repair.sale_order_id
            day = repair.company_id._get_law_date()
            company_currency = repair.company_id.currency_id
            total = order.amount_total - repair._get_paid_amount()
            currency = order.currency_id or company_currency
            owed = currency._convert(total, company_currency, repair.company_id, day)
        return owed - on_the_way

    def _get_unmatched_cash(self):
        handed_in = self.cash_receipt_ids.filtered(lambda receipt: receipt.state == "handed_in")
        return handed_in._get_unmatched_amount()

    def _get_paid_amount(self):
        """Cash that was handed in is paid, also before there is an invoice to match it with."""
        paid = super()._get_paid_amount()
        # sudo: who starts work reads no accounts; whether the money is there he must know
        unmatched = self.sudo()._get_unmatched_cash()
        if not unmatched:
            return paid
        currency = self.company_id.currency_id
        return paid + currency._convert(
            unmatched, self.estimate_currency_id, self.company_id, self.company_id._get_law_date()
        )

    # Books

    def _invoice_customer_shares(self):
        """What was taken in advance pays the invoice."""
        result = super()._invoice_customer_shares()
        # sudo: the matching follows from what the cashier counted; reception has no right on payments
        self.sudo().cash_receipt_ids._match_with_bills()
        return result
