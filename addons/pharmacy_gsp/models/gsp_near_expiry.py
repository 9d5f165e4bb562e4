# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.compliance_base.evidence import default_fields

from .gsp_hold import HOLDERS


class GspNearExpiry(models.Model):
    """Monthly register of drugs near their expiry (GSP 17005): what lies where, and what is done about it."""

    _name = "gsp.near.expiry"
    _description = "Near-Expiry Register"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "month desc, id desc"
    _rec_name = "month"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = frozenset({"state", "confirmed_by_id", "confirmed_at"})

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    month = fields.Date(
        required=True,
        default=lambda self: self.env.company._get_law_date().replace(day=1),
        help="First day of the month.",
    )
    line_ids = fields.One2many("gsp.near.expiry.line", "register_id", string="Lots")
    line_count = fields.Integer(string="Entries", compute="_compute_line_count")
    state = fields.Selection(
        [("draft", "To Check"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    confirmed_by_id = fields.Many2one("res.users", string="Maintenance Officer", readonly=True, copy=False)
    confirmed_at = fields.Datetime(string="Confirmed On", readonly=True, copy=False)

    _month_uniq = models.Constraint("UNIQUE(company_id, month)", "There is a register of this month already.")
    _month_first = models.Constraint(
        "CHECK(EXTRACT(DAY FROM month) = 1)", "A register is of a month: enter its first day."
    )

    @api.depends("month", "company_id")
    def _compute_display_name(self):
        for register in self:
            month = register.month and register.month.strftime("%Y-%m")
            register.display_name = f"{month} {register.company_id.name}" if month else ""

    @api.depends("line_ids")
    def _compute_line_count(self):
        for register in self:
            register.line_count = len(register.line_ids)

    def action_fill(self):
        """List what is near its expiry now; measures that were entered already stay."""
        self._check_step(HOLDERS, ("draft",))
        for register in self:
            register._fill()
        return True

    def action_confirm(self):
        """The officer has been to each place: the register is closed."""
        self._check_step(HOLDERS, ("draft",))
        for register in self:
            open_lines = register.line_ids.filtered(lambda line: not line.measure)
            if open_lines:
                raise UserError(
                    self.env._(
                        "%(register)s: say for each lot what is done about it, first for %(lot)s.",
                        register=register.display_name,
                        lot=open_lines[0].lot_id.name,
                    )
                )
        self._move_to("confirmed", confirmed_by_id=self.env.uid, confirmed_at=fields.Datetime.now())
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._close_evidence()
        return True

    def _fill(self):
        self.ensure_one()
        known = {(line.lot_id, line.location_id): line for line in self.line_ids}
        commands, found = [], set()
        for product, lot, location, quantity in self._find_stock():
            key = (lot, location)
            found.add(key)
            vals = {
                "product_id": product.id,
                "lot_id": lot.id,
                "location_id": location.id,
                "quantity": quantity,
                "expiry_date": self.company_id._get_law_date(lot.expiration_date),
            }
            line = known.get(key)
            commands.append(Command.update(line.id, vals) if line else Command.create(vals))
        gone = [Command.delete(line.id) for key, line in known.items() if key not in found]
        self.line_ids = gone + commands

    def _find_stock(self):
        """List of (product, lot, place, quantity) on hand and near expiry, or past it; one query."""
        company = self.company_id
        today = company._get_law_date()
        categories = self.env["product.category"].search([("gsp_near_expiry_months", ">", 0)])
        default = self.env["compliance.parameter"]._value(
            "drug.near_expiry.months", on=today, company=company
        )
        longest = max([default, *categories.mapped("gsp_near_expiry_months")])
        limit = company._get_law_day_bounds(fields.Date.add(today, months=longest) - timedelta(days=1))[1]
        groups = self.env["stock.quant"]._read_group(
            Domain("company_id", "=", company.id)
            & Domain("location_id.usage", "=", "internal")
            & Domain("product_id.gsp_kind", "=", "drug")
            & Domain("quantity", ">", 0)
            & Domain("expiration_date", "<", limit),
            ["product_id", "lot_id", "location_id"],
            ["quantity:sum"],
        )
        return [
            (product, lot, location, quantity)
            for product, lot, location, quantity in groups
            if company._get_law_date(lot.expiration_date)
            < fields.Date.add(today, months=product._gsp_get_near_expiry_months(company, today))
        ]

    @api.model
    def _cron_open_registers(self):
        """Open the register of the month for each pharmacy, and remind of those not confirmed in time."""
        companies = self.env["res.company"].search([("gsp_company_kind", "!=", False)])
        for company in companies:
            month = company._get_law_date().replace(day=1)
            registers = self.with_company(company)
            if not registers.search_count([("company_id", "=", company.id), ("month", "=", month)]):
                registers.create({"company_id": company.id, "month": month})._fill()
            registers.search(
                [("company_id", "=", company.id), ("month", "<", month), ("state", "=", "draft")]
            )._remind()

    def _remind(self):
        for register in self.filtered(lambda item: not item.activity_ids):
            register.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The near-expiry register of last month is not confirmed"),
                user_id=register.company_id.gsp_quality_user_id.id or self.env.uid,
            )

    @api.model
    def _get_evidence_fields(self):
        return sorted({*default_fields(self), "line_ids"} - {"state"})
