# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models


class GspPrescription(models.Model):
    """The specimen on file of the physician who signed, and what it means for the review (GSP 17001, rule 12)."""

    _inherit = "gsp.prescription"

    specimen_id = fields.Many2one(
        "gsp.specimen", string="Specimen on File", compute="_compute_specimen_id", help="Of this physician."
    )
    specimen_signature = fields.Image(string="Signature on File", compute="_compute_specimen_id")
    specimen_seal = fields.Image(string="Seal on File", compute="_compute_specimen_id")

    @api.depends("institution", "physician_name", "date", "company_id")
    def _compute_specimen_id(self):
        for prescription in self:
            specimen = prescription._find_specimen()
            prescription.specimen_id = specimen
            prescription.specimen_signature = specimen.signature
            prescription.specimen_seal = specimen.seal

    def _find_specimen(self):
        self.ensure_one()
        institution, physician = (self.institution or "").strip(), (self.physician_name or "").strip()
        specimens = self.env["gsp.specimen"]
        if not institution or not physician or not self.date:
            return specimens
        domain = specimens._get_valid_domain(self.company_id, self.date)
        return specimens.search(
            domain
            & fields.Domain("institution", "=", institution)
            & fields.Domain("physician_name", "=", physician),
            limit=1,
        )

    def _rule_specimen(self):
        """Where specimens are kept, an unmatched signature is refused, or the reviewer says why it is accepted."""
        found = super()._rule_specimen()
        if found or (self.specimen_reason or "").strip():
            return found
        specimens = self.env["gsp.specimen"]
        if not specimens.search_count(specimens._get_valid_domain(self.company_id, self.date), limit=1):
            return found
        if not self.specimen_id:
            message = self.env._(
                "Prescription %(name)s: no specimen of %(physician)s, %(institution)s, is on file.",
                name=self.name,
                physician=self.physician_name or "",
                institution=self.institution or "",
            )
        elif self.specimen != "match":
            message = self.env._(
                "Prescription %(name)s: signature and seal have not been compared with the specimen on file.",
                name=self.name,
            )
        else:
            return found
        remedy = self.env._("Compare them, refuse the prescription, or record why it is accepted.")
        return [("gsp.review.specimen", message, remedy, self.env._("GSP 17001"))]
