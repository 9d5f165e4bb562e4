# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class GspStorageCondition(models.Model):
    """What the label of a drug or device demands of its store: temperature and humidity.

    The label wins over every general figure, so the limits sit on the record, not in code.
    """

    _name = "gsp.storage.condition"
    _description = "Storage Condition"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short technical code, used in imports.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    has_temperature_min = fields.Boolean(string="Lower Limit Applies")
    temperature_min = fields.Float(string="Temperature From (℃)", digits=(5, 1))
    has_temperature_max = fields.Boolean(string="Upper Limit Applies", default=True)
    temperature_max = fields.Float(string="Temperature To (℃)", digits=(5, 1))
    humidity_min = fields.Float(string="Humidity From (% RH)", digits=(5, 1))
    humidity_max = fields.Float(string="Humidity To (% RH)", digits=(5, 1))
    limits = fields.Char(compute="_compute_limits")
    note = fields.Text(translate=True)

    _code_uniq = models.Constraint("UNIQUE(code)", "Another storage condition has this code already.")
    _temperature_order = models.Constraint(
        "CHECK(NOT has_temperature_min OR NOT has_temperature_max OR temperature_min <= temperature_max)",
        "The lower temperature limit must not be above the upper one.",
    )
    _humidity_order = models.Constraint(
        "CHECK(humidity_min >= 0 AND humidity_min <= humidity_max AND humidity_max <= 100)",
        "Humidity limits lie between 0 and 100 %, the lower one first.",
    )

    @api.depends("has_temperature_min", "temperature_min", "has_temperature_max", "temperature_max")
    def _compute_limits(self):
        for condition in self:
            low = f"{condition.temperature_min:g}" if condition.has_temperature_min else ""
            high = f"{condition.temperature_max:g}" if condition.has_temperature_max else ""
            if low and high:
                condition.limits = f"{low}–{high} ℃"
            elif high:
                condition.limits = f"≤ {high} ℃"
            else:
                condition.limits = f"≥ {low} ℃" if low else False
