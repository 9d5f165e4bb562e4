# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from ..roles import DISPATCHER, MANAGER, TECHNICIAN

# In these states the bay and the team are taken.
HOLDING_STATES = ("confirmed", "reconfirmed", "late", "arrived", "in_progress")
# In these the customer is still expected.
EXPECTED_STATES = ("confirmed", "reconfirmed", "late")


class ServiceAppointment(models.Model):
    """A customer's booked time in the workshop, with bay, team and parts."""

    _name = "service.appointment"
    _description = "Service Appointment"
    _inherit = [
        "service.state.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "compliance.checklist.mixin",
    ]
    _order = "start, id"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True, tracking=True)
    phone = fields.Char(related="partner_id.phone")
    lot_id = fields.Many2one(
        "stock.lot", string="Unit", index="btree_not_null", check_company=True, tracking=True
    )
    product_id = fields.Many2one(
        "product.product",
        compute="_compute_product_id",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('type', '=', 'consu')]",
    )
    license_plate = fields.Char(compute="_compute_license_plate", store=True, readonly=False, index="trigram")
    source = fields.Selection(
        [("active", "We Called"), ("passive", "Customer Called"), ("portal", "Website")],
        required=True,
        default="passive",
        tracking=True,
        help="Active: we proposed the appointment. Passive: the customer asked for it.",
    )
    request = fields.Text(string="Requested Service", required=True)
    start = fields.Datetime(required=True, tracking=True, index=True)
    duration = fields.Float(string="Hours", default=1.0, required=True)
    stop = fields.Datetime(
        compute="_compute_stop", store=True, readonly=False, required=True, precompute=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Adviser",
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
        check_company=True,
    )
    bay_id = fields.Many2one("service.bay", index=True, tracking=True, check_company=True)
    technician_ids = fields.Many2many(
        "res.users",
        "service_appointment_technician_rel",
        string="Technicians",
        domain=lambda self: [("all_group_ids", "in", self.env.ref(TECHNICIAN).ids)],
        tracking=True,
        help="Planned by the dispatcher.",
    )
    part_ids = fields.One2many("service.appointment.part", "appointment_id", string="Parts", copy=True)
    parts_available = fields.Boolean(compute="_compute_parts_available")
    labor_discount = fields.Float(
        string="Labor Discount (%)",
        digits=(5, 2),
        help="Promised for booking ahead. It is kept even when the customer comes late.",
    )
    state = fields.Selection(
        [
            ("draft", "New"),
            ("confirmed", "Confirmed"),
            ("reconfirmed", "Reconfirmed"),
            ("late", "Coming Late"),
            ("arrived", "Arrived"),
            ("in_progress", "In Progress"),
            ("done", "Done"),
            ("no_show", "No Show"),
            ("canceled", "Canceled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    expected_on = fields.Datetime(
        string="Expected", readonly=True, copy=False, tracking=True, help="When a late customer said to come."
    )
    has_priority = fields.Boolean(
        string="Priority on a Bay",
        readonly=True,
        copy=False,
        help="No bay could be kept: the customer gets the next free one.",
    )
    reminded_on = fields.Datetime(readonly=True, copy=False)
    reconfirmed_on = fields.Datetime(readonly=True, copy=False)
    called_on = fields.Datetime(string="Customer Called On", readonly=True, copy=False)
    bay_cleaned_on = fields.Datetime(readonly=True, copy=False)
    lane_reserved_on = fields.Datetime(string="Pre-Check Lane Reserved On", readonly=True, copy=False)
    arrived_on = fields.Datetime(readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    reminder_step = fields.Integer(
        readonly=True, copy=False, help="How many preparation to-dos have been made."
    )
    cancel_reason = fields.Selection(
        [("called_off", "Called Off"), ("overdue", "Late Without Confirmation")],
        readonly=True,
        copy=False,
        tracking=True,
    )
    repair_id = fields.Many2one("repair.order", readonly=True, copy=False, index="btree_not_null")
    arrival_rate = fields.Float(
        string="Arrival Rate (%)",
        compute="_compute_arrival_rate",
        store=True,
        aggregator="avg",
        help="100 when the customer came, 0 when not; the average over appointments is the arrival rate.",
    )

    _stop_after_start = models.Constraint("CHECK(stop > start)", "An appointment ends after it begins.")
    _discount = models.Constraint(
        "CHECK(labor_discount >= 0 AND labor_discount <= 100)",
        "A labor discount lies between 0 and 100 percent.",
    )
    _bay_idx = models.Index("(bay_id, start, stop) WHERE bay_id IS NOT NULL")

    # Compute

    @api.depends("lot_id")
    def _compute_product_id(self):
        for appointment in self:
            appointment.product_id = appointment.lot_id.product_id or appointment.product_id

    @api.depends("lot_id")
    def _compute_license_plate(self):
        for appointment in self:
            appointment.license_plate = appointment.lot_id.license_plate or appointment.license_plate

    @api.depends("start", "duration")
    def _compute_stop(self):
        for appointment in self:
            if appointment.start:
                appointment.stop = appointment.start + timedelta(hours=appointment.duration or 0)

    @api.depends("part_ids.is_available")
    def _compute_parts_available(self):
        for appointment in self:
            appointment.parts_available = all(appointment.part_ids.mapped("is_available"))

    @api.depends("state", "arrived_on")
    def _compute_arrival_rate(self):
        for appointment in self:
            appointment.arrival_rate = 100.0 if appointment.arrived_on else 0.0

    @api.depends("name", "partner_id", "license_plate")
    def _compute_display_name(self):
        for appointment in self:
            parts = (appointment.name, appointment.license_plate, appointment.partner_id.name)
            appointment.display_name = " ".join(part for part in parts if part)

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        if self.lot_id and not self.partner_id:
            self.partner_id = self.lot_id.holder_id

    # CRUD

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {
            "expected_on",
            "has_priority",
            "reminded_on",
            "reconfirmed_on",
            "called_on",
            "bay_cleaned_on",
            "lane_reserved_on",
            "arrived_on",
            "closed_on",
            "reminder_step",
            "cancel_reason",
            "repair_id",
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_team_vals(vals)
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            vals["name"] = self.env["ir.sequence"].with_company(company).next_by_code("service.appointment")
        return super().create(vals_list)

    def write(self, vals):
        """A changed time or place must be free; the team is the dispatcher's."""
        self._check_team_vals(vals)
        result = super().write(vals)
        if not {"start", "stop", "duration", "bay_id", "technician_ids"}.isdisjoint(vals):
            self._check_free()
        return result

    def _check_team_vals(self, vals):
        is_planner = self.env.su or self.env.user.has_group(DISPATCHER) or self.env.user.has_group(MANAGER)
        if (
            vals.get("technician_ids")
            and not is_planner
            and not self._has_only_current_team(vals["technician_ids"])
        ):
            raise AccessError(self.env._("Only the dispatcher plans the technicians of an appointment."))

    def _has_only_current_team(self, commands):
        """Whether a form that was only saved sends the team back as it is."""
        wanted = self.new({"technician_ids": commands}).technician_ids._origin
        return all(appointment.technician_ids == wanted for appointment in self) and (
            bool(self) or not wanted
        )

    # Booking

    def _check_free(self):
        """Refuse a bay or a technician that is already taken at the time. Times that only touch do not collide."""
        holding = self.filtered(lambda appointment: appointment.state in HOLDING_STATES)
        if not holding:
            return
        holding.bay_id._lock_for_booking()
        for company, appointments in holding.grouped("company_id").items():
            cards = self.env["service.technician"]._for_users(appointments.technician_ids, company)
            cards._lock_for_booking()
        self.flush_model()
        collisions = []
        for appointment in holding:
            collisions += appointment._describe_collisions()
        if collisions:
            raise ValidationError("\n".join(collisions))

    def _describe_collisions(self):
        """Sentences about each bay and technician of this appointment that another one has at the time."""
        self.ensure_one()
        resources = Domain("bay_id", "in", self.bay_id.ids) | Domain(
            "technician_ids", "in", self.technician_ids.ids
        )
        # sudo: a bay is taken whoever may see by whom
        others = self.sudo().search(
            resources
            & Domain("id", "!=", self.id)
            & Domain("state", "in", HOLDING_STATES)
            & Domain("start", "<", self.stop)
            & Domain("stop", ">", self.start)
        )
        sentences = []
        for other in others:
            names = other.bay_id.filtered(lambda bay: bay == self.bay_id).mapped("name")
            names += (other.technician_ids & self.technician_ids).mapped("name")
            sentences.append(
                self.env._(
                    "%(number)s: %(resource)s is already taken by %(other)s from %(start)s to %(stop)s. Choose another "
                    "time, bay or technician.",
                    number=self.name,
                    resource=", ".join(names),
                    other=other.name,
                    start=fields.Datetime.context_timestamp(self, other.start).strftime("%Y-%m-%d %H:%M"),
                    stop=fields.Datetime.context_timestamp(self, other.stop).strftime("%H:%M"),
                )
            )
        return sentences

    # Repair

    def action_view_repair(self):
        """Open the repair made on arrival."""
        self.ensure_one()
        self.check_access("read")
        return self.repair_id._get_records_action()

    def _create_repair(self):
        """The repair of a customer who has arrived; one per appointment."""
        self.ensure_one()
        if self.repair_id:
            return self.repair_id
        if not self.product_id:
            raise UserError(
                self.env._("%s: choose the unit or the product before the repair is made.", self.name)
            )
        repair = self.env["repair.order"].create(self._prepare_repair_vals())
        # sudo: the team was planned by the dispatcher; whoever receives the unit only passes it on
        repair.sudo().write({"technician_ids": [Command.set(self.technician_ids.ids)]})
        return repair

    def _prepare_repair_vals(self):
        return {
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "product_id": self.product_id.id,
            "lot_id": self.lot_id.id,
            "customer_words": self.request,
            "user_id": self.user_id.id,
            "labor_discount": self.labor_discount,
            "move_ids": [
                Command.create(
                    {
                        "repair_line_type": "add",
                        "product_id": part.product_id.id,
                        "product_uom_qty": part.quantity,
                    }
                )
                for part in self.part_ids
            ],
        }
