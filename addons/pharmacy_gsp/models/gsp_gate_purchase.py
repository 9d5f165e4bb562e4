# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from odoo.addons.compliance_base.violation import Violation

from ..licensing import LicenseNeed


class GspGate(models.AbstractModel):
    """The gate on the way in: who may supply what to us."""

    _inherit = "gsp.gate"

    @api.model
    def _get_purchase_rules(self):
        """Names of the rule methods; each takes a list of ``PurchaseLine`` and returns a list of ``Violation``."""
        return [
            "_rule_supplier_known",
            "_rule_purchase_license",
            "_rule_first_approval",
        ]

    @api.model
    def _check_purchase(self, lines):
        """Refuse (and record) asking for, ordering or receiving what breaks a rule.

        :param list lines: ``PurchaseLine`` of regulated products only
        :raises UserError: all violations in one message
        """
        lines = [line for line in lines if line.company.gsp_company_kind]
        violations = [
            violation for rule in self._get_purchase_rules() for violation in getattr(self, rule)(lines)
        ]
        if violations:
            self.env["compliance.refusal"]._refuse(violations)

    @api.model
    def _rule_supplier_known(self, lines):
        """Drugs and devices come from a known supplier (Drug Law art. 55)."""
        unknown = {line.document: line for line in lines if not line.partner}
        return [
            Violation(
                rule="gsp.purchase.supplier",
                record=document,
                message=self.env._(
                    "%(document)s receives %(product)s from a supplier, but names none.",
                    document=document.display_name,
                    product=line.product.display_name,
                ),
                remedy=self.env._("Enter the supplier, or receive the goods on their purchase order."),
                reference=self.env._("Drug Administration Law art. 55"),
            )
            for document, line in unknown.items()
        ]

    @api.model
    def _rule_purchase_license(self, lines):
        """Our own license and scope, and those of the supplier (GSP 16801, Drug Law art. 55)."""
        nobody = self.env["res.partner"]
        needs = []
        for line in lines:
            needs.append(
                LicenseNeed(line.document, line.company, "own", nobody, line.product, line.warehouse)
            )
            if line.partner:
                needs.append(
                    LicenseNeed(
                        line.document, line.company, "supplier", line.partner, line.product, line.warehouse
                    )
                )
        return self.env["gsp.license"]._check_license(needs) if needs else []

    @api.model
    def _rule_first_approval(self, lines):
        """Nothing is bought before supplier and product have passed their first approval."""
        return self.env["gsp.first.approval"]._check_approved([line for line in lines if line.partner])
