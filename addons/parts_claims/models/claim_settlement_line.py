# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import float_round, formatLang


class ClaimSettlementLine(models.Model):
    """One agreed claim line in a settlement. A claim line is in one settlement that is not canceled, at most."""

    _name = "claim.settlement.line"
    _inherit = ["parts.claims.guard"]
    _description = "Claim Settlement Line"
    _order = "settlement_id, id"
    _check_company_auto = True
    _rec_name = "claim_line_id"
    _guarded_fields = frozenset({"batch_id", "claim_line_id", "move_line_id", "settlement_id", "state"})
    _initial_fields = frozenset({"claim_line_id", "settlement_id"})

    amount = fields.Monetary(
        string="Agreed", compute="_compute_amount", precompute=True, store=True, help="Without tax."
    )
    amount_claimed = fields.Monetary(related="claim_line_id.amount_claimed", store=True)
    amount_refused = fields.Monetary(related="claim_line_id.amount_refused")
    batch_id = fields.Many2one(
        "claim.settlement.batch",
        string="Settled With",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The document of the settlement that holds this line.",
    )
    claim_id = fields.Many2one(related="claim_line_id.claim_id", store=True, index=True)
    claim_line_id = fields.Many2one(
        "parts.claim.line",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="""[
            ('state', '=', 'agreed'), ('company_id', '=', company_id),
            ('supplier_id', '=', parent.supplier_id), ('currency_id', '=', parent.currency_id),
        ]""",
    )
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id", store=True)
    decision_reason = fields.Char(related="claim_line_id.decision_reason")
    move_line_id = fields.Many2one(
        "account.move.line", string="Credit Note Line", readonly=True, copy=False, index="btree_not_null"
    )
    product_id = fields.Many2one(related="claim_line_id.product_id", store=True)
    quantity = fields.Float(related="claim_line_id.quantity")
    repair_id = fields.Many2one(related="claim_line_id.repair_id", store=True, index=True)
    settlement_id = fields.Many2one("claim.settlement", required=True, index=True, ondelete="cascade")
    # Not that of the settlement: of a large one, some documents are posted before others.
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("canceled", "Canceled")],
        string="Status",
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    supplier_id = fields.Many2one(related="settlement_id.supplier_id", store=True)
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        precompute=True,
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase'), ('company_id', 'parent_of', company_id)]",
    )
    ticket_id = fields.Many2one(related="claim_line_id.ticket_id")
    unit_lot_id = fields.Many2one(related="claim_line_id.unit_lot_id")
    unit_price = fields.Float(related="claim_line_id.unit_price")
    uom_id = fields.Many2one(related="claim_line_id.uom_id")

    _claim_line_uniq = models.UniqueIndex(
        "(claim_line_id) WHERE state IS DISTINCT FROM 'canceled'", "A claim line is settled only once."
    )

    @api.depends("claim_line_id.amount_agreed")
    def _compute_amount(self):
        for line in self:
            line.amount = line.claim_line_id.amount_agreed

    @api.depends("claim_line_id", "settlement_id.supplier_id")
    def _compute_tax_ids(self):
        for line in self:
            company = line.settlement_id.company_id or self.env.company
            agreed = line.claim_line_id.agreement_id.tax_ids
            line.tax_ids = agreed or line._get_product_taxes(company)

    @api.model_create_multi
    def create(self, vals_list):
        self.env["claim.settlement"].browse({vals["settlement_id"] for vals in vals_list})._check_draft()
        return super().create(vals_list)

    def write(self, vals):
        self.settlement_id._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.settlement_id._check_draft()

    def _get_product_taxes(self, company):
        self.ensure_one()
        taxes = self.product_id.supplier_taxes_id._filter_taxes_by_company(company)
        position = self.env["account.fiscal.position"].with_company(company)
        return position._get_fiscal_position(self.settlement_id.supplier_id).map_tax(taxes)

    def _prepare_base_line(self):
        """The line as the accounting's tax computation wants it."""
        self.ensure_one()
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            currency_id=self.settlement_id.currency_id,
            is_refund=True,
            partner_id=self.settlement_id.supplier_id,
            price_unit=self.amount,
            product_id=self.product_id,
            quantity=1.0,
            tax_ids=self.tax_ids,
        )

    def _prepare_move_line_vals(self):
        """Invoice line of the credit note; the account is given, lest the part's stock account be taken."""
        self.ensure_one()
        claimed = self.claim_line_id
        quantity, price = self._get_exact_split()
        digits = 0 if claimed.quantity == int(claimed.quantity) else 2
        return {
            "account_id": self.settlement_id._get_recovery_account(self).id,
            "name": self.env._(
                "%(part)s × %(quantity)s %(unit)s; %(repair)s, claim %(claim)s",
                part=claimed.name or claimed.product_id.display_name,
                quantity=formatLang(self.env, claimed.quantity, digits=digits),
                unit=claimed.uom_id.name,
                repair=claimed._get_origin_name(),
                claim=claimed.claim_id.name,
            ),
            "price_unit": price,
            "product_id": claimed.product_id.id,
            "product_uom_id": claimed.uom_id.id,
            "quantity": quantity,
            "tax_ids": [Command.set(self.tax_ids.ids)],
        }

    def _get_exact_split(self):
        """(quantity, unit price) whose product is the agreed amount; one lump where no unit price gives it."""
        self.ensure_one()
        quantity = self.claim_line_id.quantity
        digits = self.env["decimal.precision"].precision_get("Product Price")
        price = float_round(self.amount / quantity, precision_digits=digits)
        if self.currency_id.compare_amounts(quantity * price, self.amount) == 0:
            return quantity, price
        return 1.0, self.amount
