# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models


class GspAcceptanceLine(models.Model):
    _inherit = "gsp.acceptance.line"

    def _prepare_move(self, destination, quantity):
        """Values of the move that brings a quantity of this line to its place."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": self.location_id.id,
            "location_dest_id": destination.id,
            "company_id": self.company_id.id,
        }

    def _get_reject_place(self):
        """The non-conforming goods of the company."""
        self.ensure_one()
        warehouse = self.acceptance_id.picking_id.picking_type_id.warehouse_id or self.location_id.warehouse_id
        return warehouse._gsp_get_zone("nonconforming", self.company_id)
