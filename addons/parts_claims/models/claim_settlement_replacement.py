# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.compliance_base.violation import Violation

REPLACEMENT_VALUES = [("cost", "At the Part's Cost"), ("zero", "At Zero")]


class ClaimAgreement(models.Model):
    _inherit = "claim.agreement"

    replacement_value = fields.Selection(
        REPLACEMENT_VALUES,
        string="Replacements Are Valued",
        required=True,
        default="cost",
        tracking=True,
        help="What free replacement goods are worth in our stock. At cost: the repair gets its cost back. At zero: the "
        "part used next costs nothing.",
    )


class ClaimSettlement(models.Model):
    """Free replacement goods: the settlement is over once what was promised has been received.

    No document is posted. The goods come by an ordinary incoming transfer, valued as agreed.
    """

    _inherit = "claim.settlement"

    replacement_count = fields.Integer(compute="_compute_replacement_count")
    replacement_move_ids = fields.One2many(
        "stock.move", "claim_settlement_id", string="Replacement Goods", readonly=True
    )
    replacement_value = fields.Selection(
        REPLACEMENT_VALUES,
        string="Replacements Are Valued",
        required=True,
        default="cost",
        tracking=True,
        help="Taken from the agreement when the lines are collected.",
    )

    @api.depends("replacement_move_ids.picking_id")
    def _compute_replacement_count(self):
        for settlement in self:
            settlement.replacement_count = len(settlement.replacement_move_ids.picking_id)

    @api.depends("replacement_move_ids.state")
    def _compute_state(self):
        return super()._compute_state()

    def write(self, vals):
        if "replacement_value" in vals:
            self._check_draft()
        return super().write(vals)

    def action_collect_lines(self):
        """The value of the agreement is proposed with the first lines."""
        empty = self.filtered(lambda settlement: not settlement.line_ids)
        result = super().action_collect_lines()
        for settlement in empty:
            values = set(settlement.line_ids.claim_line_id.agreement_id.mapped("replacement_value"))
            if len(values) == 1:
                settlement.replacement_value = values.pop()
        return result

    def action_view_replacements(self):
        """Open the transfers by which the replacement goods come, and go back."""
        return self.replacement_move_ids.picking_id._get_records_action(name=self.env._("Replacement Goods"))

    def _is_paid(self):
        """Goods are paid with when all of them have come."""
        if self.settlement_way != "replacement":
            return super()._is_paid()
        states = set(self._get_replacement_moves().mapped("state")) - {"cancel"}
        return states == {"done"}

    def _get_replacement_moves(self):
        """The moves that bring goods; not those that take them back."""
        return self.replacement_move_ids.filtered(lambda move: not move.origin_returned_move_id)

    def _get_post_violations(self):
        violations = super()._get_post_violations()
        if self.settlement_way != "replacement" or not self.line_ids:
            return violations
        if self.variance_ids:
            message = self.env._(
                "Settlement %(settlement)s is settled by goods, but has variances of money.",
                settlement=self.name,
            )
            remedy = self.env._("Delete the variances, or choose another way.")
            violations.append(Violation("claims.settle.replacement_variance", self, message, remedy))
        return violations + self._get_replacement_violations()

    def _get_replacement_violations(self):
        """Only a part that was agreed in full can be replaced by the same part."""
        currency = self.currency_id
        wrong = self.line_ids.claim_line_id.filtered(
            lambda line: (
                line.kind not in ("part", "goodwill")
                or line.product_id.type != "consu"
                or currency.compare_amounts(line.amount_agreed, line.amount_claimed)
            )
        )
        return [
            Violation(
                "claims.settle.replacement",
                line,
                self.env._(
                    "%(line)s cannot be replaced by goods: it is no part, or was not agreed in full.",
                    line=line.display_name,
                ),
                self.env._("Take the line out and settle it in money, with a settlement of its own."),
            )
            for line in wrong
        ]

    def _get_account_violations(self, line):
        """Nothing is posted for goods."""
        return [] if self.settlement_way == "replacement" else super()._get_account_violations(line)

    def _start_posting(self):
        if self.settlement_way != "replacement":
            return super()._start_posting()
        picking = (
            self.env["stock.picking"].with_company(self.company_id).create(self._prepare_replacement_vals())
        )
        picking.action_confirm()
        self.line_ids._set({"state": "posted"})
        self.line_ids.claim_id._update_settled()
        picking.message_post(body=self.env._("Settlement %(settlement)s.", settlement=self._get_html_link()))
        return None

    def _prepare_replacement_vals(self):
        """One incoming transfer with a move for each part, however many lines there are."""
        warehouse = self.line_ids.repair_id.picking_type_id.warehouse_id[:1] or self.env[
            "stock.warehouse"
        ].search([("company_id", "=", self.company_id.id)], limit=1)
        kind = warehouse.in_type_id
        source = self.supplier_id.with_company(self.company_id).property_stock_supplier
        quantities = {}
        for line in self.line_ids.claim_line_id:
            wanted = line.uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            quantities[line.product_id] = quantities.get(line.product_id, 0.0) + wanted
        places = {"location_dest_id": kind.default_location_dest_id.id, "location_id": source.id}
        return places | {
            "company_id": self.company_id.id,
            "move_ids": [
                Command.create(
                    places
                    | {
                        "claim_settlement_id": self.id,
                        "company_id": self.company_id.id,
                        "product_id": product.id,
                        "product_uom": product.uom_id.id,
                        "product_uom_qty": quantity,
                    }
                )
                for product, quantity in quantities.items()
            ],
            "origin": self.name,
            "partner_id": self.supplier_id.id,
            "picking_type_id": kind.id,
        }

    def _start_reversing(self):
        """What has not come is given up; what has come must have gone back before."""
        if self.settlement_way != "replacement":
            return super()._start_reversing()
        self._check_replacements_returned()
        self._set({"withdrawn": True})
        moves = self._get_replacement_moves()
        moves.filtered(lambda move: move.state not in ("done", "cancel"))._action_cancel()
        self.line_ids._set({"state": "canceled"})
        self._set({"canceled": True})
        self.line_ids.claim_id._update_settled()
        return None

    def _check_replacements_returned(self):
        kept = {}
        for move in self.replacement_move_ids.filtered(lambda move: move.state == "done"):
            sign = -1 if move.origin_returned_move_id else 1
            quantity = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            kept[move.product_id] = kept.get(move.product_id, 0.0) + sign * quantity
        held = [product for product, quantity in kept.items() if not product.uom_id.is_zero(quantity)]
        if held:
            raise UserError(
                self.env._(
                    "Goods of %(settlement)s have been received: %(products)s. Send them back with the button Return "
                    "of the transfer, then cancel the settlement.",
                    settlement=self.name,
                    products=", ".join(product.display_name for product in held),
                )
            )


