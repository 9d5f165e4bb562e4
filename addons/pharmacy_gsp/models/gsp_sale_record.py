# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.compliance_base.violation import Violation


class GspSaleRecord(models.Model):
    """Register of sales: one line per lot that went to a buyer, or came back (negative quantity).

    The delivery itself writes it, with a frozen copy of all that Drug Law art. 57 and GSP 17102 ask for, and closes it
    at once. Nobody creates, changes or deletes a line.
    """

    _name = "gsp.sale.record"
    _description = "Sale Record"
    _inherit = ["compliance.evidence.mixin"]
    _order = "done_at desc, id desc"
    _rec_name = "document_name"

    company_id = fields.Many2one("res.company", string="Seller", required=True, readonly=True, index=True)
    seller_name = fields.Char(readonly=True)
    kind = fields.Selection(
        [
            ("retail", "Retail"),
            ("prescription", "Prescription Drug"),
            ("special", "Special Drug"),
            ("device", "Medical Device"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    date = fields.Date(string="Sale Date", required=True, readonly=True, index=True)
    done_at = fields.Datetime(string="Delivered On", required=True, readonly=True)
    document_name = fields.Char(string="Document", readonly=True, index="trigram")
    original_id = fields.Many2one(
        "gsp.sale.record",
        string="Takes Back",
        readonly=True,
        index="btree_not_null",
        help="Sale that is returned.",
    )

    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_name = fields.Char(readonly=True)
    generic_name = fields.Char(required=True, readonly=True, index="trigram")
    dosage_form = fields.Char(readonly=True)
    strength = fields.Char(readonly=True)
    approval_number = fields.Char(readonly=True)
    holder_name = fields.Char(string="Marketing Authorization Holder", readonly=True)
    manufacturer_name = fields.Char(string="Manufacturer", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True, index="btree_not_null", ondelete="restrict")
    lot_name = fields.Char(string="Lot Number", readonly=True, index="trigram")
    production_date = fields.Date(readonly=True)
    expiry_date = fields.Date(readonly=True)

    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    uom_name = fields.Char(string="Unit", readonly=True)
    unit_price = fields.Float(
        readonly=True,
        digits="Product Price",
        aggregator="avg",
        help="As paid: discount deducted, tax included.",
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)

    partner_id = fields.Many2one(
        "res.partner", string="Buyer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    buyer_name = fields.Char(readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    salesperson_name = fields.Char(readonly=True)
    operator_id = fields.Many2one("res.users", string="Handed Over By", readonly=True, ondelete="restrict")
    operator_name = fields.Char(string="Name of Operator", readonly=True)

    prescription_id = fields.Many2one(
        "gsp.prescription", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    prescription_line_id = fields.Many2one(
        "gsp.prescription.line", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    prescription_name = fields.Char(string="Prescription Number", readonly=True)
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    move_id = fields.Many2one("stock.move", readonly=True, index="btree_not_null", ondelete="restrict")

    @api.depends("document_name", "lot_name", "generic_name")
    def _compute_display_name(self):
        for record in self:
            parts = (record.document_name, record.generic_name, record.lot_name)
            record.display_name = " · ".join(part for part in parts if part)

    def _check_returned(self):
        """Refuse to take back more of a lot than the delivery behind these sales handed over."""
        if not self:
            return
        register = (
            self.sudo()
        )  # sudo: the person who receives a return need not be allowed to read the register
        sales = register.search([("move_id", "in", register.move_id.ids), ("quantity", ">", 0)])
        returns = register.search([("original_id", "in", sales.ids)])
        balance = defaultdict(float)
        for record in sales + returns:
            balance[(record.original_id or record).move_id, record.lot_id] += record.quantity
        self.env["compliance.refusal"]._refuse(
            [
                Violation(
                    rule="gsp.return.quantity",
                    record=move.picking_id or move,
                    message=self.env._(
                        "More of %(product)s, lot %(lot)s, is taken back than %(transfer)s delivered.",
                        product=move.product_id.display_name,
                        lot=lot.name or "",
                        transfer=move.picking_id.name or move.reference,
                    ),
                    remedy=self.env._(
                        "Correct the quantity, or take the rest back from the delivery it came from."
                    ),
                    reference=self.env._("GSP 17701"),
                )
                for (move, lot), quantity in balance.items()
                if move.product_id.uom_id.compare(quantity, 0) < 0
            ]
        )

    def action_view_source(self):
        """Open the sales order, or the transfer made by hand, behind this line."""
        self.ensure_one()
        source = self.order_id or self.picking_id
        return source.get_formview_action() if source else False
