# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models
from odoo.exceptions import UserError

from ..release import ReleaseLine

DONE_FIELDS = frozenset(
    {
        "lot_id",
        "quantity",
        "product_uom_id",
        "product_id",
        "location_id",
        "location_dest_id",
        "move_id",
        "picking_id",
        "owner_id",
        "company_id",
        "quant_id",
        "state",
    }
)


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.filtered(lambda line: line.state == "done")._gsp_check_done_untouched()
        return lines

    def write(self, vals):
        if DONE_FIELDS.intersection(vals):
            self.filtered(lambda line: "done" in (line.state, line.move_id.state))._gsp_check_done_untouched()
        return super().write(vals)

    def _action_done(self):
        typed = self.filtered(
            lambda line: line.lot_name and not line.lot_id and line._gsp_get_release_purpose()
        )
        (self - typed)._gsp_check_release()
        result = super()._action_done()
        # lots that were only typed (drop shipment) exist now
        typed.exists()._gsp_check_release()
        return result

    def _gsp_check_release(self):
        """Refuse the delivery of whatever the gate objects to. The innermost door of all ways out of stock."""
        # sudo: whoever may deliver need not be allowed to read prescriptions; only the gate looks at them
        lines = [
            line._gsp_prepare_release_line(
                purpose, elevated.move_id._gsp_get_prescription(), elevated._gsp_get_facts()
            )
            for line, elevated in zip(self, self.sudo(), strict=True)
            if line.quantity > 0 and (purpose := line._gsp_get_release_purpose())
        ]
        if lines:
            self.env["gsp.gate"]._check_release(lines)

    def _gsp_get_release_purpose(self):
        """Why the line takes regulated goods out of stock (``sale``, ``use``), None if it does not."""
        self.ensure_one()
        if not self.product_id.gsp_kind:
            return None
        return self.location_id._gsp_get_release_purpose(self.location_dest_id)

    def _gsp_prepare_release_line(self, purpose, prescription, facts):
        self.ensure_one()
        return ReleaseLine(
            document=self.picking_id or self.move_id,
            company=self.company_id,
            product=self.product_id,
            quantity=self.quantity_product_uom,
            lot=self.lot_id,
            lot_known=True,
            purpose=purpose,
            prescription=prescription,
            partner=self._gsp_get_buyer(),
            facts=facts,
            location=self.location_id,
        )

    def _gsp_get_buyer(self):
        self.ensure_one()
        move = self.move_id
        return move._gsp_get_order().partner_id or self.picking_id.partner_id or move.partner_id

    def _gsp_check_done_untouched(self):
        """A delivery in the register of sales is corrected by a return, never by changing its lines."""
        for line in self:
            if line.product_id.gsp_kind and line.location_id._gsp_is_settled(line.location_dest_id):
                raise UserError(
                    self.env._(
                        "%(product)s in %(transfer)s was delivered and recorded. Make a return, or a new transfer, "
                        "instead of changing what was delivered.",
                        product=line.product_id.display_name,
                        transfer=line.picking_id.display_name or line.reference,
                    )
                )

    # -- register of sales --------------------------------------------------------------------------------------

    @api.model
    def _gsp_register(self, run):
        """Write the register for all lines that a run of deliveries has collected."""
        line_ids = list(dict.fromkeys(run.line_ids))
        run.line_ids.clear()
        return self.browse(line_ids)._gsp_create_sale_records()

    def _gsp_create_sale_records(self):
        """Write the register for done lines that brought regulated goods to a buyer or back; closed at once."""
        # sudo: nobody may write the register, and it names people and makers whoever hands over the goods;
        # the delivery has just been done and checked
        lines = self.sudo().filtered(
            lambda line: (
                line.product_id.gsp_kind
                and line.state == "done"
                and line.quantity > 0
                and line.location_id._gsp_crosses_register(line.location_dest_id)
            )
        )
        if not lines:
            return self.env["gsp.sale.record"]
        lines._gsp_prefetch_names()
        originals = lines._gsp_get_original_records()
        vals_list = []
        for company, group in lines.grouped("company_id").items():
            # a register is kept in one language, whoever writes it
            group = group.with_context(lang=company.partner_id.lang or self.env.lang)
            vals_list += [line._gsp_prepare_sale_record_vals(originals) for line in group]
        records = lines.env["gsp.sale.record"].create(vals_list)
        records.original_id.with_env(self.env)._check_returned()
        records._close_evidence()
        records.prescription_id._dispense()
        records.filtered("packs").identity_id._lock_person()
        return records.sudo(self.env.su)

    def _gsp_prefetch_names(self):
        """Read all names that the records copy in one go."""
        products, orders = self.product_id, self.move_id.sale_line_id.order_id
        people = (
            orders.partner_id
            | (orders.gsp_sold_by_id | self.env.user).partner_id
            | self.company_id.partner_id
        )
        (products.gsp_holder_id | products.gsp_manufacturer_id | people).fetch(
            ["name", "lang", "phone", "street", "street2", "city"]
        )

    def _gsp_get_original_records(self):
        """Records of the sales that these lines take back; of several of one lot, the first stands for all.

        :return: {(origin move id, lot id): record}
        """
        moves = self.filtered(lambda line: line.location_id._gsp_is_buyer()).move_id.origin_returned_move_id
        if not moves:
            return {}
        records = self.env["gsp.sale.record"].search([("move_id", "in", moves.ids)], order="id desc")
        return {(record.move_id.id, record.lot_id.id): record for record in records}

    def _gsp_prepare_sale_record_vals(self, originals):
        """Frozen copy of all that Drug Law art. 57 and GSP 17102 ask of a record of sale."""
        self.ensure_one()
        move, lot = self.move_id, self.lot_id
        original = originals.get((move.origin_returned_move_id.id, lot.id), self.env["gsp.sale.record"])
        sign = -1 if self.location_id._gsp_is_buyer() else 1
        order = move._gsp_get_order()
        partner = self._gsp_get_buyer()
        salesperson = self._gsp_get_salesperson()
        company = self.company_id
        return {
            **self.product_id._gsp_prepare_register_vals(),
            **lot._gsp_prepare_register_vals(company),
            **self._gsp_prepare_price_vals(sign, original),
            **self._gsp_prepare_prescription_vals(sign, original),
            **self._gsp_prepare_facts_vals(sign, original),
            "company_id": company.id,
            "seller_name": company.name,
            "date": company._get_law_date(self.date),
            "done_at": self.date,
            "original_id": original.id,
            "partner_id": partner.id,
            "buyer_name": partner.name,
            "salesperson_id": salesperson.id,
            "salesperson_name": salesperson.name,
            "operator_id": self.env.user.id,
            "operator_name": self.env.user.name,
            "order_id": order.id,
            "picking_id": self.picking_id.id,
            "move_id": move.id,
            "document_name": order.name or self.picking_id.name or move.reference,
        }

    def _gsp_prepare_price_vals(self, sign, original):
        """Quantity in product UoM, price as the buyer pays it (discount off, tax included)."""
        order_line = self.move_id.sale_line_id
        quantity = sign * self.quantity_product_uom
        if original:
            price, currency = original.unit_price, original.currency_id
        else:
            price, currency = order_line._gsp_get_paid_price(self.product_id), order_line.currency_id
        currency = currency or self.company_id.currency_id
        return {
            "currency_id": currency.id,  # before the amount, which is rounded by it
            "quantity": quantity,
            "uom_name": self.product_id.uom_id.name,
            "unit_price": price,
            "amount": currency.round(price * quantity),
        }

    def _gsp_prepare_prescription_vals(self, sign, original):
        """What counts against a prescription. A return gives back only what a recorded sale has taken."""
        if original or sign < 0:
            prescription, line = original.prescription_id, original.prescription_line_id
        else:
            prescription = self.move_id._gsp_get_prescription()
            line = prescription.line_ids.filtered(lambda item: item.product_id == self.product_id)
        if not line:
            return {}
        return {
            "prescription_id": prescription.id,
            "prescription_line_id": line.id,
            "prescription_name": prescription.name,
        }
