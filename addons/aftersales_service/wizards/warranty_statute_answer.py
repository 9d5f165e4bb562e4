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
PROPOSED_FIELDS = ("price", "meter_reading", "use_days", "rate_percent", "extra_costs", "daily_compensation")


class WarrantyStatuteAnswer(models.TransientModel):
    """Asks for what a step of a statutory right needs: the request, the answer, the fulfillment."""

    _name = "warranty.statute.answer"
    _description = "Answer a Statutory Right"

    finding_id = fields.Many2one("warranty.statute.finding", string="Right", required=True, readonly=True)
    step = fields.Selection(
        [("request", "Request"), ("grant", "Grant"), ("decline", "Decline"), ("complete", "Fulfill")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(related="finding_id.company_id")
    currency_id = fields.Many2one(related="finding_id.currency_id")
    right = fields.Selection(related="finding_id.right", string="Kind of Right")
    refund_method = fields.Selection(related="finding_id.refund_method")
    use_compensation = fields.Boolean(related="finding_id.use_compensation")
    completion_from = fields.Selection(related="finding_id.statute_id.completion_from")
    requested_on = fields.Date(default=lambda self: self.env.company._get_law_date())
    remedy = fields.Selection(
        REMEDIES,
    )
    price = fields.Monetary(string="Price Paid")
    meter_reading = fields.Float(string="Distance Driven (km)")
    use_days = fields.Integer(string="Days of Use")
    rate_percent = fields.Float(string="Coefficient (%)", digits=(6, 3))
    extra_costs = fields.Monetary(string="Registration, Accessories, Fees")
    daily_compensation = fields.Monetary(string="Compensation per Day")
    returned_on = fields.Date(string="Goods Returned On")
    answer_reason = fields.Text(string="Reason")
    completed_on = fields.Date(default=lambda self: self.env.company._get_law_date())
    finding_remedy = fields.Selection(related="finding_id.remedy", string="Granted Remedy")
    replacement_lot_id = fields.Many2one(
        "stock.lot", string="Replacement Unit", domain="[('company_id', 'in', (company_id, False))]"
    )

    @api.model
    def default_get(self, fields):
        """What the right itself says, to be changed."""
        values = super().default_get(fields)
        finding = self.env["warranty.statute.finding"].browse(values.get("finding_id"))
        proposal = self._prepare_proposal(finding)
        return {**{name: proposal[name] for name in proposal if name in fields}, **values}

    @api.model_create_multi
    def create(self, vals_list):
        """What is not given is what the right itself says."""
        findings = self.env["warranty.statute.finding"]
        return super().create(
            [
                {**self._prepare_proposal(findings.browse(vals.get("finding_id"))), **vals}
                for vals in vals_list
            ]
        )

    @api.model
    def _prepare_proposal(self, finding):
        if not finding:
            return {}
        remedies = FREE_REMEDIES[finding.right]
        return {
            "remedy": next(iter(remedies)) if len(remedies) == 1 else False,
            **{name: finding[name] for name in PROPOSED_FIELDS},
        }

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
