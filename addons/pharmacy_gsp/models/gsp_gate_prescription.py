# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation


class GspGate(models.AbstractModel):
    """Nothing is handed over on a prescription before the third signature."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_prescription_checked"]

    @api.model
    def _rule_prescription_checked(self, lines):
        """At delivery the drugs have been dispensed and checked, each signed for (GSP 17003, 17004)."""
        waiting = {
            line.prescription: line
            for line in self._get_prescription_lines(lines)
            if line.lot_known
            and line.company.gsp_company_kind
            and line.prescription
            and line.prescription.state in ("reviewed", "dispensed")
        }
        return [
            Violation(
                rule="gsp.sale.unchecked",
                record=line.document,
                message=self.env._(
                    "%(document)s: the drugs of prescription %(prescription)s have not been dispensed and checked "
                    "with signatures.",
                    document=line.document.display_name,
                    prescription=prescription.display_name,
                ),
                remedy=self.env._("Dispense and check them on the prescription, two people, then deliver."),
                reference=self.env._("GSP 17003, 17004"),
            )
            for prescription, line in waiting.items()
        ]
