# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import PharmacyCommon
from .common_gate import GateCommon


@tagged("post_install", "-at_install")
class TestSaleVoucher(PharmacyCommon):
    """The sales voucher of GSP 17101: from each sale, numbered, and nothing but the register's own lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"].search([("name", "=", "pharmacy_gsp")])._update_translations(["zh_CN"])

    def _html(self, records, lang="en_US"):
        reports = self.env["ir.actions.report"].with_user(self.clerk).with_context(lang=lang)
        return reports._render_qweb_html("pharmacy_gsp.report_sale_voucher", records.ids)[0].decode()

    def test_17101_each_sale_has_a_voucher_with_what_the_clause_asks_for(self):
        """Covers: P-17101-R1."""
        order = self._sell((self.otc, 3, {"price_unit": 12.5}), (self.plain, 1))
        picking = self._deliver(order)
        record = self._records(order_id=order.id)
        self.assertEqual(record.voucher_number, picking.name)
        html = self._html(record)
        for text in (
            "Sales Voucher",
            picking.name,
            "Test Vitamin",
            "Test Drug Maker",
            "0.25 g × 24",
            "OTC-GOOD",
            "12.5",
            "37.5",
            self.otc.uom_id.name,
            "Test Customer",
            self.clerk.name,
        ):
            self.assertIn(text, html)
        self.assertIn(str(record.expiry_date.year), html)

    def test_17101_the_voucher_speaks_the_buyers_language(self):
        self.customer.lang = "zh_CN"
        picking = self._deliver(self._sell(self.otc))
        html = self._html(self._records(picking_id=picking.id))
        self.assertIn("销售凭证", html)
        self.assertNotIn("Sales Voucher", html)

    def test_17101_one_voucher_for_each_delivery_whichever_line_was_chosen(self):
        second = self._create_lot(self.otc, "OTC-SECOND", 500)
        order = self._sell((self.otc, 5))
        move = order.picking_ids.move_ids
        self._set_lot(move, self.otc_lot, 2)
        self.env["stock.move.line"].create({**move._prepare_move_line_vals(quantity=1), "lot_id": second.id})
        move.picked = True
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        self._deliver(order)
        records = self._records(order_id=order.id)
        self.assertEqual(len(set(records.mapped("voucher_number"))), 2, "a backorder is a voucher of its own")
        vouchers = records[0]._get_vouchers()
        self.assertEqual(
            [(number, set(group.mapped("lot_name"))) for number, group in vouchers],
            [(records[0].voucher_number, {"OTC-GOOD", "OTC-SECOND"})],
        )

    def test_17101_voucher_and_register_agree(self):
        """Covers: P-17101-R2."""
        order = self._create_order((self.otc, 2))
        with self.assertRaises(UserError) as caught:
            order.action_gsp_print_voucher()
        self.assertIn("lot", str(caught.exception))
        order.action_confirm()
        picking = order.picking_ids
        picking.move_line_ids.lot_id = False
        picking.move_ids.picked = True
        with self.assertRaises(UserError):
            picking.button_validate()  # without lot there is no delivery, and so no voucher
        with self.assertRaises(UserError):
            picking.action_gsp_print_voucher()
        self._set_lot(picking.move_ids, self.otc_lot)
        picking.button_validate()
        records = self._records(order_id=order.id)
        for source in (order, picking, records):
            action = source.action_gsp_print_voucher() if source != records else source.action_print_voucher()
            self.assertEqual(action["report_name"], "pharmacy_gsp.report_sale_voucher")
            self.assertEqual(action["context"]["active_ids"], records.ids)
        moved = sum(picking.move_line_ids.mapped("quantity_product_uom"))
        ((number, lines),) = records._get_vouchers()
        self.assertEqual((number, sum(lines.mapped("quantity"))), (picking.name, moved))
        self.assertEqual(sum(lines.mapped("amount")), order.amount_total)

    def test_17101_a_return_has_its_own_voucher(self):
        picking = self._deliver(self._sell((self.otc, 2)))
        wizard = Form(
            self.env["stock.return.picking"].with_context(active_id=picking.id, active_model="stock.picking")
        ).save()
        wizard.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        self._set_lot(returned.move_ids, self.otc_lot, 1)
        returned.button_validate()
        record = self._records(picking_id=returned.id)
        self.assertEqual((record.voucher_number, record.quantity), (returned.name, -1))
        self.assertIn("Return Voucher", self._html(record))

    def test_17101_a_delivery_without_transfer_is_numbered_too(self):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": self.otc.id,
                    "lot_id": self.otc_lot.id,
                    "scrap_qty": 1,
                    "location_id": self.stock.id,
                    "scrap_location_id": self.customers.id,
                }
            )
        )
        scrap.do_scrap()
        record = self._records(move_id=scrap.move_ids.id)
        self.assertTrue(record.voucher_number)
        self.assertIn(record.voucher_number, self._html(record))

    def test_17101_records_and_vouchers_are_kept_and_not_deleted(self):
        """Covers: P-17101-R3."""
        picking = self._deliver(self._sell(self.otc))
        record = self._records(picking_id=picking.id)
        self.assertEqual(record.retain_until, self.today.replace(year=self.today.year + 5))
        for user in (self.clerk, self.quality):
            for attempt in (
                record.with_user(user).unlink,
                lambda user=user: record.with_user(user).write({"voucher_number": "X"}),
                lambda user=user: picking.with_user(user).sudo().unlink(),
            ):
                with self.assertRaises(UserError), self.cr.savepoint():
                    attempt()
        with self.assertRaises(UserError):
            record.sudo().write({"voucher_number": "X"})

    def test_17101_whoever_may_not_read_the_register_prints_no_voucher(self):
        picking = self._deliver(self._sell(self.otc))
        record = self._records(picking_id=picking.id)
        salesman = self._create_user("gsp_voucher_salesman", "sales_team.group_sale_salesman")
        stranger = self._create_user(
            "gsp_voucher_stranger", "clerk", self._create_company("Other Test Store")
        )
        for user in (salesman, stranger):
            with self.assertRaises(AccessError), self.cr.savepoint():
                record.with_user(user).with_context(
                    allowed_company_ids=user.company_ids.ids
                ).action_print_voucher()
            with self.assertRaises(AccessError), self.cr.savepoint():
                self.env["ir.actions.report"].with_user(user)._render_qweb_html(
                    "pharmacy_gsp.report_sale_voucher", record.ids
                )


@tagged("post_install", "-at_install")
class TestSaleRecordComplete(GateCommon):
    """All kinds, all fields, the salesperson, and how long a record is kept (GSP 17102; devices 4.2, 4.3)."""

    @classmethod
    def _create_device(cls, name, **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "tracking": "serial",
                "list_price": 300,
                "taxes_id": False,
                "gsp_kind": "device",
                "gsp_device_class": "1",
                "gsp_strength": "BP-100",
                "gsp_holder_id": cls.maker.id,
                "gsp_manufacturer_id": cls.maker.id,
                **vals,
            }
        )

    def _sell_device(self, device, serial, made_on=None, **vals):
        lot = self._create_lot(device, serial, None, quantity=1)
        lot.gsp_production_date = made_on
        order = self._sell((device, 1), **vals)
        self._deliver(order, lot=lot)
        return self._records(order_id=order.id)

    def test_17102_one_record_per_line_and_lot_of_each_kind_with_the_eleven_fields(self):
        """Covers: P-17102-R1."""
        buyer = self._identity()
        device = self._create_device("Test Meter")
        prescription = self._reviewed(self.rx)
        kinds = {
            "retail": self._sell((self.otc, 2)),
            "prescription": self._sell(self.rx, prescription=prescription),
            "special": self._sell((self.ephedrine, 1), gsp_identity_id=buyer.id),
        }
        for order in kinds.values():
            self._deliver(order)
        records = {kind: self._records(order_id=order.id) for kind, order in kinds.items()}
        records["device"] = self._sell_device(device, "SN-KIND")
        for kind, record in records.items():
            with self.subTest(kind):
                self.assertEqual(record.kind, kind)
                self.assertEqual(record.evidence_state, "closed")
                names = [
                    *("generic_name", "strength", "lot_name", "manufacturer_name", "buyer_name", "quantity"),
                    *("unit_price", "amount", "date", "salesperson_name"),
                ]
                for name in names + ([] if kind == "device" else ["expiry_date"]):
                    self.assertTrue(record[name], name)
                with self.assertRaises(UserError), self.cr.savepoint():
                    record.sudo().write({"kind": "retail" if kind == "device" else "device"})
        self.assertIn("***", records["special"].masked_buyer)

    def test_17102_the_salesperson_is_whoever_is_logged_in(self):
        """Covers: P-17102-R3."""
        self._staff(self.quality, "clerk")
        order = self._create_order(self.otc, user=self.pharmacist, user_id=self.quality.id)
        for attempt in (
            lambda: order.write({"gsp_sold_by_id": self.quality.id}),
            lambda: order.write({"state": "sale", "gsp_sold_by_id": self.quality.id}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()
        smuggled = (
            self.env["sale.order"]
            .with_user(self.clerk)
            .with_context(default_gsp_sold_by_id=self.quality.id)
            .create({"partner_id": self.customer.id, "gsp_sold_by_id": self.quality.id})
        )
        self.assertFalse(smuggled.gsp_sold_by_id)
        order.action_confirm()
        self.assertEqual(order.gsp_sold_by_id, self.pharmacist)
        order.with_user(self.quality).write({"state": "sale"})
        self.assertEqual(order.gsp_sold_by_id, self.pharmacist, "confirmed is confirmed")
        picking = order.picking_ids.with_user(self.clerk)
        picking.move_ids.picked = True
        picking.button_validate()
        record = self._records(order_id=order.id)
        self.assertEqual(record.salesperson_id, self.pharmacist)
        self.assertEqual(record.salesperson_name, self.pharmacist.name)
        self.assertEqual(record.operator_id, self.clerk)
        by_hand = self._create_transfer(self.otc, 1, lot=self.otc_lot)
        by_hand.with_user(self.pharmacist).button_validate()
        self.assertEqual(self._records(picking_id=by_hand.id).salesperson_id, self.pharmacist)

    def test_17102_an_order_written_or_created_as_confirmed_names_its_seller(self):
        written = self._create_order(self.otc)
        written.with_user(self.pharmacist).write({"state": "sale"})
        self.assertEqual(written.gsp_sold_by_id, self.pharmacist)
        created = self._create_order(self.otc, state="sale")
        self.assertEqual(created.gsp_sold_by_id, self.clerk)

    def test_17102_the_buyer_is_found_again_by_those_who_need_to(self):
        self.customer.write({"phone": "13800000000", "street": "Test Road 1", "city": "Shanghai"})
        picking = self._deliver(self._sell(self.otc))
        record = self._records(picking_id=picking.id)
        self.assertEqual(record.with_user(self.quality).buyer_contact, "13800000000, Test Road 1, Shanghai")
        with self.assertRaises(AccessError):
            record.with_user(self.clerk).read(["buyer_contact"])

    def test_device_record_has_the_nine_fields(self):
        """Covers: GSP-02."""
        device = self._create_device("Test Blood Pressure Meter")
        record = self._sell_device(device, "SN-0001", self.today.replace(day=1))
        self.assertRecordValues(
            record,
            [
                {
                    "kind": "device",
                    "product_name": "Test Blood Pressure Meter",
                    "manufacturer_name": "Test Drug Maker",
                    "strength": "BP-100",
                    "production_date": self.today.replace(day=1),
                    "lot_name": "SN-0001",
                    "date": self.today,
                    "buyer_name": "Test Customer",
                    "quantity": 1,
                    "salesperson_name": self.clerk.name,
                    "holder_name": "Test Drug Maker",
                }
            ],
        )
        columns = {column.name for column in self.env["gsp.register"]._get_register("sale_device").columns}
        self.assertLessEqual(
            {
                "product_name",
                "manufacturer_name",
                "strength",
                "production_date",
                "lot_name",
                "date",
                "buyer_name",
                "quantity",
                "salesperson_name",
            },
            columns,
        )

    def test_device_records_outlive_the_service_life(self):
        """Covers: GSP-04."""
        made_on = self.today.replace(day=1)
        living = self._sell_device(
            self._create_device("Test Living", gsp_service_life_months=120), "SN-L", made_on
        )
        self.assertEqual(living.service_life_end, made_on.replace(year=made_on.year + 10))
        self.assertEqual(living.retain_until, made_on.replace(year=made_on.year + 12))
        plain = self._sell_device(self._create_device("Test Plain"), "SN-P", made_on)
        self.assertEqual(plain.retain_until, self.today.replace(year=self.today.year + 5))
        implant = self._sell_device(self._create_device("Test Implant", gsp_is_implant=True), "SN-I", made_on)
        self.assertFalse(implant.retain_until, "kept for good")
        for record in living + plain + implant:
            with self.assertRaises(UserError), self.cr.savepoint():
                record.sudo().unlink()

    def test_device_records_are_kept_longer_where_the_company_says_so_never_shorter(self):
        code = "device.record.retention_years.after_expiry"
        legal = self.env["compliance.parameter"]._value(code, on=self.today, company=self.company)
        self.assertGreater(legal, 1, "more than one year after the end of the life")
        parameter = self.env["compliance.parameter"].search([("code", "=", code)])
        self.assertEqual(parameter.company_figure, "higher")

    def test_the_record_of_a_psychotropic_is_kept_until_years_after_its_expiry(self):
        self._make_chain_store()
        drug = self._create_special("Test Diazepam", "psychotropic_2", "rx")
        prescription = self._reviewed(drug)
        order = self._sell(drug, prescription=prescription, gsp_identity_id=self._identity().id)
        self._deliver(order)
        record = self._records(order_id=order.id)
        years = self.env["compliance.parameter"]._value(
            "drug.psychotropic2.ledger_retention_years", on=self.today, company=self.company
        )
        self.assertEqual(
            record.retain_until, record.expiry_date.replace(year=record.expiry_date.year + int(years))
        )
