# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class ComplianceChecklistItem(models.AbstractModel):
    """What is asked: the same on the line of a template and, as a frozen copy, on the line of a checklist."""

    _name = "compliance.checklist.item"
    _description = "Checklist Item"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("section", "Section"),
            ("yes_no", "Yes or No"),
            ("number", "Numeric Value"),
            ("text", "Text"),
            ("picture", "Picture"),
        ],
        required=True,
        default="yes_no",
    )
    name = fields.Char(string="Item", required=True)
    instruction = fields.Text(help="How to check it, and what to look for.")
    required = fields.Boolean(default=True, help="Must be answered before the checklist is done.")
    allow_na = fields.Boolean(string="N/A Allowed", help="“Not applicable” counts as an answer.")
    expected = fields.Selection(
        [("yes", "Yes"), ("no", "No"), ("any", "Either")],
        default="yes",
        help="The answer that conforms.",
    )
    limit = fields.Selection(
        [("none", "None"), ("min", "At Least"), ("max", "At Most"), ("range", "From … To")],
        string="Limits",
        default="none",
    )
    limit_min = fields.Float(string="Minimum", digits=(16, 4))
    limit_max = fields.Float(string="Maximum", digits=(16, 4))
    unit = fields.Char()
    requirement = fields.Char(compute="_compute_requirement", help="What conforms, in words.")

    _limits_ordered = models.Constraint(
        "CHECK(\"limit\" != 'range' OR limit_min <= limit_max)",
        "The minimum of a range must not exceed its maximum.",
    )

    @api.model
    def _get_item_fields(self):
        """Return the names of the fields that say what is asked."""
        return (
            "sequence",
            "kind",
            "name",
            "instruction",
            "required",
            "allow_na",
            "expected",
            "limit",
            "limit_min",
            "limit_max",
            "unit",
        )

    @api.depends("kind", "expected", "limit", "limit_min", "limit_max", "unit")
    @api.depends_context("lang")
    def _compute_requirement(self):
        expected = dict(self._fields["expected"]._description_selection(self.env))
        for item in self:
            if item.kind == "yes_no":
                item.requirement = expected.get(item.expected)
            elif item.kind == "number":
                item.requirement = item._get_limit_text()
            else:
                item.requirement = False

    def _get_limit_text(self):
        """Return the limits in words, such as ``2 – 10 °C``."""
        minimum, maximum = f"{self.limit_min:g}", f"{self.limit_max:g}"
        text = {"min": f"≥ {minimum}", "max": f"≤ {maximum}", "range": f"{minimum} – {maximum}"}.get(
            self.limit, ""
        )
        return f"{text} {self.unit}".strip() if self.unit else text
