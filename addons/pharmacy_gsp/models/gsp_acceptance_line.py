# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from math import ceil

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# Written by the receipt: nobody types how much came, of what.
RECEIPT_FIELDS = frozenset(
    {
        "acceptance_id",
        "product_id",
        "lot_id",
        "location_id",
        "quantity",
        "move_id",
        "product_name",
        "generic_name",
        "dosage_form",
        "strength",
        "approval_number",
        "holder_name",
        "manufacturer_name",
        "lot_name",
        "production_date",
        "expiry_date",
        "uom_name",
    }
)
CONFORMS = [("pass", "Conforms"), ("fail", "Does Not Conform")]
# What condemns the whole lot when it does not conform.
LOT_CHECKS = ("certificate", "import_papers", "device_registration")


class GspAcceptanceLine(models.Model):
    """One lot of one receipt: what the acceptor opened, looked at and decided."""

    _name = "gsp.acceptance.line"
    _description = "Accepted Lot"
    _inherit = "compliance.evidence.line.mixin"
    _order = "id"
    _rec_name = "product_name"
    _evidence_parent_field = "acceptance_id"

    acceptance_id = fields.Many2one("gsp.acceptance", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="acceptance_id.company_id", store=True, index=True)
    state = fields.Selection(related="acceptance_id.state")
    partner_id = fields.Many2one(related="acceptance_id.partner_id")
    accepted_at = fields.Datetime(related="acceptance_id.accepted_at")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    gsp_kind = fields.Selection(related="product_id.gsp_kind")
    lot_id = fields.Many2one("stock.lot", readonly=True, index="btree_not_null", ondelete="restrict")
    location_id = fields.Many2one("stock.location", string="Lies In", readonly=True, ondelete="restrict")
    move_id = fields.Many2one("stock.move", string="Receipt Move", readonly=True, index="btree_not_null")
    quantity = fields.Float(string="Arrived", digits="Product Unit", readonly=True)
    uom_name = fields.Char(string="Unit", readonly=True)
    product_name = fields.Char(string="Name of the Product", readonly=True)
    generic_name = fields.Char(readonly=True)
    dosage_form = fields.Char(readonly=True)
    strength = fields.Char(readonly=True)
    approval_number = fields.Char(readonly=True)
    holder_name = fields.Char(string="Marketing Authorization Holder", readonly=True)
    manufacturer_name = fields.Char(string="Manufacturer", readonly=True)
    lot_name = fields.Char(string="Lot Number", readonly=True)
    production_date = fields.Date(readonly=True)
    expiry_date = fields.Date(readonly=True)
    case_count = fields.Integer(string="Full Cases")
    is_loose = fields.Boolean(
        string="Loose or Damaged", help="Loose packs, broken, wet or unsealed cases: every pack is examined."
    )
    problem_seen = fields.Boolean(help="Doubles the packs to be examined of each case.")
    sample_cases = fields.Integer(string="Cases to Open", compute="_compute_sample", store=True)
    sample_packs = fields.Integer(string="Packs to Examine", compute="_compute_sample", store=True)
    sampled_packs = fields.Integer(string="Packs Examined")
    appearance = fields.Selection(CONFORMS)
    label = fields.Selection(CONFORMS, string="Package and Labels")
    leaflet = fields.Selection(CONFORMS)
    certificate = fields.Selection(CONFORMS, string="Inspection Report of the Lot")
    certificate_scan = fields.Binary(string="Scan of the Report", attachment=True)
    certificate_filename = fields.Char()
    import_papers = fields.Selection(CONFORMS)
    device_registration = fields.Selection(CONFORMS, string="Registration of the Device")
    is_imported = fields.Boolean(string="Imported", compute="_compute_is_imported")
    rejected_quantity = fields.Float(digits="Product Unit")
    accepted_quantity = fields.Float(digits="Product Unit", compute="_compute_accepted", store=True)
    result = fields.Selection(
        [("accepted", "Accepted"), ("partly", "Partly Accepted"), ("rejected", "Rejected")],
        compute="_compute_accepted",
        store=True,
    )
    reject_reason = fields.Char(string="Why Rejected")
    measure = fields.Char(string="Measure Taken", help="For example returned to the supplier, or reported.")
    location_dest_id = fields.Many2one(
        "stock.location",
        string="Store In",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        ondelete="restrict",
    )
    trace_code_ids = fields.One2many("gsp.trace.code", "acceptance_line_id", string="Trace Codes")
    trace_code_count = fields.Integer(string="Codes Scanned", compute="_compute_trace_code_count")

    _quantities = models.Constraint(
        "CHECK(rejected_quantity >= 0 AND rejected_quantity <= quantity)",
        "At least nothing and at most what has arrived can be rejected.",
    )
    _samples = models.Constraint(
        "CHECK((case_count IS NULL OR case_count >= 0) AND (sampled_packs IS NULL OR sampled_packs >= 0))",
        "Cases and packs are not negative.",
    )

    @api.depends("case_count", "is_loose", "problem_seen", "quantity")
    def _compute_sample(self):
        for line in self:
            line.sample_cases, line.sample_packs = line._get_sample()

    @api.depends("quantity", "rejected_quantity")
    def _compute_accepted(self):
        for line in self:
            uom = line.product_id.uom_id
            line.accepted_quantity = line.quantity - line.rejected_quantity
            if uom.is_zero(line.rejected_quantity):
                line.result = "accepted"
            else:
                line.result = "rejected" if uom.is_zero(line.accepted_quantity) else "partly"

    @api.depends("product_id")
    def _compute_is_imported(self):
        for line in self:
            line.is_imported = line.product_id._gsp_is_imported()

    @api.depends("trace_code_ids")
    def _compute_trace_code_count(self):
        counts = dict(
            self.env["gsp.trace.code"]._read_group(
                [("acceptance_line_id", "in", self.ids)], ["acceptance_line_id"], ["__count"]
            )
        )
        for line in self:
            line.trace_code_count = counts.get(line, 0)

    @api.constrains("location_dest_id", "company_id")
    def _check_destination(self):
        for line in self:
            company = line.location_dest_id.company_id
            if line.location_dest_id and (
                line.location_dest_id.usage != "internal" or company != line.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(location)s is no place of %(company)s.",
                        location=line.location_dest_id.display_name,
                        company=line.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_receipt_fields(*vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_receipt_fields(vals)
        for acceptance in self.acceptance_id:
            if acceptance.state != "draft":
                acceptance._raise_signed()
        return super().write(vals)

    def unlink(self):
        for acceptance in self.acceptance_id:
            if acceptance.state != "draft":
                acceptance._raise_signed()
        return super().unlink()

    def action_view_trace_codes(self):
        """Open the codes scanned in with these lots."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_trace_code_action")
        return dict(action, domain=[("acceptance_line_id", "in", self.ids)], context={})

    @api.model
    def _check_receipt_fields(self, *vals_list):
        # sudo is how receipts write; no client has it
        if not self.env.su and any(RECEIPT_FIELDS.intersection(vals) for vals in vals_list):
            raise UserError(
                self.env._("What arrived is written by the receipt, not typed into its acceptance.")
            )

    # -- creation -----------------------------------------------------------------------------------------------

    @api.model
    def _prepare(self, move_lines):
        """Values of one line per product, lot and place of these done move lines."""
        groups = {}
        for line in move_lines:
            key = (line.product_id, line.lot_id, line.location_dest_id)
            groups[key] = groups.get(key, self.env["stock.move.line"]) | line
        return [
            {
                **self._prepare_facts(product, lot, lines.company_id),
                "location_id": location.id,
                "move_id": lines.move_id[:1].id,
                "quantity": sum(lines.mapped("quantity_product_uom")),
                "location_dest_id": self._suggest_place(lines[0], product).id,
            }
            for (product, lot, location), lines in groups.items()
        ]

    @api.model
    def _prepare_stock(self, quants):
        return [
            {
                **self._prepare_facts(quant.product_id, quant.lot_id, quant.company_id),
                "location_id": quant.location_id.id,
                "quantity": quant.quantity,
                "location_dest_id": quant.location_id.id,
            }
            for quant in quants
        ]

    @api.model
    def _prepare_refused(self, move):
        facts = self._prepare_facts(move.product_id, move.lot_ids[:1], move.company_id)
        return {
            **facts,
            "move_id": move.id,
            "quantity": move.product_qty,
            "rejected_quantity": move.product_qty,
        }

    @api.model
    def _prepare_facts(self, product, lot, company):
        """Frozen copy of what the record of acceptance must say about the product and its lot."""
        facts = product._gsp_prepare_register_vals()
        facts.pop("kind")
        return {
            **facts,
            "manufacturer_name": lot.gsp_manufacturer_id.name or facts["manufacturer_name"],
            "lot_id": lot.id,
            "lot_name": lot.name,
            "production_date": lot.gsp_production_date,
            "expiry_date": lot.expiration_date and company._get_law_date(lot.expiration_date),
            "uom_name": product.uom_id.name,
        }

    @api.model
    def _suggest_place(self, move_line, product):
        """Where it is to be stored: by the putaway rules, or the first place in stock that is right for it."""
        warehouse = (
            move_line.picking_id.picking_type_id.warehouse_id or move_line.location_dest_id.warehouse_id
        )
        stock = warehouse.lot_stock_id
        place = stock._get_putaway_strategy(product)
        if place._gsp_allows(product):
            return place
        inside = self.env["stock.location"].search(
            [
                ("id", "child_of", stock.ids),
                ("usage", "=", "internal"),
                ("company_id", "=", move_line.company_id.id),
            ]
        )
        return inside.filtered(lambda location: location._gsp_allows(product))[:1]

    def _get_reject_place(self):
        """The non-conforming goods of the company."""
        self.ensure_one()
        warehouse = (
            self.acceptance_id.picking_id.picking_type_id.warehouse_id or self.location_id.warehouse_id
        )
        return warehouse._gsp_get_zone("nonconforming", self.company_id)

    # -- sampling -----------------------------------------------------------------------------------------------

    def _get_sample(self):
        """(cases to open, packs to examine) by the sampling figures in force today; all packs when loose."""
        self.ensure_one()
        packs_here = ceil(self.quantity)
        if self.is_loose or not self.case_count:
            return self.case_count, packs_here
        company = self.company_id or self.env.company
        day = company._get_law_date()

        def figure(code):
            return self.env["compliance.parameter"]._value(f"drug.sampling.{code}", on=day, company=company)

        cases, base_limit = self.case_count, figure("base_up_to_cases")
        if cases > figure("all_up_to_cases"):
            steps = ceil(max(cases - base_limit, 0) / figure("step_cases"))
            cases = min(cases, figure("base_cases") + steps * figure("step_extra_cases"))
        packs = cases * figure("packs_per_case") * (figure("problem_factor") if self.problem_seen else 1)
        return cases, min(packs, packs_here)

    def _get_asked_checks(self):
        """Names of the checks that this lot needs."""
        self.ensure_one()
        checks = ["appearance", "label", "leaflet", "certificate"]
        if self.is_imported:
            checks.append("import_papers")
        if self.gsp_kind == "device":
            checks.append("device_registration")
        return checks

    def _get_missing(self):
        """Sentences that say what the acceptor has not entered yet."""
        self.ensure_one()
        labels = self.fields_get(["sampled_packs", *self._get_asked_checks()], ["string"])
        missing = [labels[name]["string"] for name in self._get_asked_checks() if not self[name]]
        failed = [name for name in self._get_asked_checks() if self[name] == "fail"]
        rejected = not self.product_id.uom_id.is_zero(self.rejected_quantity)
        if self.sampled_packs < self.sample_packs:
            missing.append(
                self.env._(
                    "%(done)s of %(wanted)s packs were examined",
                    done=self.sampled_packs,
                    wanted=self.sample_packs,
                )
            )
        if rejected and not (self.reject_reason or "").strip():
            missing.append(self.env._("why it is rejected"))
        if failed and not rejected:
            missing.append(self.env._("the quantity rejected for what does not conform"))
        if set(LOT_CHECKS).intersection(failed) and self.result != "rejected":
            missing.append(self.env._("the rejection of the whole lot, whose papers do not conform"))
        if self.result != "rejected" and not self.location_dest_id:
            missing.append(self.env._("the place in which it is stored"))
        if not missing:
            return []
        name = f"{self.product_name} {self.lot_name or ''}".strip()
        return [self.env._("%(lot)s: %(missing)s.", lot=name, missing="; ".join(missing))]
