# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.fields import Command


class ClaimSettlementVariance(models.Model):
    """What a settlement differs by from the agreed lines: rounding, a rebate, a charge; always with a reason."""

    _name = "claim.settlement.variance"
    _inherit = ["parts.claims.guard"]
    _description = "Claim Settlement Variance"
    _order = "settlement_id, id"
    _check_company_auto = True
    _rec_name = "reason"
    _guarded_fields = frozenset({"settlement_id"})
    _initial_fields = frozenset({"settlement_id"})

    amount = fields.Monetary(required=True, help="Without tax. Positive: the supplier pays more.")
    company_id = fields.Many2one(related="settlement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="settlement_id.currency_id", store=True)
    reason = fields.Char(required=True)
    settlement_id = fields.Many2one("claim.settlement", required=True, index=True, ondelete="cascade")
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        check_company=True,
        domain="[('company_id', 'parent_of', company_id), ('price_include', '=', False)]",
    )

    _amount_not_zero = models.Constraint("CHECK (amount != 0)", "A variance has an amount.")

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

    def _prepare_base_line(self):
        """The variance as the accounting's tax computation wants it."""
        self.ensure_one()
        return self.env["account.tax"]._prepare_base_line_for_taxes_computation(
            self,
            currency_id=self.settlement_id.currency_id,
            is_refund=self.settlement_id._get_variance_move_type() == "in_refund",
            partner_id=self.settlement_id.supplier_id,
            price_unit=self.amount,
            quantity=1.0,
            tax_ids=self.tax_ids,
        )

    def _prepare_move_line_vals(self):
        self.ensure_one()
        return {
            "account_id": self.settlement_id._get_variance_account().id,
            "name": self.env._("Variance: %(reason)s", reason=self.reason),
            "price_unit": self.amount,
            "quantity": 1.0,
            "tax_ids": [Command.set(self.tax_ids.ids)],
        }
