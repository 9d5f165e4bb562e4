# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

CLERK = "parts_claims.parts_claims_group_clerk"


class PartsClaimSource(models.TransientModel):
    """Asks which defective goods of the stock are claimed, why, and from whom."""

    _name = "parts.claim.source"
    _description = "Claim Defective Goods"

    line_ids = fields.One2many("parts.claim.source.line", "wizard_id", string="Goods")
    origin_kind = fields.Selection(
        [
            ("incoming", "Incoming Inspection"),
            ("stock", "Stock Defect"),
            ("return", "Quality Return"),
            ("transport", "Transport Damage"),
        ],
        string="Origin",
        required=True,
        default="stock",
    )
    party_id = fields.Many2one(
        "res.partner",
        string="Claim From",
        help="Empty: the supplier of the goods. For transport damage: the carrier.",
    )
    picking_id = fields.Many2one("stock.picking", string="Transfer", readonly=True)
    reason = fields.Char(string="Defect", help="What is wrong with the goods.")
    scrap_id = fields.Many2one("stock.scrap", readonly=True)

    @api.model
    def _open_for(self, scrap=None, picking=None):
        """Open the question for a done scrap, or for a done receipt or return."""
        self._check_clerk()
        vals = self._prepare_scrap_vals(scrap) if scrap else self._prepare_picking_vals(picking)
        return self.create(vals)._get_records_action(
            name=self.env._("Claim Defective Goods"), target="new", context={}
        )

    @api.model
    def _prepare_scrap_vals(self, scrap):
        scrap.check_access("read")
        goods = {"product_id": scrap.product_id.id, "quantity": scrap._prepare_claim_source()["quantity"]}
        return {"scrap_id": scrap.id, "line_ids": [Command.create(goods)]}

    @api.model
    def _prepare_picking_vals(self, picking):
        picking.check_access("read")
        moves = picking._get_claimable_moves()
        back = "supplier" in moves.location_dest_id.mapped("usage")
        return {
            "picking_id": picking.id,
            "origin_kind": "return" if back else "incoming",
            "line_ids": [
                Command.create(
                    {
                        "move_id": move.id,
                        "product_id": move.product_id.id,
                        "quantity": move._prepare_claim_source()["quantity"],
                    }
                )
                for move in moves
            ],
        }

    def action_claim(self):
        """Make the claim lines of the goods, and open them. Claims clerks only."""
        self.ensure_one()
        self._check_clerk()
        (self.picking_id or self.scrap_id).check_access("read")
        self._check_filled()
        # Nobody makes claim lines by hand: the documents are checked here, the rest is the system's.
        lines = self.env["parts.claim.line"].sudo()
        for goods in self.line_ids.filtered("quantity"):
            record = self._get_checked_record(goods)
            lines |= lines._collect_defect(
                record.sudo(), goods.quantity, self.party_id, self.origin_kind, self.reason
            )
        return lines.sudo(False)._get_records_action(name=self.env._("Claim Lines"), context={})

    @api.model
    def _check_clerk(self):
        if not self.env.user.has_group(CLERK):
            raise AccessError(
                self.env._(
                    "This step of a claim is reserved for %(group)s.",
                    group=self.env.ref(CLERK).sudo().display_name,
                )
            )

    def _check_filled(self):
        if not (self.reason or "").strip():
            raise UserError(self.env._("Write down what is wrong with the goods."))
        if self.origin_kind == "transport" and not self.party_id:
            raise UserError(self.env._("Name the carrier who answers for the transport damage."))
        if not any(self.line_ids.mapped("quantity")):
            raise UserError(self.env._("Enter how many are defective."))

    def _get_checked_record(self, goods):
        """The done document of the goods, which the user may read, and of which no more is claimed than it holds."""
        record = goods.move_id if self.picking_id else self.scrap_id
        record.check_access("read")
        fits = record in self.picking_id._get_claimable_moves() if self.picking_id else record.state == "done"
        if not record or not fits:
            raise UserError(
                self.env._(
                    "%(product)s: there is no finished scrap, receipt or return to claim from.",
                    product=goods.product_id.display_name,
                )
            )
        moved = record._prepare_claim_source()["quantity"]
        if goods.quantity < 0 or record.product_id.uom_id.compare(goods.quantity, moved) > 0:
            raise UserError(
                self.env._(
                    "%(product)s: %(quantity)g cannot be claimed, %(moved)g were moved.",
                    product=record.product_id.display_name,
                    quantity=goods.quantity,
                    moved=moved,
                )
            )
        return record


class PartsClaimSourceLine(models.TransientModel):
    """Some of the goods of a scrap or transfer."""

    _name = "parts.claim.source.line"
    _description = "Defective Goods"

    move_id = fields.Many2one("stock.move", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    quantity = fields.Float(string="Defective", digits="Product Unit")
    wizard_id = fields.Many2one("parts.claim.source", required=True, ondelete="cascade")
