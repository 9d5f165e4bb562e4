# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, models

from odoo.addons.compliance_base.violation import Violation


class GspGate(models.AbstractModel):
    """To whom a store sells, how much, and for what price."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_gift", "_rule_buyer", "_rule_retail_quantity"]

    @api.model
    def _rule_gift(self, lines):
        """Prescription drugs and OTC drugs of class A are never given away (Measures for Drug Supervision art. 42)."""
        return [
            Violation(
                rule="gsp.sale.gift",
                record=line.document,
                message=self.env._(
                    "%(product)s in %(document)s costs nothing. Prescription drugs and OTC drugs of class A are not "
                    "given away.",
                    product=line.product.display_name,
                    document=line.document.display_name,
                ),
                remedy=self.env._("Sell it on a sales order, for its price."),
                reference=self.env._("Measures for the Supervision of Drug Distribution and Use art. 42"),
            )
            for line in lines
            if line.purpose == "sale"
            and line.company.gsp_company_kind
            and line.product.gsp_drug_class in ("rx", "otc_a")
            and self._is_given_away(line)
        ]

    @api.model
    def _is_given_away(self, line):
        price = line.facts.price
        if price is None:
            # a store sells to buyers by order; what leaves without one is paid for nowhere
            return line.company.gsp_company_kind == "store"
        return line.company.currency_id.compare_amounts(price * line.quantity, 0) <= 0

    @api.model
    def _rule_buyer(self, lines):
        """A store sells drugs to people, not to companies (GSP 16801)."""
        buyers = {}
        for line in lines:
            if self._is_retail(line) and line.partner.commercial_partner_id.is_company:
                buyers.setdefault((line.document, line.partner.commercial_partner_id), line)
        return [
            Violation(
                rule="gsp.sale.buyer",
                record=line.document,
                message=self.env._(
                    "%(buyer)s in %(document)s is a company; a store sells drugs to people only.",
                    buyer=buyer.display_name,
                    document=document.display_name,
                ),
                remedy=self.env._("Sell to the person; in an exceptional case quality enters the reason."),
                reference=self.env._("GSP 16801"),
            )
            for (document, buyer), line in buyers.items()
        ]

    @api.model
    def _rule_retail_quantity(self, lines):
        """No quantity that only somebody who sells on would buy (GSP 16801)."""
        packs, first = defaultdict(float), {}
        for line in lines:
            if self._is_retail(line) and line.company._gsp_get_max_retail_packs():
                key = (line.document, line.product)
                packs[key] += line.product._gsp_get_packs(line.quantity)
                first.setdefault(key, line)
        return [
            Violation(
                rule="gsp.sale.wholesale",
                record=line.document,
                message=self.env._(
                    "%(packs)s packs of %(product)s in %(document)s: a store sells at most %(limit)s in one sale.",
                    packs=f"{packs[key]:g}",
                    product=line.product.display_name,
                    document=line.document.display_name,
                    limit=line.company._gsp_get_max_retail_packs(),
                ),
                remedy=self.env._("Sell less; in an exceptional case quality enters the reason."),
                reference=self.env._("GSP 16801"),
            )
            for key, line in first.items()
            if packs[key] > line.company._gsp_get_max_retail_packs()
        ]

    @api.model
    def _is_retail(self, line):
        """Whether a store sells a drug over the counter, without an exception granted by quality."""
        return (
            line.purpose == "sale"
            and line.company.gsp_company_kind == "store"
            and line.product.gsp_kind == "drug"
            and not line.facts.exception_reason
        )
