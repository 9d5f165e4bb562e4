# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import fields, models


class StockMove(models.Model):
    """A covered part is written off against the old one."""

    _inherit = "stock.move"

    no_old_part_reason = fields.Char(
        string="Why No Old Part", copy=False, help="Why no old part comes back for this covered part."
    )

    def _get_parts_without_old_part(self):
        """Covered parts of these whose family asks for the old part and whose repair has none, nor a reason."""
        missing = self.browse()
        for repair, moves in self.filtered("repair_id").grouped("repair_id").items():
            removed = repair.move_ids.filtered(
                lambda move: move.repair_line_type == "remove" and move.state != "cancel"
            )
            returned = {}
            for move in removed:
                returned[move.product_id] = returned.get(move.product_id, 0.0) + move.product_uom_qty
            for move in moves:
                if (
                    move.repair_line_type == "add"
                    and move.state != "cancel"
                    and move.coverage != "billable"
                    and move.product_id.categ_id.with_company(repair.company_id).old_part_required
                    and not (move.no_old_part_reason or "").strip()
                ):
                    left = returned.get(move.product_id, 0.0)
                    if move.product_uom.compare(left, move.product_uom_qty) < 0:
                        missing |= move
                    returned[move.product_id] = left - move.product_uom_qty
        return missing
