# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError

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
    _inherit = "gsp.proof.mixin"
    _proof_months_parameter = "drug.staff.training_months"

    name = fields.Char(string="Subject", required=True)
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
    is_decoction = fields.Boolean(string="For Decoction")
    covers_regulations = fields.Boolean(string="Regulations")
    covers_policies = fields.Boolean(string="Policies")
    covers_procedures = fields.Boolean(string="Procedures")
    covers_records = fields.Boolean(string="Records")
    covers_knowledge = fields.Boolean(string="Professional Knowledge")
    hours = fields.Float()
    trainer = fields.Char()
    employee_ids = fields.Many2many("hr.employee", string="Passed By", check_company=True)
    assessment = fields.Text(help="How it was tested who passed.")
    scan = fields.Binary(string="Attendance Sheet")

    def _check_complete(self):
        """Somebody passed; a training for split sale covers all that the law asks for."""
        if not self.employee_ids:
            raise UserError(self.env._("Say who passed training %(name)s.", name=self.name))
        missing = [
            self._fields[name]._description_string(self.env) for name in SPLIT_TOPICS if not self[name]
        ]
        if self.is_split and missing:
            raise UserError(
                self.env._(
                    "Training %(name)s for split sale must also cover: %(topics)s.",
                    name=self.name,
                    topics=", ".join(missing),
                )
            )
