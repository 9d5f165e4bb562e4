# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models

INSTITUTION_LEVELS = [
    ("1_village", "Village Clinic"),
    ("2_township", "Township Health Center"),
    ("3_county", "County Hospital"),
    ("4_city", "City Hospital or Above"),
]


class GspPrescription(models.Model):
    """What the rules for special drugs ask of the paper (GSP 17301)."""

    _inherit = "gsp.prescription"

    institution_level = fields.Selection(
        INSTITUTION_LEVELS, help="Asked for special drugs, which not every institution may prescribe."
    )

    def _get_patient_years(self):
        """Age of the patient in full years, None if it was not written down."""
        self.ensure_one()
        if self.patient_age_unit != "year":
            return 0
        return self.patient_age or None
