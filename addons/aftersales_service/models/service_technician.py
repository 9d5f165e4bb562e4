# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..roles import DISPATCHER, MANAGER, TECHNICIAN


class ServiceTechnician(models.Model):
    """What a dispatcher knows of a technician: where, what for, and the parts carried along."""

    _name = "service.technician"
    _description = "Technician"
    _inherit = ["service.bookable.mixin"]
    _rec_name = "user_id"
    _order = "user_id"
    _check_company_auto = True

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade", check_company=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    region_ids = fields.Many2many("service.region", string="Regions", check_company=True)
    skill_ids = fields.Many2many("service.skill", string="Skills")
    van_location_id = fields.Many2one(
        "stock.location",
        string="Carried Stock",
        check_company=True,
        ondelete="restrict",
        copy=False,
        readonly=True,
        help="The parts this technician carries along. They stay part of the warehouse's stock and value.",
    )
    rest_day_ids = fields.One2many("service.rest.day", "technician_id", string="Rest Days")
    active = fields.Boolean(default=True)
    repair_count = fields.Integer(compute="_compute_repair_count", string="Open Jobs")

    _user_uniq = models.Constraint("UNIQUE(user_id, company_id)", "This technician already has a card.")

    def _compute_repair_count(self):
        counts = dict(
            self.env["repair.order"]._read_group(
                Domain("technician_ids", "in", self.user_id.ids)
                & Domain("service_stage", "in", ("received", "diagnosis", "estimate", "parts", "work")),
                ["technician_ids"],
                ["__count"],
            )
        )
        for card in self:
            card.repair_count = counts.get(card.user_id, 0)

    @api.constrains("user_id")
    def _check_user(self):
        for card in self:
            if not card.user_id.has_group(TECHNICIAN):
                raise ValidationError(
                    self.env._(
                        "%s does not have the role “Technician” of After-Sales Service.", card.user_id.name
                    )
                )

    @api.model
    def _for_users(self, users, company):
        """The cards of these users in a company; who is planned for the first time gets one."""
        # sudo: the card is made by planning itself; it grants nothing
        cards = self.sudo().with_context(active_test=False)
        found = cards.search([("user_id", "in", users.ids), ("company_id", "=", company.id)])
        missing = users - found.user_id
        return found + cards.create([{"user_id": user.id, "company_id": company.id} for user in missing])

    # Actions

    def action_create_van(self):
        """Give the technician a place of one's own in the warehouse, counted every week."""
        self.env["service.state.mixin"]._check_role(DISPATCHER, MANAGER)
        self.check_access("write")
        for card in self.filtered(lambda card: not card.van_location_id):
            # sudo: places are made by warehouse managers; this one is made with the technician's card
            card.van_location_id = self.env["stock.location"].sudo().create(card._prepare_van_vals())

    def _prepare_van_vals(self):
        warehouse = self.company_id._get_service_warehouse()
        return {
            "name": self.env._("Carried by %s", self.user_id.name),
            "usage": "internal",
            "location_id": warehouse.view_location_id.id,
            "company_id": self.company_id.id,
            "cyclic_inventory_frequency": 7,
        }

    def action_count_van(self):
        """Open the count of what the technician carries."""
        self.ensure_one()
        self.check_access("read")
        if not self.van_location_id:
            raise UserError(
                self.env._("%s carries no stock yet. Create the carried stock first.", self.display_name)
            )
        action = self.env["stock.quant"].action_view_inventory()
        return {
            **action,
            "name": self.env._("Count: %s", self.van_location_id.display_name),
            "domain": [("location_id", "child_of", self.van_location_id.ids)],
            "context": {**action.get("context", {}), "default_location_id": self.van_location_id.id},
        }

    def action_view_repairs(self):
        """Open the technician's jobs."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "aftersales_service.repair_order_action_dispatch"
        )
        return {**action, "domain": [("technician_ids", "in", self.user_id.ids)], "context": {}}
