# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

# Causes that explain a difference by themselves; all others need a word of somebody.
EXPLAINED = frozenset(
    {
        "waiting",
        "rest_canceled",
        "returned",
        "invoice_draft",
        "not_invoiced",
        "invoiced_before",
        "refund_missing",
        "unpaid",
        "part_paid",
    }
)


class GspConsistencyLine(models.Model):
    """One difference between two of ticket, account, goods and money, with its cause."""

    _name = "gsp.consistency.line"
    _description = "Difference"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "check_id"
    _order = "is_explained, id"
    _rec_name = "document_name"

    check_id = fields.Many2one(
        "gsp.consistency", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True, index=True)
    side = fields.Selection(
        [
            ("ticket_goods", "Ticket and Goods"),
            ("goods_account", "Goods and Account"),
            ("goods_money", "Goods and Money"),
            ("account_money", "Account and Money"),
            ("money_paid", "Invoice and Payment"),
        ],
        string="Between",
        required=True,
        readonly=True,
    )
    cause = fields.Selection(
        [
            ("waiting", "Not Delivered Yet"),
            ("rest_canceled", "Rest Canceled"),
            ("returned", "Returned"),
            ("not_launched", "Delivery Not Launched"),
            ("over_delivered", "More Delivered Than Ordered"),
            ("no_order", "Delivered Without Order"),
            ("not_recorded", "Not in the Register"),
            ("recorded_too_much", "More in the Register Than Moved"),
            ("no_voucher", "No Voucher Number"),
            ("invoice_draft", "Invoice Is a Draft"),
            ("not_invoiced", "Not Invoiced Yet"),
            ("invoiced_before", "Invoiced Before Delivery"),
            ("refund_missing", "Returned, No Credit Note Yet"),
            ("invoiced_too_much", "More Invoiced Than Delivered"),
            ("other_price", "Invoiced at Another Price"),
            ("unpaid", "Not Paid Yet"),
            ("part_paid", "Partly Paid"),
        ],
        required=True,
        readonly=True,
    )
    explanation = fields.Char(help="Why it is so, and what was done about it.")
    explained_by_id = fields.Many2one("res.users", readonly=True)
    is_explained = fields.Boolean(string="Explained", compute="_compute_is_explained", store=True)
    document_name = fields.Char(string="Document", readonly=True)
    order_id = fields.Many2one("sale.order", string="Sales Order", readonly=True, ondelete="restrict")
    order_line_id = fields.Many2one("sale.order.line", readonly=True, ondelete="restrict")
    move_id = fields.Many2one("stock.move", string="Movement", readonly=True, ondelete="restrict")
    product_id = fields.Many2one("product.product", readonly=True, ondelete="restrict")
    partner_id = fields.Many2one("res.partner", string="Buyer", readonly=True, ondelete="restrict")
    ordered = fields.Float(string="Ordered (Ticket)", readonly=True, digits="Product Unit")
    recorded = fields.Float(string="Recorded (Account)", readonly=True, digits="Product Unit")
    moved = fields.Float(string="Delivered (Goods)", readonly=True, digits="Product Unit")
    invoiced = fields.Float(string="Invoiced (Money)", readonly=True, digits="Product Unit")
    recorded_amount = fields.Float(readonly=True, digits="Account")
    invoiced_amount = fields.Float(readonly=True, digits="Account")
    difference = fields.Float(
        readonly=True, digits="Product Unit", help="Quantity, or amount where prices differ."
    )

    @api.depends("cause", "explanation")
    def _compute_is_explained(self):
        for line in self:
            line.is_explained = line.cause in EXPLAINED or bool((line.explanation or "").strip())

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Differences are found by the comparison, not entered."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if set(vals) - {"explanation"}:
                raise UserError(self.env._("Only the explanation of a difference is entered."))
            self.check_access("write")
            # sudo: who explained is set with the explanation, by nobody else
            self.sudo().write({"explained_by_id": self.env.uid if vals["explanation"] else False})
        return super().write(vals)

    def action_view_order(self):
        """Open the sales order, or else the transfer."""
        self.ensure_one()
        self.check_access("read")
        source = self.order_id or self.move_id.picking_id or self.move_id
        return source.get_formview_action() if source else False

    def action_view_records(self):
        """Open what the register of sales has of it."""
        self.ensure_one()
        self.check_access("read")
        moves = self.move_id or self.env["stock.move"].search([("sale_line_id", "=", self.order_line_id.id)])
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=[("move_id", "in", moves.ids)], context={})

    def _get_key(self):
        """What makes a difference of an earlier comparison the same as one of a later."""
        self.ensure_one()
        return (
            self.order_line_id.id,
            self.move_id.id,
            self.side,
            self.cause,
            round(self.difference, 4),
        )

    def _keep_explanation(self, old):
        self.write({"explanation": old.explanation, "explained_by_id": old.explained_by_id.id})
