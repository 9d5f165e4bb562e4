# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

CLERK = "pharmacy_gsp.pharmacy_gsp_group_clerk"


class GspPrescriptionBinding(models.Model):
    """The prescriptions of one month, collected and bound (GSP 17004)."""

    _name = "gsp.prescription.binding"
    _description = "Monthly Binding of Prescriptions"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "month desc, id desc"
    _rec_name = "month_name"
    _step_fields = frozenset({"state", "prescription_count", "prescription_names", "bound_by_id", "bound_at"})

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    month = fields.Date(
        required=True, default=lambda self: self._get_last_month(), help="Any day of the month."
    )
    month_name = fields.Char(string="Month Bound", compute="_compute_month_name", store=True)
    place = fields.Char(string="Kept At")
    state = fields.Selection(
        [("draft", "To Bind"), ("bound", "Bound")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    prescription_ids = fields.One2many(
        "gsp.prescription", "binding_id", string="Prescriptions", readonly=True, copy=False
    )
    prescription_count = fields.Integer(string="Sheets", readonly=True, copy=False, aggregator="sum")
    prescription_names = fields.Text(string="Numbers Bound", readonly=True, copy=False)
    bound_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    bound_at = fields.Datetime(string="Bound On", readonly=True, copy=False)

    _month_uniq = models.UniqueIndex(
        "(company_id, month_name)", "The prescriptions of this month are bound already, or about to be."
    )

    @api.depends("month")
    def _compute_month_name(self):
        for binding in self:
            binding.month_name = binding.month and f"{binding.month:%Y-%m}"

    @api.constrains("month", "company_id")
    def _check_month(self):
        for binding in self:
            if binding.month > binding.company_id._get_law_date():
                raise ValidationError(
                    self.env._("%(month)s lies in the future: nothing to bind.", month=binding.month_name)
                )

    @api.model
    def _get_last_month(self):
        return self.env.company._get_law_date().replace(day=1) - relativedelta(months=1)

    def action_bind(self):
        """Bind what was delivered in the month and is kept; each prescription once."""
        self._check_step(CLERK, ("draft",))
        for binding in self:
            binding._bind()

    def action_view_prescriptions(self):
        """Open the prescriptions bound here."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_prescription_action")
        return dict(action, domain=[("binding_id", "=", self.id)], context={"create": False})

    def _bind(self):
        if self.company_id._get_law_date() < self._get_next_month(self.month):
            raise UserError(
                self.env._("The month %(month)s is not over yet; bind it afterwards.", month=self.month_name)
            )
        prescriptions = self.env["gsp.prescription"].search(
            self._get_domain(self.company_id, self.month), order="last_dispensed_at, id"
        )
        if not prescriptions:
            raise UserError(
                self.env._("No prescription of %(month)s waits to be bound.", month=self.month_name)
            )
        prescriptions._write_step({"binding_id": self.id})
        self._move_to(
            "bound",
            prescription_count=len(prescriptions),
            prescription_names="\n".join(prescriptions.mapped("name")),
            bound_by_id=self.env.uid,
            bound_at=fields.Datetime.now(),
        )
        self._close_evidence()
        self.activity_unlink(["mail.mail_activity_data_todo"])

    @api.model
    def _get_next_month(self, month):
        return month.replace(day=1) + relativedelta(months=1)

    @api.model
    def _get_domain(self, company, month):
        """Prescriptions delivered in the month of which paper or copy is kept, and which are in no binding yet."""
        start = company._get_law_day_bounds(month.replace(day=1))[0]
        end = company._get_law_day_bounds(self._get_next_month(month))[0]
        return (
            Domain("company_id", "=", company.id)
            & Domain("binding_id", "=", False)
            & Domain("kept", "!=", "not")
            & Domain("last_dispensed_at", ">=", start)
            & Domain("last_dispensed_at", "<", end)
        )

    def _get_retain_until(self):
        """As long as the prescription in it that is kept longest."""
        return {
            binding.id: max(day for day in binding.prescription_ids.mapped("retain_until") if day)
            for binding in self
        }

    @api.model
    def _cron_remind(self):
        """Prepare last month's binding of each pharmacy that has something to bind, and tell its quality manager."""
        for company in self.env["res.company"].search([("gsp_company_kind", "!=", False)]):
            month = company._get_law_date().replace(day=1) - relativedelta(months=1)
            binding = self.search([("company_id", "=", company.id), ("month_name", "=", f"{month:%Y-%m}")])
            waiting = self._get_domain(company, month)
            if binding or not self.env["gsp.prescription"].search_count(waiting, limit=1):
                continue
            binding = self.create({"company_id": company.id, "month": month})
            binding.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Bind last month's prescriptions"),
                user_id=company.gsp_quality_user_id.id or self.env.uid,
            )


class GspPrescription(models.Model):
    _inherit = "gsp.prescription"

    binding_id = fields.Many2one(
        "gsp.prescription.binding",
        string="Bound In",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
