# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dataclasses import replace

from odoo import api, models

from ..receiving import AcceptanceRun


class StockMove(models.Model):
    """Receipts open an acceptance; other moves reserve accepted goods only."""

    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        moves = super()._action_done(cancel_backorder=cancel_backorder)
        received = moves.move_line_ids.filtered(
            lambda line: (
                line.state == "done"
                and line.quantity > 0
                and line._gsp_is_controlled()
                and line.location_dest_id.usage == "internal"
                and line._gsp_comes_from_supplier()
            )
        )
        if received:
            self.env["gsp.acceptance"]._create_for_receipt(received)
        return moves

    @api.model
    def action_generate_lot_line_vals(self, context_data, mode, first_lot, count, lot_text):
        """Lots generated for a drug get no expiry date that nobody has read from the package."""
        vals_list = super().action_generate_lot_line_vals(context_data, mode, first_lot, count, lot_text)
        product = self.env["product.product"].browse(context_data.get("default_product_id"))
        if product.gsp_kind == "drug" and self.env.company.gsp_company_kind:
            typed = self._gsp_get_typed_dates(lot_text) if mode == "import" else {}
            for vals in vals_list:
                vals["expiration_date"] = typed.get(vals.get("lot_name"), False)
        return vals_list

    def _generate_serial_move_line_commands(self, field_data, location_dest_id=False, origin_move_line=None):
        commands = super()._generate_serial_move_line_commands(field_data, location_dest_id, origin_move_line)
        if self.product_id.gsp_kind == "drug" and self.company_id.gsp_company_kind:
            typed = {item.get("lot_name"): item.get("expiration_date", False) for item in field_data}
            for command in commands:
                command[2]["expiration_date"] = typed.get(command[2].get("lot_name"), False)
        return commands

    @api.model
    def _gsp_get_typed_dates(self, lot_text):
        """{lot name: expiry date} of the lines that name one, as they were pasted."""
        rows = self.split_lots(lot_text or "")
        return {row.get("lot_name"): row["expiration_date"] for row in rows if row.get("expiration_date")}

    def _gsp_get_reservation_filter(self):
        return replace(super()._gsp_get_reservation_filter(), accepted=self._gsp_reserves_accepted())

    def _gsp_reserves_accepted(self):
        """Whether only accepted goods may be reserved: everywhere but towards quarantine, loss and the supplier."""
        self.ensure_one()
        if (
            not self.product_id.gsp_kind
            or not self.company_id.gsp_company_kind
            or AcceptanceRun.get(self.env)
        ):
            return False
        destination = self.location_dest_id
        if self.location_id.usage not in ("internal", "transit") or destination._gsp_is_locked():
            return False
        return destination.usage not in ("supplier", "inventory")
