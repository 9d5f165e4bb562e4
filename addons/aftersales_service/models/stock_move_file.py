# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class StockMove(models.Model):
    """The papers of a sale are due from the day the unit was delivered."""

    _inherit = "stock.move"

    def _register_warranty(self):
        result = super()._register_warranty()
        self._open_sale_files()
        return result

    def _open_sale_files(self):
        """Open the file of each serial number these moves sold, where its product asks for documents."""
        # sudo: files are opened by what happens, not by somebody's right to keep them
        files = self.env["service.file"].sudo()
        if not self.env["service.document.type"]._get_required_by_category("sale"):
            return
        lines = self.filtered(
            lambda move: (
                move.state == "done"
                and move.location_dest_id.usage == "customer"
                and move.location_id.usage not in ("customer", "production")
                and not move.repair_id
                and move.product_id.tracking == "serial"
            )
        ).move_line_ids.filtered("lot_id")
        files._open_files(
            "sale",
            [
                {
                    "company_id": line.company_id.id,
                    "lot_id": line.lot_id.id,
                    "product_id": line.product_id.id,
                    "partner_id": self._get_buyer(line).id,
                    "start_date": line.company_id._get_law_date(line.date),
                }
                for line in lines
            ],
        )

    @api.model
    def _get_buyer(self, line):
        """Who bought the unit of that move line: the order's customer, else whoever it was delivered to."""
        move = line.move_id
        return move.sale_line_id.order_id.partner_id or move.picking_id.partner_id or move.partner_id
