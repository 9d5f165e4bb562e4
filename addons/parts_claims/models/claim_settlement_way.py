# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.compliance_base.violation import Violation

INVOICE_WAYS = ("invoice", "offset")
TAX_USES = {"in_invoice": "purchase", "in_refund": "purchase", "out_invoice": "sale"}


class ClaimSettlement(models.Model):
    """The ways an agreed sum becomes money: credit note, our invoice, our invoice offset against bills.

    Figures under a storno chart are negative on the same side; what is added up here are balances.
    """

    _inherit = "claim.settlement"

    credit_note_id = fields.Many2one(string="Credit Note or Invoice")
    offset_move_ids = fields.Many2many(
        "account.move",
        "claim_settlement_offset_move_rel",
        "settlement_id",
        "move_id",
        string="Offset Entries",
        readonly=True,
        copy=False,
        help="Entries that offset our invoice against the supplier's bills.",
    )
    settlement_way = fields.Selection(
        selection="_selection_settlement_way",
        string="Way",
        required=True,
        default="credit_note",
        tracking=True,
        help="How the agreed sum becomes money. Taken from the agreement when the lines are collected.",
    )
    variance_ids = fields.One2many("claim.settlement.variance", "settlement_id", string="Variances")

    @api.model
    def _selection_settlement_way(self):
        return self.env["claim.agreement"]._fields["settlement_way"]._description_selection(self.env)

    @api.depends("settlement_way", "variance_ids.amount", "variance_ids.tax_ids")
    def _compute_amounts(self):
        return super()._compute_amounts()

    @api.depends("credit_note_id.line_ids.matched_debit_ids", "offset_move_ids.line_ids.matched_credit_ids")
    def _compute_reconciled_bill_ids(self):
        result = super()._compute_reconciled_bill_ids()
        for settlement in self.filtered(lambda settlement: settlement.offset_move_ids):
            entries = settlement.offset_move_ids.line_ids
            bills = entries.matched_credit_ids.credit_move_id | entries.matched_debit_ids.debit_move_id
            settlement.reconciled_bill_ids |= bills.move_id.filtered(
                lambda move: move.move_type == "in_invoice"
            )
        return result

    def action_collect_lines(self):
        """The way of the agreement is proposed with the first lines."""
        empty = self.filtered(lambda settlement: not settlement.line_ids)
        result = super().action_collect_lines()
        for settlement in empty:
            ways = set(settlement.line_ids.claim_line_id.agreement_id.mapped("settlement_way"))
            if len(ways) == 1:
                settlement.settlement_way = ways.pop()
        return result

    def action_view_offsets(self):
        """Open the entries that offset our invoice against bills."""
        return self.offset_move_ids._get_records_action(name=self.env._("Offset Entries"))

    def _get_variance_move_type(self):
        """Kind of the document that the variances go with, the last one."""
        self.ensure_one()
        return self._get_document_parts()[-1][0]

    def _get_variance_account(self):
        """Account of variances: that of recovered cost, else that of the first line."""
        return self.company_id.claim_recovery_account_id or self._get_recovery_account(
            self.line_ids.sorted("id")[:1]
        )

    def _get_post_violations(self):
        violations = super()._get_post_violations()
        if self.line_ids and not self._leaves_something():
            message = self.env._(
                "Settlement %(settlement)s does not leave anything to pay.", settlement=self.name
            )
            remedy = self.env._("Check the variances.")
            violations.append(Violation("claims.settle.nothing", self, message, remedy))
        return violations + self._get_tax_kind_violations()

    def _leaves_something(self):
        """Whether each document has a sum to be paid."""
        return all(
            self.currency_id.compare_amounts(
                self._get_tax_totals(lines, variances)["total_amount_currency"], 0.0
            )
            > 0
            for _type, lines, variances in self._get_document_parts()
        )

    def _get_tax_kind_violations(self):
        wrong = self.env["account.tax"]
        for move_type, lines, variances in self._get_document_parts():
            use = TAX_USES[move_type]
            taxes = lines.tax_ids | variances.tax_ids
            wrong |= taxes.filtered(lambda tax, use=use: tax.type_tax_use != use)
        if not wrong:
            return []
        message = self.env._(
            "Settlement %(settlement)s: %(taxes)s do not go with the way it is settled.",
            settlement=self.name,
            taxes=", ".join(wrong.mapped("name")),
        )
        remedy = self.env._("Choose sales taxes for our invoice, purchase taxes for a vendor credit note.")
        return [Violation("claims.settle.tax_kind", self, message, remedy)]

    def _prepare_credit_note_vals(self, lines):
        vals = super()._prepare_credit_note_vals(lines)
        batch = lines.batch_id
        vals["invoice_line_ids"] += self._prepare_variance_commands(len(lines) + 1, batch._get_variances())
        if batch.move_type == "out_invoice":
            # The journal of the settings is one for purchases; invoices go to the platform's own choice.
            vals.pop("journal_id", None)
        return vals

    def _reconcile_bills(self):
        self.ensure_one()
        if self.settlement_way == "offset":
            return self._offset_bills()
        if self.settlement_way == "invoice":
            raise UserError(
                self.env._(
                    "%(settlement)s is our invoice: the supplier pays it. To set it off against bills, choose the way "
                    "“Our Invoice, Offset Against Bills” before posting.",
                    settlement=self.name,
                )
            )
        return super()._reconcile_bills()

    def _offset_bills(self):
        """Offset our receivable against the supplier's payables by one entry, the oldest bills first."""
        receivable = self._get_open_lines(self._get_documents(), "asset_receivable")
        bills = self.env["account.move"].search(
            self._get_open_bill_domain(), order="invoice_date_due, invoice_date, id"
        )
        pairs, left = [], sum(receivable.mapped("amount_residual_currency"))
        for payable in self._get_open_lines(bills, "liability_payable"):
            amount = min(left, -payable.amount_residual_currency)
            if self.currency_id.compare_amounts(amount, 0.0) > 0:
                pairs.append((payable, amount))
                left -= amount
        if not pairs:
            raise UserError(
                self.env._(
                    "%(supplier)s has no open bill in %(currency)s to offset %(settlement)s against.",
                    supplier=self.supplier_id.display_name,
                    currency=self.currency_id.name,
                    settlement=self.name,
                )
            )
        self._post_offset(receivable, pairs)

    def _post_offset(self, receivable, pairs):
        entry = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(self._prepare_offset_vals(receivable[:1].account_id, pairs))
        )
        entry._post(soft=False)
        lines = entry.line_ids.sorted("id")
        for line, (payable, _amount) in zip(lines, pairs, strict=False):
            (line + payable).reconcile()
        (lines[len(pairs) :] + receivable).reconcile()
        self._set({"offset_move_ids": [Command.link(entry.id)]})
        bills = ", ".join(payable.move_id.name for payable, _amount in pairs)
        self.message_post(
            body=self.env._("Offset against %(bills)s by %(entry)s.", bills=bills, entry=entry.name)
        )

    def _prepare_offset_vals(self, account, pairs):
        """Payables are debited one by one, the receivable is credited once."""
        today = self.company_id._get_law_date()
        home = self.company_id.currency_id
        lines = [(payable.account_id, amount) for payable, amount in pairs]
        lines.append((account, -sum(amount for _payable, amount in pairs)))
        balances = [
            self.currency_id._convert(amount, home, self.company_id, today) for _account, amount in lines
        ]
        balances[-1] = -sum(balances[:-1])
        journal = self.company_id.claim_offset_journal_id or self.env["account.journal"].search(
            [*self.env["account.journal"]._check_company_domain(self.company_id), ("type", "=", "general")],
            limit=1,
        )
        return {
            "company_id": self.company_id.id,
            "date": today,
            "journal_id": journal.id,
            "line_ids": [
                Command.create(
                    {
                        "account_id": account.id,
                        "amount_currency": amount,
                        "balance": balance,
                        "currency_id": self.currency_id.id,
                        "name": self.env._("Offset %(settlement)s", settlement=self.name),
                        "partner_id": self.supplier_id.id,
                    }
                )
                for (account, amount), balance in zip(lines, balances, strict=True)
            ],
            "move_type": "entry",
            "ref": self.name,
        }

    def _get_open_lines(self, moves, account_type):
        """Unreconciled lines of the kind of account, in the order of the moves."""
        return moves.line_ids.filtered(
            lambda line: line.account_id.account_type == account_type and not line.reconciled
        ).sorted(lambda line: moves.ids.index(line.move_id.id))

    def _start_reversing(self):
        """First the offset entries, so that bills are open again, then the documents themselves."""
        self._set({"withdrawn": True})
        self._reverse_offsets()
        return super()._start_reversing()

    def _reverse_offsets(self):
        today = self.company_id._get_law_date()
        for entry in self.offset_move_ids:
            reason = self.env._("Reversal of %(settlement)s", settlement=self.name)
            entry._reverse_moves([{"date": today, "ref": reason}], cancel=True)


