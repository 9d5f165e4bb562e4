# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GspDispensingDose(models.Model):
    """One dose, weighed as a whole."""

    _name = "gsp.dispensing.dose"
    _description = "Weighed Dose"
    _inherit = ["compliance.evidence.line.mixin"]
    _evidence_parent_field = "dispensing_id"
    _order = "dispensing_id, number"
    _rec_name = "number"

    dispensing_id = fields.Many2one(
        "gsp.dispensing", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="dispensing_id.company_id", store=True, index=True)
    state = fields.Selection(related="dispensing_id.state")
    number = fields.Integer(string="Dose", required=True, readonly=True, aggregator=None)
    weight = fields.Float(string="Weight (g)", digits=(12, 3))

    _number_uniq = models.Constraint("UNIQUE(dispensing_id, number)", "Each dose is weighed once.")

    def write(self, vals):
        for dose in self if not self.env.su else ():
            if dose.state != "draft" or set(vals) - {"weight"}:
                raise UserError(
                    self.env._(
                        "%(dispensing)s: doses are weighed before they are signed for, and stay as they are.",
                        dispensing=dose.dispensing_id.display_name,
                    )
                )
        return super().write(vals)
