# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import PharmacyCommon


@tagged("post_install", "-at_install")
class TestSaleRecord(PharmacyCommon):
    """The register of sales that deliveries write."""

    def _return(self, picking, quantity):
        wizard = Form(
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model="stock.picking")
        ).save()
        wizard.product_return_moves.quantity = quantity
        action = wizard.action_create_returns()
        returned = self.env["stock.picking"].with_user(self.clerk).browse(action["res_id"])
        for move in returned.move_ids:
            self._set_lot(move, picking.move_line_ids.lot_id, quantity)
        returned.button_validate()
        return returned

    def test_17102_delivery_writes_what_the_law_asks_for(self):
        self.rx_lot.gsp_production_date = self.today
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 2, {"price_unit": 20, "discount": 10}), prescription=prescription)
        picking = self._deliver(order)
        record = self._records(order_id=order.id)
        self.assertRecordValues(
            record,
            [
                {
                    "company_id": self.company.id,
                    "seller_name": "Test Pharmacy",
                    "kind": "prescription",
                    "date": self.today,
                    "document_name": order.name,
                    "product_id": self.rx.id,
                    "generic_name": "Test Amoxicillin",
                    "dosage_form": "Tablet",
                    "strength": "0.25 g × 24",
                    "approval_number": "国药准字H20990001",
                    "holder_name": "Test Drug Maker",
                    "manufacturer_name": "Test Drug Maker",
                    "lot_id": self.rx_lot.id,
                    "lot_name": "RX-GOOD",
                    "production_date": self.today,
                    "expiry_date": self.rx_lot.gsp_expiry_date,
                    "quantity": 2,
                    "uom_name": self.rx.uom_id.name,
                    "unit_price": 18,
                    "amount": 36,
                    "partner_id": self.customer.id,
                    "buyer_name": "Test Customer",
                    "salesperson_name": self.clerk.name,
                    "operator_id": self.clerk.id,
                    "prescription_id": prescription.id,
                    "prescription_line_id": prescription.line_ids.id,
                    "prescription_name": prescription.name,
                    "order_id": order.id,
                    "picking_id": picking.id,
                    "move_id": picking.move_ids.id,
                }
            ],
        )
        self.assertEqual(record.retain_until, self.today.replace(year=self.today.year + 5))

    def test_17102_price_is_what_the_buyer_pays_tax_included(self):
        china = {"company_id": self.company.id, "country_id": self.env.ref("base.cn").id}
        group = self.env["account.tax.group"].create({"name": "Test VAT", **china})
        tax = self.env["account.tax"].create(
            {"name": "Test VAT", "amount": 13, "tax_group_id": group.id, **china}
        )
        order = self._sell((self.otc, 3, {"price_unit": 10, "tax_ids": [Command.set(tax.ids)]}))
        self._deliver(order)
        record = self._records(order_id=order.id)
        self.assertAlmostEqual(record.unit_price, 11.3)
        self.assertEqual(record.amount, order.amount_total)

    def test_17102_one_line_per_lot_and_every_backorder(self):
        second = self._create_lot(self.otc, "OTC-SECOND", 500)
        order = self._sell((self.otc, 5))
        move = order.picking_ids.move_ids
        self._set_lot(move, self.otc_lot, 2)
        self.env["stock.move.line"].create({**move._prepare_move_line_vals(quantity=1), "lot_id": second.id})
        move.picked = True
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        self._deliver(order)
        quantities = self._records(order_id=order.id).mapped(
            lambda record: (record.lot_name, record.quantity)
        )
        self.assertEqual(quantities, [("OTC-GOOD", 2), ("OTC-SECOND", 1), ("OTC-GOOD", 2)])

    def test_17102_quantities_are_in_the_unit_of_the_product(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self._sell((self.otc, 2, {"product_uom_id": dozen.id, "price_unit": 120}))
        self._deliver(order)
        record = self._records(order_id=order.id)
        self.assertEqual((record.quantity, record.unit_price, record.amount), (24, 10, 240))

    def test_17102_kinds(self):
        special = self._create_drug("Test Ephedrine Compound", "otc_a", gsp_special_class="ephedrine")
        lot = self._create_lot(special, "EPH", 300)
        self.assertEqual(special.gsp_special_class, "ephedrine")
        for product, kind in ((self.otc, "retail"), (special, "special")):
            order = self._sell(product)
            self._deliver(order)
            self.assertEqual(self._records(order_id=order.id).kind, kind)
        self.assertEqual(lot.gsp_sale_record_count, 1)

    def test_17102_delivery_without_order_is_recorded_and_found(self):
        picking = self._create_transfer(self.otc, 1, lot=self.otc_lot)
        picking.button_validate()
        record = self._records(picking_id=picking.id)
        self.assertEqual(record.document_name, picking.name)
        self.assertEqual(record.buyer_name, "Test Customer")
        self.assertFalse(record.order_id)

    def test_a_return_reverses_the_record_and_the_prescription(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 2, {"price_unit": 20}), prescription=prescription)
        picking = self._deliver(order)
        sale = self._records(order_id=order.id)
        self.assertEqual(prescription.state, "dispensed")
        returned = self._return(picking, 1)
        reversal = self._records(picking_id=returned.id)
        self.assertRecordValues(
            reversal,
            [
                {
                    "original_id": sale.id,
                    "quantity": -1,
                    "unit_price": 20,
                    "amount": -20,
                    "lot_name": "RX-GOOD",
                    "prescription_line_id": prescription.line_ids.id,
                    "evidence_state": "closed",
                }
            ],
        )
        self.assertEqual(prescription.state, "reviewed")
        self.assertEqual(prescription.line_ids.remaining_quantity, 1)
        self.assertEqual(sale.quantity, 2, "the sale itself stays as it was")

    def test_17701_no_more_is_returned_than_was_sold(self):
        prescription = self._reviewed((self.rx, 2))
        picking = self._deliver(self._sell((self.rx, 2), prescription=prescription))
        self._return(picking, 1)
        self.assertRefused("gsp.return.quantity", self._return, picking, 2)
        self.assertEqual(prescription.line_ids.dispensed_quantity, 1)

    def test_17002_a_return_of_nothing_sold_frees_no_prescription(self):
        prescription = self._reviewed((self.rx, 2))
        order = self._sell((self.rx, 2), prescription=prescription)
        self._deliver(order)
        back = self._create_transfer(
            self.rx, 2, source=self.customers, destination=self.stock, picking_type=self.warehouse.in_type_id
        )
        back.move_ids.sale_line_id = order.order_line
        self._set_lot(back.move_ids, self.rx_lot)
        back.button_validate()
        self.assertEqual(self._records(picking_id=back.id).quantity, -2)
        self.assertEqual(prescription.line_ids.dispensed_quantity, 2)
        self.assertEqual(prescription.state, "dispensed")

    def test_17102_the_register_is_kept_in_the_language_of_the_company(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.otc.uom_id.with_context(lang="zh_CN").name = "盒"
        self.company.partner_id.lang = "zh_CN"
        order = self._sell((self.otc, 1))
        self._deliver(order.with_context(lang="en_US"))
        self.assertEqual(self._records(order_id=order.id).uom_name, "盒")

    # -- evidence -----------------------------------------------------------------------------------------------

    def test_17101_records_are_closed_at_once_and_chained(self):
        order = self._sell((self.otc, 1))
        self._deliver(order)
        second = self._sell((self.otc, 2))
        self._deliver(second)
        records = self._records(order_id=order.id) + self._records(order_id=second.id)
        self.assertEqual(set(records.mapped("evidence_state")), {"closed"})
        self.assertTrue(all(records.mapped("evidence_content_hash")))
        self.env["gsp.sale.record"]._seal_evidence()
        records.invalidate_recordset()
        self.assertEqual(records.mapped("evidence_sequence"), [1, 2])
        self.assertEqual(records[1].previous_hash, records[0].evidence_hash)

    def test_17101_nobody_writes_creates_or_deletes_a_record(self):
        order = self._sell((self.otc, 1))
        self._deliver(order)
        record = self._records(order_id=order.id)
        for user in (self.clerk, self.quality):
            with self.assertRaises(UserError):
                record.with_user(user).write({"quantity": 2})
            with self.assertRaises(UserError):
                record.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.env["gsp.sale.record"].with_user(user).create({"quantity": 1})
        for vals in ({"quantity": 2}, {"lot_name": "X"}, {"buyer_name": "X"}, {"company_id": 1}):
            with self.assertRaises(UserError):
                record.sudo().write(vals)
        with self.assertRaises(UserError):
            record.sudo().unlink()

    def test_17102_facts_stay_when_master_data_change(self):
        order = self._sell((self.otc, 1))
        self._deliver(order)
        record = self._records(order_id=order.id)
        self.otc.write({"gsp_generic_name": "Renamed", "gsp_strength": "1 g", "name": "Renamed"})
        self.maker.name = "Renamed Maker"
        self.customer.name = "Renamed Customer"
        self.otc_lot.expiration_date = self._expiry(10)
        record.invalidate_recordset()
        self.assertEqual(record.generic_name, "Test Vitamin")
        self.assertEqual(record.strength, "0.25 g × 24")
        self.assertEqual(record.manufacturer_name, "Test Drug Maker")
        self.assertEqual(record.buyer_name, "Test Customer")
        self.assertNotEqual(record.expiry_date, self.otc_lot.gsp_expiry_date)

    def test_records_are_seen_by_their_own_company_only(self):
        order = self._sell((self.otc, 1))
        self._deliver(order)
        record = self._records(order_id=order.id)
        other = self._create_company("Other Test Pharmacy")
        stranger = self._create_user("gsp_other_clerk", "clerk", other)
        salesman = self._create_user("gsp_plain_salesman", "sales_team.group_sale_salesman")
        self.assertEqual(record.with_user(self.clerk).buyer_name, "Test Customer")
        own = self.env["gsp.sale.record"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(own.search([]))
        with self.assertRaises(AccessError):
            own.browse(record.id).read(["buyer_name"])
        with self.assertRaises(AccessError):
            self.env["gsp.sale.record"].with_user(salesman).search([])

    def test_the_register_is_reached_from_order_transfer_lot_and_product(self):
        order = self._sell((self.otc, 1))
        picking = self._deliver(order)
        record = self._records(order_id=order.id)
        for source in (order, picking, self.otc_lot, self.otc.product_tmpl_id, self.otc):
            source = source.with_user(self.clerk)
            action = source.action_view_gsp_sale_records()
            found = self.env["gsp.sale.record"].with_user(self.clerk).search(action["domain"])
            self.assertEqual(found, record, source._name)
            self.assertEqual(source.gsp_sale_record_count, 1)
        self.assertEqual(record.action_view_source()["res_model"], "sale.order")

    def test_both_companies_deliver_in_one_batch(self):
        other = self._create_company("Other Test Pharmacy")
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", other.id)], limit=1)
        lot = self._create_lot(self.otc, "OTHER-LOT", 100, location=warehouse.lot_stock_id, company=other)
        env = self.env(context={"allowed_company_ids": [self.company.id, other.id]})
        pickings = env["stock.picking"]
        for company, stock, type_, the_lot in (
            (self.company, self.stock, self.warehouse.out_type_id, self.otc_lot),
            (other, warehouse.lot_stock_id, warehouse.out_type_id, lot),
        ):
            picking = env["stock.picking"].create(
                {
                    "picking_type_id": type_.id,
                    "location_id": stock.id,
                    "location_dest_id": self.customers.id,
                    "company_id": company.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.otc.id,
                                "product_uom_qty": 1,
                                "location_id": stock.id,
                                "location_dest_id": self.customers.id,
                                "company_id": company.id,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
            self._set_lot(picking.move_ids, the_lot)
            pickings += picking
        pickings.button_validate()
        records = env["gsp.sale.record"].search([("picking_id", "in", pickings.ids)])
        self.assertEqual(
            {(record.company_id, record.lot_name) for record in records},
            {(self.company, "OTC-GOOD"), (other, "OTHER-LOT")},
        )
