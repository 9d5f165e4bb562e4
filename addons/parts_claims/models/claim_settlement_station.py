# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from odoo.addons.compliance_base.violation import Violation

from .claim_agreement_station import STATION_WAYS

SETTLEMENT = "parts_claims.parts_claims_group_settlement"


class ClaimSettlement(models.Model):
    """A station is paid: a write-off notice it confirms, then its bill, which may be deducted from its receivable."""

    _inherit = "claim.settlement"

    direction = fields.Selection(
        [("outbound", "With a Supplier"), ("inbound", "With a Station")],
        required=True,
        readonly=True,
        default="outbound",
        index=True,
    )
    notice_date = fields.Datetime(string="Notice Issued On", readonly=True, copy=False, tracking=True)
    notice_user_id = fields.Many2one("res.users", string="Notice Issued By", readonly=True, copy=False)

    @api.constrains("direction", "settlement_way")
    def _check_way(self):
        for settlement in self:
            if (settlement.direction == "inbound") != (settlement.settlement_way in STATION_WAYS):
                raise ValidationError(
                    self.env._(
                        "%(settlement)s: choose a way that fits whom you settle with.",
                        settlement=settlement.name,
                    )
                )

    @api.depends("direction", "offset_move_ids")
    def _compute_reconciled_bill_ids(self):
        """With a station, what its bill was deducted from are our own invoices."""
        result = super()._compute_reconciled_bill_ids()
        for settlement in self.filtered(lambda settlement: settlement.direction == "inbound"):
            entries = settlement.offset_move_ids.line_ids
            others = entries.matched_credit_ids.credit_move_id | entries.matched_debit_ids.debit_move_id
            settlement.reconciled_bill_ids = others.move_id.filtered(
                lambda move: move.move_type == "out_invoice"
            )
        return result

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("direction") == "inbound" and vals.get("settlement_way") not in STATION_WAYS:
                vals["settlement_way"] = "bill"
        return super().create(vals_list)

    @api.model
    @tools.ormcache()
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"notice_date", "notice_user_id"}

    def action_issue_notice(self):
        """Send the write-off notice to the station, which confirms it on the portal. Settlement role only."""
        self._check_step(SETTLEMENT, ("draft",))
        self._check_inbound()
        issued = self.filtered("notice_date")
        if issued:
            raise UserError(
                self.env._(
                    "The notice of %(settlements)s is issued already.", settlements=issued._get_names()
                )
            )
        violations = [violation for settlement in self for violation in settlement._get_content_violations()]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)
        self._set({"notice_date": self.env.cr.now(), "notice_user_id": self.env.uid})
        for settlement in self:
            filers = settlement.line_ids.claim_id.submit_user_id.sudo().filtered("share").partner_id
            filers = filers or settlement.supplier_id
            settlement.message_post(
                body=settlement.env._(
                    "Write-off notice %(notice)s is issued. Please confirm it on the portal.",
                    notice=settlement.name,
                ),
                message_type="comment",
                partner_ids=filers.ids,
                subtype_xmlid="mail.mt_comment",
            )
        return True

    def action_withdraw_notice(self):
        """Take back a notice the station has not confirmed, to change the lines. Settlement role only."""
        self._check_step(SETTLEMENT, ("draft",))
        confirmed = self.filtered("acknowledgment_ids")
        if confirmed:
            raise UserError(
                self.env._(
                    "The station has confirmed %(settlements)s. Post it, or cancel it.",
                    settlements=confirmed._get_names(),
                )
            )
        self._set({"notice_date": False, "notice_user_id": False})
        return True

    def _work_batch(self, number=None):
        """A station's bill is deducted from its open invoices as soon as all of it is posted, where that was agreed."""
        result = super()._work_batch(number=number)
        if self.settlement_way == "deduction" and self.state == "posted" and self._get_open_invoices():
            self._deduct_from_invoices()
        return result

    def action_print_notice(self):
        """Print the write-off notice in the language chosen, else the station's."""
        return self.env.ref("parts_claims.claim_settlement_report_notice").report_action(self)

    def get_formview_id(self, access_uid=None):
        """A settlement with a station has a form of its own."""
        if len(self) == 1 and self.direction == "inbound":
            return self.env.ref("parts_claims.claim_settlement_view_form_station").id
        return super().get_formview_id(access_uid=access_uid)

    def _check_inbound(self):
        if any(settlement.direction != "inbound" for settlement in self):
            raise UserError(self.env._("Write-off notices are for service stations."))

    def _check_draft(self):
        """What the station has been told does not change behind its back."""
        told = self.filtered(lambda settlement: settlement.state == "draft" and settlement.notice_date)
        if told:
            raise UserError(
                self.env._(
                    "The notice of %(settlements)s is with the station. Withdraw it first.",
                    settlements=told._get_names(),
                )
            )
        return super()._check_draft()

    def _get_post_violations(self):
        violations = super()._get_post_violations()
        if self.direction == "inbound" and not self.acknowledgment_ids:
            message = self.env._(
                "Settlement %(settlement)s: %(station)s has not confirmed the write-off notice.",
                settlement=self.name,
                station=self.supplier_id.display_name,
            )
            remedy = self.env._("Issue the notice, and let the station confirm it on the portal.")
            violations.append(Violation("claims.settle.notice", self, message, remedy))
        return violations

    def _get_content_violations(self):
        """What is wrong with the settlement apart from the missing confirmation."""
        return [
            violation for violation in self._get_post_violations() if violation.rule != "claims.settle.notice"
        ]

    def _get_agreed_violations(self, claimed):
        violations = super()._get_agreed_violations(claimed)
        if violations or claimed.direction == self.direction:
            return violations
        message = self.env._("%(line)s does not belong into this settlement.", line=claimed.display_name)
        remedy = self.env._("Remove the line from settlement %(settlement)s.", settlement=self.name)
        return [Violation("claims.settle.direction", claimed, message, remedy)]

    def _get_recovery_account(self, line):
        """What stations are paid is a cost of warranty."""
        if self.direction == "inbound" and self.company_id.claim_station_account_id:
            return self.company_id.claim_station_account_id
        if self.direction == "inbound":
            accounts = line.product_id.product_tmpl_id.with_company(self.company_id).get_product_accounts()
            return accounts["expense"]
        return super()._get_recovery_account(line)

    def _get_variance_account(self):
        if self.direction == "inbound":
            return self._get_recovery_account(self.line_ids.sorted("id")[:1])
        return super()._get_variance_account()

    # Deduction

    def _get_open_invoices(self):
        """Open invoices to the station in the currency, the oldest first."""
        self.ensure_one()
        return self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("company_id", "=", self.company_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("commercial_partner_id", "=", self.supplier_id.id),
            ],
            order="invoice_date_due, invoice_date, id",
        )

    def _reconcile_bills(self):
        self.ensure_one()
        if self.settlement_way == "deduction":
            return self._deduct_from_invoices()
        if self.settlement_way == "bill":
            raise UserError(
                self.env._(
                    "%(settlement)s is paid to the station: register the payment on its bill.",
                    settlement=self.name,
                )
            )
        return super()._reconcile_bills()

    def _deduct_from_invoices(self):
        """Offset the station's bill against what the station owes us, the oldest invoices first."""
        payable = self._get_open_lines(self._get_documents(), "liability_payable")
        pairs, left = [], -sum(payable.mapped("amount_residual_currency"))
        for receivable in self._get_open_lines(self._get_open_invoices(), "asset_receivable"):
            amount = min(left, receivable.amount_residual_currency)
            if self.currency_id.compare_amounts(amount, 0.0) > 0:
                pairs.append((receivable, -amount))
                left -= amount
        if not pairs:
            raise UserError(
                self.env._(
                    "%(station)s owes nothing in %(currency)s that %(settlement)s could be deducted from.",
                    station=self.supplier_id.display_name,
                    currency=self.currency_id.name,
                    settlement=self.name,
                )
            )
        self._post_offset(payable, pairs)

    # What the station sees and confirms

    def _belongs_to(self, partner):
        """Stations have pages of their own."""
        return self.direction == "outbound" and super()._belongs_to(partner)

    def _belongs_to_station(self, partner):
        """Whether a partner's own company is the station, and the notice has been issued."""
        self.ensure_one()
        reached = self.direction == "inbound" and bool(self.notice_date)
        return reached and self.supplier_id.commercial_partner_id == partner.commercial_partner_id

    def _acknowledge(self, name):
        if self.direction == "inbound":
            raise UserError(self.env._("A station confirms the write-off notice, before it is posted."))
        return super()._acknowledge(name)

    def _confirm_notice(self, name):
        """The station's user confirms the notice under a name, once; called by the portal, which checks whose it is."""
        self.ensure_one()
        self.lock_for_update(allow_referencing=True)
        if self.state != "draft" or not self.notice_date or self.acknowledgment_ids:
            raise UserError(self.env._("Notice %(notice)s cannot be confirmed now.", notice=self.name))
        name = (name or "").strip()[:100]
        if not name:
            raise UserError(self.env._("Enter the name of the person who confirms the notice."))
        content = {"rows": self._get_notice_rows(), "totals": self._get_statement_totals()}
        acknowledgment = self.env["claim.settlement.acknowledgment"].create(
            {
                "acknowledged_by": name,
                "acknowledged_on": self.env.cr.now(),
                "company_id": self.company_id.id,
                "content": json.dumps(content, ensure_ascii=False, sort_keys=True),
                "partner_id": self.env.user.partner_id.id,
                "settlement_id": self.id,
                "user_id": self.env.uid,
            }
        )
        acknowledgment._close_evidence()
        self.message_post(body=self.env._("Confirmed on the portal by %(name)s.", name=name))
        self.activity_schedule(
            activity_type_id=self.env.ref("mail.mail_activity_data_todo").id,
            date_deadline=self.company_id._get_law_date(),
            summary=self.env._("The station confirmed the notice: post it"),
            user_id=self.notice_user_id.id,
        )
        return acknowledgment

    def _get_notice_rows(self):
        """Rows of the notice in printing order, in the language of the context; amounts without tax.

        :return: list of dicts: number, claim, document, serial, kind, item, quantity, unit, asked, agreed, reason
        """
        self.ensure_one()
        kinds = dict(self.env["parts.claim.line"]._fields["kind"]._description_selection(self.env))
        rows = [
            {
                "number": number,
                "claim": line.claim_id.name,
                "document": line.claim_line_id.station_document or "",
                "serial": line.unit_lot_id.name or "",
                "kind": kinds[line.claim_line_id.kind],
                "item": line.claim_line_id._get_item_name(),
                "quantity": line.quantity,
                "unit": line.uom_id.name,
                "asked": line.amount_claimed,
                "agreed": line.amount,
                "reason": line.decision_reason or "",
            }
            for number, line in enumerate(self._get_notice_lines(), 1)
        ]
        blank = dict.fromkeys(("claim", "document", "serial", "unit"), "")
        return rows + [
            blank
            | {
                "number": number,
                "kind": self.env._("Variance"),
                "item": variance.reason,
                "quantity": 1.0,
                "asked": 0.0,
                "agreed": variance.amount,
                "reason": "",
            }
            for number, variance in enumerate(self.variance_ids.sorted("id"), len(rows) + 1)
        ]

    def _get_notice_lines(self):
        """The lines in the order of the statement."""
        return self.line_ids.browse(self._get_statement_line_ids())

    def _get_notice_fees(self):
        """Sum of what is agreed for each kind of cost, in printing order: list of (label, amount)."""
        self.ensure_one()
        kinds = dict(self.env["parts.claim.line"]._fields["kind"]._description_selection(self.env))
        groups = self.line_ids.grouped(lambda line: line.claim_line_id.kind)
        return [
            (label, self.currency_id.round(sum(groups[kind].mapped("amount"))))
            for kind, label in kinds.items()
            if kind in groups
        ]


class ClaimSettlementLine(models.Model):
    _inherit = "claim.settlement.line"

    direction = fields.Selection(related="settlement_id.direction", store=True)

    def _get_move_type(self):
        return "in_invoice" if self.settlement_id.direction == "inbound" else super()._get_move_type()


class PartsClaimLine(models.Model):
    _inherit = "parts.claim.line"

    def _get_item_name(self):
        """What a line is about, in words: the description given, else the part or operation."""
        self.ensure_one()
        return self.name or self.operation_id.display_name or self.product_id.display_name
