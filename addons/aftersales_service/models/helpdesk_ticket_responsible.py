# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare


class HelpdeskTicketResponsible(models.Model):
    """Who is responsible for what a customer complains of, and for how much of it."""

    _name = "helpdesk.ticket.responsible"
    _description = "Responsible Party"
    _order = "ticket_id, share desc, id"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    party_kind = fields.Selection(
        [
            ("own", "Ourselves"),
            ("supplier", "Supplier"),
            ("station", "Service station"),
            ("carrier", "Carrier"),
            ("customer", "Customer"),
            ("none", "Nobody"),
        ],
        string="Party",
        required=True,
        default="own",
    )
    partner_id = fields.Many2one("res.partner", help="Which supplier, station, carrier or customer.")
    department_id = fields.Many2one("helpdesk.ticket.team", help="Which of our departments.")
    share = fields.Float(string="Share (%)", required=True, default=100, aggregator="avg")
    note = fields.Char()

    _share = models.Constraint(
        "CHECK(share > 0 AND share <= 100)", "A share is more than 0 and at most 100 %."
    )

    @api.constrains("party_kind", "partner_id", "department_id")
    def _check_party(self):
        for line in self:
            if line.party_kind == "own" and not line.department_id:
                raise ValidationError(
                    self.env._("Name the responsible department on ticket %s.", line.ticket_id.number)
                )
            if line.party_kind in ("supplier", "station", "carrier") and not line.partner_id:
                raise ValidationError(
                    self.env._("Name the responsible company on ticket %s.", line.ticket_id.number)
                )

    @api.constrains("share", "ticket_id")
    def _check_total(self):
        for ticket in self.ticket_id:
            total = sum(ticket.responsible_ids.mapped("share"))
            if float_compare(total, 100, precision_digits=2) > 0:
                raise ValidationError(
                    self.env._(
                        "The responsible parties of ticket %(ticket)s bear %(total)s %% together. Their shares "
                        "must not exceed 100 %%.",
                        ticket=ticket.number,
                        total=total,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_ticket_open()
        return lines

    def write(self, vals):
        self._check_ticket_open()
        result = super().write(vals)
        self._check_ticket_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_ticket_open(self):
        """Shares of a closed complaint stay as they were agreed."""
        closed = self.ticket_id.filtered(lambda ticket: ticket.kind == "complaint" and ticket.closed)
        if closed:
            raise UserError(
                self.env._(
                    "Complaint %s is closed: its responsible parties cannot be changed any more.",
                    closed[0].number,
                )
            )
