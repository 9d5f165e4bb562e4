# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.compliance_parameter import EVIDENCE_MARKS
from ..models.compliance_parameter_edition import CONTENT_FIELDS

COPIED_FIELDS = tuple(name for name in CONTENT_FIELDS if name not in ("parameter_id", "company_id"))


class ComplianceEditionWizard(models.TransientModel):
    """Change a legal figure and say why. What is allowed is decided by the edition, not here."""

    _name = "compliance.edition.wizard"
    _description = "Change a Legal Figure"

    kind = fields.Selection(
        [
            ("add", "New edition"),
            ("correct", "Correct a wrong edition"),
            ("close", "Close: the law has no such figure any more"),
            ("withdraw", "Withdraw the company's own figure"),
        ],
        string="What to Do",
        required=True,
        default="add",
        readonly=True,
    )
    edition_id = fields.Many2one("compliance.parameter.edition", readonly=True)
    parameter_id = fields.Many2one(
        "compliance.parameter",
        required=True,
        compute="_compute_content",
        store=True,
        readonly=False,
        precompute=True,
    )
    value_kind = fields.Selection(related="parameter_id.value_kind")
    unit = fields.Selection(related="parameter_id.unit")
    company_id = fields.Many2one(
        "res.company",
        string="Only for Company",
        compute="_compute_content",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: the figure of the law, for every company.",
    )
    value = fields.Char(compute="_compute_content", store=True, readonly=False, precompute=True)
    valid_from = fields.Date(compute="_compute_content", store=True, readonly=False, precompute=True)
    valid_to = fields.Date(compute="_compute_content", store=True, readonly=False, precompute=True)
    law = fields.Char(compute="_compute_content", store=True, readonly=False, precompute=True)
    law_edition = fields.Char(
        string="Edition of the Law", compute="_compute_content", store=True, readonly=False, precompute=True
    )
    article = fields.Char(compute="_compute_content", store=True, readonly=False, precompute=True)
    evidence = fields.Selection(
        EVIDENCE_MARKS,
        string="Evidence Mark",
        compute="_compute_content",
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Text(compute="_compute_content", store=True, readonly=False, precompute=True)
    reason = fields.Text(required=True, help="Kept in the history together with your name and the time.")

    @api.depends("edition_id")
    def _compute_content(self):
        """Start from the edition that is changed."""
        for wizard in self:
            edition = wizard.edition_id
            wizard.parameter_id = edition.parameter_id or wizard.parameter_id
            wizard.company_id = edition.company_id if edition else wizard.company_id
            for name in COPIED_FIELDS:
                wizard[name] = edition[name] if edition else wizard[name]

    def action_apply(self):
        """Do the change; the edition checks right, reason, days and value."""
        self.ensure_one()
        getattr(self, f"_apply_{self.kind}")()
        return {"type": "ir.actions.act_window_close"}

    def _apply_add(self):
        content = {name: self[name] for name in COPIED_FIELDS}
        content.update(parameter_id=self.parameter_id.id, company_id=self.company_id.id)
        self.env["compliance.parameter.edition"]._add_edition(content, self.reason)

    def _apply_correct(self):
        self._get_edition()._correct({name: self[name] for name in COPIED_FIELDS}, self.reason)

    def _apply_close(self):
        self._get_edition()._close(self.valid_to, self.reason)

    def _apply_withdraw(self):
        self._get_edition()._withdraw(self.reason)

    def _get_edition(self):
        if not self.edition_id:
            raise UserError(
                self.env._("Choose the edition to change in the list of editions of the parameter.")
            )
        return self.edition_id
