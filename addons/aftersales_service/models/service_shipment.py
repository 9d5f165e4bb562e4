# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import MANAGER, RECEPTION, TECHNICIAN

HANDLER, LEADER = "handler", "leader"


class ServiceShipment(models.Model):
    """A unit or part sent by courier: by whom, when, and at what cost, signed by the handler and the leader."""

    _name = "service.shipment"
    _description = "Shipment of a Repair"
    _inherit = ["service.state.mixin", "compliance.signature.mixin", "mail.thread"]
    _order = "sent_on desc, id desc"
    _check_company_auto = True

    repair_id = fields.Many2one(
        "repair.order", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    direction = fields.Selection(
        [
            ("from_customer", "From the Customer"),
            ("to_factory", "To the Factory"),
            ("from_factory", "Back from the Factory"),
            ("to_customer", "To the Customer"),
        ],
        required=True,
    )
    partner_id = fields.Many2one("res.partner", string="Sent To or By")
    carrier_id = fields.Many2one("res.partner", string="Courier", domain="[('is_company', '=', True)]")
    tracking_number = fields.Char(index="trigram")
    state = fields.Selection(
        [("draft", "New"), ("sent", "On the Way"), ("received", "Received"), ("canceled", "Canceled")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    sent_on = fields.Datetime(readonly=True, copy=False)
    received_on = fields.Datetime(readonly=True, copy=False)
    cost = fields.Monetary(string="Postage", tracking=True)
    borne_by = fields.Selection(
        [("company", "Us"), ("customer", "Customer"), ("supplier", "Supplier")],
        required=True,
        default="company",
        string="Postage Borne By",
    )
    handler_id = fields.Many2one("res.users", string="Signed by the Handler", readonly=True, copy=False)
    leader_id = fields.Many2one("res.users", string="Signed by the Leader", readonly=True, copy=False)
    is_cost_signed = fields.Boolean(compute="_compute_is_cost_signed", store=True)

    _cost = models.Constraint("CHECK(COALESCE(cost, 0) >= 0)", "Postage is not below zero.")

    @api.depends("cost", "handler_id", "leader_id")
    def _compute_is_cost_signed(self):
        for shipment in self:
            shipment.is_cost_signed = not shipment.cost or bool(shipment.handler_id and shipment.leader_id)

    @api.depends("repair_id", "direction")
    def _compute_display_name(self):
        labels = dict(self._fields["direction"]._description_selection(self.env))
        for shipment in self:
            shipment.display_name = f"{shipment.repair_id.name or ''} {labels.get(shipment.direction, '')}"

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"sent_on", "received_on", "handler_id", "leader_id"}

    def write(self, vals):
        """A signed postage is signed anew when its amount or bearer changes."""
        result = super().write(vals)
        if not {"cost", "borne_by"}.isdisjoint(vals):
            self._write_system({"handler_id": False, "leader_id": False})
        return result

    # Actions

    def action_send(self):
        """Handed to the courier."""
        self._check_action(("draft",), RECEPTION, TECHNICIAN)
        for shipment in self:
            if not shipment.carrier_id or not shipment.tracking_number:
                raise UserError(
                    self.env._("%s: enter the courier and the tracking number.", shipment.display_name)
                )
        self._write_system({"state": "sent", "sent_on": fields.Datetime.now()})
        return True

    def action_receive(self):
        """Arrived."""
        self._check_action(("sent",), RECEPTION, TECHNICIAN)
        self._write_system({"state": "received", "received_on": fields.Datetime.now()})
        return True

    def action_cancel(self):
        """Not sent after all."""
        self._check_action(("draft",), RECEPTION, TECHNICIAN)
        self._write_system({"state": "canceled"})
        return True

    def action_sign_handler(self):
        """Whoever sent it signs for the postage."""
        return self._action_sign_cost(HANDLER)

    def action_sign_leader(self):
        """The leader signs for the postage after the handler."""
        return self._action_sign_cost(LEADER)

    def _action_sign_cost(self, meaning):
        self.ensure_one()
        self._check_signable(meaning)
        return self._action_sign(meaning)

    def _check_signable(self, meaning):
        """Two people sign: first the one who handled it, then an after-sales manager."""
        groups = (MANAGER,) if meaning == LEADER else (RECEPTION, TECHNICIAN)
        self._check_action(("draft", "sent", "received"), *groups)
        if not self.cost:
            raise UserError(self.env._("%s has no postage to sign for.", self.display_name))
        if meaning == LEADER and not self.handler_id:
            raise UserError(self.env._("%s: the handler signs for the postage first.", self.display_name))
        if meaning == LEADER and self.handler_id == self.env.user:
            raise UserError(self.env._("%s: the handler and the leader are two people.", self.display_name))

    def _get_signature_meanings(self):
        return {
            HANDLER: self.env._("Postage spent (handler)"),
            LEADER: self.env._("Postage approved (leader)"),
        }

    def _get_signature_fields(self):
        return ["repair_id", "direction", "carrier_id", "tracking_number", "cost", "borne_by"]

    def _signed(self, signature):
        result = super()._signed(signature)
        self._check_signable(signature.meaning)
        self._write_system({f"{signature.meaning}_id": self.env.uid})
        return result
