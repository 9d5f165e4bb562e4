# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

AGREED_FIELDS = frozenset({"estimate_agreed", "estimate_agreed_on"})


class RepairOrder(models.Model):
    """The estimate: what the repair costs the customer and others, and whether the customer has agreed to it.

    What was agreed to is kept line by line. The customer's consent covers what was shown to him: less is always
    covered, more never.
    """

    _inherit = "repair.order"

    estimate_currency_id = fields.Many2one("res.currency", compute="_compute_estimate_currency_id")
    amount_list = fields.Monetary(
        string="Total", compute="_compute_estimate", currency_field="estimate_currency_id"
    )
    amount_customer = fields.Monetary(
        string="Customer Pays", compute="_compute_estimate", currency_field="estimate_currency_id"
    )
    amount_others = fields.Monetary(
        string="Others Pay", compute="_compute_estimate", currency_field="estimate_currency_id"
    )
    estimate_state = fields.Selection(
        [
            ("free", "Nothing to Pay"),
            ("open", "To Be Agreed"),
            ("agreed", "Agreed"),
            ("outdated", "Work Added Since"),
        ],
        compute="_compute_estimate",
    )
    estimate_agreed_on = fields.Datetime(readonly=True, copy=False)
    estimate_agreed = fields.Json(readonly=True, copy=False)

    @api.depends("sale_order_id", "company_id")
    def _compute_estimate_currency_id(self):
        for repair in self:
            # Superuser mode: a technician reads no quotation, but what the repair comes to.
            order_currency = repair.sudo().sale_order_id.currency_id
            repair.estimate_currency_id = order_currency or repair.company_id.currency_id

    @api.depends(
        "estimate_agreed",
        "labor_ids.customer_amount",
        "labor_ids.list_amount",
        "move_ids.customer_amount",
        "move_ids.list_amount",
        "sale_order_id",
    )
    def _compute_estimate(self):
        for repair in self:
            parts, labor = repair._get_paid_lines()
            lines = [*parts, *labor]
            fees = sum(line["amount"] for line in repair._get_fee_lines())
            repair.amount_customer = sum(line.customer_amount for line in lines) + fees
            repair.amount_list = sum(line.list_amount for line in lines) + fees
            repair.amount_others = repair.amount_list - repair.amount_customer
            repair.estimate_state = repair._get_estimate_state()

    def _invalidate_estimate(self):
        """Forget amounts that were read before the quotation changed."""
        names = ["estimate_currency_id", "amount_list", "amount_customer", "amount_others", "estimate_state"]
        self.invalidate_recordset(names, flush=False)

    def _get_estimate_state(self):
        if not self.estimate_currency_id.compare_amounts(self.amount_customer, 0) > 0:
            return "free"
        if not self.estimate_agreed_on:
            return "open"
        return "outdated" if self._get_lines_not_agreed() else "agreed"

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Nobody agrees for the customer."""
        for vals in vals_list:
            self._check_agreed_vals(vals)
            vals.update(dict.fromkeys(AGREED_FIELDS, False))
        return super().create(vals_list)

    def write(self, vals):
        self._check_agreed_vals(vals)
        return super().write(vals)

    def _check_agreed_vals(self, vals):
        if any(vals.get(name) for name in AGREED_FIELDS) or (self and AGREED_FIELDS & vals.keys()):
            raise UserError(
                self.env._(
                    "The customer agrees to an estimate by signing it, or by accepting its quotation; nobody can "
                    "write it down for him."
                )
            )

    # Actions

    def action_sign_estimate(self):
        """Let the customer sign the estimate on the screen. Reception and technicians."""
        self.ensure_one()
        return self._action_customer_sign("estimate")

    def action_print_estimate(self):
        """Print the estimate."""
        self.check_access("read")
        return self.env.ref("aftersales_service.repair_estimate_report").report_action(self)

    # Lines

    def _get_fee_lines(self):
        """Further lines of the repair's own quotation, such as a fee: list of dicts."""
        self.ensure_one()
        if not self.sale_order_id or self.sale_order_line_id:
            return []
        # Superuser mode as in _compute_estimate
        lines = self.sudo().sale_order_id.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and not line.move_ids.repair_id
                and not line.repair_labor_ids
            )
        )
        return [
            {
                "key": f"fee-{line.id}",
                "name": line.name,
                "quantity": line.product_uom_qty,
                "amount": line.currency_id.round(
                    line.product_uom_qty * line.price_unit * (1 - line.discount / 100)
                ),
            }
            for line in lines
        ]

    def _get_customer_lines(self):
        """All the customer is charged for: list of dicts with key, name, quantity and amount."""
        self.ensure_one()
        parts, labor = self._get_paid_lines()
        lines = [
            {
                "key": f"part-{part.id}",
                "name": part.product_id.display_name,
                "quantity": part._get_charged_quantity(),
                "amount": part.customer_amount,
            }
            for part in parts
        ] + [
            {"key": f"labor-{one.id}", "name": one.name, "quantity": one.hours, "amount": one.customer_amount}
            for one in labor
        ]
        return [line for line in lines + self._get_fee_lines() if line["amount"]]

    def _get_bearer_amounts(self):
        """What everybody pays: dict ``(bearer, res.partner)`` → amount; of parts, labor and fees."""
        self.ensure_one()
        nobody = self.env["res.partner"]
        amounts = {("customer", self.partner_id): self.amount_customer}
        for lines in self._get_paid_lines():
            for line in lines.filtered("bearer_amount"):
                key = (line.cost_bearer or "ourselves", line.cost_bearer_partner_id or nobody)
                amounts[key] = amounts.get(key, 0.0) + line.bearer_amount
        return amounts

    # Agreement

    def _agree_estimate(self):
        """The customer has agreed to what the estimate says now."""
        now = fields.Datetime.now()
        for repair in self:
            repair._write_agreed(
                {
                    "estimate_agreed_on": now,
                    "estimate_agreed": {
                        line["key"]: [line["quantity"], line["amount"]]
                        for line in repair._get_customer_lines()
                    },
                }
            )

    def _revoke_estimate(self):
        """The quotation is off: nothing is agreed any more."""
        self._write_agreed({"estimate_agreed_on": False, "estimate_agreed": False})

    def _write_agreed(self, vals):
        """Write past the guard, for this addon's own methods only."""
        return super().write(vals)

    def _get_lines_not_agreed(self):
        """Charged lines the customer has not agreed to: new ones, and those that cost more now."""
        self.ensure_one()
        agreed = self.estimate_agreed or {}
        compare = (self.estimate_currency_id or self.company_id.currency_id).compare_amounts
        return [
            line
            for line in self._get_customer_lines()
            if compare(line["amount"], agreed.get(line["key"], [0, 0])[1]) > 0
        ]

    def _filter_not_agreed(self):
        return self.filtered(lambda repair: repair._get_lines_not_agreed())

    # Customer signature

    def _get_customer_signed_content(self, kind):
        content = super()._get_customer_signed_content(kind)
        if kind == "estimate":
            content |= {
                "lines": [
                    [line["key"], line["name"], line["quantity"], line["amount"]]
                    for line in self._get_customer_lines()
                ],
                "amount": self.amount_customer,
                "currency": self.estimate_currency_id.name,
                "promise_date": fields.Datetime.to_string(self.promise_date) if self.promise_date else "",
            }
        return content

    def _check_customer_sign(self, kind):
        result = super()._check_customer_sign(kind)
        if kind == "estimate":
            if self.state in ("done", "cancel"):
                raise UserError(self.env._("%s is over: its estimate is not signed any more.", self.name))
            if not self.sale_order_id:
                raise UserError(
                    self.env._(
                        "%s has no quotation yet, so there is nothing to sign. Use “Present Estimate” or “Create "
                        "Quotation”.",
                        self.name,
                    )
                )
        return result

    def _customer_signed(self, signature):
        """Signature 2 agrees to the estimate and accepts its quotation; the portal confirms the order itself."""
        result = super()._customer_signed(signature)
        if signature.kind == "estimate":
            self._agree_estimate()
            # Superuser mode: the customer accepts, whoever shows the screen.
            order = self.sudo().sale_order_id
            if signature.channel == "screen" and order.state in ("draft", "sent"):
                order.action_confirm()
        return result

    # Stage

    def _service_stage_entered(self, stage):
        """An estimate that is presented has a quotation and dates."""
        result = super()._service_stage_entered(stage)
        if stage == "estimate":
            missing = self.filtered(lambda repair: not repair.sale_order_id and repair.partner_id)
            for repair in missing:
                # Superuser mode: reception presents estimates, with or without rights on sales.
                repair.sudo().action_create_sale_order()
            self.filtered(lambda repair: not repair.promise_date)._plan_dates()
        return result
