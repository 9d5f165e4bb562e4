# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .stock_picking_gate import RETURN_REASONS

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"
# Decided by quality afterwards; everything else was written by the return itself.
HANDLING_FIELDS = frozenset({"handling", "handling_note"})


class GspReturnRecord(models.Model):
    """What a customer brought back, why, and what became of it: written by the return, closed by its handling."""

    _name = "gsp.return.record"
    _description = "Return Record"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "date desc, id desc"
    _step_fields = frozenset({"state", "handled_by_id", "handled_at"})

    name = fields.Char(string="Number", readonly=True, index="trigram")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    record_id = fields.Many2one(
        "gsp.sale.record",
        string="Reversal in the Register",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    original_id = fields.Many2one(
        related="record_id.original_id", string="Sale Taken Back", store=True, index="btree_not_null"
    )
    picking_id = fields.Many2one(
        "stock.picking", string="Transfer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_name = fields.Char(readonly=True)
    gsp_kind = fields.Selection(related="product_id.gsp_kind")
    manufacturer_name = fields.Char(string="Manufacturer", readonly=True)
    supplier_name = fields.Char(string="Supplied By", readonly=True)
    strength = fields.Char(string="Strength or Model", readonly=True)
    lot_id = fields.Many2one("stock.lot", readonly=True, index="btree_not_null", ondelete="restrict")
    lot_name = fields.Char(string="Lot or Serial Number", readonly=True)
    production_date = fields.Date(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Returned By", readonly=True, ondelete="restrict")
    returned_by = fields.Char(string="Name of Who Returned", readonly=True)
    date = fields.Date(string="Returned On", required=True, readonly=True)
    quantity = fields.Float(required=True, readonly=True, digits="Product Unit")
    uom_name = fields.Char(string="Unit", readonly=True)
    reason = fields.Selection(RETURN_REASONS, readonly=True)
    reason_note = fields.Text(string="What Is Wrong", readonly=True)
    verified_by_id = fields.Many2one("res.users", string="Fault Confirmed By", readonly=True)
    location_id = fields.Many2one("stock.location", string="Put Into", readonly=True, ondelete="restrict")
    handling = fields.Selection(
        [
            ("destroyed", "Destroyed"),
            ("supplier", "Returned to the Supplier"),
            ("quarantine", "Kept in Quarantine"),
            ("restocked", "Back on Sale"),
        ],
        tracking=True,
        help="What became of the goods. A drug never goes back on sale.",
    )
    handling_note = fields.Text(string="Result of the Handling")
    state = fields.Selection(
        [("draft", "To Handle"), ("done", "Handled")],
        required=True,
        default="draft",
        readonly=True,
        index=True,
        tracking=True,
    )
    handled_by_id = fields.Many2one("res.users", readonly=True)
    handled_at = fields.Datetime(string="Handled On", readonly=True)

    _record_uniq = models.Constraint("UNIQUE(record_id)", "A return has one record.")

    @api.constrains("handling", "product_id")
    def _check_handling(self):
        for record in self:
            if record.handling == "restocked" and record.gsp_kind == "drug":
                raise ValidationError(
                    self.env._(
                        "%(product)s was sold and came back: a drug does not go back on sale (GSP 17701).",
                        product=record.product_name,
                    )
                )

    def write(self, vals):
        changed = set(vals) & {name for name in self._fields if self._fields[name].store} - HANDLING_FIELDS
        facts = changed - {"message_main_attachment_id"} - self._step_fields
        if facts and not self.env.su:
            raise UserError(
                self.env._("A return record says what was returned; only its handling is entered.")
            )
        return super().write(vals)

    def action_handle(self):
        """Quality says what became of the goods; the record is complete and closed."""
        self._check_step(QUALITY, ("draft",))
        for record in self:
            if not record.handling or not (record.handling_note or "").strip():
                raise UserError(
                    self.env._(
                        "%(record)s: say what became of the goods, and the result.",
                        record=record.display_name,
                    )
                )
        self._move_to("done", handled_by_id=self.env.uid, handled_at=fields.Datetime.now())
        self._close_evidence()
        return True

    def action_view_sale(self):
        """Open the sale that was taken back, or else the reversal itself."""
        self.ensure_one()
        self.check_access("read")
        return (self.original_id or self.record_id).get_formview_action()

    @api.model
    def _create_for(self, records):
        """Write the records of these reversals of the register. The return calls it, after all its checks."""
        suppliers = self._get_supplier_names(records.lot_id)
        return self.create([self._prepare_vals(record, suppliers) for record in records]) if records else self

    @api.model
    def _prepare_vals(self, record, suppliers):
        picking = record.picking_id
        return {
            "name": f"{record.voucher_number or record.document_name} · {record.lot_name or record.product_name}",
            "company_id": record.company_id.id,
            "record_id": record.id,
            "picking_id": picking.id,
            "product_id": record.product_id.id,
            "product_name": record.product_name,
            "manufacturer_name": record.manufacturer_name,
            "supplier_name": suppliers.get(record.lot_id),
            "strength": record.strength,
            "lot_id": record.lot_id.id,
            "lot_name": record.lot_name,
            "production_date": record.production_date,
            "partner_id": record.partner_id.id,
            "returned_by": record.buyer_name,
            "date": record.date,
            "quantity": -record.quantity,
            "uom_name": record.uom_name,
            "reason": record.return_reason,
            "reason_note": picking.gsp_return_note,
            "verified_by_id": record.return_verified_by_id.id,
            "location_id": record.move_id.location_dest_id.id,
        }

    @api.model
    def _get_supplier_names(self, lots):
        """{lot: name of whoever delivered it last}, in one query."""
        lines = self.env["gsp.acceptance.line"].search(
            [("lot_id", "in", lots.ids), ("acceptance_id.partner_id", "!=", False)], order="id"
        )
        return {line.lot_id: line.partner_id.name for line in lines}

    def _get_retain_until(self):
        """As long as the sale that was taken back."""
        return {record.id: (record.original_id or record.record_id).retain_until for record in self}
