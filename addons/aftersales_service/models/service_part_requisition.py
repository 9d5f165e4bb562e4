# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..roles import DISPATCHER, MANAGER, RECEPTION, TECHNICIAN


class ServicePartRequisition(models.Model):
    """Parts a technician asks for, somebody else approves, and the warehouse issues; what is left comes back the
    same day."""

    _name = "service.part.requisition"
    _description = "Part Requisition"
    _inherit = ["service.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Technician",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        check_company=True,
    )
    repair_id = fields.Many2one(
        "repair.order",
        check_company=True,
        index="btree_not_null",
        help="Empty: to fill up what the technician carries along.",
    )
    under_warranty = fields.Boolean(related="repair_id.under_warranty")
    payment_reference = fields.Char(
        string="Front Desk Receipt",
        help="Out of warranty, parts are issued against the front desk's receipt.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("submitted", "To Approve"),
            ("approved", "Approved"),
            ("issued", "Handed Out"),
            ("closed", "Closed"),
            ("canceled", "Canceled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    line_ids = fields.One2many("service.part.requisition.line", "requisition_id", string="Parts", copy=True)
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_on = fields.Datetime(readonly=True, copy=False)
    issued_on = fields.Datetime(string="Handed Out On", readonly=True, copy=False, index="btree_not_null")
    closed_on = fields.Datetime(readonly=True, copy=False)
    picking_ids = fields.Many2many("stock.picking", string="Transfers", readonly=True, copy=False)
    has_leftovers = fields.Boolean(compute="_compute_has_leftovers")

    @api.depends("state", "line_ids.quantity_left")
    def _compute_has_leftovers(self):
        for requisition in self:
            requisition.has_leftovers = requisition.state == "issued" and any(
                line.quantity_left > 0 for line in requisition.line_ids
            )

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {
            "approved_by_id",
            "approved_on",
            "issued_on",
            "closed_on",
            "picking_ids",
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            vals["name"] = (
                self.env["ir.sequence"].with_company(company).next_by_code("service.part.requisition")
            )
        return super().create(vals_list)

    def write(self, vals):
        """What has been approved is what is issued."""
        if {"line_ids", "repair_id", "user_id", "payment_reference"} & vals.keys():
            self._check_editable()
        return super().write(vals)

    def _check_editable(self):
        for requisition in self:
            if requisition.state not in ("draft", "submitted"):
                raise UserError(
                    self.env._(
                        "%s is approved and no longer changes. Make another requisition.", requisition.name
                    )
                )

    # Actions

    def action_submit(self):
        """Ask for approval."""
        self._check_action(("draft",), RECEPTION, TECHNICIAN)
        for requisition in self:
            if not requisition.line_ids:
                raise UserError(self.env._("%s asks for nothing: add the parts.", requisition.name))
        self._write_system({"state": "submitted"})
        return True

    def action_approve(self):
        """Dispatchers and managers approve what others ask for."""
        self._check_action(("submitted",), DISPATCHER, MANAGER)
        for requisition in self:
            if requisition.user_id == self.env.user:
                raise UserError(
                    self.env._("%s is your own: somebody else has to approve it.", requisition.name)
                )
        self._write_system(
            {"state": "approved", "approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        return True

    def action_issue(self):
        """Hand the approved parts to the technician: a transfer from the parts warehouse to what is carried along."""
        self._check_action(("approved",), *self._get_issuing_groups())
        for requisition in self:
            requisition._check_payment()
            van = requisition._get_van()
            warehouse = requisition.company_id._get_service_warehouse()
            requisition._transfer(
                warehouse.lot_stock_id,
                van,
                [(line.product_id, line.quantity) for line in requisition.line_ids],
            )
            requisition._write_system({"state": "issued", "issued_on": fields.Datetime.now()})
            requisition._take_from_van(van)
        return True

    @api.model
    def _get_issuing_groups(self):
        return (RECEPTION, DISPATCHER, MANAGER, "stock.group_stock_manager")

    def _check_payment(self):
        repair = self.repair_id
        if repair and not repair.under_warranty and not (self.payment_reference or "").strip():
            raise UserError(
                self.env._(
                    "%(requisition)s: %(repair)s is not under warranty. Enter the number of the front desk's receipt; "
                    "without it no part is issued.",
                    requisition=self.name,
                    repair=repair.name,
                )
            )

    def _get_van(self):
        card = self.env["service.technician"]._for_users(self.user_id, self.company_id)
        if not card.van_location_id:
            # sudo: the place belongs to the technician's card and is made with the first parts issued
            card.van_location_id = self.env["stock.location"].sudo().create(card._prepare_van_vals())
        return card.van_location_id.with_env(self.env)

    def _take_from_van(self, van):
        """The repair uses what its technician carries."""
        repair = self.repair_id
        if repair and repair.state not in ("done", "cancel"):
            repair.action_unreserve()
            repair.location_id = van
            if repair.state != "draft":
                repair.action_assign()

    def action_return_leftovers(self):
        """Bring back what was not used; the requisition is closed."""
        self._check_action(("issued",), *self._get_issuing_groups(), TECHNICIAN)
        for requisition in self:
            left = [
                (line.product_id, line.quantity_left)
                for line in requisition.line_ids
                if line.quantity_left > 0
            ]
            if left:
                requisition.repair_id.filtered(lambda r: r.state not in ("done", "cancel")).action_unreserve()
                warehouse = requisition.company_id._get_service_warehouse()
                requisition._transfer(requisition._get_van(), warehouse.lot_stock_id, left)
                for line in requisition.line_ids:
                    line._note_returned()
            requisition._write_system({"state": "closed", "closed_on": fields.Datetime.now()})
        return True

    def action_cancel(self):
        """Not needed."""
        self._check_action(("draft", "submitted", "approved"), RECEPTION, TECHNICIAN, DISPATCHER)
        self._write_system({"state": "canceled"})
        return True

    def action_view_transfers(self):
        """Open the transfers of these parts."""
        self.check_access("read")
        return self.picking_ids._get_service_transfers_action()

    def _transfer(self, source, destination, goods):
        lot = self.env["stock.lot"]
        picking = self.env["stock.picking"]._make_service_transfer(
            source,
            destination,
            [(product, quantity, lot) for product, quantity in goods],
            origin=" ".join(name for name in (self.name, self.repair_id.name) if name),
        )
        self._write_system({"picking_ids": [Command.link(picking.id)]})

    # Clock

    @api.model
    def _get_leftover_domain(self):
        """Parts issued for a repair on an earlier day and not closed."""
        today, _tomorrow = self.env.company._get_law_day_bounds(self.env.company._get_law_date())
        return (
            Domain("state", "=", "issued")
            & Domain("repair_id", "!=", False)
            & Domain("issued_on", "<", today)
        )

    @api.model
    def _cron_leftovers(self):
        """Ask technicians for what they did not use and did not bring back the same day."""
        for company in self.env["res.company"].search([]):
            requisitions = self.with_company(company).search(
                self.with_company(company)._get_leftover_domain()
                & Domain("company_id", "=", company.id)
                & Domain("activity_ids", "=", False)
            )
            for requisition in requisitions.filtered("has_leftovers"):
                env = self.with_context(lang=requisition.user_id.lang).env
                requisition._notify_responsible(
                    {requisition: requisition.user_id},
                    env._("%s: bring back the leftover parts", requisition.name),
                )
