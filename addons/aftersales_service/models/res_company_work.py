# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..roles import DISPATCHER, MANAGER


class ResCompany(models.Model):
    """How the company plans and does its after-sales work."""

    _inherit = "res.company"

    appointment_call_minutes = fields.Integer(
        string="Call Before an Appointment (minutes)",
        default=60,
        help="So long before the appointment the adviser confirms the parts and calls the customer.",
    )
    appointment_bay_minutes = fields.Integer(
        string="Clean the Bay Before (minutes)",
        default=15,
        help="So long before the appointment the bay is cleaned.",
    )
    appointment_lane_minutes = fields.Integer(
        string="Reserve the Pre-Check Lane Before (minutes)",
        default=5,
        help="So long before the appointment the pre-check lane is kept free.",
    )
    appointment_late_minutes = fields.Integer(
        string="Cancel an Appointment After (minutes)",
        default=15,
        help="An appointment is canceled and its bay given to others when the customer is so late and has not "
        "confirmed to come.",
    )
    service_dispatcher_id = fields.Many2one(
        "res.users", string="Dispatcher", help="Gets the to-dos about repairs that nobody is planned for."
    )
    service_supervisor_id = fields.Many2one(
        "res.users",
        help="Is told of repairs that are not finished in time and of damage in our custody.",
    )
    service_progress_messages = fields.Boolean(
        string="Tell Customers the Progress",
        default=True,
        help="The customer gets an e-mail when a repair enters a stage that has a message template.",
    )
    service_receipt_required = fields.Boolean(
        string="Carry-In Receipt Required",
        help="Work on a unit brought to the workshop does not start before its receipt is issued.",
    )
    service_waiting_days = fields.Integer(
        string="Ask for the Reason After (days)",
        default=3,
        help="A unit in house for longer than this needs its reason noted.",
    )
    service_loan_hours = fields.Integer(
        string="Loan Unit Within (hours)", default=4, help="A loan unit is handed out within so many hours."
    )
    service_warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Parts Warehouse",
        help="Parts for repairs come from this warehouse, or from what technicians carry, and from nowhere else.",
    )
    service_loan_location_id = fields.Many2one(
        "stock.location",
        string="Loaned Units",
        readonly=True,
        help="Where units lent to customers are in our books: ours, valued, and not available to anybody else.",
    )

    def _get_service_warehouse(self):
        """The warehouse of the after-sales parts; without one of its own, the company's first."""
        self.ensure_one()
        # sudo: companies and warehouses are read by whoever works there
        company = self.sudo()
        warehouse = company.service_warehouse_id or self.env["stock.warehouse"].sudo().search(
            [("company_id", "=", company.id)], limit=1
        )
        if not warehouse:
            raise UserError(self.env._("%s has no warehouse. Create one in Inventory.", company.name))
        return warehouse

    def _get_service_loan_location(self):
        """The place of loaned units; made at the first loan, outside every warehouse."""
        self.ensure_one()
        # sudo: the place belongs to the company, not to the user who lends the first unit
        company = self.sudo()
        if not company.service_loan_location_id:
            company.service_loan_location_id = company.env["stock.location"].create(
                {"name": company.env._("Loaned Units"), "usage": "internal", "company_id": company.id}
            )
        return company.service_loan_location_id.with_env(self.env)

    def _get_service_supervisor(self):
        """Who is told: the supervisor, else the first after-sales manager of the company."""
        self.ensure_one()
        # sudo: only to know whom to tell
        company = self.sudo()
        manager = company.env.ref(MANAGER)
        return company.service_supervisor_id or company._get_first_user(manager)

    def _get_service_dispatcher(self):
        """Who plans: the dispatcher, else the first user with that role."""
        self.ensure_one()
        # sudo: only to know whom to tell
        company = self.sudo()
        role = company.env.ref(DISPATCHER)
        return company.service_dispatcher_id or company._get_first_user(role)

    def _get_first_user(self, group):
        return self.env["res.users"].search(
            [("all_group_ids", "in", group.ids), ("company_ids", "in", self.ids), ("share", "=", False)],
            limit=1,
            order="id",
        )
