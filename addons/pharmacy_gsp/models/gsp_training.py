# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.compliance_base.evidence import default_fields

QUALITY = "pharmacy_gsp.pharmacy_gsp_group_quality"
# What training for split sale covers, all of it (GSP 17201).
SPLIT_TOPICS = (
    "covers_regulations",
    "covers_policies",
    "covers_procedures",
    "covers_records",
    "covers_knowledge",
)


class GspTraining(models.Model):
    """A training and those who passed it."""

    _name = "gsp.training"
    _description = "Training"
    _inherit = ["gsp.step.mixin", "mail.thread", "mail.activity.mixin", "compliance.evidence.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _evidence_retention_parameter = "drug.record.retention_years"

    name = fields.Char(string="Subject", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    kind = fields.Selection(
        [
            ("prejob", "Before Taking Up the Post"),
            ("continuing", "Continuing"),
            ("authority", "By the Authority"),
        ],
        required=True,
        default="continuing",
    )
    is_split = fields.Boolean(string="For Split Sale")
    covers_regulations = fields.Boolean(string="Regulations")
    covers_policies = fields.Boolean(string="Policies")
    covers_procedures = fields.Boolean(string="Procedures")
    covers_records = fields.Boolean(string="Records")
    covers_knowledge = fields.Boolean(string="Professional Knowledge")
    date = fields.Date(required=True, default=lambda self: self.env.company._get_law_date())
    hours = fields.Float()
    trainer = fields.Char()
    employee_ids = fields.Many2many("hr.employee", string="Passed By", check_company=True)
    valid_to = fields.Date(string="Next Due", compute="_compute_valid_to", store=True)
    assessment = fields.Text(help="How it was tested who passed.")
    scan = fields.Binary(string="Attendance Sheet", attachment=True)
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
        parameter = self.env["compliance.parameter"]
        for training in self:
            months = training.date and parameter._value(
                "drug.staff.training_months",
                on=training.date,
                company=training.company_id or self.env.company,
            )
            training.valid_to = training.date and fields.Date.add(training.date, months=months)

    @api.constrains("date", "company_id")
    def _check_date(self):
        for training in self:
            if training.date > training.company_id._get_law_date():
                raise ValidationError(self.env._("Training %(name)s lies in the future.", name=training.name))

    def action_confirm(self):
        """The training took place: it counts for those who passed, and is evidence."""
        self._check_step(QUALITY, ("draft",))
        for training in self:
            if not training.employee_ids:
                raise UserError(self.env._("Say who passed training %(name)s.", name=training.name))
            missing = [
                self._fields[name]._description_string(self.env)
                for name in SPLIT_TOPICS
                if not training[name]
            ]
            if training.is_split and missing:
                raise UserError(
                    self.env._(
                        "Training %(name)s for split sale must also cover: %(topics)s.",
                        name=training.name,
                        topics=", ".join(missing),
                    )
                )
        self._move_to("confirmed")
        self._close_evidence()
        return True

    @api.model
    def _get_evidence_fields(self):
        return sorted(set(default_fields(self)) - {"state"})
