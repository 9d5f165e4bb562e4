# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import models
from odoo.exceptions import UserError

from ..release import KnownHolds, ReleaseRun, ReservationFilter

# What a done move says about a sale: once in the register, only a return corrects it.
DONE_FIELDS = frozenset({"state", "product_id", "location_id", "location_dest_id", "company_id"})


class StockMove(models.Model):
    _inherit = "stock.move"

    def write(self, vals):
        self._gsp_check_direct_write(vals)
        return super().write(vals)

    def _action_done(self, cancel_backorder=False):
        """Deliver: the move lines pass the gate, then the register of sales is written, in the same transaction.

        A transfer that delivers its moves writes the register itself, after all of its own steps.
        """
        outer = ReleaseRun.get(self.env)
        run = outer or ReleaseRun()
        moves = super(StockMove, self.with_context(gsp_release_run=run))._action_done(
            cancel_backorder=cancel_backorder
        )
        moves = moves.with_env(self.env)
        run.line_ids.extend(moves.move_line_ids.ids)
        if not outer:
            self.env["stock.move.line"]._gsp_register(run)
        return moves

    def _action_assign(self, force_qty=False):
        """Reserve: what is held is fetched once for all moves."""
        regulated = self.filtered("product_id.gsp_kind")
        if not regulated:
            return super()._action_assign(force_qty=force_qty)
        known = KnownHolds(regulated._gsp_fetch_holds())
        return super(StockMove, self.with_context(gsp_known_holds=known))._action_assign(force_qty=force_qty)

    def _gsp_fetch_holds(self):
        """Holds in force of the products and companies of these moves."""
        return self.env["gsp.hold"]._fetch_for(self.product_id, self.company_id)

    def _update_reserved_quantity_vals(
        self, need, location_id, lot_id=None, package_id=None, owner_id=None, strict=True
    ):
        move = self._gsp_with_reservation_filter()
        return super(StockMove, move)._update_reserved_quantity_vals(
            need, location_id, lot_id=lot_id, package_id=package_id, owner_id=owner_id, strict=strict
        )

    def _get_available_quantity(
        self, location_id, lot_id=None, package_id=None, owner_id=None, strict=False, allow_negative=False
    ):
        move = self._gsp_with_reservation_filter()
        return super(StockMove, move)._get_available_quantity(
            location_id,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            strict=strict,
            allow_negative=allow_negative,
        )

    def _gsp_check_release(self):
        """Pass the release gate with all lines of these moves (whatever their state)."""
        self.move_line_ids._gsp_check_release()

    def _gsp_with_reservation_filter(self):
        """This move, reserving only what it may take."""
        self.ensure_one()
        if not self.product_id.gsp_kind:
            return self
        chosen = self._gsp_get_reservation_filter()
        known = ReservationFilter.get(self.env)
        return self if chosen == known else self.with_context(gsp_reservation_filter=chosen)

    def _gsp_get_reservation_filter(self):
        """What may be reserved for this move of regulated goods.

        For a sale only lots that may be sold, also when the move is a step before the delivery. What is held is
        fetched once for all moves that are reserved together.
        """
        destination = self.location_final_id or self.location_dest_id
        if not self.location_id._gsp_get_release_purpose(destination):
            return ReservationFilter(self.company_id)
        known = KnownHolds.get(self.env)
        holds = (known.holds if known else self._gsp_fetch_holds()).filtered(
            lambda hold: hold.product_id == self.product_id and hold.company_id in self.company_id.parent_ids
        )
        return ReservationFilter(
            self.company_id,
            saleable=True,
            held_lots=tuple(holds.lot_id.ids),
            held=any(not hold.lot_id for hold in holds),
        )

    def _gsp_check_direct_write(self, vals):
        """Regulated goods become delivered only through the gate, and stay as the register has them."""
        frozen = DONE_FIELDS.intersection(vals)
        if not frozen or ReleaseRun.get(self.env):
            return
        for move in self:
            done = move.state == "done"
            if (done or vals.get("state") == "done") and move.product_id.gsp_kind and move._gsp_is_settled():
                changed = [
                    name
                    for name in frozen
                    if move._fields[name].convert_to_write(move[name], move) != vals[name]
                ]
                if changed:
                    raise UserError(
                        self.env._(
                            "%(product)s in %(transfer)s is a drug or device: validate the transfer to deliver it, and "
                            "return it to take it back. Its moves are not changed by hand.",
                            product=move.product_id.display_name,
                            transfer=move.picking_id.display_name or move.reference or move.display_name,
                        )
                    )

    def _gsp_is_settled(self):
        self.ensure_one()
        return self.location_id._gsp_is_settled(self.location_dest_id)

    def _gsp_get_order(self):
        """Sale order behind the move, empty for a transfer made by hand."""
        self.ensure_one()
        return self.sale_line_id.order_id or self.picking_id.sale_id

    def _gsp_get_prescription(self):
        """Prescription the move is delivered on (extended by other doors)."""
        return self._gsp_get_order().gsp_prescription_id
