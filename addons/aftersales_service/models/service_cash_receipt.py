# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.compliance_base.violation import Violation

from ..roles import MANAGER, TECHNICIAN

SEQUENCE_CODE = "service.cash.receipt"
CASHIER = "account.group_account_invoice"
HAND_IN_DAYS = "service.cash_hand_in_working_days"
# What stands on the customer's copy of the receipt
PRINTED_FIELDS = frozenset({"name", "repair_id", "amount", "collected_by_id", "collected_on"})


class ServiceCashReceipt(models.Model):
    """Cash a technician took at the customer's: the numbered receipt the customer got, and its way to the cashier.

    The technician only records it. It becomes a payment in the cash book when somebody else, the cashier, has counted
    it, and the payment is matched with the repair's invoice.
    """

    _name = "service.cash.receipt"
    _description = "Cash Taken on Site"
    _inherit = ["service.state.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    repair_id = fields.Many2one(
        "repair.order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        groups="stock.group_stock_user",
    )
    repair_name = fields.Char(related="repair_id.name", string="Repair Number")
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        related="repair_id.partner_id", string="Customer", store=True, precompute=True
    )
    amount = fields.Monetary(required=True, tracking=True)
    state = fields.Selection(
        [("issued", "With the Technician"), ("handed_in", "Handed In"), ("canceled", "Canceled")],
        required=True,
        default="issued",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    collected_by_id = fields.Many2one("res.users", string="Taken By", readonly=True, copy=False, index=True)
    collected_on = fields.Datetime(string="Taken On", readonly=True, copy=False)
    hand_in_deadline = fields.Date(string="Hand In Until", readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    handed_in_on = fields.Datetime(readonly=True, copy=False)
    cashier_id = fields.Many2one("res.users", readonly=True, copy=False)
    payment_id = fields.Many2one("account.payment", readonly=True, copy=False)
    cancel_reason = fields.Char(
        string="Reason for Canceling", help="Written before a receipt is canceled and the money given back."
    )

    _amount = models.Constraint("CHECK(amount > 0)", "Cash that was taken is more than zero.")

    # Compute

    @api.depends("state", "hand_in_deadline")
    def _compute_is_overdue(self):
        for receipt in self:
            today = receipt.company_id._get_law_date() if receipt.company_id else None
            deadline = receipt.hand_in_deadline
            receipt.is_overdue = receipt.state == "issued" and bool(deadline and today and deadline < today)

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = Domain("state", "=", "issued") & Domain(
            "hand_in_deadline", "<", self.env.company._get_law_date()
        )
        return overdue if True in value else ~overdue

    # CRUD

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {
            "collected_by_id",
            "collected_on",
            "hand_in_deadline",
            "handed_in_on",
            "cashier_id",
            "payment_id",
        }

    @api.model_create_multi
    def create(self, vals_list):
        """A technician has taken cash: checked against permission, agreed price, what is owed, and the limit."""
        self._check_role(TECHNICIAN)
        # sudo: the numbers of receipts are drawn by whoever issues one
        sequences = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            company = self.env["repair.order"].browse(vals.get("repair_id")).company_id or self.env.company
            vals["name"] = sequences._next_many_by_code(SEQUENCE_CODE, 1, company)[0]
        receipts = super().create(vals_list)
        for receipt in receipts:
            # sudo: who took it and until when it is handed in is noted here; a technician changes nothing later
            receipt.sudo()._write_system(receipt._prepare_collected_vals())
        repairs = receipts.repair_id
        # sudo: only holds off another receipt for the same repair until this one is decided
        repairs.sudo().lock_for_update()
        self.env["compliance.refusal"]._refuse(repairs._get_cash_violations())
        return receipts

    def _prepare_collected_vals(self):
        today = self.company_id._get_law_date()
        days = self.env["compliance.parameter"]._value(HAND_IN_DAYS, on=today, company=self.company_id)
        return {
            "collected_by_id": self.env.uid,
            "collected_on": fields.Datetime.now(),
            "hand_in_deadline": self.company_id._add_working_days(today, int(days)),
        }

    def write(self, vals):
        """What the customer has in hand is not changed here."""
        if PRINTED_FIELDS & vals.keys():
            raise UserError(
                self.env._(
                    "The customer holds receipt %s as it is. If it is wrong, a manager cancels it and the money is "
                    "given back.",
                    ", ".join(self.mapped("name")),
                )
            )
        return super().write(vals)

    def unlink(self):
        """Receipts are numbered and kept."""
        raise UserError(self.env._("A cash receipt is not deleted. A manager can cancel it."))

    # Actions

    def action_hand_in(self):
        """The cashier has counted the money: it is booked and matched with the invoice. Accounting."""
        self._check_action(("issued",), CASHIER)
        self.env["compliance.refusal"]._refuse(
            Violation(
                "service.cash.own",
                receipt,
                self.env._("%s: nobody receives the cash he took himself.", receipt.name),
                self.env._("Let another cashier count it."),
                "R-04",
            )
            for receipt in self
            if receipt.collected_by_id == self.env.user
        )
        payments = self.env["account.payment"].create([receipt._prepare_payment_vals() for receipt in self])
        for payment in payments:
            # the notes are in the cash box already: nothing is outstanding
            payment.outstanding_account_id = payment.journal_id.default_account_id
        payments.action_post()
        for receipt, payment in zip(self, payments, strict=True):
            receipt._write_system(
                {
                    "state": "handed_in",
                    "handed_in_on": fields.Datetime.now(),
                    "cashier_id": self.env.uid,
                    "payment_id": payment.id,
                }
            )
        self._match_with_bills()
        return True

    def action_cancel(self):
        """The money was given back and the customer's copy taken back. Managers."""
        self._check_action(("issued",), MANAGER)
        for receipt in self:
            if not (receipt.cancel_reason or "").strip():
                raise UserError(
                    self.env._("%s: write down why the money was given back first.", receipt.name)
                )
        self._write_system({"state": "canceled"})
        return True

    def action_print(self):
        """Print the receipt for the customer."""
        self.check_access("read")
        return self.env.ref("aftersales_service.service_cash_receipt_report").report_action(self)

    # Books

    def _prepare_payment_vals(self):
        self.ensure_one()
        journal = self.company_id._get_service_cash_journal()
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.commercial_partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date": self.company_id._get_law_date(),
            "memo": f"{self.name} {self.repair_name}",
            "company_id": self.company_id.id,
            "journal_id": journal.id,
            "payment_method_line_id": journal.inbound_payment_method_line_ids[:1].id,
        }

    def _match_with_bills(self):
        """Reconcile what was handed in with the repairs' posted invoices; what has no invoice yet waits for it."""
        # sudo: the cashier matches what he counted, and reception what it settles; neither reads the other's books
        for receipt in self.sudo().filtered("payment_id"):
            bills = receipt.repair_id._get_bills().filtered(lambda move: move.state == "posted")
            open_lines = (bills | receipt.payment_id.move_id).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and not line.reconciled
            )
            for lines in open_lines.grouped("account_id").values():
                if receipt.payment_id.move_id in lines.move_id and len(lines.move_id) > 1:
                    lines.reconcile()

    def _get_unmatched_amount(self):
        """What was handed in for these receipts and no invoice has taken up yet, in the company's currency."""
        # sudo: an amount of the customer's own; who starts work reads no accounts
        lines = self.sudo().payment_id.move_id.line_ids
        return -sum(
            lines.filtered(lambda line: line.account_type == "asset_receivable").mapped("amount_residual")
        )

    def _get_print_lang(self):
        """Language of the customer, or of the user if there is none."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang
