# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models

MARK_KINDS = [
    ("scratch", "Scratch"),
    ("dent", "Dent"),
    ("crack", "Crack"),
    ("missing", "Missing"),
    ("other", "Other"),
]


class RepairConditionMark(models.Model):
    """One damage the unit came with, as a numbered mark on its picture."""

    _name = "repair.condition.mark"
    _description = "Damage Mark"
    _order = "sequence, id"

    repair_id = fields.Many2one("repair.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="repair_id.company_id", store=True)
    sequence = fields.Integer(default=1, help="The number on the picture.")
    kind = fields.Selection(MARK_KINDS, required=True, default="scratch")
    note = fields.Char()
    x = fields.Float(
        string="From Left (%)", required=True, digits=(5, 1), help="Percent of the picture's width."
    )
    y = fields.Float(
        string="From Top (%)", required=True, digits=(5, 1), help="Percent of the picture's height."
    )

    _place = models.Constraint(
        "CHECK(x BETWEEN 0 AND 100 AND y BETWEEN 0 AND 100)", "A damage mark lies on the picture of the unit."
    )

    @api.depends("sequence", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for mark in self:
            mark.display_name = f"{mark.sequence}. {kinds.get(mark.kind, '')}"
