# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

from ..models.warranty_statute_finding import REMEDIES
from ..models.warranty_statute_finding_answer import FREE_REMEDIES

# What each step writes on the right
STEP_FIELDS = {
    "request": ("requested_on",),
    "grant": (
        "remedy",
        "price",
        "meter_reading",
        "use_days",
        "rate_percent",
        "extra_costs",
        "daily_compensation",
        "returned_on",
        "answer_reason",
    ),
    "decline": ("answer_reason",),
    "complete": ("completed_on", "replacement_lot_id"),
}


class WarrantyStatuteAnswer(models.TransientModel):
    """Asks for what a step of a statutory right needs: the request, the answer, the fulfillment."""

    _name = "warranty.statute.answer"
    _description = "Answer a Statutory Right"

    finding_id = fields.Many2one("warranty.statute.finding", required=True, readonly=True)
    step = fields.Selection(
        [("request", "Request"), ("grant", "Grant"), ("decline", "Decline"), ("complete", "Fulfill")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="finding_id.company_id")
    currency_id = fields.Many2one(related="finding_id.currency_id")
    right = fields.Selection(related="finding_id.right")
    refund_method = fields.Selection(related="finding_id.refund_method")
    use_compensation = fields.Boolean(related="finding_id.use_compensation")
    completion_from = fields.Selection(related="finding_id.statute_id.completion_from")
    requested_on = fields.Date(default=lambda self: self.env.company._get_law_date())
    remedy = fields.Selection(
        REMEDIES,
        compute="_compute_proposal",
        store=True,
        readonly=False,
    )
    price = fields.Monetary(string="Price Paid", compute="_compute_proposal", store=True, readonly=False)
    meter_reading = fields.Float(
        string="Distance Driven (km)", compute="_compute_proposal", store=True, readonly=False
    )
    use_days = fields.Integer(string="Days of Use", compute="_compute_proposal", store=True, readonly=False)
    rate_percent = fields.Float(
        string="Coefficient (%)", digits=(6, 3), compute="_compute_proposal", store=True, readonly=False
    )
    extra_costs = fields.Monetary(
        string="Registration, Accessories, Fees", compute="_compute_proposal", store=True, readonly=False
    )
    daily_compensation = fields.Monetary(
        string="Compensation per Day", compute="_compute_proposal", store=True, readonly=False
    )
    returned_on = fields.Date(string="Goods Returned On")
    answer_reason = fields.Text(string="Reason")
    completed_on = fields.Date(default=lambda self: self.env.company._get_law_date())
    finding_remedy = fields.Selection(related="finding_id.remedy", string="Granted Remedy")
    replacement_lot_id = fields.Many2one(
        "stock.lot", string="Replacement Unit", domain="[('company_id', 'in', (company_id, False))]"
    )

    @api.depends("finding_id")
    def _compute_proposal(self):
        """What the right itself says, to be changed."""
        for wizard in self:
            finding = wizard.finding_id
            remedies = FREE_REMEDIES.get(finding.right, ())
            wizard.remedy = next(iter(remedies)) if len(remedies) == 1 else False
            for name in ("price", "meter_reading", "use_days", "rate_percent", "extra_costs", "daily_compensation"):
                wizard[name] = finding[name]

    def action_apply(self):
        """Take the step; the right itself checks who may do it and what it needs."""
        self.ensure_one()
        vals = {
            name: self._fields[name].convert_to_write(self[name], self) for name in STEP_FIELDS[self.step]
        }
        dates = ("requested_on", "returned_on", "completed_on")
        vals.update({name: self[name] for name in dates if name in vals})
        self.finding_id._take_step(self.step, vals)
        return {"type": "ir.actions.act_window_close"}
