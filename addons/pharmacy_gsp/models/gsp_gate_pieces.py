# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation


class GspGate(models.AbstractModel):
    """Decoction pieces leave explained, and not while they are being decocted (GSP 17006, 17007)."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_pieces_advice", "_rule_decoction"]

    @api.model
    def _get_pieces_prescriptions(self, lines):
        """{prescription of decoction pieces: first line of this delivery that it lists}"""
        found = {}
        for line in lines:
            prescription = line.prescription
            if (
                line.purpose == "sale"
                and line.lot_known
                and prescription
                and line.company.gsp_company_kind
                and line.product.gsp_drug_type == "pieces"
                and prescription.category == "pieces"
                and line.product in prescription.line_ids.product_id
            ):
                found.setdefault(prescription, line)
        return found

    @api.model
    def _rule_pieces_advice(self, lines):
        """Handed over only after somebody explained how to decoct and take it."""
        return [
            Violation(
                rule="gsp.pieces.advice",
                record=line.document,
                message=self.env._(
                    "%(document)s: the decoction pieces of prescription %(prescription)s are not weighed, checked and "
                    "explained.",
                    document=line.document.display_name,
                    prescription=prescription.display_name,
                ),
                remedy=self.env._("Complete the weighing on the prescription, the explanation last."),
                reference=self.env._("GSP 17006"),
            )
            for prescription, line in self._get_pieces_prescriptions(lines).items()
            if prescription._get_dispensing().state != "advised"
        ]

    @api.model
    def _rule_decoction(self, lines):
        """What is decocted for the patient is handed over when the decoction is ready."""
        return [
            Violation(
                rule="gsp.decoction.unfinished",
                record=line.document,
                message=self.env._(
                    "%(document)s: %(decoction)s is not ready yet.",
                    document=line.document.display_name,
                    decoction=decoction.display_name,
                ),
                remedy=self.env._("Finish the decoction up to its leaving the store, or cancel it."),
                reference=self.env._("GSP 17007"),
            )
            for prescription, line in self._get_pieces_prescriptions(lines).items()
            for decoction in prescription.decoction_ids._filter_unfinished()
        ]
