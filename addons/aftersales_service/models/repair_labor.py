# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..roles import RECEPTION
from .repair_coverage_mixin import COVERAGE_FIELDS, FOLLOWING_PRICE

# What the quotation shows of a labor line.
QUOTED_FIELDS = frozenset({"hours", "name", "operation_id", "rate"})
JUDGED_FIELDS = frozenset({"move_id", "operation_id"})


class RepairLabor(models.Model):
    """Labor on a repair: what is done, by whom, how long, at which rate, and who pays for it."""

    _name = "repair.labor"
    _description = "Repair Labor"
    _inherit = "repair.coverage.mixin"
    _order = "repair_id, sequence, id"
    _check_company_auto = True
    _coverage_share_field = "labor_share"

    repair_id = fields.Many2one(
        "repair.order", required=True, ondelete="cascade", index=True, check_company=True
    )
    company_id = fields.Many2one(related="repair_id.company_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10)
    operation_id = fields.Many2one(
        "repair.operation", check_company=True, ondelete="restrict", index="btree_not_null"
    )
    name = fields.Char(
        string="Description",
        required=True,
        compute="_compute_from_operation",
        store=True,
        readonly=False,
        precompute=True,
    )
    trade = fields.Selection(related="operation_id.trade", store=True)
    move_id = fields.Many2one(
        "stock.move",
        string="For Part",
        check_company=True,
        domain="[('repair_id', '=', repair_id), ('repair_line_type', '!=', False)]",
        ondelete="set null",
        index="btree_not_null",
        help="The part this labor belongs to: it is judged by the same warranty component.",
    )
    technician_ids = fields.Many2many(
        "res.users", "repair_labor_technician_rel", "labor_id", "user_id", string="Technicians"
    )
    hours = fields.Float(
        required=True, compute="_compute_from_operation", store=True, readonly=False, precompute=True
    )
    rate = fields.Monetary(
        string="Price per Hour",
        compute="_compute_rate",
        store=True,
        readonly=False,
        copy=False,
        help="From the labor rates of the customer's region. Only reception may change it.",
    )
    subtotal = fields.Monetary(compute="_compute_subtotal", store=True)
    pieces = fields.Integer(compute="_compute_from_operation", store=True, readonly=False, precompute=True)
    is_visit_fee = fields.Boolean(related="operation_id.is_visit_fee")
    state = fields.Selection(related="repair_id.state", string="Repair Status")
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )

    _hours = models.Constraint(
        "CHECK(hours >= 0 AND rate >= 0)", "Hours and rate of repair labor cannot be negative."
    )

    # Compute

    @api.depends("operation_id")
    def _compute_from_operation(self):
        for labor in self:
            operation = labor.operation_id
            if operation or not labor.name:
                labor.name = operation.name or self.env._("Labor")
            labor.hours = operation.hours if operation else labor.hours or 1.0
            labor.pieces = operation.pieces

    @api.depends("operation_id", "repair_id.partner_id")
    def _compute_rate(self):
        for repair, lines in self.grouped("repair_id").items():
            if repair.estimate_agreed_on or repair.state in ("done", "cancel"):
                lines = lines.filtered(lambda labor: not labor.rate)
            if not lines or not repair:
                continue
            rates, day = self.env["repair.labor.rate"], repair._get_report_day()
            for labor in lines:
                trade = labor.operation_id.trade
                labor.rate = rates._find_rate(repair.company_id, day, trade, repair.partner_id)

    @api.depends("hours", "rate")
    def _compute_subtotal(self):
        for labor in self:
            labor.subtotal = labor.hours * labor.rate

    @api.depends("hours", "rate", "sale_line_id")
    def _compute_coverage_amounts(self):
        return super()._compute_coverage_amounts()

    # Onchange: decided on the server when the line is saved; this only shows it at once.

    @api.onchange("operation_id", "move_id")
    def _onchange_coverage(self):
        for labor in self.filtered(lambda labor: labor.repair_id and not labor.coverage_granted_by_id):
            labor.update(labor._get_coverage_decision())

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Who pays is decided here; the line is put on the quotation."""
        for vals in vals_list:
            self._check_coverage_vals(vals)
            self._check_price_vals(vals)
            vals.update(dict.fromkeys(COVERAGE_FIELDS, False))
        lines = super().create(vals_list)
        lines._check_repair_open()
        lines._decide_coverage()
        lines._create_sale_lines()
        return lines

    def write(self, vals):
        """Changed labor is judged anew, and the quotation follows."""
        self._check_coverage_vals(vals)
        self._check_price_vals(vals)
        if "repair_id" in vals and any(labor.repair_id.id != vals["repair_id"] for labor in self):
            raise UserError(
                self.env._("Labor stays with its repair. Delete the line, and add it on the other repair.")
            )
        if vals.keys() - {"sequence", "technician_ids"}:
            self._check_repair_open()
        result = super().write(vals)
        if JUDGED_FIELDS & vals.keys():
            self._write_coverage({"coverage_granted_by_id": False})
            self._decide_coverage()
        if QUOTED_FIELDS & vals.keys():
            self._update_sale_lines()
        return result

    def unlink(self):
        """Labor that is not done is not quoted."""
        self._check_repair_open()
        self._clean_sale_lines()
        return super().unlink()

    def _write_coverage(self, vals):
        """Write a decision past the guard, for this addon's own methods only."""
        return super().write(vals)

    def _check_price_vals(self, vals):
        """A technician works at the catalog's rates: what is charged is not his choice."""
        if vals.get("sale_line_id") and not self.env.su:
            raise AccessError(self.env._("The quotation line of labor is made by the repair itself."))
        if "rate" not in vals or self.env.su or self.env.user.has_group(RECEPTION):
            return
        if not self or any(line.currency_id.compare_amounts(line.rate, vals["rate"]) for line in self):
            raise AccessError(self.env._("Only reception may change the price of labor."))

    def _check_repair_open(self):
        for repair in self.repair_id:
            if repair.state in ("done", "cancel"):
                raise UserError(
                    self.env._("%s is over: labor can no longer be added, changed or deleted.", repair.name)
                )

    # Coverage

    def _is_coverage_open(self):
        return bool(self.repair_id) and self.repair_id.state not in ("done", "cancel")

    def _match_component(self, components):
        """Component named by the operation, else that of the part the labor belongs to, else the main unit."""
        if component := self.operation_id.component_id:
            named = components.filtered(lambda line: line.component_id == component)
            if named:
                return named
        if self.move_id:
            return components._match_part(self.move_id.product_id)
        return components.filtered(lambda line: line.component_id.kind == "main")[:1]

    def _get_share_refusal(self, line):
        return self.env._("%s: labor is not covered", line.component_id.name)

    def _get_charged_quantity(self):
        return 0.0 if self.repair_id.state == "cancel" else self.hours

    def _get_list_price(self):
        return self.rate

    def _coverage_decided(self):
        self._update_sale_lines()

    # Quotation

    def _prepare_sale_line_vals(self):
        repair = self.repair_id
        product = self.operation_id._get_labor_product(repair.company_id)
        return {
            "order_id": repair.sale_order_id.id,
            "product_id": product.id,
            "name": self.name,
            "product_uom_qty": self.hours,
            "price_unit": self._get_quoted_price(),
            "technical_price_unit": FOLLOWING_PRICE,
        }

    def _get_quoted_price(self):
        """What the cover leaves of the rate to the customer, in the currency of the quotation."""
        repair = self.repair_id
        rate = self.rate * (1 - self.coverage_share / 100)
        order_currency = repair.sale_order_id.currency_id
        if order_currency and order_currency != self.currency_id:
            rate = self.currency_id._convert(rate, order_currency, repair.company_id, fields.Date.today())
        return self.currency_id.round(rate)

    def _create_sale_lines(self):
        """Put labor on the quotation of its repair, if there is one."""
        # Superuser mode: whoever may add labor to a repair adds it to the repair's quotation.
        missing = self.sudo().filtered(
            lambda labor: (
                not labor.sale_line_id and labor.repair_id.sale_order_id.state in ("draft", "sent", "sale")
            )
        )
        if missing:
            lines = (
                self.env["sale.order.line"]
                .sudo()
                .create([labor._prepare_sale_line_vals() for labor in missing])
            )
            for labor, line in zip(missing, lines, strict=True):
                labor._write_coverage({"sale_line_id": line.id})

    def _update_sale_lines(self):
        """Let quantity, price and text of the quotation follow the labor."""
        for labor in self.sudo():
            line = labor.sale_line_id
            if not line or line.qty_invoiced:
                continue
            price = labor._get_quoted_price()
            vals = {"name": labor.name, "product_uom_qty": labor.hours, "price_unit": price}
            vals = {name: value for name, value in vals.items() if line[name] != value}
            if vals:
                line.write(vals)
        self._invalidate_amounts()

    def _clean_sale_lines(self):
        """Nothing of this labor stays on the quotation: a confirmed order keeps the line with quantity 0."""
        lines = self.sudo().sale_line_id
        confirmed = lines.filtered(lambda line: line.order_id.state == "sale")
        confirmed.write({"product_uom_qty": 0.0})
        (lines - confirmed).unlink()

    def _follow_quoted_price(self, sale_line):
        """Take the rate from the price agreed on the quotation."""
        rate = self._get_open_price(sale_line.price_unit, self.coverage_share)
        if sale_line.currency_id != self.currency_id:
            rate = sale_line.currency_id._convert(
                rate, self.currency_id, self.company_id, fields.Date.today()
            )
        if self.currency_id.compare_amounts(rate, self.rate):
            self._write_coverage({"rate": rate})
