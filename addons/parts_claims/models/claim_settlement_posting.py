# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.compliance_base.violation import Violation


class ClaimSettlement(models.Model):
    _inherit = "claim.settlement"

    def action_post(self):
        """Post the documents. Settlement role only; each document wholly or not at all, and nothing twice.

        More lines than fit into one document are posted behind the scenes, see ``claim.settlement.batch``.
        """
        self._check_step("parts_claims.parts_claims_group_settlement", ("draft",))
        # Of many lines only what the gate asks is read.
        self.line_ids.fetch(["amount", "claim_line_id", "product_id", "tax_ids"])
        self.line_ids.claim_line_id.lock_for_update(allow_referencing=True)
        self._check_post()
        self._set({"post_date": self.env.cr.now(), "post_user_id": self.env.uid})
        for settlement in self:
            settlement._start_posting()
        return True

    def action_reconcile(self):
        """Set the credit off against the open bill chosen, else against the supplier's oldest open bills."""
        self._check_step("parts_claims.parts_claims_group_settlement", ("posted",))
        for settlement in self:
            settlement._reconcile_bills()
        return True

    def action_cancel(self):
        """Withdraw a draft, or reverse what was posted: claims are agreed again, bills open again.

        Drafts by the settlement role, posted ones by a manager.
        """
        undoable = ("posting", "posted", "reconciled")
        self._check_step("parts_claims.parts_claims_group_settlement", ("draft", *undoable))
        drafts = self.filtered(lambda settlement: settlement.state == "draft")
        posted = self - drafts
        if posted:
            posted._check_step("parts_claims.parts_claims_group_manager", undoable)
        drafts._set({"canceled": True})
        drafts.line_ids._set({"state": "canceled"})
        for settlement in posted:
            settlement._start_reversing()
        return True

    def _check_post(self):
        """Gate before money is booked: collects everything wrong with the settlements."""
        violations = [violation for settlement in self for violation in settlement._get_post_violations()]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)

    def _get_post_violations(self):
        self.ensure_one()
        if not self.line_ids:
            message = self.env._("Settlement %(settlement)s has no lines.", settlement=self.name)
            remedy = self.env._("Collect the agreed lines of the supplier, or cancel the settlement.")
            return [Violation("claims.settle.empty", self, message, remedy)]
        self.line_ids.claim_line_id.fetch(["company_id", "currency_id", "kind", "state", "supplier_id"])
        return [violation for line in self.line_ids for violation in self._get_line_violations(line)]

    def _refuse_lines(self, lines):
        """The same gate for the lines of one document: much may have happened since the settlement was posted."""
        violations = [violation for line in lines for violation in self._get_line_violations(line)]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)

    def _get_line_violations(self, line):
        return [
            *self._get_agreed_violations(line.claim_line_id),
            *self._get_tax_violations(line),
            *self._get_account_violations(line),
        ]

    def _get_agreed_violations(self, claimed):
        """Claims may have been withdrawn, or lines forged, since they were put into the settlement."""
        own = (self.company_id, self.supplier_id, self.currency_id)
        if (
            claimed.state == "agreed"
            and (claimed.company_id, claimed.supplier_id, claimed.currency_id) == own
        ):
            return []
        message = self.env._(
            "%(line)s is not agreed with %(supplier)s in %(currency)s.",
            line=claimed.display_name,
            supplier=self.supplier_id.display_name,
            currency=self.currency_id.name,
        )
        remedy = self.env._("Remove the line from settlement %(settlement)s.", settlement=self.name)
        return [Violation("claims.settle.not_agreed", claimed, message, remedy)]

    def _get_tax_violations(self, line):
        included = line.tax_ids.filtered("price_include")
        if not included:
            return []
        message = self.env._(
            "%(line)s: %(taxes)s are included in prices, but claims are agreed without tax.",
            line=line.claim_line_id.display_name,
            taxes=", ".join(included.mapped("name")),
        )
        remedy = self.env._("Choose taxes that are added on top, on the line or in the agreement.")
        return [Violation("claims.settle.tax_included", line.claim_line_id, message, remedy)]

    def _get_account_violations(self, line):
        if self._get_recovery_account(line):
            return []
        name = line.claim_line_id.display_name
        message = self.env._("%(line)s: no account is known for what is recovered.", line=name)
        remedy = self.env._("Set a claim recovery account in the settings of Parts Claims.")
        return [Violation("claims.settle.account", line.claim_line_id, message, remedy)]

    def _get_recovery_account(self, line):
        """Account credited for a line: the company's recovery account, else the part's expense account."""
        company = self.company_id
        if company.claim_recovery_account_id:
            return company.claim_recovery_account_id
        return line.product_id.product_tmpl_id.with_company(company).get_product_accounts()["expense"]

    def _prepare_credit_note_vals(self, lines):
        """Values of a credit note or invoice for these lines, in their order."""
        return {
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "invoice_date": self.invoice_date,
            "invoice_line_ids": [
                Command.create(line._prepare_move_line_vals() | {"sequence": number})
                for number, line in enumerate(lines, start=1)
            ],
            "invoice_origin": ", ".join(lines.claim_id.mapped("name")),
            "move_type": "in_refund",
            "partner_id": self.supplier_id.id,
            "ref": self.name,
        } | ({"journal_id": self.company_id.claim_journal_id.id} if self.company_id.claim_journal_id else {})

    def _check_same_total(self, note, totals):
        """The printed statement and the books must say the same to the cent.

        :param totals: what the statement says of this document, as ``_get_tax_totals()`` gives it
        """
        own = [totals[f"{name}_amount_currency"] for name in ("base", "tax", "total")]
        booked = (note.amount_untaxed, note.amount_tax, note.amount_total)
        if any(self.currency_id.compare_amounts(one, other) for one, other in zip(own, booked, strict=True)):
            raise UserError(
                self.env._(
                    "The credit note would be %(booked)s, but settlement %(settlement)s says %(total)s. "
                    "Check the taxes of its lines.",
                    booked=note.amount_total,
                    settlement=self.name,
                    total=totals["total_amount_currency"],
                )
            )

    def _reconcile_bills(self):
        self.ensure_one()
        notes = self._get_documents().filtered(lambda move: move.move_type == "in_refund")
        payable = self._get_open_payable(notes)
        domain = self._get_open_bill_domain()
        bills = self.env["account.move"].search(domain, order="invoice_date_due, invoice_date, id")
        done = self.env["account.move"]
        for bill in bills:
            counterpart = self._get_open_payable(bill).filtered(
                lambda line, accounts=payable.account_id: line.account_id in accounts
            )
            if counterpart:
                (payable + counterpart).reconcile()
                done |= bill
            payable = self._get_open_payable(notes)
            if not payable:
                break
        if not done:
            raise UserError(
                self.env._(
                    "%(supplier)s has no open bill in %(currency)s to set %(settlement)s off against. The credit "
                    "stays open and is used with the next bill or payment.",
                    supplier=self.supplier_id.display_name,
                    currency=self.currency_id.name,
                    settlement=self.name,
                )
            )
        self.message_post(body=self.env._("Set off against %(bills)s.", bills=", ".join(done.mapped("name"))))

    def _get_open_payable(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable" and not line.reconciled
        )

    def _get_open_bill_domain(self):
        self.ensure_one()
        chosen = Domain("id", "=", self.bill_id.id) if self.bill_id else Domain.TRUE
        return (
            chosen
            & Domain("move_type", "=", "in_invoice")
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
            & Domain("company_id", "=", self.company_id.id)
            & Domain("currency_id", "=", self.currency_id.id)
            & Domain("commercial_partner_id", "=", self.supplier_id.id)
        )