class ClaimSettlementLine(models.Model):
    _inherit = "claim.settlement.line"

    @api.depends("settlement_id.settlement_way")
    def _compute_tax_ids(self):
        """Goods that cost nothing carry no tax."""
        replaced = self.filtered(lambda line: line.settlement_id.settlement_way == "replacement")
        replaced.tax_ids = False
        return super(ClaimSettlementLine, self - replaced)._compute_tax_ids()


class StockMove(models.Model):
    """Goods a supplier sends instead of money."""

    _inherit = "stock.move"

    claim_settlement_id = fields.Many2one(
        "claim.settlement",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        # without groups: whoever receives the goods in parts has the back order copy it
    )

    def _get_value_from_quotation(self, quantity, at_date=None):
        """Goods that are free by agreement are worth nothing; all others are valued as the platform does."""
        # sudo: whoever receives the goods need not be allowed to read settlements
        settlement = self.sudo().claim_settlement_id
        if settlement.replacement_value != "zero":
            return super()._get_value_from_quotation(quantity, at_date)
        return {
            "value": 0.0,
            "quantity": quantity,
            "description": self.env._("Free replacement, %(settlement)s", settlement=settlement.name),
        }

    def _action_cancel(self):
        """What a supplier owes us is not given up by canceling its transfer."""
        # sudo: a stock keeper without rights on settlements is stopped as well
        live = self.sudo().filtered(
            lambda move: move.state not in ("done", "cancel") and not move.origin_returned_move_id
        )
        settlements = live.claim_settlement_id.filtered(lambda settlement: not settlement.withdrawn)
        if settlements:
            raise UserError(
                self.env._(
                    "%(supplier)s still owes these goods for %(settlements)s. Keep a back order, or cancel the "
                    "settlement instead.",
                    supplier=settlements.supplier_id[:1].display_name,
                    settlements=settlements._get_names(),
                )
            )
        return super()._action_cancel()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    claim_settlement_id = fields.Many2one(related="move_ids.claim_settlement_id")

    def action_view_claim_settlement(self):
        """Open the settlement these goods are sent for."""
        return self.claim_settlement_id._get_records_action()
