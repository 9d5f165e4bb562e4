# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict, namedtuple

from odoo import api, fields, models

from .warranty_registration_lifecycle import OPEN_STATES

# One unit (or one line's quantity, if untracked) that a stock move handed over to a customer.
Unit = namedtuple("Unit", ["move", "lot", "quantity", "sale_date"])


class WarrantyRegistration(models.Model):
    """How a delivery makes registrations, and an invoice starts them: set-based, and running twice changes
    nothing."""

    _inherit = "warranty.registration"

    @api.model
    def _register_deliveries(self, moves):
        """Register the units that done moves of one company handed over to customers under a warranty term.

        :return: the new registrations
        """
        company = moves.company_id
        sale_dates = {move: self._get_sale_date(move) for move in moves}
        sales = {(move.product_id, sale_dates[move]) for move in moves}
        terms = self.env["warranty.term"]._find_for_sales(sales, company)
        units = [
            unit
            for move in moves
            if (move.product_id, sale_dates[move]) in terms
            for unit in self._get_sold_units(move, sale_dates[move])
        ]
        if not units:
            return self.browse()
        known = self.search([("move_id", "in", moves.ids)])
        done = {(registration.move_id, registration.lot_id) for registration in known}
        held = self._get_held_serials(units)
        vals_list, resold = [], defaultdict(self.browse)
        for unit in units:
            previous = held.get(unit.lot, self.browse())
            if (unit.move, unit.lot) in done or not self._is_sale(unit, previous):
                continue
            if unit.lot.warranty_exclusion_id:
                continue
            vals = self._prepare_delivery_vals(unit, terms[unit.move.product_id, unit.sale_date])
            vals_list.append(dict(vals, previous_id=previous.id))
            resold[unit.move.sale_line_id.order_id] |= previous
        registrations = self._create_frozen(vals_list) if vals_list else self.browse()
        for order, replaced in resold.items():
            replaced.filtered(lambda registration: registration.state in OPEN_STATES)._close(
                "void", self.env._("The unit came back and was sold again on %s.", order.name or "")
            )
        registrations._start_from_invoices()
        return registrations

    @api.model
    def _get_sale_date(self, move):
        """Calendar day the goods of a move were sold: the order's, or that of the delivery."""
        moment = move.sale_line_id.order_id.date_order or move.date
        return move.company_id._get_law_date(min(moment, move.date))

    @api.model
    def _get_sold_units(self, move, sale_date):
        """Units a move handed over: one per lot, or one for the whole move if untracked. What already belonged
        to whoever receives it (a repaired unit going home) is not sold."""
        customer = self._get_customer(move).commercial_partner_id
        quantities = defaultdict(float)
        for line in move.move_line_ids:
            if line.owner_id and line.owner_id.commercial_partner_id == customer:
                continue
            lot = line.lot_id if move.product_id.tracking != "none" else line.lot_id.browse()
            quantities[lot] += line.quantity_product_uom
        return [Unit(move, lot, quantity, sale_date) for lot, quantity in quantities.items() if quantity > 0]

    @api.model
    def _get_customer(self, move):
        """The end customer of a delivery: who ordered, or who receives."""
        return move.sale_line_id.order_id.partner_id or move.picking_id.partner_id or move.partner_id

    @api.model
    def _get_held_serials(self, units):
        """Latest registration that is not void of each serial number delivered: {stock.lot: registration}."""
        lots = [unit.lot.id for unit in units if unit.move.product_id.tracking == "serial" and unit.lot]
        if not lots:
            return {}
        domain = [
            ("lot_id", "in", lots),
            ("company_id", "=", units[0].move.company_id.id),
            ("state", "in", ("draft", "active", "expired")),
        ]
        return {registration.lot_id: registration for registration in self.search(domain, order="id")}

    @api.model
    def _is_sale(self, unit, previous):
        """Whether a delivery is a sale, and not a unit going back to where it already was sold.

        A serial number with a registration is sold again only by another sales order line. Lots and untracked
        goods cannot be told apart: for them, the return of a return goes back.
        """
        if unit.move.origin_returned_move_id:
            return unit.move.product_id.tracking == "serial" and not previous
        line = unit.move.sale_line_id
        return not previous or bool(line and line != previous.sale_line_id)

    @api.model
    def _prepare_delivery_vals(self, unit, term):
        """Values of the registration of one delivered unit."""
        move = unit.move
        running = term.start_event == "delivery"
        return {
            "company_id": move.company_id.id,
            "state": "active" if running else "draft",
            "product_id": move.product_id.id,
            "lot_id": unit.lot.id,
            "quantity": unit.quantity,
            "product_uom_id": move.product_id.uom_id.id,
            "partner_id": self._get_customer(move).id,
            "term_id": term.id,
            "start_event": term.start_event,
            "sale_date": unit.sale_date,
            "start_date": move.company_id._get_law_date(move.date) if running else False,
            "sale_id": move.sale_line_id.order_id.id,
            "sale_line_id": move.sale_line_id.id,
            "picking_id": move.picking_id.id,
            "move_id": move.id,
            "previous_id": False,
        }

    # Invoices

    def _start_from_invoices(self):
        """Start drafts whose cover runs from the invoice, as far as their sales order lines are invoiced.

        Units of one order line are matched with its invoices first in, first out: if two of five are invoiced,
        cover starts for the two that were delivered first.
        """
        waiting = self.filtered(lambda reg: reg.state == "draft" and reg.start_event == "invoice")
        lines = waiting.sale_line_id
        if not lines:
            return
        invoiced = self._get_invoiced_by_line(lines)
        siblings = self.search(
            [("sale_line_id", "in", lines.ids), ("start_event", "=", "invoice")], order="id"
        )
        starting = defaultdict(self.browse)
        of_one_product = siblings.grouped(
            lambda registration: (registration.sale_line_id, registration.product_id)
        )
        for (line, product), registrations in of_one_product.items():
            quantities = self._get_component_quantities(line, product, invoiced[line])
            for registration, date in registrations._match_invoices(quantities):
                starting[date] |= registration & waiting
        for date, registrations in starting.items():
            registrations._start(date)

    @api.model
    def _get_component_quantities(self, sale_line, product, invoiced):
        """Invoiced quantities of one product of a sales order line: those of the line itself, or, for a component
        of a kit, as many as are in the kits invoiced."""
        if product == sale_line.product_id:
            return invoiced
        moves = sale_line.move_ids.filtered(
            lambda move: (
                move.product_id == product
                and move.state != "cancel"
                and move.location_dest_id.usage == "customer"
                and move.location_id.usage != "customer"
            )
        )
        sold = sale_line.product_uom_id._compute_quantity(
            sale_line.product_uom_qty, sale_line.product_id.uom_id
        )
        each = sum(moves.mapped("product_qty")) / sold if sold else 0.0
        return [(date, quantity * each) for date, quantity in invoiced]

    @api.model
    def _get_invoiced_by_line(self, sale_lines):
        """Posted invoice quantities: {sale.order.line: [(invoice date, quantity in the product's unit)]}, oldest
        first."""
        # Whoever delivers has no access to invoices; only their dates and quantities are read.
        invoice_lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("sale_line_ids", "in", sale_lines.ids),
                    ("parent_state", "=", "posted"),
                    ("move_id.move_type", "=", "out_invoice"),
                ],
                order="invoice_date, id",
            )
        )
        invoiced = defaultdict(list)
        for line in invoice_lines:
            quantity = line.product_uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            for sale_line in line.sale_line_ids:
                invoiced[sale_line].append((line.invoice_date, quantity))
        return invoiced

    def _match_invoices(self, invoiced):
        """Pair these registrations (of one order line, oldest first) with invoice dates.

        :param invoiced: [(date, quantity)], oldest first
        :return: list of (registration, date) for those fully invoiced
        """
        matched, needed, available = [], 0.0, 0.0
        dates = iter(invoiced)
        date = fields.Date.today()
        for registration in self:
            needed += registration.quantity
            while registration.product_uom_id.compare(available, needed) < 0:
                date, quantity = next(dates, (None, 0.0))
                if date is None:
                    return matched
                available += quantity
            matched.append((registration, date))
        return matched
