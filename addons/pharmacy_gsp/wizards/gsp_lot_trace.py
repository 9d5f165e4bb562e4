# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# What a movement is, by the places it comes from and goes to.
KINDS = {
    ("supplier", "internal"): "receipt",
    ("supplier", "transit"): "receipt",
    ("internal", "supplier"): "supplier_return",
    ("internal", "inventory"): "loss",
    ("inventory", "internal"): "found",
    ("internal", "production"): "use",
    ("production", "internal"): "made",
    ("supplier", "customer"): "drop",
}


class GspLotTrace(models.TransientModel):
    """Where goods came from and where they went: a lot, a serial number, or all lots of a product, both ways."""

    _name = "gsp.lot.trace"
    _description = "Trace of a Lot"

    product_id = fields.Many2one("product.product", domain="[('gsp_kind', '!=', False)]")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Lot or Serial Number",
        domain="product_id and [('product_id', '=', product_id)] or [('product_id.gsp_kind', '!=', False)]",
        help="Empty: all lots of the product.",
    )
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    supplier_names = fields.Char(string="Suppliers", readonly=True)
    step_ids = fields.One2many("gsp.lot.trace.step", "trace_id", string="Way", readonly=True)
    buyer_ids = fields.One2many("gsp.lot.trace.buyer", "trace_id", string="Buyers", readonly=True)
    quant_ids = fields.Many2many("stock.quant", string="Lies In", compute="_compute_quant_ids")
    traced_at = fields.Datetime(string="Traced On", readonly=True)
    received = fields.Float(readonly=True, digits="Product Unit")
    on_hand = fields.Float(readonly=True, digits="Product Unit")
    sold = fields.Float(readonly=True, digits="Product Unit")
    recovered = fields.Float(string="Returned by Buyers", readonly=True, digits="Product Unit")
    otherwise = fields.Float(
        string="Left Otherwise",
        readonly=True,
        digits="Product Unit",
        help="Returned to suppliers, written off or used, less what was found or made.",
    )
    unaccounted = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="Received and taken back, less sold, left otherwise and on hand. Should be nothing.",
    )
    buyer_count = fields.Integer(string="Number of Buyers", readonly=True)

    @api.depends("product_id", "lot_id", "traced_at")
    def _compute_display_name(self):
        for trace in self:
            trace.display_name = trace.lot_id.display_name or trace.product_id.display_name or ""

    @api.depends("product_id", "lot_id", "company_id")
    def _compute_quant_ids(self):
        for trace in self:
            trace.quant_ids = (
                self.env["stock.quant"].search(
                    trace._get_goods_domain() & Domain("location_id.usage", "in", ("internal", "transit"))
                )
                if trace.product_id or trace.lot_id
                else False
            )

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id:
            self.product_id = self.lot_id.product_id

    def action_trace(self):
        """Find the way of the goods, both forwards and backwards, and show it."""
        self.check_access("write")
        for trace in self:
            trace._trace()
        return self[:1]._get_form_action()

    def action_print_recovery(self):
        """Print or save the list of buyers: what each bought, gave back, and still has."""
        self.ensure_one()
        return self.env["gsp.register.wizard"]._open("recovery", self)

    def action_print_flow(self):
        """Print or save the way of the goods before and beside their sale."""
        self.ensure_one()
        return self.env["gsp.register.wizard"]._open("lot_flow", self)

    def action_view_sales(self):
        """Open the register of sales of these goods."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_sale_record_action")
        return dict(action, domain=list(self._get_goods_domain()), context={})

    def action_hold(self):
        """Stop the lot: open a hold of it, to be signed."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_hold_action")
        context = {
            "default_lot_id": self.lot_id.id,
            "default_product_id": self.product_id.id,
            "default_kind": "recall",
        }
        return dict(action, views=[(False, "form")], context=context)

    @api.model
    def _open(self, product, lot=None):
        """Trace at once, and return the action that shows it."""
        trace = self.create({"product_id": product.id, "lot_id": lot.id if lot else False})
        return trace.action_trace()

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Trace"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _get_goods_domain(self):
        """Domain on whatever has company, product and lot."""
        self.ensure_one()
        domain = Domain("company_id", "=", self.company_id.id)
        if self.lot_id:
            return domain & Domain("lot_id", "=", self.lot_id.id)
        return domain & Domain("product_id", "=", self.product_id.id)

    def _trace(self):
        self.ensure_one()
        if not self.product_id and not self.lot_id:
            raise UserError(self.env._("Choose a product, a lot or a serial number to trace."))
        self.product_id = self.lot_id.product_id or self.product_id
        self.step_ids.unlink()
        self.buyer_ids.unlink()
        sums = self._trace_movements()
        sold = self._trace_buyers()
        on_hand = sum(self.quant_ids.mapped("quantity"))
        otherwise = sums["supplier_return"] + sums["loss"] + sums["use"] - sums["found"] - sums["made"]
        self.write(
            {
                "traced_at": fields.Datetime.now(),
                "received": sums["receipt"] + sums["drop"],
                "on_hand": on_hand,
                "sold": sold["sold"],
                "recovered": sold["recovered"],
                "otherwise": otherwise,
                "unaccounted": sums["receipt"]
                + sums["drop"]
                + sold["recovered"]
                - sold["sold"]
                - otherwise
                - on_hand,
                "buyer_count": sold["buyers"],
                "supplier_names": ", ".join(self.step_ids.filtered("is_supply").partner_id.mapped("name")),
            }
        )

    def _trace_movements(self):
        """Write the steps that are no sale: receipts, acceptances, moves, losses; returns quantities by kind."""
        lines = self.env["stock.move.line"].search(
            self._get_goods_domain()
            & Domain("state", "=", "done")
            & (
                Domain("location_id.usage", "!=", "customer")
                & Domain("location_dest_id.usage", "!=", "customer")
                | Domain("location_id.usage", "=", "supplier")
            ),
            order="date, id",
        )
        sums, vals_list = defaultdict(float), []
        for line in lines:
            usages = (line.location_id.usage, line.location_dest_id.usage)
            kind = KINDS.get(usages, "move")
            sums[kind] += line.quantity_product_uom
            vals_list.append(
                {
                    "moment": line.date,
                    "kind": kind,
                    "is_supply": usages[0] == "supplier",
                    "lot_id": line.lot_id.id,
                    "document_name": line.picking_id.origin or line.picking_id.name or line.reference,
                    "picking_id": line.picking_id.id,
                    "partner_id": line.picking_id.partner_id.id,
                    "source_id": line.location_id.id,
                    "destination_id": line.location_dest_id.id,
                    "quantity": line.quantity_product_uom,
                }
            )
        vals_list += self._prepare_acceptances()
        vals_list.sort(key=lambda vals: vals["moment"])
        self.env["gsp.lot.trace.step"].create([{**vals, "trace_id": self.id} for vals in vals_list])
        return sums

    def _prepare_acceptances(self):
        accepted = self.env["gsp.acceptance.line"].search(
            self._get_goods_domain() & Domain("acceptance_id.state", "=", "done")
        )
        results = dict(accepted._fields["result"]._description_selection(self.env))
        return [
            {
                "moment": line.accepted_at,
                "kind": "acceptance",
                "lot_id": line.lot_id.id,
                "document_name": line.acceptance_id.name,
                "acceptance_id": line.acceptance_id.id,
                "partner_id": line.partner_id.id,
                "source_id": line.location_id.id,
                "destination_id": line.location_dest_id.id,
                "quantity": line.accepted_quantity,
                "user_id": line.acceptance_id.acceptor_id.id,
                "note": ", ".join(filter(None, (results.get(line.result), line.reject_reason))),
            }
            for line in accepted
        ]

    def _trace_buyers(self):
        """Write one line for each buyer of each lot, in two queries; returns the sums."""
        keys = ["product_id", "lot_id", "partner_id", "identity_id", "buyer_name", "masked_buyer"]
        buyers = defaultdict(lambda: {"sold": 0.0, "recovered": 0.0, "sale_count": 0})
        for name, operator, sign in (("sold", ">", 1), ("recovered", "<", -1)):
            for *key, quantity, count, first, last in self.env["gsp.sale.record"]._read_group(
                self._get_goods_domain() & Domain("quantity", operator, 0),
                keys,
                ["quantity:sum", "__count", "date:min", "date:max"],
            ):
                vals = buyers[tuple(key)]
                vals[name] += sign * quantity
                if name == "sold":
                    vals |= {"sale_count": count, "first_date": first, "last_date": last}
        self.env["gsp.lot.trace.buyer"].create(
            [
                {
                    **vals,
                    "trace_id": self.id,
                    "product_id": product.id,
                    "lot_id": lot.id,
                    "partner_id": partner.id,
                    "identity_id": identity.id,
                    "buyer_name": buyer_name,
                    "masked_buyer": masked_buyer,
                    "outstanding": vals["sold"] - vals["recovered"],
                }
                for (product, lot, partner, identity, buyer_name, masked_buyer), vals in buyers.items()
            ]
        )
        return {
            "sold": sum(vals["sold"] for vals in buyers.values()),
            "recovered": sum(vals["recovered"] for vals in buyers.values()),
            "buyers": len({(key[2], key[3], key[4]) for key in buyers}),
        }
