# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.compliance_base.evidence import default_fields

HOLDERS = "pharmacy_gsp.pharmacy_gsp_group_pharmacist,pharmacy_gsp.pharmacy_gsp_group_quality"
RELEASERS = "pharmacy_gsp.pharmacy_gsp_group_quality"
CONTENT_FIELDS = frozenset({"company_id", "kind", "product_id", "lot_id", "reason"})


class GspHold(models.Model):
    """Stop of a lot, or of all lots of a product: while it lasts, nothing of it is reserved or leaves.

    A pharmacist or quality sets it, quality alone releases it, both by signature.
    """

    _name = "gsp.hold"
    _description = "Hold"
    _inherit = [
        "gsp.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "compliance.evidence.mixin",
        "compliance.signature.mixin",
    ]
    _order = "held_at desc, id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = frozenset({"state", "name", "held_by_id", "held_at", "released_by_id", "released_at"})

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("near_expiry", "Near Expiry"),
            ("quality", "Quality Doubt"),
            ("recall", "Recall"),
            ("climate", "Temperature or Humidity"),
            ("other", "Other"),
        ],
        string="Why",
        required=True,
        default="quality",
        tracking=True,
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        compute="_compute_product_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        ondelete="restrict",
        index=True,
        domain="[('gsp_kind', '!=', False)]",
        tracking=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        domain="product_id and [('product_id', '=', product_id)] or [('product_id.gsp_kind', '!=', False)]",
        tracking=True,
        help="Empty: all lots of the product are held.",
    )
    reason = fields.Text(required=True)
    release_reason = fields.Text(
        string="Reason for the Release", copy=False, help="What was found, and why it may be sold again."
    )
    quantity_on_hand = fields.Float(
        compute="_compute_quantity_on_hand",
        digits="Product Unit",
        help="What of it lies in places of the company.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("held", "Held"), ("released", "Released")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    held_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    held_at = fields.Datetime(string="Held On", readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    released_at = fields.Datetime(string="Released On", readonly=True, copy=False)

    _in_force_idx = models.Index("(company_id, product_id, lot_id) WHERE state = 'held'")

    @api.depends("lot_id")
    def _compute_product_id(self):
        for hold in self:
            hold.product_id = hold.lot_id.product_id or hold.product_id

    def _compute_quantity_on_hand(self):
        groups = self.env["stock.quant"]._read_group(
            [
                ("product_id", "in", self.product_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("location_id.usage", "in", ("internal", "transit")),
            ],
            ["company_id", "product_id", "lot_id"],
            ["quantity:sum"],
        )
        for hold in self:
            hold.quantity_on_hand = sum(
                quantity
                for company, product, lot, quantity in groups
                if (company, product) == (hold.company_id, hold.product_id) and hold.lot_id in (lot, lot[:0])
            )

    @api.constrains("product_id", "lot_id")
    def _check_lot(self):
        for hold in self:
            if hold.lot_id and hold.lot_id.product_id != hold.product_id:
                raise ValidationError(
                    self.env._(
                        "Lot %(lot)s is not a lot of %(product)s.",
                        lot=hold.lot_id.name,
                        product=hold.product_id.display_name,
                    )
                )

    def write(self, vals):
        if CONTENT_FIELDS.intersection(vals):
            for hold in self:
                if hold.state != "draft":
                    raise UserError(
                        self.env._(
                            "%(hold)s is signed: what is held and why stays as it is. Release it, and make a new one.",
                            hold=hold.display_name,
                        )
                    )
        return super().write(vals)

    def action_hold(self):
        """Hold: asks for the own password; from the signature on nothing of it leaves."""
        self._check_step(HOLDERS, ("draft",))
        return self._action_sign("hold")

    def action_release(self):
        """Release: quality says what was found, and signs."""
        self._check_step(RELEASERS, ("held",))
        for hold in self:
            hold._check_reason(hold.release_reason)
        return self._action_sign("release")

    @api.model
    def _prepare_step_vals(self, vals):
        return {"name": self.env["ir.sequence"].next_by_code("gsp.hold") or "/"}

    def _get_signature_meanings(self):
        return {"hold": self.env._("Hold of Goods"), "release": self.env._("Release of Held Goods")}

    def _get_signature_fields(self):
        return sorted(CONTENT_FIELDS | {"name"})

    def _signed(self, signature):
        result = super()._signed(signature)
        self.ensure_one()
        if (signature.user_id, signature.res_model, signature.res_id) != (self.env.user, self._name, self.id):
            raise AccessError(self.env._("Goods are held and released by one's own signature."))
        if signature.meaning == "hold":
            self._check_step(HOLDERS, ("draft",))
            self._move_to("held", held_by_id=signature.user_id.id, held_at=signature.signed_at)
            self._unreserve()
        elif signature.meaning == "release":
            self._check_step(RELEASERS, ("held",))
            self._check_reason(self.release_reason)
            self._move_to("released", released_by_id=signature.user_id.id, released_at=signature.signed_at)
            self._close_evidence()
        return result

    def _write_step(self, vals):
        self.env.cr.cache.pop(self._name, None)  # what _fetch_for knows
        return super()._write_step(vals)

    def _unreserve(self):
        """Give up what is reserved of held goods, and reserve other lots where there are any."""
        domain = Domain("product_id", "=", self.product_id.id) & Domain(
            "state", "in", ("assigned", "partially_available")
        )
        if self.lot_id:
            domain &= Domain("lot_id", "=", self.lot_id.id)
        # sudo: held is held, also where a reservation belongs to somebody else or to a store of the chain
        lines = self.env["stock.move.line"].sudo().search(domain & Domain("picked", "=", False))
        lines = lines.filtered(
            lambda line: self.company_id in line.company_id.parent_ids and line._gsp_get_final_purpose()
        )
        moves = lines.move_id
        moves._do_unreserve()
        moves._action_assign()

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})

    # -- asked by gate and reservation --------------------------------------------------------------------------

    @api.model
    def _get_in_force_domain(self, companies):
        """Holds of these companies and of their headquarters."""
        return Domain("state", "=", "held") & Domain("company_id", "parent_of", companies.ids)

    @api.model
    def _get_free_domain(self, company):
        """Domain on quants: neither lot nor product is held. Costs no query of its own."""
        # sudo: what is held counts, whoever reserves
        holds, in_force = self.sudo(), self._get_in_force_domain(company)
        lots = holds._search(in_force & Domain("lot_id", "!=", False))
        products = holds._search(in_force & Domain("lot_id", "=", False))
        return Domain("lot_id", "not in", lots.subselect("lot_id")) & Domain(
            "product_id", "not in", products.subselect("product_id")
        )

    @api.model
    def _fetch_for(self, products, companies):
        """Holds in force of these products, of these companies and their headquarters.

        A product is asked for once in a transaction: it sees the holds of others as they were at its start anyway.
        """
        known = self.env.cr.cache.setdefault(self._name, defaultdict(dict))[companies._ids]
        unknown = [product_id for product_id in products._ids if product_id not in known]
        if unknown:
            # sudo: what is held counts, whoever sells or reserves
            holds = self.sudo().search_fetch(
                self._get_in_force_domain(companies) & Domain("product_id", "in", unknown),
                ["company_id", "product_id", "lot_id"],
            )
            known.update(dict.fromkeys(unknown, ()))
            known.update((product.id, found._ids) for product, found in holds.grouped("product_id").items())
        return self.sudo().browse(hold_id for product_id in products._ids for hold_id in known[product_id])

    def _concerns(self, line):
        """Whether this hold keeps the goods of a ``ReleaseLine``."""
        return (
            self.product_id == line.product
            and self.lot_id in (self.env["stock.lot"], line.lot)
            and self.company_id in line.company.parent_ids
        )
