# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..receiving import StorageLine


class StockMoveLine(models.Model):
    """The innermost door on the way in and between our places.

    What a GSP company receives lands in its receiving zone, whatever the transfer said, and waits for acceptance.
    """

    _inherit = "stock.move.line"

    gsp_production_date = fields.Date(string="Production Date", help="As printed on the package.")
    gsp_manufacturer_id = fields.Many2one(
        "res.partner",
        string="Manufacturer on the Package",
        ondelete="restrict",
        help="Only if the package names a maker; it is compared with the registered one and with what is known.",
    )
    gsp_kind = fields.Selection(related="product_id.gsp_kind")
    gsp_trace_code_ids = fields.Many2many(
        "gsp.trace.code",
        "gsp_trace_code_move_line_rel",
        "move_line_id",
        "code_id",
        string="Trace Codes",
        copy=False,
        help="Scanned when the packages were handed over or came back.",
    )

    @api.depends("product_id", "lot_id.expiration_date", "picking_id.scheduled_date")
    def _compute_expiration_date(self):
        """The expiry date of a drug is read from the package, never computed from the day it came."""
        typed = self.filtered(lambda line: line._gsp_types_dates() and not line.lot_id.expiration_date)
        result = super(StockMoveLine, self - typed)._compute_expiration_date()
        for line in typed:
            line.expiration_date = line.expiration_date or False
        return result

    def _prepare_new_lot_vals(self):
        vals = super()._prepare_new_lot_vals()
        if self._gsp_types_dates():
            vals.setdefault("expiration_date", False)
            vals["gsp_production_date"] = self.gsp_production_date
            maker = self.gsp_manufacturer_id or self.product_id.gsp_manufacturer_id
            vals["gsp_manufacturer_id"] = maker.id
        return vals

    def _action_done(self):
        lines = self.filtered(lambda line: line.quantity > 0 and line._gsp_is_controlled())
        received = lines.filtered(lambda line: line._gsp_comes_from_supplier())
        if received:
            received._gsp_land_in_receiving_zone()
            self.env["gsp.gate"]._check_receipt(received)
        (lines - received)._gsp_check_storage()
        lines._gsp_check_trace_codes()
        traced = lines.filtered("gsp_trace_code_ids")
        result = super()._action_done()
        received._gsp_complete_lots()
        traced._gsp_write_trace_events()
        return result

    def _gsp_is_controlled(self):
        """Whether it moves regulated goods of a company that works by GSP."""
        self.ensure_one()
        return bool(self.product_id.gsp_kind and self.company_id.gsp_company_kind)

    def _gsp_types_dates(self):
        self.ensure_one()
        company = self.company_id or self.env.company
        return self.product_id.gsp_kind == "drug" and bool(company.gsp_company_kind)

    # -- receiving ----------------------------------------------------------------------------------------------

    def _gsp_land_in_receiving_zone(self):
        """Put what comes into the receiving zone of the warehouse (GSP: yellow until it is accepted)."""
        for line in self:
            destination = line.location_dest_id
            if destination.usage == "internal" and destination.gsp_color != "yellow":
                warehouse = line.picking_id.picking_type_id.warehouse_id or destination.warehouse_id
                line.location_dest_id = warehouse._gsp_get_zone("receiving", line.company_id)

    def _gsp_get_received_facts(self):
        """What is typed about the lot of this line, else what is known: {expiry, production, maker}."""
        self.ensure_one()
        expiration = self.expiration_date or self.lot_id.expiration_date
        return {
            "expiry": expiration and self.company_id._get_law_date(expiration),
            "production": self.gsp_production_date or self.lot_id.gsp_production_date,
            "maker": self.gsp_manufacturer_id or self.product_id.gsp_manufacturer_id,
        }

    def _gsp_get_received_lots(self):
        """What is known of these lots already: {(product, lot name): {expiry, production, maker}}"""
        names = {line.lot_id.name or line.lot_name for line in self} - {False}
        lots = self.env["stock.lot"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("name", "in", list(names)),
                ("company_id", "in", [False, *self.company_id.ids]),
            ]
        )
        company = self.company_id[:1]
        return {
            (lot.product_id, lot.name): {
                "expiry": lot.expiration_date
                and (lot.company_id or company)._get_law_date(lot.expiration_date),
                "production": lot.gsp_production_date,
                "maker": lot.gsp_manufacturer_id,
            }
            for lot in lots
        }

    def _gsp_complete_lots(self):
        """What a lot did not say yet, it says from its first receipt on; it waits for acceptance."""
        for line in self:
            lot = line.lot_id
            vals = {}
            if lot and not lot.gsp_manufacturer_id:
                vals["gsp_manufacturer_id"] = line._gsp_get_received_facts()["maker"].id
            if lot and line.gsp_production_date and not lot.gsp_production_date:
                vals["gsp_production_date"] = line.gsp_production_date
            if lot and line.expiration_date and not lot.expiration_date:
                vals["expiration_date"] = line.expiration_date
            vals = {name: value for name, value in vals.items() if value}
            if vals:
                lot.sudo().write(vals)  # sudo: facts of the receipt that has just passed the gate
        self.lot_id.filtered(lambda lot: not lot.gsp_acceptance_state)._gsp_set_acceptance_state("pending")

    # -- storage ------------------------------------------------------------------------------------------------

    def _gsp_check_storage(self):
        """Refuse a move between our places that the gate objects to."""
        ours = ("internal", "transit")
        lines = [
            StorageLine(
                document=line.picking_id or line.move_id,
                company=line.company_id,
                product=line.product_id,
                lot=line.lot_id,
                source=line.location_id,
                destination=line.location_dest_id,
            )
            for line in self
            if line.location_id.usage in ours
            and line.location_dest_id.usage in ours
            and not line.location_dest_id._gsp_is_buyer()
        ]
        if lines:
            self.env["gsp.gate"]._check_storage(lines)

    def _gsp_check_done_untouched(self):
        """Between places of ours, too, a done transfer is corrected by another one, which passes the gate."""
        result = super()._gsp_check_done_untouched()
        for line in self:
            if line._gsp_is_controlled() and line.location_dest_id.usage == "internal":
                raise UserError(
                    self.env._(
                        "%(product)s in %(transfer)s is a drug or device and has been moved. Make a new transfer "
                        "instead of changing what was done.",
                        product=line.product_id.display_name,
                        transfer=line.picking_id.display_name or line.reference,
                    )
                )
        return result
