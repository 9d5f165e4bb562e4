# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Command, Domain

DRAFT_FIELDS = {"cut_date", "invoice_date", "line_ids", "settlement_way", "variance_ids"}


class ClaimSettlement(models.Model):
    """Statement of what a supplier owes for agreed claim lines, turned into a posted credit note.

    The state follows the accounting: posted and reconciled are read from the credit note, so that they hold
    however the credit note comes to be reconciled.
    """

    _name = "claim.settlement"
    _description = "Claim Settlement"
    _inherit = ["parts.claims.guard", "mail.thread", "mail.activity.mixin"]
    _order = "cut_date desc, id desc"
    _check_company_auto = True
    _guarded_fields = frozenset(
        {
            "canceled",
            "company_id",
            "credit_note_id",
            "currency_id",
            "direction",
            "name",
            "post_date",
            "post_user_id",
            "reversal_id",
            "supplier_id",
        }
    )
    _initial_fields = frozenset({"company_id", "currency_id", "direction", "name", "supplier_id"})

    name = fields.Char(required=True, readonly=True, copy=False, index="trigram", default="/")
    amount_claimed = fields.Monetary(string="Claimed", compute="_compute_claimed", store=True)
    amount_in_words = fields.Char(compute="_compute_amount_in_words")
    amount_residual = fields.Monetary(string="Open Credit", compute="_compute_amount_residual")
    amount_tax = fields.Monetary(string="Tax", compute="_compute_amounts", store=True)
    amount_total = fields.Monetary(string="Total", compute="_compute_amounts", store=True, tracking=True)
    amount_untaxed = fields.Monetary(string="Agreed", compute="_compute_amounts", store=True)
    bill_id = fields.Many2one(
        "account.move",
        string="Set Off Against",
        check_company=True,
        copy=False,
        domain="""[
            ('move_type', '=', 'in_invoice'), ('state', '=', 'posted'), ('company_id', '=', company_id),
            ('commercial_partner_id', '=', supplier_id), ('currency_id', '=', currency_id),
            ('payment_state', 'in', ('not_paid', 'partial')),
        ]""",
        help="Open bill the credit is set off against. Empty: the oldest open bills of the supplier.",
    )
    canceled = fields.Boolean(readonly=True, copy=False)
    claim_count = fields.Integer(compute="_compute_counts")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    credit_note_id = fields.Many2one("account.move", readonly=True, copy=False, index="btree_not_null")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    cut_date = fields.Date(
        required=True,
        default=lambda self: self.env.company._get_law_date(),
        help="Lines agreed up to this day are settled.",
    )
    invoice_date = fields.Date(
        string="Credit Note Date",
        required=True,
        default=lambda self: self.env.company._get_law_date(),
    )
    line_ids = fields.One2many("claim.settlement.line", "settlement_id", string="Lines")
    note = fields.Html(string="Notes")
    post_date = fields.Datetime(string="Posted On", readonly=True, copy=False)
    post_user_id = fields.Many2one("res.users", string="Posted By", readonly=True, copy=False)
    print_lang = fields.Selection(
        selection="_selection_lang",
        string="Print Language",
        help="Language of the printed statement. Empty: the supplier's language.",
    )
    reconciled_bill_ids = fields.Many2many("account.move", compute="_compute_reconciled_bill_ids")
    repair_count = fields.Integer(compute="_compute_counts")
    reversal_id = fields.Many2one("account.move", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("posting", "Being Posted"),
            ("posted", "Posted"),
            ("reconciled", "Reconciled"),
            ("reversing", "Being Reversed"),
            ("canceled", "Canceled"),
        ],
        string="Status",
        compute="_compute_state",
        store=True,
        index=True,
        readonly=True,
        tracking=True,
    )
    supplier_id = fields.Many2one("res.partner", required=True, index=True, check_company=True)

    _name_uniq = models.Constraint("UNIQUE (name, company_id)", "The number of a settlement must be unique.")
    _one_draft = models.UniqueIndex(
        "(company_id, supplier_id, currency_id, direction) WHERE state = 'draft'",
        "There is already a draft settlement with this company in this currency. Use that one.",
    )

    @api.model
    def _selection_lang(self):
        return self.env["res.lang"].get_installed()

    @api.depends(
        "batch_ids.move_id.amount_residual",
        "batch_ids.state",
        "canceled",
        "credit_note_id",
        "post_date",
        "withdrawn",
    )
    def _compute_state(self):
        for settlement in self:
            if settlement.canceled:
                settlement.state = "canceled"
            elif settlement.withdrawn:
                settlement.state = "reversing"
            elif not settlement.post_date:
                settlement.state = "draft"
            elif settlement.batch_ids.filtered(lambda batch: batch.state == "waiting"):
                settlement.state = "posting"
            else:
                settlement.state = "reconciled" if settlement._is_paid() else "posted"

    @api.depends("batch_ids.move_id.amount_residual", "credit_note_id.amount_residual")
    def _compute_amount_residual(self):
        for settlement in self:
            settlement.amount_residual = sum(settlement._get_documents().mapped("amount_residual"))

    @api.depends("line_ids.amount_claimed")
    def _compute_claimed(self):
        for settlement in self:
            settlement.amount_claimed = sum(settlement.line_ids.mapped("amount_claimed"))

    @api.depends("company_id", "currency_id", "line_ids.amount", "line_ids.tax_ids")
    def _compute_amounts(self):
        """The accounting's own tax computation, so that the credit note shows the same figures."""
        for settlement in self:
            totals = [
                settlement._get_tax_totals(lines, variances)
                for _type, lines, variances in settlement._get_document_parts()
            ]
            settlement.amount_untaxed = sum(total["base_amount_currency"] for total in totals)
            settlement.amount_tax = sum(total["tax_amount_currency"] for total in totals)
            settlement.amount_total = sum(total["total_amount_currency"] for total in totals)

    @api.depends("amount_total", "currency_id")
    @api.depends_context("lang")
    def _compute_amount_in_words(self):
        lang = self.env.lang or "en_US"
        for settlement in self:
            settlement.amount_in_words = settlement.currency_id._get_amount_in_words(
                settlement.amount_total, lang
            )

    @api.depends("line_ids")
    def _compute_counts(self):
        counts = {
            settlement: counts
            for settlement, *counts in self.env["claim.settlement.line"]._read_group(
                Domain("settlement_id", "in", self.ids),
                ["settlement_id"],
                ["claim_id:count_distinct", "repair_id:count_distinct"],
            )
        }
        for settlement in self:
            settlement.claim_count, settlement.repair_count = counts.get(settlement._origin, (0, 0))

    @api.depends(
        "batch_ids.move_id.line_ids.matched_debit_ids", "batch_ids.move_id.line_ids.matched_credit_ids"
    )
    def _compute_reconciled_bill_ids(self):
        for settlement in self:
            lines = settlement._get_documents().line_ids
            counterparts = lines.matched_debit_ids.debit_move_id | lines.matched_credit_ids.credit_move_id
            bills = counterparts.move_id.filtered(lambda move: move.move_type == "in_invoice")
            settlement.reconciled_bill_ids = bills - settlement.batch_ids.reversal_id

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id") or self.env.company.id)
            vals["name"] = self.env["ir.sequence"].with_company(company).next_by_code("claim.settlement")
        return super().create(vals_list)

    def write(self, vals):
        if DRAFT_FIELDS & set(vals):
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Settlements are kept. Cancel the settlement instead."))

    def action_collect_lines(self):
        """Add the agreed lines of the supplier up to the cut date that are in no settlement yet."""
        self._check_step("parts_claims.parts_claims_group_settlement", ("draft",))
        for settlement in self:
            lines = self.env["parts.claim.line"].search(settlement._get_collect_domain())
            settlement.write({"line_ids": [Command.create({"claim_line_id": line.id}) for line in lines]})
        return True

    def action_view_claims(self):
        """Open the claims settled here."""
        return self.line_ids.claim_id._get_records_action(name=self.env._("Claims"))

    def action_view_repairs(self):
        """Open the repairs the settled parts were used in."""
        return self.line_ids.repair_id._get_records_action(name=self.env._("Repairs"))

    def action_view_credit_note(self):
        """Open the credit note; of a large settlement, its documents."""
        return self._get_documents()._get_records_action(name=self.env._("Documents"))

    def action_view_reversal(self):
        """Open the entries that undid the documents."""
        return self.batch_ids.reversal_id._get_records_action(name=self.env._("Reversals"))

    def action_print_statement(self):
        """Print the statement in the language chosen, else the supplier's."""
        return self.env.ref("parts_claims.claim_settlement_report_statement").report_action(self)

    def action_export_statement(self):
        """Download the statement as a spreadsheet."""
        return self.env.ref("parts_claims.claim_settlement_report_xlsx").report_action(self)

    def _get_names(self):
        return ", ".join(self.mapped("name"))

    def _check_draft(self):
        fixed = self.filtered(lambda settlement: settlement.state != "draft")
        if fixed:
            raise UserError(
                self.env._(
                    "%(settlements)s are posted or canceled; their lines and dates can no longer change.",
                    settlements=fixed._get_names(),
                )
            )

    def _check_step(self, group, states):
        """Group, access and state of a step, the same at every door; the rows are locked until the end."""
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._(
                    "This step of a settlement is reserved for %(group)s.",
                    group=self.env.ref(group).sudo().display_name,
                )
            )
        self.check_access("write")
        self._lock()
        wrong = self.filtered(lambda settlement: settlement.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "This step is for settlements in state %(states)s; %(settlements)s are not.",
                    states=", ".join(labels[state] for state in states),
                    settlements=wrong._get_names(),
                )
            )

    def _lock(self):
        """Keep everybody else from working on these settlements until the end of the transaction.

        :raise LockError: somebody does already
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise LockError(
                self.env._(
                    "Somebody else is working on %(settlements)s right now. Reload the page to see what was done.",
                    settlements=self._get_names(),
                )
            ) from error

    @api.model
    def _open_for(self, company, supplier, currency, direction="outbound"):
        """The draft settlement with a supplier, filled up with everything agreed; made if there is none."""
        settlement = self.search(
            Domain("state", "=", "draft")
            & Domain("company_id", "=", company.id)
            & Domain("supplier_id", "=", supplier.id)
            & Domain("currency_id", "=", currency.id)
            & Domain("direction", "=", direction),
            limit=1,
        ) or self.create(
            {
                "company_id": company.id,
                "currency_id": currency.id,
                "direction": direction,
                "supplier_id": supplier.id,
            }
        )
        settlement.action_collect_lines()
        return settlement

    def _get_collect_domain(self):
        self.ensure_one()
        return (
            Domain("state", "=", "agreed")
            & Domain("direction", "=", self.direction)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("supplier_id", "=", self.supplier_id.id)
            & Domain("currency_id", "=", self.currency_id.id)
            & Domain("claim_id.agreed_date", "<=", self.cut_date)
            & Domain("settlement_line_ids", "not any", Domain("state", "!=", "canceled"))
        )

    def _is_paid(self):
        """Whether nothing is open of what was posted."""
        self.ensure_one()
        return not self.amount_residual

    def _get_tax_totals(self, lines, variances):
        """Totals of one document as ``account.tax._get_tax_totals_summary`` gives them."""
        self.ensure_one()
        AccountTax = self.env["account.tax"]
        base_lines = [line._prepare_base_line() for line in [*lines, *variances]]
        AccountTax._add_tax_details_in_base_lines(base_lines, self.company_id)
        AccountTax._round_base_lines_tax_details(base_lines, self.company_id)
        return AccountTax._get_tax_totals_summary(
            base_lines=base_lines, currency=self.currency_id, company=self.company_id
        )

    def _get_print_lang(self):
        """Language chosen, else the supplier's, else the user's, of those that are installed."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        wanted = (self.print_lang, self.supplier_id.lang, self.env.lang, *installed)
        return next(lang for lang in wanted if lang in installed)
