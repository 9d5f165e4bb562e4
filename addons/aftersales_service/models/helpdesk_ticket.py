# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import html2plaintext

from ..roles import RECEPTION, TECHNICIAN
from .warranty_registration import COVER_STATUSES

REPAIR_GROUPS = (
    RECEPTION,
    TECHNICIAN,
)

TICKET_KINDS = [
    ("inquiry", "Inquiry"),
    ("repair", "Repair"),
    ("complaint", "Complaint"),
    ("return", "Return"),
    ("suggestion", "Suggestion"),
    ("quality", "Quality"),
]


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    kind = fields.Selection(
        TICKET_KINDS,
        required=True,
        default="inquiry",
        tracking=True,
        index=True,
    )
    product_id = fields.Many2one("product.product", check_company=True, index="btree_not_null", tracking=True)
    lot_id = fields.Many2one(
        "stock.lot",
        string="Serial Number",
        check_company=True,
        index="btree_not_null",
        tracking=True,
        domain="[('product_id', '=?', product_id)]",
    )
    warranty_registration_id = fields.Many2one(
        "warranty.registration", string="Warranty", compute="_compute_warranty"
    )
    cover_status = fields.Selection(COVER_STATUSES, string="Warranty Status", compute="_compute_warranty")
    repair_ids = fields.One2many("repair.order", "ticket_id", string="Repairs")
    repair_count = fields.Integer(compute="_compute_repair_count", compute_sudo=True)

    # Compute

    @api.depends("lot_id", "create_date", "company_id")
    def _compute_warranty(self):
        """Cover on the day the ticket came in."""
        # Whoever may read the ticket may know whether the unit is covered.
        registrations = (
            self.env["warranty.registration"].sudo().search([("lot_id", "in", self.lot_id._origin.ids)])
        )
        for ticket in self:
            day = ticket.company_id._get_law_date(ticket.create_date or fields.Datetime.now())
            registration = registrations.filtered(
                lambda registration, ticket=ticket: (
                    registration.lot_id == ticket.lot_id._origin
                    and registration.company_id == ticket.company_id
                )
            )._pick_for_date(day)
            ticket.cover_status = registration._get_cover_status(day)
            ticket.warranty_registration_id = registration.sudo(False)

    def _compute_repair_count(self):
        counts = dict(
            self.env["repair.order"]._read_group([("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"])
        )
        for ticket in self:
            ticket.repair_count = counts.get(ticket, 0)

    # Constraints

    @api.constrains("lot_id", "product_id")
    def _check_lot(self):
        for ticket in self:
            if ticket.lot_id and ticket.product_id and ticket.lot_id.product_id != ticket.product_id:
                raise ValidationError(
                    self.env._(
                        "Serial number %(lot)s is a %(actual)s, not a %(product)s.",
                        lot=ticket.lot_id.name,
                        actual=ticket.lot_id.product_id.display_name,
                        product=ticket.product_id.display_name,
                    )
                )

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id:
            self.product_id = self.lot_id.product_id
            self.partner_id = self.partner_id or self.lot_id.holder_id

    @api.onchange("product_id")
    def _onchange_product_id(self):
        if self.lot_id.product_id != self.product_id:
            self.lot_id = False

    # CRUD

    def write(self, vals):
        """A ticket that is open again is not closed any more; the caller's values stay as they are."""
        result = super().write(dict(vals))
        if "stage_id" in vals or "team_id" in vals:
            reopened = self.filtered(lambda ticket: ticket.closed_date and not ticket.stage_id.closed)
            if reopened:
                super(HelpdeskTicket, reopened).write({"closed_date": False})
        return result

    def copy(self, default=None):
        """Duplicate any number of tickets, each under a number of its own."""
        copies = [super(HelpdeskTicket, ticket).copy(dict(default or {})) for ticket in self]
        return self.browse().concat(*copies)

    # Actions

    def action_create_repair(self):
        """Make a repair order from the ticket: unit, customer, the customer's words, and the day he reported it.
        Reception and technicians."""
        self.ensure_one()
        if not any(self.env.user.has_group(group) for group in REPAIR_GROUPS):
            raise AccessError(self.env._("Only reception and technicians may create a repair from a ticket."))
        self.check_access("write")
        if not self.product_id:
            raise UserError(
                self.env._("Enter the product (and its serial number) on ticket %s first.", self.number)
            )
        repair = self.env["repair.order"].with_company(self.company_id).create(self._prepare_repair_vals())
        return repair._get_records_action()

    def _prepare_repair_vals(self):
        """Values of the repair order made from this ticket."""
        self.ensure_one()
        return {
            "ticket_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "report_date": self.create_date,
            "customer_words": html2plaintext(self.description or "").strip(),
        }

    def action_view_repairs(self):
        """Open the repairs made from these tickets."""
        action = self.env["ir.actions.act_window"]._for_xml_id("repair.action_repair_order_tree")
        action = dict(action, domain=[("ticket_id", "in", self.ids)], context={"create": False})
        if len(self.repair_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.repair_ids.id)
        return action
