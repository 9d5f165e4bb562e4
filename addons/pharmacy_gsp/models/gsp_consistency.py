# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

PEOPLE = "pharmacy_gsp.pharmacy_gsp_group_pharmacist,pharmacy_gsp.pharmacy_gsp_group_quality"
QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"
COUNTS = (
    "order_line_count",
    "record_count",
    "move_line_count",
    "invoice_line_count",
)


class GspConsistency(models.Model):
    """Whether ticket, account, goods and money of a period say the same (GSP 17102).

    Order (ticket), register of sales (account), stock moves (goods) and invoices with their payment (money) are
    compared line by line; what differs is listed with its cause, and confirmed only when nothing is unexplained.
    """

    _name = "gsp.consistency"
    _description = "Consistency of Ticket, Account, Goods and Money"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    _step_fields = frozenset(
        {"state", "compared_by_id", "compared_at", "confirmed_by_id", "confirmed_at", *COUNTS}
    )

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", string="Store", check_company=True, ondelete="restrict", help="Empty: all stores."
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self.env.company._get_law_date().replace(day=1)
    )
    date_to = fields.Date(string="To", required=True, default=lambda self: self.env.company._get_law_date())
    line_ids = fields.One2many("gsp.consistency.line", "check_id", string="Differences")
    difference_count = fields.Integer(
        string="Number of Differences", compute="_compute_differences", store=True
    )
    unexplained_count = fields.Integer(string="Unexplained", compute="_compute_differences", store=True)
    order_line_count = fields.Integer(string="Order Lines", readonly=True, copy=False)
    record_count = fields.Integer(string="Sale Records", readonly=True, copy=False)
    move_line_count = fields.Integer(string="Movements", readonly=True, copy=False)
    invoice_line_count = fields.Integer(string="Invoice Lines", readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "To Check"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    compared_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    compared_at = fields.Datetime(string="Compared On", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    confirmed_at = fields.Datetime(string="Confirmed On", readonly=True, copy=False)

    @api.depends("date_from", "date_to", "company_id", "warehouse_id")
    def _compute_display_name(self):
        for check in self:
            store = check.warehouse_id.name or check.company_id.name or ""
            check.display_name = f"{check.date_from or ''} – {check.date_to or ''} {store}"

    @api.depends("line_ids.is_explained")
    def _compute_differences(self):
        for check in self:
            check.difference_count = len(check.line_ids)
            check.unexplained_count = len(check.line_ids.filtered(lambda line: not line.is_explained))

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for check in self:
            if check.date_from > check.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "warehouse_id", "date_from", "date_to"}.intersection(vals):
            # what was compared is not this period any more
            self.line_ids.sudo().unlink()  # sudo: lines are made and dropped by the comparison only
            self._write_step({"compared_by_id": False, "compared_at": False, **dict.fromkeys(COUNTS, 0)})
        return result

    def action_compare(self):
        """Compare, and list what differs; explanations of differences that are still there stay."""
        self._check_step(PEOPLE, ("draft",))
        for check in self:
            check._compare()
        return True

    def action_confirm(self):
        """Quality confirms that every difference is explained; the report is closed."""
        self._check_step(QUALITY, ("draft",))
        for check in self:
            if not check.compared_at:
                raise UserError(self.env._("%(check)s: compare first.", check=check.display_name))
            check._compare()  # what has happened since counts as well
            if check.unexplained_count:
                raise UserError(
                    self.env._(
                        "%(check)s: %(count)s differences are not explained yet, the first of %(product)s. "
                        "Correct them, or write down the reason of each.",
                        check=check.display_name,
                        count=check.unexplained_count,
                        product=check.line_ids.filtered(lambda line: not line.is_explained)[
                            0
                        ].product_id.display_name,
                    )
                )
        self._move_to("confirmed", confirmed_by_id=self.env.uid, confirmed_at=fields.Datetime.now())
        self._close_evidence()
        return True

    def action_view_differences(self):
        """Open the differences as a list of their own, to filter and group."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("pharmacy_gsp.gsp_consistency_line_action")
        return dict(action, domain=[("check_id", "in", self.ids)], context={})

    def action_print(self):
        """Print the report, or save it as a spreadsheet."""
        self.ensure_one()
        return self.env["gsp.register.wizard"]._open("consistency", self)

    def _compare(self):
        self.ensure_one()
        comparison = self.env["gsp.consistency.comparison"]
        kept = {line._get_key(): line for line in self.line_ids}
        counts, differences = comparison._compare(
            self.company_id,
            self.warehouse_id,
            self.company_id._get_law_day_bounds(self.date_from)[0],
            self.company_id._get_law_day_bounds(self.date_to)[1],
        )
        # sudo: lines are made by the comparison only, whoever of the store starts it
        lines = self.env["gsp.consistency.line"].sudo()
        fresh = lines.create([{**vals, "check_id": self.id} for vals in differences])
        for line in fresh:
            old = kept.get(line._get_key())
            if old and old.explanation:
                line._keep_explanation(old)
        lines.browse(old.id for old in kept.values()).unlink()
        self._write_step({"compared_by_id": self.env.uid, "compared_at": fields.Datetime.now(), **counts})

    @api.model
    def _get_evidence_fields(self):
        return sorted({*super()._get_evidence_fields(), "line_ids"} - {"state"})
