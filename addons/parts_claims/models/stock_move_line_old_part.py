# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .old_part import AT_SUPPLIER_STATES, IN_STORE_STATES


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _follow_old_parts(self):
        """Move the ledger entries of the old parts that these done lines moved by other doors than their own."""
        lines = self.filtered(
            lambda line: line.quantity and (line.location_id.is_old_part or line.location_dest_id.is_old_part)
        )
        if not lines:
            return
        # sudo: the stock keeper who moves them may have no right on old parts; the ledger follows all the same
        parts = self.env["old.part"].sudo()
        own = parts.search(
            Domain("last_move_id", "in", lines.move_id.ids)
            | Domain("stock_scrap_id", "in", lines.move_id.scrap_id.ids)
        )
        own_moves = own.last_move_id | lines.move_id.filtered(
            lambda move: move.scrap_id in own.stock_scrap_id
        )
        for line in lines.filtered(lambda line: line.move_id not in own_moves):
            line._follow_old_part(parts)

    def _follow_old_part(self, parts):
        """The same for one line.

        :raise UserError: naming the parts, when the move is one that only their own buttons make
        """
        leaving = self.location_id.is_old_part
        held = parts.search(
            Domain("location_id", "=", self.location_id.id)
            & Domain("product_id", "=", self.product_id.id)
            & Domain("lot_id", "=", self.lot_id.id)
            & Domain("state", "in", IN_STORE_STATES if leaving else AT_SUPPLIER_STATES),
            order="id",
        )
        if not leaving:
            held = held.filtered(lambda part: part.supplier_id == self.owner_id)
        if not held:
            return
        inside = leaving and self.location_dest_id.is_old_part
        if not inside and not (leaving and self.location_dest_id.usage == "supplier"):
            raise UserError(
                self.env._(
                    "%(tags)s in %(place)s are tagged old parts. Return, take back or scrap them with the buttons of "
                    "the old parts, so that their ledger stays right.",
                    tags=", ".join(held.mapped("name")),
                    place=self.location_id.display_name,
                )
            )
        chosen = self._choose_old_parts(held)
        facts = {"last_move_id": self.move_id.id, "location_id": self.location_dest_id.id}
        if not inside:
            chosen._check_free_to_ship()
            facts |= {"out_move_id": self.move_id.id, "state": "shipped"}
        chosen._set(facts)

    def _choose_old_parts(self, held):
        """Those of ``held`` that make up the quantity of the line, the oldest first."""
        missing = self.quantity_product_uom
        chosen = held.browse()
        for part in held.filtered(lambda part: part.supplier_id == self.owner_id):
            quantity = part.uom_id._compute_quantity(part.quantity, self.product_id.uom_id)
            if self.product_id.uom_id.compare(quantity, missing) <= 0:
                chosen |= part
                missing -= quantity
        if not self.product_id.uom_id.is_zero(missing):
            raise UserError(
                self.env._(
                    "%(tags)s in %(place)s are tagged old parts of %(owner)s. Move whole parts, in the owner's name.",
                    tags=", ".join(held.mapped("name")),
                    place=self.location_id.display_name,
                    owner=", ".join(held.supplier_id.mapped("display_name")),
                )
            )
        return chosen
