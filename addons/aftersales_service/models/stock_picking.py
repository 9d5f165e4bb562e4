# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.model
    def _make_service_transfer(self, source, destination, goods, origin, partner=None):
        """Move goods between two of our places, now and completely.

        :param goods: list of (product, quantity in the product's unit, lot or empty)
        :param str origin: what the transfer is for
        :return: the done transfer
        :raise UserError: something is not there; nothing is moved then
        """
        company = source.company_id or destination.company_id
        warehouse = company._get_service_warehouse()
        picking = self.create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "partner_id": partner.id if partner else False,
                "origin": origin,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            "location_id": source.id,
                            "location_dest_id": destination.id,
                            "company_id": company.id,
                        }
                    )
                    for product, quantity, _lot in goods
                ],
            }
        )
        picking.move_ids._action_confirm(merge=False)
        picking.move_ids._do_unreserve()
        missing = []
        for move, (product, quantity, lot) in zip(picking.move_ids.sorted("id"), goods, strict=True):
            move._update_reserved_quantity(quantity, source, lot_id=lot or None, strict=False)
            if product.uom_id.compare(move.quantity, quantity) < 0:
                missing.append(
                    self.env._(
                        "%(product)s: %(quantity)g needed, not all of it is free in %(location)s.",
                        product=(lot or product).display_name,
                        quantity=quantity,
                        location=source.display_name,
                    )
                )
        if missing:
            raise UserError("\n".join(missing))
        picking.move_ids.picked = True
        picking._action_done()
        return picking

    def _get_service_transfers_action(self):
        """The action that lists these transfers."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transfers"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": list(Domain("id", "in", self.ids)),
        }
