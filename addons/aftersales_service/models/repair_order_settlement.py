# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import MANAGER, RECEPTION


class RepairOrder(models.Model):
    """Settling: the customer's share is invoiced, the rest is booked to whoever bears it; then payment, then the
    unit."""

    _inherit = "repair.order"

    bill_state = fields.Selection(
        [
            ("nothing", "Nothing to Pay"),
            ("open", "To Pay"),
            ("partial", "Partly Paid"),
            ("paid", "Paid"),
        ],
        compute="_compute_bill",
        compute_sudo=True,
        help="What the customer has paid of the invoices of this repair.",
    )
    bill_residual = fields.Monetary(
        string="Still to Pay",
        compute="_compute_bill",
        compute_sudo=True,
        currency_field="statement_currency_id",
    )
    bill_count = fields.Integer(string="Invoices", compute="_compute_bill", compute_sudo=True)
    credit_authorized_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    credit_authorized_on = fields.Datetime(readonly=True, copy=False)
    credit_reason = fields.Char(string="Reason for Credit", readonly=True, copy=False, tracking=True)
    service_cost_line_ids = fields.One2many(
        "account.analytic.line",
        "service_repair_id",
        string="Costs by Bearer",
        groups="analytic.group_analytic_accounting",
    )
    service_cost_line_count = fields.Integer(
        string="Cost Entries",
        compute="_compute_service_cost_line_count",
        groups="analytic.group_analytic_accounting",
    )

    # Compute

    @api.depends(
        "service_stage",
        "statement_ids.state",
        "sale_order_id.invoice_ids.state",
        "sale_order_id.invoice_ids.payment_state",
        "sale_order_id.invoice_ids.amount_residual",
    )
    def _compute_bill(self):
        for repair in self:
            invoices = repair._get_bills()
            posted = invoices.filtered(lambda move: move.state == "posted")
            repair.bill_count = len(invoices)
            repair.bill_residual = sum(posted.mapped("amount_residual"))
            repair.bill_state = repair._get_bill_state(invoices, posted)

    def _get_bill_state(self, invoices, posted):
        due = self.statement_id.amount_customer
        if not invoices and not due:
            return "nothing"
        if posted and invoices == posted and all(move._is_service_bill_paid() for move in posted):
            return "paid"
        started = any(move.payment_state != "not_paid" for move in posted)
        return "partial" if started else "open"

    def _compute_service_cost_line_count(self):
        # sudo: the number alone tells nothing
        lines = self.env["account.analytic.line"].sudo()
        groups = lines._read_group(
            [("service_repair_id", "in", self.ids)], ["service_repair_id"], ["__count"]
        )
        counts = dict(groups)
        for repair in self:
            repair.service_cost_line_count = counts.get(repair._origin, 0)

    # Actions

    def action_settle(self):
        """Ready → settled: invoice the customer's share, book the rest to its bearers. Reception.

        :raise UserError: a request is open, the statement is out of date, or the bill is not signed
        """
        return self._move_service_stage("settled", RECEPTION)

    def action_view_bills(self):
        """Open the invoices of these repairs."""
        self.check_access("read")
        # the list itself shows what the user may read
        bills = self.env["account.move"].browse(self._get_bills().ids)
        return bills._get_records_action(name=self.env._("Invoices"))

    def action_view_service_costs(self):
        """Open what was booked to the bearers of these repairs, for those who read analytic entries."""
        self.check_access("read")
        self.env["account.analytic.line"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Costs by Bearer"),
            "res_model": "account.analytic.line",
            "view_mode": "list,pivot,graph",
            "domain": [("service_repair_id", "in", self.ids)],
        }

    def action_open_credit_wizard(self):
        """Ask a manager for the reason why the unit leaves before it is paid."""
        self.ensure_one()
        self._check_service_role(MANAGER)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over on Credit"),
            "res_model": "repair.credit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_repair_id": self.id},
        }

    # Steps

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage == "settled":
            self._invoice_customer_shares()
            self._book_borne_shares()
        return result

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage == "delivered":
            violations += self._get_payment_violations()
        return violations

    def _get_payment_violations(self):
        """A unit leaves when it is paid, when there is nothing to pay, or on authorized credit."""
        return [
            Violation(
                "service.hand_over.unpaid",
                repair,
                self.env._(
                    "%(repair)s is not paid: %(amount)s is still open.",
                    repair=repair.name,
                    amount=repair.statement_currency_id.format(repair._get_amount_due()),
                ),
                self.env._(
                    "Let the cashier collect it, or have a manager authorize the hand-over on credit."
                ),
                "AS-04",
            )
            for repair in self
            if repair.bill_state not in ("nothing", "paid") and not repair._has_credit()
        ]

    def _get_amount_due(self):
        return self.bill_residual or self.statement_amount

    def _has_credit(self):
        """Whether the customer may take the unit before paying."""
        # sudo: who has credit is known to few; that this customer has it shows here by the hand-over
        return bool(
            self.credit_authorized_by_id
            or self.sudo().with_company(self.company_id).partner_id.commercial_partner_id.service_credit
        )

    def _authorize_credit(self, reason):
        """Let these units leave unpaid, on a manager's word.

        :raise AccessError: the user is no after-sales manager
        """
        self._check_service_role(MANAGER)
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the unit may leave before it is paid."))
        for repair in self:
            if repair.service_stage != "settled":
                raise UserError(
                    self.env._(
                        "%s: credit is given after the bill is settled and before hand-over.", repair.name
                    )
                )
        # sudo: past the guard of the fields; role and access were checked above
        self.sudo().write(
            {
                "credit_authorized_by_id": self.env.uid,
                "credit_authorized_on": fields.Datetime.now(),
                "credit_reason": reason.strip(),
            }
        )

    # Invoices

    def _get_bills(self):
        """The customer's invoices of this repair, also those made before (deposits); canceled ones do not count."""
        # sudo: reception sees whether it is paid, not the accounts
        orders = self.sudo().sale_order_id
        return orders.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state != "cancel"
        )

    def _invoice_customer_shares(self):
        """Confirm the quotations and invoice what the customers owe, as the platform does it."""
        for repair in self:
            # sudo: reception settles what the customer signed; it has no other right on orders and invoices
            order = repair.sale_order_id.sudo().with_company(repair.company_id)
            if not order or order.state == "cancel":
                continue
            if order.state in ("draft", "sent"):
                order.action_confirm()
            repair.sudo()._deliver_work_lines()
            lines = order._get_invoiceable_lines(final=True)
            if any(not line.display_type for line in lines):
                order._create_invoices(final=True).action_post()

    def _deliver_work_lines(self):
        """Work that is done counts as delivered; else what is invoiced on delivery would never be."""
        for line in self._get_work_lines():
            if line.qty_delivered_method == "manual" and line.qty_delivered < line.product_uom_qty:
                line.qty_delivered = line.product_uom_qty

    # Bearers

    def _book_borne_shares(self):
        """Book what the customer does not pay to the analytic account of whoever bears it: at our cost, as analytic
        lines of their own. The stock's own entries have booked the cost once; nothing is posted a second time."""
        vals_list = []
        for repair in self:
            statement = repair.sudo().statement_id
            for line in statement.line_ids.filtered(lambda line: line.bearer != "customer" and line.cost):
                account = repair.company_id.sudo()._get_service_bearer_account(line.bearer)
                vals_list.append(
                    {
                        "name": f"{repair.name}: {line.name}",
                        "service_repair_id": repair.id,
                        "service_bearer": line.bearer,
                        "date": repair.company_id._get_law_date(),
                        "amount": -line.cost,
                        "unit_amount": line.quantity,
                        "product_id": line.product_id.id,
                        "product_uom_id": line.uom_id.id,
                        "partner_id": repair.partner_id.id,
                        "ref": statement.name,
                        "company_id": repair.company_id.id,
                        account.plan_id._column_name(): account.id,
                    }
                )
        # sudo: the entries follow from the statement; whoever settles has no right on analytic accounts
        self.env["account.analytic.line"].sudo().create(vals_list)
