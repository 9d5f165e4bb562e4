# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.compliance_base.evidence import default_fields

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"


class GspProofMixin(models.AbstractModel):
    """A dated paper that proves something until it is due again: health check, training, verification of a scale.

    Quality confirms it; from then on it counts and is evidence.
    """

    _name = "gsp.proof.mixin"
    _description = "Dated Proof"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"
    # Code of the legal figure, in months, after which the proof is due again
    _proof_months_parameter = None

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    date = fields.Date(required=True, default=lambda self: self.env.company._get_law_date())
    valid_to = fields.Date(string="Next Due", compute="_compute_valid_to", store=True)
    scan = fields.Binary(attachment=True)
    scan_filename = fields.Char()
    state = fields.Selection(
        [("draft", "Draft"), ("confirmed", "Confirmed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )

    @api.depends("date", "company_id")
    def _compute_valid_to(self):
        for proof in self:
            proof.valid_to = proof._get_due_day()

    @api.constrains("date", "company_id")
    def _check_date(self):
        for proof in self:
            if proof.date > proof.company_id._get_law_date():
                raise ValidationError(
                    self.env._("%(proof)s: its day lies in the future.", proof=proof.display_name)
                )

    def action_confirm(self):
        """Quality has seen the paper: it counts, and is evidence."""
        self._check_step(QUALITY, ("draft",))
        for proof in self:
            proof._check_complete()
        self._move_to("confirmed")
        self._close_evidence()
        return True

    def _get_due_day(self):
        """Last day on which the proof counts, by the figure in force on its day; False without a day."""
        self.ensure_one()
        if not self.date:
            return False
        months = self.env["compliance.parameter"]._value(
            self._proof_months_parameter, on=self.date, company=self.company_id or self.env.company
        )
        return fields.Date.add(self.date, months=months)

    def _check_complete(self):
        """Raise if something is missing without which the paper proves nothing. To be overridden."""

    def _counts_on(self, day):
        """Those of these proofs that are confirmed and not yet due again on ``day``."""
        return self.filtered(lambda proof: proof.state == "confirmed" and proof.date <= day <= proof.valid_to)

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})