class ClaimSettlementLine(models.Model):
    _inherit = "claim.settlement.line"

    tax_ids = fields.Many2many(
        domain="[('company_id', 'parent_of', company_id), ('price_include', '=', False)]"
    )

    @api.depends("settlement_id.settlement_way")
    def _compute_tax_ids(self):
        """The agreement's taxes are purchase taxes; our own invoice takes the sales taxes of the part."""
        invoiced = self.filtered(lambda line: line._get_move_type() == "out_invoice")
        result = super(ClaimSettlementLine, self - invoiced)._compute_tax_ids()
        for line in invoiced:
            company = line.settlement_id.company_id
            taxes = line.product_id.taxes_id._filter_taxes_by_company(company)
            position = self.env["account.fiscal.position"].with_company(company)
            line.tax_ids = position._get_fiscal_position(line.settlement_id.supplier_id).map_tax(taxes)
        return result

    def _prepare_base_line(self):
        base_line = super()._prepare_base_line()
        base_line["is_refund"] = self._get_move_type() == "in_refund"
        return base_line

    def _get_move_type(self):
        """Kind of the document the line is settled by. Of both kinds: parts are credited, all else is our invoice."""
        self.ensure_one()
        way = self.settlement_id.settlement_way
        if way == "both":
            return "in_refund" if self.claim_line_id.kind == "part" else "out_invoice"
        return "out_invoice" if way in INVOICE_WAYS else "in_refund"


class AccountMove(models.Model):
    _inherit = "account.move"

    def _check_no_live_settlement(self):
        result = super()._check_no_live_settlement()
        # sudo: an accountant without rights on claims is stopped as well
        live = (
            self.env["claim.settlement"]
            .sudo()
            .search(
                [
                    ("offset_move_ids", "in", self.ids),
                    ("canceled", "=", False),
                    ("withdrawn", "=", False),
                ]
            )
        )
        if live:
            raise UserError(
                self.env._(
                    "%(entries)s offset settled claims. Cancel %(settlements)s instead; that reverses the entries.",
                    entries=", ".join((live.offset_move_ids & self.sudo()).mapped("name")),
                    settlements=live._get_names(),
                )
            )
        return result
