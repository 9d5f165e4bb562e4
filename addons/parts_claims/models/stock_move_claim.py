# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models

from .repair_labor_claim import CLAIMED_COVERAGES


class StockMove(models.Model):
    """A part used in a repair, or goods that go back to a supplier or arrived defective."""

    _inherit = "stock.move"

    def _is_claimable(self):
        """Whether a supplier may be asked to pay for this move: a part put in without charging the customer."""
        self.ensure_one()
        return self.repair_line_type == "add" and self.coverage in CLAIMED_COVERAGES

    def _prepare_claim_source(self):
        """See ``parts.claim.line._get_source()``."""
        self.ensure_one()
        campaign = self.coverage == "campaign"
        return {
            "kind": "goodwill" if self.coverage == "goodwill" else "part",
            "origin_kind": "campaign" if campaign else "repair",
            "product": self.product_id,
            "subject": self.product_id,
            "quantity": self.product_uom._compute_quantity(self.quantity, self.product_id.uom_id),
            "uom": self.product_id.uom_id,
            "when": self.date,
            "repair": self.repair_id,
            "move": self,
        }

    def _get_claim_parties(self):
        """See ``parts.claim.line._get_parties()``."""
        self.ensure_one()
        supplier = self.campaign_id.supplier_id.commercial_partner_id
        if self.coverage == "campaign":
            return [(supplier, 100.0)]
        if not self.repair_id:
            return [(supplier.browse(), 100.0)]
        return self.repair_id._get_claim_parties()
