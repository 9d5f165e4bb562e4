# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

KINDS = [
    ("part", "Part"),
    ("labor", "Labor"),
    ("travel", "Travel"),
    ("mileage", "Mileage"),
    ("freight", "Freight"),
    ("consumable", "Consumables"),
    ("expense", "Other Expense"),
    ("goodwill", "Goodwill"),
]


class ClaimAgreementCover(models.Model):
    """What an agreement reimburses of one kind of cost. Parts are reimbursed without such a row, too."""

    _name = "claim.agreement.cover"
    _description = "Cost Covered by a Claim Agreement"
    _order = "agreement_id, id"
    _rec_name = "kind"

    agreement_id = fields.Many2one("claim.agreement", required=True, index=True, ondelete="cascade")
    amount = fields.Monetary(help="Per hour, or for each line, or for each piece of a part.")
    cap = fields.Monetary(
        string="Limit per Repair", help="Most that is reimbursed of this kind for one repair. 0: no limit."
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="agreement_id.currency_id")
    kind = fields.Selection(KINDS, required=True)
    method = fields.Selection(
        [("percent", "Percent of Our Cost"), ("hourly", "Rate per Hour"), ("fixed", "Fixed Amount")],
        required=True,
        default="percent",
    )
    percent = fields.Float(digits=(5, 2), default=100.0, help="0: this kind of cost is not reimbursed.")

    _kind_uniq = models.Constraint(
        "UNIQUE (agreement_id, kind)", "This kind of cost already has a row in the agreement."
    )
    _percent_range = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)", "The percentage covered is between 0 and 100."
    )
    _amount_range = models.Constraint(
        "CHECK (cap >= 0 AND CASE WHEN method = 'percent' THEN amount >= 0 ELSE amount > 0 END)",
        "A rate or fixed amount is more than 0, and a limit is not negative.",
    )
    _hourly = models.Constraint(
        "CHECK (method <> 'hourly' OR kind = 'labor')", "Only labor is reimbursed by the hour."
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.agreement_id._check_terms_open()
        return rows

    def write(self, vals):
        self.agreement_id._check_terms_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self.agreement_id._check_terms_open()

    def _is_empty_promise(self):
        """Whether the row says that nothing is reimbursed."""
        return self.method == "percent" and not self.percent
