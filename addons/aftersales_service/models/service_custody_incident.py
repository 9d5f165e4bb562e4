# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import MANAGER, RECEPTION, TECHNICIAN


class ServiceCustodyIncident(models.Model):
    """A customer's unit or belonging damaged or lost while it was with us."""

    _name = "service.custody.incident"
    _description = "Damage in Our Custody"
    _inherit = ["service.state.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "occurred_on desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    repair_id = fields.Many2one("repair.order", index="btree_not_null", check_company=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_from_repair",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Unit",
        compute="_compute_from_repair",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    item = fields.Char(string="What Was Damaged", required=True, tracking=True)
    state = fields.Selection(
        [
            ("draft", "Reported"),
            ("investigated", "Cause Found"),
            ("settled", "Settled"),
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
    occurred_on = fields.Datetime(required=True, default=fields.Datetime.now)
    place = fields.Char(required=True)
    description = fields.Text(required=True)
    reported_by_id = fields.Many2one("res.users", readonly=True, default=lambda self: self.env.user)
    cause = fields.Text(tracking=True)
    responsible_id = fields.Many2one("res.users", tracking=True, check_company=True)
    demand = fields.Selection(
        [
            ("compensation", "Compensation"),
            ("replacement", "Replacement"),
            ("repair", "Repair"),
            ("apology", "Apology"),
            ("none", "Nothing"),
        ],
        string="Customer's Demand",
        tracking=True,
    )
    demand_note = fields.Text(string="Demand in the Customer's Words")
    amount_demanded = fields.Monetary(tracking=True)
    settlement = fields.Text(tracking=True, help="What was agreed with the customer.")
    amount_settled = fields.Monetary(tracking=True)
    settled_on = fields.Datetime(readonly=True, copy=False)
    preventive_action = fields.Text(tracking=True, help="What is done so that it does not happen again.")
    ticket_id = fields.Many2one("helpdesk.ticket", index="btree_not_null", check_company=True)

    _amounts = models.Constraint(
        "CHECK(COALESCE(amount_demanded, 0) >= 0 AND COALESCE(amount_settled, 0) >= 0)",
        "Amounts are not below zero.",
    )

    @api.depends("repair_id")
    def _compute_from_repair(self):
        for incident in self:
            incident.partner_id = incident.repair_id.partner_id or incident.partner_id
            incident.lot_id = incident.repair_id.lot_id or incident.lot_id

    @api.constrains("occurred_on")
    def _check_occurred_on(self):
        for incident in self:
            if incident.occurred_on > fields.Datetime.now():
                raise UserError(self.env._("%s cannot have happened in the future.", incident.name))

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"settled_on"}

    @api.model_create_multi
    def create(self, vals_list):
        """The supervisor is told of each at once."""
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id")) or self.env.company
            vals["name"] = (
                self.env["ir.sequence"].with_company(company).next_by_code("service.custody.incident")
            )
            vals["reported_by_id"] = self.env.uid
        incidents = super().create(vals_list)
        for incident in incidents:
            supervisor = incident.company_id._get_service_supervisor()
            env = self.with_context(lang=supervisor.lang).env
            incident._notify_responsible(
                {incident: supervisor},
                env._("Damage in our custody: %s", incident.item),
                incident.description,
            )
        return incidents

    def write(self, vals):
        """What is closed stays as it is."""
        if {
            "cause",
            "responsible_id",
            "settlement",
            "amount_settled",
            "preventive_action",
            "item",
        } & vals.keys():
            for incident in self:
                if incident.state in ("closed", "canceled"):
                    raise UserError(self.env._("%s is closed and no longer changes.", incident.name))
        return super().write(vals)

    # Actions

    def action_investigate(self):
        """The cause and who is responsible are known."""
        self._check_action(("draft",), RECEPTION, TECHNICIAN)
        self._check_filled("cause", "responsible_id")
        self._write_system({"state": "investigated"})
        return True

    def action_settle(self):
        """Agreed with the customer. Managers only."""
        self._check_action(("investigated",), MANAGER)
        self._check_filled("demand", "settlement")
        self._write_system({"state": "settled", "settled_on": fields.Datetime.now()})
        return True

    def action_close(self):
        """Closed once it is said how it is prevented."""
        self._check_action(("settled",), MANAGER)
        self._check_filled("preventive_action")
        self._write_system({"state": "closed"})
        return True

    def action_cancel(self):
        """It was no damage, or not in our custody. Managers only."""
        self._check_action(("draft", "investigated"), MANAGER)
        self._write_system({"state": "canceled"})
        return True

    def _check_filled(self, *names):
        for incident in self:
            missing = [name for name in names if not incident[name]]
            if missing:
                raise UserError(
                    self.env._(
                        "%(incident)s: fill in %(fields)s first.",
                        incident=incident.name,
                        fields=", ".join(
                            self._fields[name]._description_string(self.env) for name in missing
                        ),
                    )
                )
