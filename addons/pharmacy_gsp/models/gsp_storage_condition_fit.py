# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class GspStorageCondition(models.Model):
    _inherit = "gsp.storage.condition"

    def _is_met_by(self, kept):
        """Whether a place that keeps ``kept`` is right for goods whose label demands this condition.

        A place without lower limit suits goods that have one if it can be as warm as they need.
        """
        self.ensure_one()
        if not kept:
            return False
        if self.has_temperature_max and (
            not kept.has_temperature_max or kept.temperature_max > self.temperature_max
        ):
            return False
        if not self.has_temperature_min:
            return True
        if kept.has_temperature_min:
            return kept.temperature_min >= self.temperature_min
        return not kept.has_temperature_max or kept.temperature_max > self.temperature_min

    def _includes(self, low, high):
        """Whether goods that were between these temperatures (℃) were kept as this condition demands."""
        self.ensure_one()
        return not (
            (self.has_temperature_min and low < self.temperature_min)
            or (self.has_temperature_max and high > self.temperature_max)
        )

    def _is_cold_chain(self):
        """Whether the condition is that of the cold chain: not warmer than cold storage (by the parameter)."""
        self.ensure_one()
        company = self.env.company
        limit = self.env["compliance.parameter"]._value(
            "drug.storage.temperature_max.cold", on=company._get_law_date(), company=company
        )
        return self.has_temperature_max and self.temperature_max <= limit
