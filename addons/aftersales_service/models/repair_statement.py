# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

SEQUENCE_CODE = "repair.statement"
COST_BEARERS = [
    ("customer", "Customer"),
    ("supplier", "Supplier"),
    ("carrier", "Carrier"),
    ("installer", "Installer"),
    ("station", "Service Station"),
    ("ourselves", "Ourselves"),
    ("contract", "Service Contract"),
]
# Cost accounts and totals: carriers and installers count together.
BEARER_GROUPS = {
    "supplier": "supplier",
    "carrier": "third",
    "installer": "third",
    "station": "station",
    "ourselves": "ourselves",
    "contract": "contract",
}


class RepairStatement(models.Model):
    """What a finished repair took and who bears it, part by part: copied when the work is done, then explained to the
    customer and signed. Nobody edits it; a statement that is out of date is replaced by a new one."""

    _name = "repair.statement"
    _description = "Settlement Statement"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, index="trigram")
    repair_id = fields.Many2one(
        "repair.order", required=True, readonly=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="repair_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    date = fields.Datetime(string="Made On", required=True, readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("current", "Current"), ("replaced", "Replaced")],
        required=True,
        readonly=True,
        default="current",
        index=True,
    )
    line_ids = fields.One2many("repair.statement.line", "statement_id", string="Lines", readonly=True)
    received_by_id = fields.Many2one(related="repair_id.received_by_id")
    explained_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Who explained the statement to the customer. As a rule whoever received the unit explains the bill.",
    )
    explained_on = fields.Datetime(readonly=True)
    amount_full = fields.Monetary(
        string="Full Value",
        compute="_compute_amounts",
        store=True,
        help="What the repair is worth, without tax.",
    )
    amount_untaxed = fields.Monetary(string="Customer, Untaxed", compute="_compute_amounts", store=True)
    amount_tax = fields.Monetary(string="Tax", compute="_compute_amounts", store=True)
    amount_customer = fields.Monetary(
        string="Customer Pays", compute="_compute_amounts", store=True, help="Including tax."
    )
    amount_supplier = fields.Monetary(string="Supplier Bears", compute="_compute_amounts", store=True)
    amount_station = fields.Monetary(string="Station Bears", compute="_compute_amounts", store=True)
    amount_third = fields.Monetary(
        string="Carriers and Installers Bear", compute="_compute_amounts", store=True
    )
    amount_ourselves = fields.Monetary(string="We Bear", compute="_compute_amounts", store=True)
    amount_contract = fields.Monetary(string="Contract Bears", compute="_compute_amounts", store=True)

    _current_uniq = models.UniqueIndex(
        "(repair_id) WHERE state = 'current'", "A repair has one settlement statement at a time."
    )

    # Compute

    @api.depends("line_ids.amount_full", "line_ids.amount_customer", "line_ids.amount_tax", "line_ids.bearer")
    def _compute_amounts(self):
        for statement in self:
            lines = statement.line_ids
            borne = dict.fromkeys(BEARER_GROUPS.values(), 0.0)
            for line in lines:
                if group := BEARER_GROUPS.get(line.bearer):
                    borne[group] += line.amount_borne
            statement.amount_full = sum(lines.mapped("amount_full"))
            statement.amount_untaxed = sum(lines.mapped("amount_customer"))
            statement.amount_tax = sum(lines.mapped("amount_tax"))
            statement.amount_customer = statement.amount_untaxed + statement.amount_tax
            for group, amount in borne.items():
                statement[f"amount_{group}"] = amount

    # CRUD

    @api.ondelete(at_uninstall=False)
    def _unlink_except_made(self):
        raise UserError(self.env._("Settlement statements are replaced, never deleted."))

    # Actions

    def action_print(self):
        """Print the statements for their customers."""
        self.check_access("read")
        return self.env.ref("aftersales_service.repair_statement_report").report_action(self)

    # Business

    def _get_print_lang(self):
        """Language of the customer, or of the user if there is none."""
        self.ensure_one()
        return self.partner_id.lang or self.env.lang

    def _get_signed_content(self):
        """What the customer signs: plain values that stay the same as long as the statement does."""
        self.ensure_one()
        return {
            "statement": self.name,
            "currency": self.currency_id.name,
            "lines": [
                {
                    "name": line.name,
                    "quantity": f"{line.quantity:.3f}",
                    "value": f"{line.amount_full:.2f}",
                    "customer": f"{line.amount_customer:.2f}",
                    "bearer": line.bearer,
                }
                for line in self.line_ids
            ],
            "tax": f"{self.amount_tax:.2f}",
            "total": f"{self.amount_customer:.2f}",
        }
