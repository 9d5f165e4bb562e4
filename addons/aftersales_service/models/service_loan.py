# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..roles import RECEPTION, TECHNICIAN


class ServiceLoan(models.Model):
    """A unit of ours that a customer uses while the own one is repaired. It stays ours, in our books at its value."""

    _name = "service.loan"
    _description = "Loan of a Unit"
    _inherit = ["service.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "requested_on desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    repair_id = fields.Many2one("repair.order", required=True, index=True, check_company=True)
    partner_id = fields.Many2one(related="repair_id.partner_id", store=True)
    product_id = fields.Many2one(
        "product.product",
        string="Loan Unit",
        required=True,
        check_company=True,
        domain="[('is_storable', '=', True)]",
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        check_company=True,
        index="btree_not_null",
        domain="[('product_id', '=', product_id)]",
    )
    state = fields.Selection(
        [
            ("draft", "Requested"),
            ("out", "With the Customer"),
            ("returned", "Returned"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    requested_on = fields.Datetime(required=True, default=fields.Datetime.now)
    out_deadline = fields.Datetime(string="Hand Out By", compute="_compute_out_deadline", store=True)
    is_out_late = fields.Boolean(string="Handed Out Late", compute="_compute_is_out_late", store=True)
    due_date = fields.Date(string="Due Back", required=True, tracking=True)
    out_on = fields.Datetime(readonly=True, copy=False)
    back_on = fields.Datetime(readonly=True, copy=False)
    condition_out = fields.Text(string="Condition at Hand-Out")
    condition_back = fields.Text(string="Condition on Return")
    accessories = fields.Text()
    picking_ids = fields.Many2many("stock.picking", string="Transfers", readonly=True, copy=False)
    days = fields.Float(compute="_compute_days", store=True, aggregator="sum", help="Days with the customer.")

    _unit_out_uniq = models.UniqueIndex(
        "(lot_id) WHERE state = 'out'", "This unit is lent to a customer already."
    )

    @api.depends("requested_on", "company_id")
    def _compute_out_deadline(self):
        for loan in self:
            loan.out_deadline = loan.requested_on + timedelta(hours=loan.company_id.service_loan_hours)

    @api.depends("out_on", "out_deadline")
    def _compute_is_out_late(self):
        for loan in self:
            loan.is_out_late = bool(loan.out_on and loan.out_on > loan.out_deadline)

    @api.depends("out_on", "back_on")
    def _compute_days(self):
        for loan in self:
            spent = loan.back_on - loan.out_on if loan.out_on and loan.back_on else None
            loan.days = spent.total_seconds() / 86400 if spent else 0.0

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"out_on", "back_on", "picking_ids"}

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            vals["name"] = self.env["ir.sequence"].with_company(company).next_by_code("service.loan")
        return super().create(vals_list)

    def write(self, vals):
        if {"repair_id", "product_id", "lot_id"} & vals.keys():
            for loan in self:
                if loan.state != "draft":
                    raise UserError(self.env._("%s: the unit is handed out; take it back first.", loan.name))
        return super().write(vals)

    # Actions

    def action_hand_out(self):
        """The customer takes the unit: a transfer to the place of loaned units, ours as before."""
        self._check_action(("draft",), RECEPTION, TECHNICIAN)
        self.flush_model(["state"])
        for loan in self:
            loan._check_loanable()
            warehouse = loan.company_id._get_service_warehouse()
            loan._transfer(warehouse.lot_stock_id, loan.company_id._get_service_loan_location())
            loan._write_system({"state": "out", "out_on": fields.Datetime.now()})
        return True

    def _check_loanable(self):
        if not self.condition_out:
            raise UserError(
                self.env._("%s: note the condition of the unit before it is handed out.", self.name)
            )
        if self.tracking != "none" and not self.lot_id:
            raise UserError(self.env._("%s: choose the serial number that is handed out.", self.name))

    def action_take_back(self):
        """The unit is back on our shelf."""
        self._check_action(("out",), RECEPTION, TECHNICIAN)
        for loan in self:
            if not loan.condition_back:
                raise UserError(self.env._("%s: note the condition of the unit on its return.", loan.name))
            warehouse = loan.company_id._get_service_warehouse()
            loan._transfer(loan.company_id._get_service_loan_location(), warehouse.lot_stock_id)
            loan._write_system({"state": "returned", "back_on": fields.Datetime.now()})
        return True

    def action_cancel(self):
        """Not needed after all."""
        self._check_action(("draft",), RECEPTION, TECHNICIAN)
        self._write_system({"state": "canceled"})
        return True

    def action_view_transfers(self):
        """Open the transfers out and back."""
        self.check_access("read")
        return self.picking_ids._get_service_transfers_action()

    def _transfer(self, source, destination):
        """Move exactly this unit, now. Refused if it is not there."""
        picking = self.env["stock.picking"]._make_service_transfer(
            source,
            destination,
            [(self.product_id, 1.0, self.lot_id)],
            origin=f"{self.name} {self.repair_id.name}",
            partner=self.partner_id,
        )
        self._write_system({"picking_ids": [Command.link(picking.id)]})

    @api.model
    def _cron_remind_due(self):
        """Tell who is responsible for the repair that a loaned unit is due."""
        for company in self.env["res.company"].search([]):
            loans = self.search(
                Domain("company_id", "=", company.id)
                & Domain("state", "=", "out")
                & Domain("due_date", "<", company._get_law_date())
                & Domain("activity_ids", "=", False)
            )
            for loan in loans:
                user = loan.repair_id.user_id or company._get_service_supervisor()
                env = self.with_context(lang=user.lang).env
                loan._notify_responsible({loan: user}, env._("%s: the loan unit is overdue", loan.name))
