# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.compliance_base.violation import Violation

from ..roles import RECEPTION
from .repair_statement import SEQUENCE_CODE
from .stock_move_statement import get_cost_bearer

# Written by the steps of settlement and hand-over themselves, by nobody's hand.
SETTLEMENT_FIELDS = frozenset(
    {
        "cash_allowed_by_id",
        "cash_allowed_on",
        "cash_receipt_ids",
        "credit_authorized_by_id",
        "credit_authorized_on",
        "credit_reason",
        "handed_over_by_id",
        "handed_over_on",
        "next_service_due",
        "next_service_reminded_on",
        "received_by_id",
        "repair_record_ids",
        "statement_ids",
    }
)


class RepairOrder(models.Model):
    """The settlement statement: made at once when the work is done, explained by whoever received the unit, signed by
    the customer once each of the requests is answered."""

    _inherit = "repair.order"

    received_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        help="Who received the unit from the customer. The same person explains the bill.",
    )
    statement_ids = fields.One2many(
        "repair.statement", "repair_id", string="Settlement Statements", readonly=True
    )
    statement_id = fields.Many2one(
        "repair.statement",
        string="Settlement Statement",
        compute="_compute_statement_id",
        search="_search_statement_id",
    )
    statement_line_ids = fields.One2many(related="statement_id.line_ids", string="Statement Lines")
    statement_currency_id = fields.Many2one(related="statement_id.currency_id", string="Statement Currency")
    statement_amount = fields.Monetary(
        related="statement_id.amount_customer",
        string="Bill Amount",
        currency_field="statement_currency_id",
    )
    is_bill_signed = fields.Boolean(string="Bill Signed", compute="_compute_is_bill_signed")

    # Compute

    @api.depends("statement_ids.state")
    def _compute_statement_id(self):
        for repair in self:
            repair.statement_id = repair.statement_ids.filtered(lambda s: s.state == "current")[:1]

    def _search_statement_id(self, operator, value):
        return [("statement_ids", operator, value), ("statement_ids.state", "=", "current")]

    @api.depends("customer_signature_ids", "statement_ids.state")
    def _compute_is_bill_signed(self):
        for repair in self:
            repair.is_bill_signed = bool(repair.statement_id and repair._get_valid_customer_signature("bill"))

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody brings along how a repair was settled."""
        if not self.env.su:
            for vals in vals_list:
                for name in SETTLEMENT_FIELDS & vals.keys():
                    del vals[name]
        return super().create(vals_list)

    def write(self, vals):
        """Refuses what the steps of settlement and hand-over write themselves."""
        written = SETTLEMENT_FIELDS & vals.keys()
        if written and not self.env.su:
            raise UserError(
                self.env._(
                    "%s cannot be written by hand: the steps of settlement and hand-over do that.",
                    ", ".join(sorted(self._fields[name]._description_string(self.env) for name in written)),
                )
            )
        return super().write(vals)

    # Actions

    def action_remake_statement(self):
        """Make the statement anew, after a price or a quantity was corrected. Reception."""
        self._check_service_role(RECEPTION)
        self.check_access("write")
        for repair in self:
            if repair.service_stage != "ready":
                raise UserError(
                    self.env._(
                        "%s: the settlement statement is made when the work is done, and stays as it is once settled.",
                        repair.name,
                    )
                )
        self._make_statements()
        return True

    def action_sign_bill(self):
        """Explain the statement and let the customer sign it on the screen."""
        return self._action_customer_sign("bill")

    def action_print_statement(self):
        """Print the current statements."""
        self.check_access("read")
        return self.statement_id.action_print()

    # Steps

    def _service_stage_entered(self, stage):
        result = super()._service_stage_entered(stage)
        if stage == "ready":
            self._make_statements()
        return result

    def _get_service_violations(self, stage):
        violations = super()._get_service_violations(stage)
        if stage == "settled":
            violations += self._get_request_violations()
            violations += self._get_statement_violations()
            violations += self._get_bill_signature_violations()
        return violations

    def _get_request_violations(self):
        """Each request of the customer is solved, or declined with a reason."""
        violations = []
        for request in self.request_ids:
            if request.state == "open":
                violations.append(
                    Violation(
                        "service.bill.request_open",
                        request.repair_id,
                        self.env._(
                            "%(repair)s: the customer's request “%(request)s” is not answered yet.",
                            repair=request.repair_id.name,
                            request=request.name,
                        ),
                        self.env._("Mark it as solved, or decline it with the reason."),
                        "AS-04",
                    )
                )
        return violations

    def _get_statement_violations(self):
        """There is a statement, and it still says what the quotation says."""
        violations = []
        for repair in self:
            statement = repair.sudo().statement_id  # sudo: compared with the quotation, which few may read
            if not statement or not repair._is_statement_current(statement):
                violations.append(
                    Violation(
                        "service.bill.statement",
                        repair,
                        self.env._("%s: the settlement statement is missing or out of date.", repair.name),
                        self.env._("Make the statement anew and explain it to the customer."),
                        "AS-04",
                    )
                )
        return violations

    def _is_statement_current(self, statement):
        lines = self.sudo()._prepare_statement_lines()
        untaxed = sum(vals["amount_customer"] for vals in lines)
        tax = sum(vals["amount_tax"] for vals in lines)
        return not statement.currency_id.compare_amounts(statement.amount_customer, untaxed + tax)

    def _get_bill_signature_violations(self):
        """A customer in the workshop signs the bill before it is settled."""
        return [
            Violation(
                "service.bill.signature",
                repair,
                self.env._("%s: the customer has not signed the bill.", repair.name),
                self.env._("Explain the statement and let the customer sign it on the screen or the portal."),
                "AS-04",
            )
            for repair in self
            if repair.partner_id
            and repair.service_mode == "workshop"
            and not repair._get_valid_customer_signature("bill")
        ]

    # Signature

    def _get_customer_signed_content(self, kind):
        content = super()._get_customer_signed_content(kind)
        if kind == "bill":
            # sudo: the customer signs what the statement says, on the portal too
            content.update(self.sudo().statement_id._get_signed_content() if self.sudo().statement_id else {})
        return content

    def _check_customer_sign(self, kind):
        result = super()._check_customer_sign(kind)
        if kind == "bill":
            if self.service_stage != "ready":
                raise UserError(
                    self.env._(
                        "%s: the bill is signed when the work is done and before it is settled.", self.name
                    )
                )
            self.env["compliance.refusal"]._refuse(
                self._get_request_violations() + self._get_statement_violations()
            )
        return result

    def _customer_signed(self, signature):
        result = super()._customer_signed(signature)
        if signature.kind == "bill":
            # sudo: nobody edits statements; who explained this one is a fact
            self.sudo().statement_id.write(
                {
                    "explained_by_id": self._get_explainer(signature).id,
                    "explained_on": signature.signed_on,
                }
            )
        return result

    def _get_explainer(self, signature):
        """Who showed the screen; on the portal, whoever received the unit stands for the bill."""
        return self.env.user if signature.channel == "screen" else self.received_by_id

    # Making of the statement

    def _make_statements(self):
        """Replace the current statements by new ones."""
        # sudo: whoever ends the work makes the statement by it, without any right on quotations or statements
        repairs = self.sudo()
        repairs._complete_quotations()
        replaced = repairs.statement_id
        replaced.state = "replaced"
        replaced.flush_recordset(
            ["state"]
        )  # before the new ones come: there is one current statement at a time
        vals_list = []
        for company, members in repairs.grouped("company_id").items():
            names = self.env["ir.sequence"].sudo()._next_many_by_code(SEQUENCE_CODE, len(members), company)
            vals_list += [
                repair._prepare_statement(name) for repair, name in zip(members, names, strict=True)
            ]
        self.env["repair.statement"].sudo().create(vals_list)
        repairs.invalidate_recordset(["statement_id"])

    def _complete_quotations(self):
        """Billable parts need a quotation to have a price; what was used is what is quoted."""
        for repair in self:
            used = repair._get_used_parts()
            billable = any(line.coverage_share < 100 for line in [*used, *repair.labor_ids])
            if billable and repair.partner_id and not repair.sale_order_id:
                repair.with_company(repair.company_id).action_create_sale_order()
            for move in used:
                line = move.sale_line_id
                if not line or line.qty_invoiced or len(line.move_ids) > 1:
                    continue
                if line.product_uom_id.compare(line.product_uom_qty, move.quantity):
                    line.product_uom_qty = move.quantity

    def _prepare_statement(self, name):
        self.ensure_one()
        order = self.sale_order_id
        return {
            "name": name,
            "repair_id": self.id,
            "currency_id": (order.currency_id or self.company_id.currency_id).id,
            "partner_id": (order.partner_invoice_id or self.partner_id).id,
            "line_ids": [
                fields.Command.create(dict(vals, sequence=number))
                for number, vals in enumerate(self._prepare_statement_lines(), 1)
            ],
        }

    def _prepare_statement_lines(self):
        """Values of the statement's lines: the parts used, then the work on the quotation."""
        self.ensure_one()
        return [
            *(move._prepare_statement_line() for move in self._get_used_parts()),
            *(line._prepare_statement_line() for line in self._get_work_lines()),
            *(self._prepare_labor_line(labor) for labor in self.labor_ids if not labor.sale_line_id),
        ]

    def _prepare_labor_line(self, labor):
        """Values of the statement line of labor that is on no quotation: others bear it, or there is no customer."""
        values = get_cost_bearer(labor)
        if values["bearer"] == "customer":
            values["bearer"] = "ourselves"
        amount = labor.hours * labor.rate
        return {
            "kind": "labor",
            "name": labor.name,
            "quantity": labor.hours,
            "uom_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "uom.product_uom_hour", raise_if_not_found=True
            ),
            "amount_full": amount,
            "amount_customer": 0.0,
            "amount_tax": 0.0,
            "cost": labor.operation_id._get_labor_product(self.company_id).standard_price * labor.hours,
            "coverage": labor.coverage,
            "reason": labor.coverage_reason,
            **values,
        }

    def _get_used_parts(self):
        """Parts that went into the unit."""
        return self.move_ids.filtered(lambda move: move.repair_line_type == "add" and move.state == "done")

    def _get_work_lines(self):
        """Lines of the quotation that are no parts: labor, travel, other services. With several repairs on one order
        they belong to the repair they were sold as, else to the first one."""
        order = self.sale_order_id
        services = order.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.product_id.type == "service"
                and not line.product_uom_id.is_zero(line.product_uom_qty)
            )
        )
        others = order.repair_order_ids - self
        if others:
            services -= others.sale_order_line_id
            if self != order.repair_order_ids.sorted("id")[:1]:
                services &= self.sale_order_line_id
        return services
