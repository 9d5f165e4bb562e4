# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..roles import TECHNICIAN


class ServiceVisit(models.Model):
    """A technician's report of one visit at the customer's: listened, looked, checked, done, and summed up."""

    _name = "service.visit"
    _description = "Visit Report"
    _inherit = ["service.state.mixin", "mail.thread"]
    _order = "arrived_on desc, id desc"
    _check_company_auto = True

    repair_id = fields.Many2one(
        "repair.order", required=True, index=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(related="repair_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="repair_id.partner_id", store=True)
    product_id = fields.Many2one(related="repair_id.product_id")
    lot_id = fields.Many2one(related="repair_id.lot_id")
    user_id = fields.Many2one(
        "res.users", string="Technician", required=True, default=lambda self: self.env.user, index=True
    )
    state = fields.Selection(
        [("draft", "Under Way"), ("done", "Reported")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    arrived_on = fields.Datetime(required=True, default=fields.Datetime.now)
    left_on = fields.Datetime(readonly=True, copy=False)
    heard = fields.Text(
        string="Listened", help="How long, how far and under what circumstances it ran, as told."
    )
    seen = fields.Text(string="Looked", help="What can be seen: leaks, breaks, traces.")
    checked = fields.Text(
        string="Measured", help="What was measured and tried, and the true cause it showed."
    )
    warranty_checked = fields.Boolean(help="Whether it is under warranty was looked at.")
    opened_before = fields.Selection(
        [("no", "Not Opened"), ("yes", "Opened Before")],
        help="Whether the part had been opened before we came.",
    )
    hours_reading = fields.Float(string="Operating Hours")
    km_reading = fields.Float(string="Mileage (km)")
    result = fields.Selection(
        [("solved", "Solved"), ("carried_in", "Taken to the Workshop"), ("open", "Not Solved")]
    )
    summary_machine = fields.Char(
        string="Machine", compute="_compute_summary_machine", store=True, readonly=False
    )
    summary_parameters = fields.Text(string="Parameters", help="The machine's settings as they were left.")
    voltage_in = fields.Char()
    voltage_out = fields.Char()
    current_in = fields.Char()
    current_out = fields.Char()
    no_electrics = fields.Boolean(help="The unit has no voltage or current to measure.")
    summary_cause = fields.Text(string="Cause")

    _readings = models.Constraint(
        "CHECK(COALESCE(hours_reading, 0) >= 0 AND COALESCE(km_reading, 0) >= 0)",
        "A meter reading is not below zero.",
    )

    @api.depends("repair_id")
    def _compute_summary_machine(self):
        for visit in self:
            names = (visit.repair_id.product_id.name, visit.repair_id.lot_id.name)
            visit.summary_machine = visit.summary_machine or " ".join(name for name in names if name)

    @api.depends("repair_id", "arrived_on")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = self.env._("Visit %s", visit.repair_id.name or "")

    @api.model
    def _get_system_fields(self):
        return super()._get_system_fields() | {"left_on"}

    def write(self, vals):
        """A reported visit stays as the customer signed it."""
        for visit in self:
            if visit.state == "done":
                raise UserError(
                    self.env._(
                        "%s is reported and no longer changes. Report another visit.", visit.display_name
                    )
                )
        return super().write(vals)

    def action_done(self):
        """The work at the customer's is finished: the report and the closing summary are complete."""
        self._check_action(("draft",), TECHNICIAN)
        for visit in self:
            missing = visit._get_missing_fields()
            if missing:
                raise UserError(
                    self.env._(
                        "%(visit)s: fill in %(fields)s before you leave.",
                        visit=visit.display_name,
                        fields=", ".join(
                            visit._fields[name]._description_string(self.env) for name in missing
                        ),
                    )
                )
        self._write_system({"state": "done", "left_on": fields.Datetime.now()})
        return True

    def _get_missing_fields(self):
        """Names of the fields of the report and the compulsory closing summary that are still empty."""
        names = ["heard", "seen", "checked", "warranty_checked", "opened_before", "result"]
        names += ["summary_machine", "summary_parameters", "summary_cause"]
        if not self.no_electrics:
            names += ["voltage_in", "voltage_out", "current_in", "current_out"]
        return [name for name in names if not self[name]]
