# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Legal figures and refusals."""

from .shot import Shot

SHOTS = [
    Shot("legal-figures", "pharmacy_quality", "compliance_base.compliance_parameter_action"),
    Shot(
        "legal-figure",
        "pharmacy_quality",
        "compliance_base.compliance_parameter_action",
        "compliance.parameter",
        [("code", "=", "drug.record.retention_years")],
    ),
    Shot("refusals", "pharmacy_quality", "compliance_base.compliance_refusal_action"),
]
