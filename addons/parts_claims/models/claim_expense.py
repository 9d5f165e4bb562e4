# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .claim_agreement_cover import KINDS


class ClaimExpense(models.Model):
    """A cost that is neither part nor labor of a repair (freight, travel …), or what a complaint cost us.

    It is claimed from whoever answers for the repair or the complaint, or from the company named here.
    """

    _name = "claim.expense"
    _description = "Expense to Claim"
    _order = "date desc, id desc"
    _check_company_auto = True

    amount = fields.Monetary(required=True, help="Without tax.")
    claim_line_ids = fields.One2many("parts.claim.line", "expense_id", string="Claim Lines")
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True, required=True, index=True
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._get_law_date())
    kind = fields.Selection(
        [kind for kind in KINDS if kind[0] not in ("part", "labor")], required=True, default="freight"
    )
    name = fields.Char(string="Description", required=True)
    reference = fields.Char(string="Receipt", help="Number of the bill or receipt that proves the expense.")
    repair_id = fields.Many2one(
        "repair.order", index="btree_not_null", ondelete="restrict", check_company=True
    )
    supplier_id = fields.Many2one(
        "res.partner",
        string="Claim From",
        check_company=True,
        help="Empty: whoever answers for the repair or complaint.",
    )
    ticket_id = fields.Many2one("helpdesk.ticket", index="btree_not_null", ondelete="restrict")

    _one_origin = models.Constraint(
        "CHECK (num_nonnulls(repair_id, ticket_id) = 1)", "An expense belongs to a repair or to a complaint."
    )
    _amount_range = models.Constraint(
        "CHECK (amount > 0 AND amount < 1000000000)",
        "The amount of an expense is more than 0, and less than a billion.",
    )
    _expense_uniq = models.UniqueIndex(
        "(COALESCE(repair_id, 0), COALESCE(ticket_id, 0), kind, date, amount, COALESCE(reference, ''))",
        "This expense is recorded already: same kind, day, amount and receipt.",
    )

    @api.depends("repair_id", "ticket_id")
    def _compute_company_id(self):
        for expense in self:
            expense.company_id = (
                expense.repair_id.company_id or expense.ticket_id.company_id or self.env.company
            )

    @api.model_create_multi
    def create(self, vals_list):
        """An expense of a finished repair, or of a complaint, is claimable at once."""
        expenses = super().create(vals_list)
        expenses._collect_claims()
        return expenses

    def write(self, vals):
        self._check_unclaimed()
        result = super().write(vals)
        self._collect_claims()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_claimed(self):
        self._check_unclaimed()

    def _check_unclaimed(self):
        """Superuser mode: the lines may belong to a claim the user cannot read."""
        claimed = self.filtered(lambda expense: expense.sudo().claim_line_ids)
        if claimed:
            raise UserError(
                self.env._(
                    "%(expenses)s can no longer change: the claim was made from it. Let a manager waive the claim "
                    "line, and record the right expense.",
                    expenses=", ".join(claimed.mapped("name")),
                )
            )

    def _collect_claims(self):
        ready = self.filtered(lambda expense: expense.ticket_id or expense.repair_id.state == "done")
        # Claim lines are the system's: nobody makes them by hand.
        self.env["parts.claim.line"].sudo()._collect_records(ready.sudo())

    def _prepare_claim_source(self):
        """See ``parts.claim.line._get_source()``."""
        self.ensure_one()
        ticket = self.ticket_id
        product = self.env["parts.claim.line"]._get_constant(
            "product.product", "parts_claims.product_expense"
        )
        main = self.repair_id._get_main_cause_move()
        return {
            "kind": self.kind,
            "origin_kind": "complaint" if ticket else "repair",
            "product": product,
            "subject": main.product_id or self.repair_id.product_id or product,
            "quantity": 1.0,
            "uom": product.uom_id,
            "when": fields.Datetime.to_datetime(self.date) if ticket else self.repair_id._get_claim_time(),
            "repair": self.repair_id,
            "move": self.env["stock.move"],
        }

    def _get_claim_parties(self):
        """See ``parts.claim.line._get_parties()``."""
        self.ensure_one()
        if self.supplier_id:
            return [(self.supplier_id.commercial_partner_id, 100.0)]
        return (self.repair_id or self.ticket_id)._get_claim_parties()

    @api.model
    def _get_missed_claim_domain(self):
        """Expenses that should have a claim line and have none."""
        done = Domain("repair_id.state", "=", "done") | Domain("ticket_id", "!=", False)
        return done & Domain("claim_line_ids", "not any", Domain("state", "!=", "canceled"))
