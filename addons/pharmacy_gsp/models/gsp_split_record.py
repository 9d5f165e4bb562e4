# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.evidence import default_fields

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"
# Copied from pack, product and lot when the record is made, never typed
FROZEN_FIELDS = frozenset(
    {
        "start_date",
        "generic_name",
        "strength",
        "lot_name",
        "manufacturer_name",
        "expiry_date",
        "uom_name",
        "pharmacy_name",
    }
)
# Fixed as soon as the splitter has signed
CONTENT_FIELDS = frozenset(
    {
        "company_id",
        "pack_id",
        "move_id",
        "quantity",
        "usage",
        "dosage",
        "leaflet_given",
        "clean_tool",
    }
)
LABEL_FIELDS = (
    "generic_name",
    "strength",
    "quantity",
    "usage",
    "dosage",
    "lot_name",
    "expiry_date",
    "pharmacy_name",
)


class GspSplitRecord(models.Model):
    """Split-sale record (GSP *17203): split by one person, checked by another, sold with the delivery.

    Its copies of product and lot stay as they were on that day. With the delivery it is closed as evidence.
    """

    _name = "gsp.split.record"
    _description = "Split-Sale Record"
    _inherit = [
        "gsp.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "compliance.evidence.mixin",
        "compliance.signature.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = FROZEN_FIELDS | {
        "state",
        "name",
        "splitter_id",
        "split_at",
        "checker_id",
        "checked_at",
        "sale_date",
        "sale_record_id",
    }

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    pack_id = fields.Many2one(
        "gsp.split.pack",
        string="Opened Pack",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('state', '=', 'open')]",
    )
    product_id = fields.Many2one(related="pack_id.product_id", store=True, index=True)
    lot_id = fields.Many2one(related="pack_id.lot_id", store=True, index=True)
    move_id = fields.Many2one(
        "stock.move",
        string="For Delivery",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('product_id', '=', product_id), ('state', 'not in', ('done', 'cancel')), "
        "('location_dest_id.usage', '=', 'customer')]",
    )
    order_id = fields.Many2one(related="move_id.sale_line_id.order_id", string="Sales Order")
    partner_id = fields.Many2one(related="move_id.sale_line_id.order_id.partner_id", string="Buyer")
    start_date = fields.Date(string="Split Since", readonly=True, copy=False)
    generic_name = fields.Char(readonly=True, copy=False, index="trigram")
    strength = fields.Char(readonly=True, copy=False)
    lot_name = fields.Char(string="Lot Number", readonly=True, copy=False)
    manufacturer_name = fields.Char(string="Manufacturer", readonly=True, copy=False)
    expiry_date = fields.Date(readonly=True, copy=False)
    pharmacy_name = fields.Char(string="Pharmacy", readonly=True, copy=False)
    quantity = fields.Float(
        required=True,
        digits="Product Unit",
        compute="_compute_from_move",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    uom_name = fields.Char(string="Unit", readonly=True, copy=False)
    usage = fields.Char(compute="_compute_from_move", store=True, readonly=False, precompute=True)
    dosage = fields.Char(compute="_compute_from_move", store=True, readonly=False, precompute=True)
    leaflet_given = fields.Selection(
        [("original", "Original"), ("copy", "Copy")],
        string="Leaflet Handed Out",
        help="Empty: none yet. The customer gets the original, or a copy of it.",
    )
    clean_tool = fields.Boolean(
        string="Own or Cleaned Spoon", help="Each drug has its own spoon, or it was cleaned in between."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("split", "Split"),
            ("checked", "Checked"),
            ("sold", "Sold"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    splitter_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    split_at = fields.Datetime(string="Split On", readonly=True, copy=False)
    checker_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    checked_at = fields.Datetime(string="Checked On", readonly=True, copy=False)
    sale_date = fields.Date(readonly=True, copy=False, index=True)
    sale_record_id = fields.Many2one(
        "gsp.sale.record", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )

    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A split quantity is above zero.")
    _company_sale_idx = models.Index("(company_id, sale_date)")

    @api.depends("move_id")
    def _compute_from_move(self):
        for record in self:
            line, move = record.move_id.sale_line_id, record.move_id
            others = move.gsp_split_record_ids.filtered(lambda item: item.state != "canceled") - record
            left = move.product_qty - sum(others.mapped("quantity"))
            record.quantity = record.quantity or max(left, 0.0)
            record.usage = record.usage or line.gsp_split_usage
            record.dosage = record.dosage or line.gsp_split_dosage

    @api.depends("name", "generic_name", "lot_name")
    def _compute_display_name(self):
        for record in self:
            parts = (record.name, record.generic_name, record.lot_name)
            record.display_name = " · ".join(part for part in parts if part)

    def write(self, vals):
        if {"pack_id", "company_id"}.intersection(vals):
            raise UserError(self.env._("A split record belongs to its pack. Cancel it, and make a new one."))
        if CONTENT_FIELDS.intersection(vals):
            for record in self:
                if record.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(record)s is signed by whoever split: it stays as it is. Cancel it, and make a new one.",
                            record=record.display_name,
                        )
                    )
        return super().write(vals)

    @api.model
    def _prepare_step_vals(self, vals):
        """The number, and the copies of what pack, product and lot say on this day."""
        company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
        number = self.env["ir.sequence"].with_company(company).next_by_code("gsp.split.record")
        return {"name": number or "/", **self._prepare_frozen_vals(vals.get("pack_id"), company)}

    @api.model
    def _prepare_frozen_vals(self, pack_id, company):
        pack = self.env["gsp.split.pack"].browse(pack_id or self.env.context.get("default_pack_id"))
        if not pack:
            return {}
        company = pack.company_id or company
        pack = pack.with_context(lang=company.partner_id.lang or self.env.lang)
        product, lot = pack.product_id, pack.lot_id
        return {
            "start_date": company._get_law_date(pack.opened_at) if pack.opened_at else False,
            "generic_name": product.gsp_generic_name or product.name,
            "strength": product.gsp_strength,
            "lot_name": lot.name,
            "manufacturer_name": (lot.gsp_manufacturer_id or product.gsp_manufacturer_id).sudo().name,
            "expiry_date": lot.expiration_date and company._get_law_date(lot.expiration_date),
            "uom_name": product.uom_id.name,
            "pharmacy_name": company.name,
        }

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})

    def _get_missing_label_fields(self):
        """Labels of what is still missing on the bag (GSP 17204)."""
        self.ensure_one()
        return [
            self._fields[name]._description_string(self.env)
            for name in LABEL_FIELDS
            if not (self[name].strip() if isinstance(self[name], str) else self[name])
        ]
