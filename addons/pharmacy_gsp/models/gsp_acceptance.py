# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.compliance_base.evidence import default_fields

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"
# Set by receipts, steps and signatures only.
STEP_FIELDS = frozenset(
    {
        "name",
        "state",
        "kind",
        "company_id",
        "picking_id",
        "partner_id",
        "source_document",
        "acceptor_id",
        "accepted_at",
        "second_acceptor_id",
        "second_at",
        "refused_by_id",
        "refused_at",
        "refusal_reason",
        "store_picking_id",
        "reject_picking_id",
    }
)


class GspAcceptance(models.Model):
    """What came with one receipt, how it came, and what the acceptor found, one line per lot.

    Receipts open it. Until it is signed the goods stay in the receiving zone; the last signature brings them to their
    place, the rejected ones to the non-conforming goods, and makes the record evidence.
    """

    _name = "gsp.acceptance"
    _description = "Acceptance"
    _inherit = [
        "gsp.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "compliance.evidence.mixin",
        "compliance.signature.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _step_fields = STEP_FIELDS
    _evidence_retention_parameter = "drug.record.retention_years"

    name = fields.Char(string="Number", readonly=True, copy=False, index="trigram")
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True, ondelete="restrict")
    kind = fields.Selection(
        [("receipt", "Receipt"), ("stock", "Stock on Hand")], required=True, default="receipt", readonly=True
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    source_document = fields.Char(readonly=True, help="Purchase order.")
    # -- receipt --
    delivery_note = fields.Char(help="Number of the accompanying sheet of the supplier.")
    carrier = fields.Char()
    vehicle = fields.Selection(
        [
            ("closed", "Closed Vehicle"),
            ("refrigerated", "Refrigerated Vehicle"),
            ("box", "Refrigerated or Insulated Box"),
            ("open", "Open Vehicle"),
        ],
        string="Transport",
    )
    dispatched_at = fields.Datetime(string="Dispatched On")
    arrived_at = fields.Datetime(string="Arrived On")
    seal = fields.Selection(
        [("intact", "Intact"), ("broken", "Broken"), ("none", "None")],
        help="Seal of vehicle, box or case on arrival.",
    )
    packaging = fields.Selection(
        [("pass", "Sound"), ("fail", "Broken, Wet or Soiled")], string="Outer Packaging"
    )
    is_cold_chain = fields.Boolean(string="Cold Chain", compute="_compute_is_cold_chain", store=True)
    temperature_recorded = fields.Boolean()
    arrival_temperature = fields.Float(string="On Arrival (℃)", digits=(5, 1))
    transport_temperature_min = fields.Float(string="En Route, Lowest (℃)", digits=(5, 1))
    transport_temperature_max = fields.Float(string="En Route, Highest (℃)", digits=(5, 1))
    temperature_record = fields.Binary(string="Record of the Logger", attachment=True)
    temperature_record_filename = fields.Char(string="File Name of the Record")
    remark = fields.Text(string="Remarks")
    # -- acceptance --
    line_ids = fields.One2many("gsp.acceptance.line", "acceptance_id", string="Lots")
    line_count = fields.Integer(string="Number of Lots", compute="_compute_line_count")
    result = fields.Selection(
        [("accepted", "Accepted"), ("partly", "Partly Accepted"), ("rejected", "Rejected")],
        compute="_compute_result",
        store=True,
    )
    needs_second = fields.Boolean(string="Two Signatures", compute="_compute_needs_second", store=True)
    state = fields.Selection(
        [
            ("draft", "To Accept"),
            ("second", "Second Signature"),
            ("done", "Signed"),
            ("refused", "Goods Refused"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    acceptor_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    accepted_at = fields.Datetime(string="Accepted On", readonly=True, copy=False)
    second_acceptor_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    second_at = fields.Datetime(string="Second Signature On", readonly=True, copy=False)
    refused_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    refused_at = fields.Datetime(string="Refused On", readonly=True, copy=False)
    refusal_reason = fields.Text(string="Why the Goods Were Refused", readonly=True, copy=False)
    store_picking_id = fields.Many2one(
        "stock.picking", string="Transfer into Stock", readonly=True, copy=False, ondelete="restrict"
    )
    reject_picking_id = fields.Many2one(
        "stock.picking", string="Transfer of Rejected Goods", readonly=True, copy=False, ondelete="restrict"
    )
    trace_code_count = fields.Integer(string="Trace Codes", compute="_compute_trace_code_count")

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Another acceptance of this company has this number already."
    )
    _open_idx = models.Index("(company_id, id) WHERE state IN ('draft', 'second')")

    @api.depends("line_ids.product_id")
    def _compute_is_cold_chain(self):
        for acceptance in self:
            acceptance.is_cold_chain = any(
                product._gsp_is_cold_chain() for product in acceptance.line_ids.product_id
            )

    @api.depends("line_ids.product_id")
    def _compute_needs_second(self):
        for acceptance in self:
            acceptance.needs_second = any(
                product._gsp_needs_two_people() for product in acceptance.line_ids.product_id
            )

    @api.depends("line_ids.result")
    def _compute_result(self):
        for acceptance in self:
            results = set(acceptance.line_ids.mapped("result")) - {False}
            acceptance.result = results.pop() if len(results) == 1 else results and "partly"

    @api.depends("line_ids")
    def _compute_line_count(self):
        for acceptance in self:
            acceptance.line_count = len(acceptance.line_ids)

    @api.depends("line_ids.trace_code_ids")
    def _compute_trace_code_count(self):
        counts = dict(
            self.env["gsp.trace.code"]._read_group(
                [("acceptance_id", "in", self.ids)], ["acceptance_id"], ["__count"]
            )
        )
        for acceptance in self:
            acceptance.trace_code_count = counts.get(acceptance, 0)

    @api.constrains("dispatched_at", "arrived_at")
    def _check_transport_dates(self):
        for acceptance in self:
            arrived, dispatched = acceptance.arrived_at, acceptance.dispatched_at
            if arrived and dispatched and arrived < dispatched:
                raise ValidationError(
                    self.env._(
                        "%(acceptance)s: the goods cannot arrive before they were dispatched.",
                        acceptance=acceptance.display_name,
                    )
                )
            if arrived and arrived > fields.Datetime.now():
                raise ValidationError(
                    self.env._(
                        "%(acceptance)s: the time of arrival is still to come.",
                        acceptance=acceptance.display_name,
                    )
                )

    @api.constrains("transport_temperature_min", "transport_temperature_max")
    def _check_temperatures(self):
        for acceptance in self:
            if acceptance.transport_temperature_min > acceptance.transport_temperature_max:
                raise ValidationError(
                    self.env._(
                        "%(acceptance)s: the lowest temperature en route is above the highest.",
                        acceptance=acceptance.display_name,
                    )
                )

    def write(self, vals):
        if self._get_content_fields().intersection(vals):
            for acceptance in self:
                if acceptance.state != "draft":
                    acceptance._raise_signed()
        return super().write(vals)

    def action_view_trace_codes(self):
        """Open the codes scanned in with these acceptances."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_trace_code_action")
        return dict(action, domain=[("acceptance_id", "in", self.ids)], context={})

    def action_scan(self):
        """Open the window into which trace codes are scanned."""
        self.ensure_one()
        self._check_step(CLERK, ("draft",))
        return self.env["gsp.trace.scan"]._open(self)

    def action_all_conform(self):
        """Fill in what has not been examined as conforming; what does not conform was entered before."""
        self._check_step(CLERK, ("draft",))
        for line in self.line_ids:
            line.write({name: "pass" for name in line._get_asked_checks() if not line[name]})

    @api.model
    def _prepare_step_vals(self, vals):
        sequence = self.env["ir.sequence"].with_company(vals.get("company_id") or self.env.company.id)
        return {"name": sequence.next_by_code("gsp.acceptance")}

    @api.model
    def _check_step_fields(self, names):
        # receipts create acceptances; as nobody else may, what they set is trusted
        return None if self.env.su else super()._check_step_fields(names)

    @api.model
    def _get_content_fields(self):
        computed = {"is_cold_chain", "needs_second", "result"}
        return set(default_fields(self)) - STEP_FIELDS - computed

    def _raise_signed(self):
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(acceptance)s has been signed and can no longer be changed.", acceptance=self.display_name
            )
        )

    # -- creation -----------------------------------------------------------------------------------------------

    @api.model
    def _create_for_receipt(self, move_lines):
        """Open an acceptance per transfer for what these done move lines took over."""
        vals_list = []
        for picking, lines in move_lines.grouped("picking_id").items():
            first = lines[0]._gsp_prepare_purchase_line()
            # sudo: whoever receives need not be allowed to read purchase orders
            order = lines.move_id.sudo().purchase_line_id.order_id
            vals_list.append(
                {
                    "company_id": first.company.id,
                    "picking_id": picking.id,
                    "partner_id": first.partner.id,
                    "source_document": ", ".join(order.mapped("name")) or picking.origin,
                    "arrived_at": fields.Datetime.now(),
                    "line_ids": [
                        fields.Command.create(vals)
                        for vals in self.env["gsp.acceptance.line"]._prepare(lines)
                    ],
                }
            )
        # sudo: nobody creates acceptances but the receipts
        acceptances = self.sudo().create(vals_list)
        acceptances._schedule()
        return acceptances.sudo(self.env.su)

    def _schedule(self):
        """Tell the people of quality, once per receipt."""
        for acceptance in self:
            user = acceptance.company_id.gsp_quality_user_id
            if user:
                acceptance.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.env._("Accept %(number)s", number=acceptance.name),
                )

    @api.model
    def _create_for_stock(self, lots):
        """Open an acceptance for lots on hand that no receipt brought; quality alone may.

        :raises UserError: when nothing of these lots waits for it
        """
        self._check_stock_access()
        company = self.env.company
        quants = self.env["stock.quant"].search(
            [
                ("lot_id", "in", lots.ids),
                ("lot_id.gsp_acceptance_state", "=", False),
                ("company_id", "=", company.id),
                ("location_id.usage", "=", "internal"),
                ("product_id.gsp_kind", "!=", False),
                ("quantity", ">", 0),
            ]
        )
        if not quants or not company.gsp_company_kind:
            raise UserError(
                self.env._(
                    "There is nothing to accept: these lots are not on hand here, or a receipt brought them."
                )
            )
        quants.lot_id._gsp_set_acceptance_state("pending")
        # sudo: as for receipts; the group has been checked
        acceptance = self.sudo().create(
            {
                "company_id": company.id,
                "kind": "stock",
                "line_ids": [
                    fields.Command.create(vals)
                    for vals in self.env["gsp.acceptance.line"]._prepare_stock(quants)
                ],
            }
        )
        return acceptance.sudo(self.env.su)

    @api.model
    def _check_stock_access(self):
        if not self.env.user.has_group("pharmacy_gsp.pharmacy_gsp_group_quality"):
            raise AccessError(self.env._("Only the quality manager has stock on hand accepted."))

    @api.model
    def _create_refusal(self, picking, reason):
        """Keep that the goods of this receipt were not taken over. Closed at once."""
        moves = picking.move_ids.filtered(lambda move: move.product_id.gsp_kind and move.state != "cancel")
        order = moves.sudo().purchase_line_id.order_id  # sudo: as for receipts
        acceptance = self.sudo().create(
            {
                "company_id": picking.company_id.id,
                "picking_id": picking.id,
                "partner_id": (order.partner_id or picking.partner_id)[:1].id,
                "source_document": ", ".join(order.mapped("name")) or picking.origin,
                "arrived_at": fields.Datetime.now(),
                "line_ids": [
                    fields.Command.create(self.env["gsp.acceptance.line"]._prepare_refused(move))
                    for move in moves
                ],
            }
        )
        acceptance._move_to(
            "refused",
            refusal_reason=reason,
            refused_by_id=self.env.uid,
            refused_at=fields.Datetime.now(),
        )
        acceptance._close_evidence()
