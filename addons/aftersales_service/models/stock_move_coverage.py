# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from .repair_coverage_mixin import COVERAGE_FIELDS, FOLLOWING_PRICE


class StockMove(models.Model):
    """Who pays for each part of a repair, decided on the day the fault was reported."""

    _name = "stock.move"
    _inherit = ["stock.move", "repair.coverage.mixin"]

    @api.depends("product_uom_qty", "quantity", "repair_line_type", "sale_line_id", "state")
    def _compute_coverage_amounts(self):
        return super()._compute_coverage_amounts()

    # Onchange: the decision is made on the server when the line is saved; this only shows it at once.

    @api.onchange("product_id", "repair_line_type")
    def _onchange_coverage(self):
        for move in self:
            if move._is_repair_part() and not move.coverage_granted_by_id:
                move.update(move._get_coverage_decision())

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Coverage given by the caller (values or ``default_`` context) never counts: it is decided here."""
        for vals in vals_list:
            self._check_coverage_vals(vals)
            vals.update(dict.fromkeys(COVERAGE_FIELDS, False))
        moves = super().create(vals_list)
        moves.filtered("repair_id")._decide_coverage()
        return moves

    def write(self, vals):
        """A changed part is judged anew; coverage itself cannot be written."""
        self._check_coverage_vals(vals)
        result = super().write(vals)
        if not {"product_id", "repair_line_type", "repair_id"}.isdisjoint(vals):
            changed = self.filtered("repair_id")
            changed._write_coverage({"coverage_granted_by_id": False, "list_price_unit": 0.0})
            changed._decide_coverage()
        return result

    def _write_coverage(self, vals):
        """Write a decision past the guard, for this addon's own methods only."""
        return super().write(vals)

    # Decision

    def _is_repair_part(self):
        """Whether the move is a part added to or taken out of a repair, not yet done."""
        return bool(self.repair_id and self.repair_line_type and self.state not in ("done", "cancel"))

    def _is_coverage_open(self):
        return self._is_repair_part()

    def _match_component(self, components):
        return components._match_part(self.product_id)

    def _get_charged_quantity(self):
        if self.repair_line_type != "add" or self.state == "cancel":
            return 0.0
        # What is taken beyond the demand is charged too, so the customer has to agree to it.
        return self.quantity if self.state == "done" else max(self.product_uom_qty, self.quantity)

    def _find_cover_bearer(self):
        """The supplier whose part it is, as far as one is known."""
        supplier = self.product_id and self.product_id._find_old_part_owner(self.company_id)
        return ("supplier", supplier) if supplier else super()._find_cover_bearer()

    def _coverage_decided(self):
        self._route_old_parts()
        self._set_list_prices()
        self._apply_coverage_prices()

    # Prices

    def _create_repair_sale_order_line(self):
        """The platform prices a whole repair at zero or not at all; here each part has its own coverage.

        Whoever may add a part to a repair adds it to the repair's quotation, as the platform means it; a
        technician has no right to create sales order lines himself, hence superuser mode.
        """
        if not self.repair_id:
            return None
        unquoted = self.filtered(lambda move: not move.sale_line_id)
        result = super(StockMove, self.sudo())._create_repair_sale_order_line()
        quoted = unquoted.filtered("sale_line_id")
        if quoted:
            quoted._write_coverage({"list_price_unit": 0.0})
            quoted._set_list_prices()
            quoted._apply_coverage_prices()
        return result

    def _update_repair_sale_order_line(self):
        """The quotation follows the repair, whoever works on it: superuser mode as above."""
        if not self.repair_id:
            return None
        result = super(StockMove, self.sudo())._update_repair_sale_order_line()
        self._apply_coverage_prices()
        return result

    def _clean_repair_sale_order_line(self):
        """The quotation follows the repair, whoever works on it: superuser mode as above."""
        return super(StockMove, self.sudo())._clean_repair_sale_order_line()

    def _set_list_prices(self):
        """Keep what each new part costs without cover: the price of the quotation's list, else the product's own."""
        fresh = self.filtered(lambda move: move.repair_line_type == "add" and not move.list_price_unit)
        for order, moves in fresh.grouped(lambda move: move.repair_id.sale_order_id).items():
            # Superuser mode: price lists are the sales people's; the technician only sees what it comes to.
            prices = order.sudo().pricelist_id._get_products_price(
                moves.product_id,
                quantity=1.0,
                currency=order.sudo().currency_id or moves.company_id.currency_id,
            )
            for move in moves:
                price = move.product_id.uom_id._compute_price(prices[move.product_id.id], move.product_uom)
                move._write_coverage({"list_price_unit": price})

    def _apply_coverage_prices(self):
        """Give the sales order lines of added parts the price their coverage leaves to the customer."""
        # Superuser mode as above: the price follows from the coverage, it is not the technician's choice.
        for move in self.sudo():
            line = move.sale_line_id
            if move.repair_line_type != "add" or not move.repair_id or not line or line.qty_invoiced:
                continue
            if vals := move._get_cover_price_vals(line):
                line.write(vals)
            elif line.technical_price_unit == FOLLOWING_PRICE:
                line.with_context(force_price_recomputation=True)._compute_price_unit()
            elif not move.price_unit or not line.price_unit:
                line._compute_price_unit()
        self._invalidate_amounts()

    # Old parts

    def _is_old_part(self):
        """Whether the move takes out a part that the warranty replaces, so that the supplier owns it.

        Parts taken out at the customer's expense stay his and go where the platform sends them; so do parts
        recycled into our own stock.
        """
        return bool(self.repair_id and self.repair_line_type == "remove" and self.coverage == "warranty")

    def _get_old_part_location(self):
        return self.repair_id.picking_type_id.warehouse_id.old_part_location_id

    def _route_old_parts(self):
        """Send old parts to their store in the supplier's name, and others where the repair sends them."""
        for move in self.filtered(lambda move: move.repair_line_type == "remove" and move._is_repair_part()):
            location = move.repair_id.parts_location_id
            owner = self.env["res.partner"]
            if move._is_old_part():
                location = move._get_old_part_location() or location
                owner = move.product_id._find_old_part_owner(move.company_id)
            if move.location_dest_id != location or move.restrict_partner_id != owner:
                move.write({"location_dest_id": location.id, "restrict_partner_id": owner.id})
                move.move_line_ids.write({"location_dest_id": location.id, "owner_id": owner.id})

    def _set_repair_locations(self):
        result = super()._set_repair_locations()
        self._route_old_parts()
        return result

    @api.depends("repair_id.location_dest_id", "repair_line_type")
    def _compute_location_dest_id(self):
        result = super()._compute_location_dest_id()
        for move in self.filtered(lambda move: move._is_old_part()):
            move.location_dest_id = move._get_old_part_location() or move.location_dest_id
        return result

    def _prepare_move_line_vals(self, quantity=None, reserved_quant=None):
        vals = super()._prepare_move_line_vals(quantity=quantity, reserved_quant=reserved_quant)
        if self._is_old_part():
            vals["owner_id"] = self.restrict_partner_id.id
        return vals

    def _check_old_parts(self):
        """Gate: each old part needs a supplier who owns it and a store. All that is missing is told at once."""
        problems = {}
        for move in self.filtered(lambda move: move._is_old_part()):
            if not move.product_id._find_old_part_owner(move.company_id):
                problems[move.product_id] = move.product_id._get_missing_owner_message()
            if not move._get_old_part_location():
                warehouse = move.repair_id.picking_type_id.warehouse_id
                problems[warehouse] = self.env._(
                    "Choose the old-part location of warehouse %s in its settings.", warehouse.name
                )
        if problems:
            raise UserError("\n".join(problems.values()))

    def _secure_old_parts(self):
        """Before old parts are booked: owner and store are those the coverage calls for, whatever was typed."""
        old_parts = self.filtered(lambda move: move._is_old_part() and move.state not in ("done", "cancel"))
        old_parts._check_old_parts()
        for move in old_parts:
            owner = move.product_id._get_old_part_owner(move.company_id)
            location = move._get_old_part_location()
            if move.restrict_partner_id != owner:
                move.restrict_partner_id = owner
            if not move.location_dest_id._child_of(location):
                move.location_dest_id = location
            astray = move.move_line_ids.filtered(lambda line: not line.location_dest_id._child_of(location))  # noqa: B023
            astray.location_dest_id = location
            move.move_line_ids.filtered(lambda line: line.owner_id != owner).owner_id = owner  # noqa: B023
