# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models

from ..licensing import LicenseNeed


class GspGate(models.AbstractModel):
    """Licenses on the way out: ours for what we sell, and those of buyers that are companies."""

    _inherit = "gsp.gate"

    @api.model
    def _get_release_rules(self):
        return [*super()._get_release_rules(), "_rule_license"]

    @api.model
    def _rule_license(self, lines):
        """No sale without valid license and scope (GSP 16801), to no company without its own (device rules 4.1)."""
        needs = []
        for line in lines:
            if line.purpose != "sale" or not line.company.gsp_company_kind:
                continue
            warehouse = self._get_warehouse(line.document)
            needs.append(
                LicenseNeed(
                    line.document, line.company, "own", self.env["res.partner"], line.product, warehouse
                )
            )
            if self._needs_buyer_license(line):
                needs.append(
                    LicenseNeed(line.document, line.company, "buyer", line.partner, line.product, warehouse)
                )
        return self.env["gsp.license"]._check_license(needs) if needs else []

    @api.model
    def _needs_buyer_license(self, line):
        """Individuals need none; a company needs them for devices, and for drugs sold to it wholesale."""
        if not line.partner.commercial_partner_id.is_company:
            return False
        return line.product.gsp_kind == "device" or line.company.gsp_company_kind != "store"

    @api.model
    def _get_warehouse(self, document):
        """Store in which an order, transfer or move takes place; may be empty."""
        if document._name in ("stock.picking", "purchase.order"):
            return document.picking_type_id.warehouse_id
        if document._name == "stock.move":
            return document.warehouse_id or document.picking_type_id.warehouse_id
        return document.warehouse_id if "warehouse_id" in document._fields else self.env["stock.warehouse"]
