# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.evidence import default_fields

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"
# What is opened, from where, and that pack and leaflet are kept: fixed with the opening
OPENING_FIELDS = frozenset(
    {
        "company_id",
        "product_id",
        "lot_id",
        "location_id",
        "bench_id",
        "trace_code_id",
        "original_pack_kept",
        "leaflet_kept",
    }
)


class GspSplitPack(models.Model):
    """A pack opened for split sale. It lies on the bench, keeps lot, expiry and leaflet, and is closed when used up.

    Quantities are in the unit of measure of the product, the small unit.
    """

    _name = "gsp.split.pack"
    _description = "Opened Pack"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "opened_at desc, id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = frozenset(
        {
            "state",
            "name",
            "quantity",
            "opened_at",
            "opened_by_id",
            "opening_picking_id",
            "last_split_at",
            "closed_at",
            "closed_by_id",
            "close_reason",
            "rest_picking_id",
        }
    )
    _reason_steps = {"close": "_close_rest"}

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    product_id = fields.Many2one(
        "product.product",
        string="Drug",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('gsp_may_split', '=', True)]",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('product_id', '=', product_id)]",
    )
    expiration_date = fields.Datetime(related="lot_id.expiration_date", string="Expiry Date")
    location_id = fields.Many2one(
        "stock.location",
        string="Taken From",
        required=True,
        check_company=True,
        ondelete="restrict",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('usage', '=', 'internal'), ('gsp_in_split_bench', '=', False)]",
    )
    bench_id = fields.Many2one(
        "stock.location",
        string="Split-Sale Bench",
        check_company=True,
        ondelete="restrict",
        domain="[('gsp_zone', '=', 'split')]",
        help="Empty: the bench of the warehouse; it is set up with the first pack.",
    )
    trace_code_id = fields.Many2one(
        "gsp.trace.code",
        check_company=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('lot_id', '=', lot_id), ('state', '=', 'in_stock')]",
        help="Code on the pack. It counts as handed over when the pack is opened.",
    )
    quantity = fields.Float(
        string="In the Pack", readonly=True, copy=False, digits="Product Unit", help="When it was opened."
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    original_pack_kept = fields.Boolean(
        help="The drug stays in its own pack until it is used up; name, lot and expiry remain legible."
    )
    leaflet_kept = fields.Boolean(help="The leaflet stays with the pack, unchanged.")
    record_ids = fields.One2many("gsp.split.record", "pack_id", string="Split Records")
    record_count = fields.Integer(compute="_compute_quantities")
    used_quantity = fields.Float(string="Split Off", compute="_compute_quantities", digits="Product Unit")
    remaining_quantity = fields.Float(
        string="Remaining", compute="_compute_quantities", digits="Product Unit"
    )
    state = fields.Selection(
        [("draft", "Draft"), ("open", "Open"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    opened_at = fields.Datetime(string="Opened On", readonly=True, copy=False)
    opened_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    opening_picking_id = fields.Many2one(
        "stock.picking", string="Transfer to the Bench", readonly=True, copy=False, ondelete="restrict"
    )
    last_split_at = fields.Datetime(string="Last Split On", readonly=True, copy=False)
    closed_at = fields.Datetime(
        string="Pack Discarded On", readonly=True, copy=False, help="Pack and leaflet are kept until then."
    )
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    close_reason = fields.Text(string="Why the Rest Is Not Sold", readonly=True, copy=False)
    rest_picking_id = fields.Many2one(
        "stock.picking", string="Transfer of the Rest", readonly=True, copy=False, ondelete="restrict"
    )

    _open_idx = models.Index("(company_id, product_id, lot_id) WHERE state = 'open'")

    @api.depends("product_id", "lot_id", "company_id")
    def _compute_location_id(self):
        for pack in self:
            if pack.location_id and not pack.lot_id:
                continue
            pack.location_id = pack._find_source() or pack.location_id

    @api.depends("record_ids.quantity", "record_ids.state", "quantity")
    def _compute_quantities(self):
        # sudo: what was split off counts, whoever looks
        groups = (
            self.env["gsp.split.record"]
            .sudo()
            ._read_group(
                [("pack_id", "in", self.ids), ("state", "in", ("split", "checked", "sold"))],
                ["pack_id"],
                ["quantity:sum", "__count"],
            )
        )
        used = {pack.id: (quantity, count) for pack, quantity, count in groups}
        for pack in self:
            pack.used_quantity, pack.record_count = used.get(pack._origin.id, (0.0, 0))
            pack.remaining_quantity = pack.quantity - pack.used_quantity if pack.state != "closed" else 0.0

    @api.depends("name", "product_id", "lot_id")
    def _compute_display_name(self):
        for pack in self:
            parts = (pack.name, pack.product_id.name, pack.lot_id.name)
            pack.display_name = " · ".join(part for part in parts if part)

    @api.constrains("product_id", "lot_id")
    def _check_lot(self):
        for pack in self:
            if pack.lot_id.product_id != pack.product_id:
                raise UserError(
                    self.env._(
                        "Lot %(lot)s is not a lot of %(product)s.",
                        lot=pack.lot_id.name,
                        product=pack.product_id.display_name,
                    )
                )

    def write(self, vals):
        if OPENING_FIELDS.intersection(vals):
            for pack in self:
                if pack.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(pack)s is open: pack, lot and leaflet stay as they are until it is used up (GSP 17206).",
                            pack=pack.display_name,
                        )
                    )
        return super().write(vals)

    # -- steps --------------------------------------------------------------------------------------------------

    def action_open(self):
        """Open the pack: it moves to the bench, and its quantity can be split off from now on."""
        self._check_step(CLERK, ("draft",))
        self.env["compliance.refusal"]._refuse(
            violation for pack in self for violation in pack._find_opening_violations()
        )
        for pack in self:
            pack._open()
        return True

    def action_close_rest(self):
        """Ask why the rest is not sold, set it aside, and close the pack."""
        self.ensure_one()
        self._check_step(CLERK, ("open",))
        return self._ask_reason("close", self.env._("Close the Pack"))

    def action_view_records(self):
        """Open what was split off these packs."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_split_record_action")
        return {
            **action,
            "domain": [("pack_id", "in", self.ids)],
            "context": {"default_pack_id": self.id} if len(self) == 1 else {},
        }

    def action_clean_bench(self):
        """Open today's cleaning log of the bench of this pack, made if there is none."""
        self.ensure_one()
        self.check_access("read")
        bench = self.bench_id or self._get_warehouse()._gsp_get_zone("split", self.company_id)
        return self.env["gsp.split.cleaning"]._get_today(bench, create=True).get_formview_action()

    @api.model
    def _prepare_step_vals(self, vals):
        company = vals.get("company_id") or self.env.company.id
        return {"name": self.env["ir.sequence"].with_company(company).next_by_code("gsp.split.pack") or "/"}

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})

    def _close(self, **vals):
        """The pack is empty, or its rest set aside: pack and leaflet may be thrown away."""
        for pack in self:
            pack._move_to("closed", closed_at=fields.Datetime.now(), closed_by_id=self.env.uid, **vals)
        self._close_evidence()

    def _close_if_used_up(self):
        """Close those of which nothing is left and nothing still waits for its delivery."""
        self.invalidate_recordset(["used_quantity", "remaining_quantity"])
        for pack in self.filtered(lambda item: item.state == "open"):
            waiting = pack.record_ids.filtered(lambda record: record.state in ("draft", "split", "checked"))
            if not waiting and pack.uom_id.compare(pack.remaining_quantity, 0) <= 0:
                pack._close()
