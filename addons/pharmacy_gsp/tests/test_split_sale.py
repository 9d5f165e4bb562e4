# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common_master import SCAN
from .common_split import TOPICS, SplitCommon


@tagged("post_install", "-at_install")
class TestSplitSale(SplitCommon):
    """Parts of packs: who opens them, from where they leave, with which record, label and leaflet."""

    def _quantity(self, location, lot=None):
        return self.env["stock.quant"]._get_available_quantity(
            self.tablets, location, lot_id=lot or self.lot, strict=True
        )

    def _deliver_as_is(self, order):
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()

    # -- 17201: who -------------------------------------------------------------------------------------------

    def test_17201_only_the_designated_and_trained_open_packs(self):
        """Covers: P-17201-R1."""
        self._clean()
        for user, rules in (
            (self.clerk, ["gsp.staff.post", "gsp.staff.training"]),
            (self.checker, ["gsp.staff.post", "gsp.staff.training"]),
            (self.pharmacist, ["gsp.staff.employee"]),
        ):
            pack = self._create_pack(user=user)
            self.assertRefused(rules, pack.action_open)
            self.assertEqual(pack.state, "draft")
        designated = self._create_user("gsp_new_splitter", "clerk")
        employee = self._staff(designated, "splitter")
        pack = self._create_pack(user=designated)
        self.assertRefused("gsp.staff.training", pack.action_open)
        with self.assertRaises(UserError), self.cr.savepoint():
            self._training(employee, 1, is_split=True, **{**TOPICS, "covers_records": False})
        self._training(employee, 1, is_split=True, **TOPICS)
        pack.action_open()
        self.assertEqual((pack.state, pack.opened_by_id), ("open", designated))

    def test_17201_nobody_opens_a_pack_off_duty_or_with_an_old_training(self):
        """Covers: P-17201-R1."""
        pack = self._create_pack()
        self.splitter_employee.attendance_ids.check_out = fields.Datetime.now() - timedelta(minutes=1)
        self.assertRefused(["gsp.staff.duty", "gsp.split.cleaning"], pack.action_open)
        with self._at_day(400):
            rules = {"gsp.staff.training", "gsp.staff.health", "gsp.staff.duty", "gsp.split.cleaning"}
            with self.assertRaises(UserError) as caught, self.cr.savepoint():
                pack.action_open()
            self.assertLessEqual(rules, {item.rule for item in caught.exception.violations})

    def test_17201_a_store_that_declared_no_split_sale_splits_nothing(self):
        """Covers: P-17201-R2."""
        pack = self._open_pack()
        order = self._sell_tablets()
        record = self._split(pack, order)
        other = self._create_pack()
        company = self.company.with_user(self.quality)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            company.sudo().gsp_no_split_sale = True
        self.company.write(
            {
                "gsp_no_split_sale": True,
                "gsp_no_split_sale_date": self.today,
                "gsp_no_split_sale_file": SCAN,
            }
        )
        self.assertRefused("gsp.split.declared", self._order_tablets().action_confirm)
        self.assertRefused("gsp.split.declared", other.action_open)
        self.assertRefused("gsp.split.declared", self._deliver_as_is, order)
        late = self._sell_whole_and_return_record(pack)
        self.assertRefused("gsp.split.declared", late.with_user(self.splitter).action_split)
        self.assertEqual(record.state, "checked")
        self._deliver(self._sell((self.tablets, 24)))

    def _sell_whole_and_return_record(self, pack):
        """A record made before the declaration: the delivery of an order that was confirmed then."""
        self.company.gsp_no_split_sale = False
        record = self._create_record(pack, self._sell_tablets(4))
        self.company.gsp_no_split_sale = True
        return record

    def test_17201_the_declaration_is_made_by_quality_and_binds_stores_of_the_chain(self):
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.company.with_user(self.head).write({"gsp_no_split_sale": True})
        headquarters = self.env["res.company"].create(
            {"name": "Test Head", "gsp_company_kind": "headquarters"}
        )
        headquarters.write(
            {
                "gsp_no_split_sale": True,
                "gsp_no_split_sale_date": self.today,
                "gsp_no_split_sale_file": SCAN,
            }
        )
        self.env.cr.execute(
            "UPDATE res_company SET parent_id = %s, parent_path = %s || parent_path WHERE id = %s",
            [headquarters.id, headquarters.parent_path, self.company.id],
        )
        self.company.invalidate_recordset(["parent_id", "parent_path"])
        self.assertRefused("gsp.split.declared", self._order_tablets().action_confirm)

    # -- 17202: where -----------------------------------------------------------------------------------------

    def test_17202_the_opened_pack_lies_on_the_bench_and_keeps_its_lot(self):
        """Covers: P-17202-R1."""
        before = self._quantity(self.stock)
        pack = self._open_pack()
        self.assertEqual(pack.opening_picking_id.state, "done")
        self.assertEqual(self._quantity(self.bench), 24)
        self.assertEqual(self._quantity(self.stock), before - 24)
        self.assertEqual(pack.bench_id, self.bench)
        self.assertEqual((pack.quantity, pack.remaining_quantity), (24, 24))

    def test_17202_nothing_gets_onto_the_bench_or_off_it_by_hand(self):
        """Covers: P-17202-R1."""
        self._open_pack()
        internal = self.warehouse.int_type_id
        onto = self._create_transfer(
            self.tablets, 24, self.lot, destination=self.bench, picking_type=internal
        )
        self.assertRefused("gsp.split.moved", onto.button_validate)
        keys = {"gsp_split_run": True, "gsp_reservation_filter": True}
        self.assertRefused("gsp.split.moved", onto.with_context(**keys)._action_done)
        off = self._create_transfer(
            self.tablets, 6, self.lot, source=self.bench, destination=self.stock, picking_type=internal
        )
        self.assertRefused("gsp.split.moved", off.button_validate)
        red = self.warehouse._gsp_get_zone("nonconforming", self.company)
        aside = self._create_transfer(
            self.tablets, 6, self.lot, source=self.bench, destination=red, picking_type=internal
        )
        aside.button_validate()
        self.assertEqual(aside.state, "done")

    def test_17202_the_bench_is_no_bench_only_while_it_is_empty(self):
        self._open_pack()
        with self.assertRaises(UserError), self.cr.savepoint():
            self.bench.with_user(self.quality).sudo().gsp_zone = "storage"
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.bench.with_user(self.splitter).gsp_zone = "storage"
        with self.assertRaises(UserError), self.cr.savepoint():
            self.stock.gsp_zone = "split"

    def test_17202_the_bench_is_cleaned_each_day_first(self):
        """Covers: P-17202-R2."""
        pack = self._create_pack()
        self.assertRefused("gsp.split.cleaning", pack.action_open)
        log = self.env["gsp.split.cleaning"].with_user(self.splitter)._get_today(self.bench, create=True)
        with self.assertRaises(UserError), self.cr.savepoint():
            log.action_clean()
        self.assertEqual(len(log.checklist_ids.line_ids), 7)
        log.checklist_ids.line_ids.answer_yes_no = "yes"
        log.checklist_ids.line_ids[-1].answer_yes_no = "no"
        log.checklist_ids.action_done()
        with self.assertRaises(UserError), self.cr.savepoint():
            log.action_clean()
        self.assertRefused("gsp.split.cleaning", pack.action_open)
        log._create_checklists("gsp.split.cleaning")
        again = log.checklist_ids.filtered(lambda item: item.state == "draft")
        again.line_ids.answer_yes_no = "yes"
        again.action_done()
        log.action_clean()
        pack.action_open()
        with self.assertRaises(UserError), self.cr.savepoint():
            log.note = "changed"
        self.splitter_employee.attendance_ids.check_out = fields.Datetime.now()
        with self._at_day(1):
            self._check_in(self.splitter_employee)
            self.assertRefused("gsp.split.cleaning", self._create_pack().action_open)

    # -- 17203: the record --------------------------------------------------------------------------------------

    def test_17203_no_split_quantity_leaves_without_its_record(self):
        """Covers: P-17203-R1."""
        pack = self._open_pack()
        order = self._sell_tablets()
        picking = order.picking_ids
        self.assertEqual(picking.move_line_ids.location_id, self.bench)
        self.assertRefused("gsp.split.record", self._deliver_as_is, order)
        picking.move_ids.picked = True
        self.assertRefused("gsp.split.record", picking._action_done)
        self.assertRefused("gsp.split.record", picking.move_ids._action_done)
        self.assertRefused("gsp.split.record", picking.move_line_ids._action_done)
        keys = dict.fromkeys(("gsp_split_run", "gsp_release_run", "skip_backorder", "install_mode"), True)
        self.assertRefused("gsp.split.record", picking.with_context(**keys).button_validate)
        record = self._split(pack, order, check=False)
        self.assertRefused("gsp.split.record", self._deliver_as_is, order)
        self._sign(record, "check", self.checker)
        self._deliver_as_is(order)
        self.assertEqual(picking.state, "done")
        self.assertEqual(record.state, "sold")
        self.assertEqual(record.sale_record_id, self._records(order_id=order.id))
        self.assertEqual(record.sale_record_id.split_record_ids, record)
        self.assertEqual((pack.used_quantity, pack.remaining_quantity), (6, 18))
        self.assertEqual(self._quantity(self.bench), 18)

    def test_17203_all_ten_fields_are_on_record_and_stay(self):
        """Covers: P-17203-R1."""
        pack = self._open_pack()
        order = self._sell_tablets()
        record = self._split(pack, order)
        self._deliver_as_is(order)
        self.assertRecordValues(
            record,
            [
                {
                    "start_date": self.today,
                    "generic_name": "Test Tablets",
                    "strength": "0.25 g × 24",
                    "lot_name": "TAB-1",
                    "manufacturer_name": "Test Drug Maker",
                    "expiry_date": self.today + timedelta(days=400),
                    "quantity": 6,
                    "sale_date": self.today,
                    "splitter_id": self.splitter.id,
                    "checker_id": self.checker.id,
                }
            ],
        )
        self.assertEqual(record.evidence_state, "closed")
        for vals in ({"quantity": 5}, {"usage": "other"}, {"sale_date": False}, {"lot_name": "X"}):
            with self.assertRaises(UserError), self.cr.savepoint():
                record.write(vals)
        with self.assertRaises(UserError), self.cr.savepoint():
            record.unlink()
        self.tablets.sudo().with_user(self.quality).write(
            {"gsp_generic_name": "Renamed", "gsp_change_reason": "Test"}
        )
        self.assertEqual(record.generic_name, "Test Tablets")

    def test_17203_whoever_split_does_not_check(self):
        """Covers: P-17203-R1."""
        self.splitter_employee.gsp_post_ids += self.env.ref("pharmacy_gsp.gsp_post_technician")
        record = self._split(self._open_pack(), self._sell_tablets(), check=False)
        self.assertRefused("gsp.split.person", self._sign, record, "check", self.splitter)
        self.assertRefused("gsp.staff.post", self._sign, record, "check", self.clerk)
        self._sign(record, "check", self.checker)
        self.assertEqual(record.checker_id, self.checker)

    def test_17203_the_steps_are_not_typed_imported_or_signed_for_others(self):
        pack = self._open_pack()
        order = self._sell_tablets()
        record = self._create_record(pack, order)
        for vals in (
            {"state": "checked"},
            {"splitter_id": self.splitter.id},
            {"checker_id": self.checker.id},
            {"lot_name": "OTHER"},
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                record.write(vals)
            with self.assertRaises(UserError), self.cr.savepoint():
                self._create_record(pack, order, **vals)
        defaults = {f"default_{name}": "checked" for name in ("state",)}
        sneaky = record.with_context(**defaults).copy({"quantity": 1})
        self.assertEqual(sneaky.state, "draft")
        loaded = (
            self.env["gsp.split.record"].with_user(self.splitter).load(["id", "state"], [["", "checked"]])
        )
        self.assertFalse(loaded["ids"])
        self._sign(record, "split", self.splitter)
        with self.assertRaises(AccessError):
            record.with_user(self.checker)._signed(record.signature_ids)
        with self.assertRaises(UserError):
            record.with_user(self.splitter).quantity = 2

    def test_17203_never_more_than_is_left_in_the_pack(self):
        """Covers: P-17203-R1."""
        pack = self._open_pack()
        self._split(pack, self._sell_tablets(20))
        order = self._sell_tablets(6)
        record = self._create_record(pack, order)
        self.assertRefused("gsp.split.quantity", record.action_split)
        record.quantity = 4
        self._sign(record, "split", self.splitter)
        self.assertEqual(pack.remaining_quantity, 0)
        second = self._open_pack()
        rest = self._split(second, order)
        self.assertEqual(rest.quantity, 2)
        self._sign(record, "check", self.checker)
        order.picking_ids.move_ids._action_assign()
        self._deliver_as_is(order)
        self.assertEqual(record.state, "sold")
        self.assertEqual(rest.state, "sold")

    def test_17203_a_part_of_a_pack_is_not_taken_from_the_shelf(self):
        """Covers: P-17203-R1, P-17202-R1."""
        order = self._sell_tablets()
        self.assertFalse(order.picking_ids.move_line_ids)
        self._set_lot(order.picking_ids.move_ids, self.lot)
        order.picking_ids.move_line_ids.location_id = self.stock
        self.assertRefused("gsp.split.bench", order.picking_ids.button_validate)
        by_hand = self._create_transfer(self.tablets, 6, self.lot)
        self.assertRefused(["gsp.split.bench", "gsp.split.dosage"], by_hand.button_validate)
        self._open_pack()
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)], limit=1
        )
        used = self._create_transfer(
            self.tablets,
            6,
            self.lot,
            source=self.bench,
            destination=production,
            picking_type=self.warehouse.int_type_id,
        )
        self.assertRefused("gsp.split.record", used.button_validate)

    def test_17203_whole_packs_stay_clear_of_the_bench(self):
        self._open_pack()
        order = self._sell((self.tablets, 72))
        self.assertEqual(order.picking_ids.move_line_ids.location_id, self.stock)
        self._deliver(order)
        short = self._sell((self.tablets, 24))
        self.assertFalse(short.picking_ids.move_line_ids)

    def test_17203_expired_and_held_lots_are_neither_opened_nor_split(self):
        """Covers: P-17203-R1."""
        pack = self._open_pack()
        record = self._create_record(pack, self._sell_tablets())
        hold = self.env["gsp.hold"].with_user(self.quality)
        hold = hold.create({"company_id": self.company.id, "lot_id": self.lot.id, "reason": "Stains"})
        self._sign(hold, "hold", self.quality)
        self.assertRefused("gsp.sale.held", self._create_pack().action_open)
        self.assertRefused("gsp.sale.held", record.action_split)
        hold.release_reason = "Nothing found"
        self._sign(hold, "release", self.quality)
        self.lot.expiration_date = self._expiry(-1)
        self.assertRefused("gsp.sale.expired", self._create_pack().action_open)
        self.assertRefused("gsp.sale.expired", record.action_split)

    # -- 17204: the bag -----------------------------------------------------------------------------------------

    def test_17204_usage_and_dosage_stand_on_the_line(self):
        """Covers: P-17204-R1."""
        for missing in ("gsp_split_usage", "gsp_split_dosage"):
            order = self._order_tablets(**{missing: " "})
            self.assertTrue(order.order_line.gsp_is_split)
            self.assertRefused("gsp.split.dosage", order.action_confirm)
            self.assertRefused("gsp.split.dosage", order.write, {"state": "sale"})
        order = self._sell_tablets()
        pack = self._open_pack()
        self._split(pack, order)
        order.order_line.gsp_split_usage = False
        self.assertRefused("gsp.split.dosage", self._deliver_as_is, order)

    def test_17204_the_label_prints_complete_or_not_at_all(self):
        """Covers: P-17204-R1."""
        render = self.env["ir.actions.report"].with_user(self.splitter)._render_qweb_html
        record = self._split(self._open_pack(), self._sell_tablets(), check=False)
        html = render("pharmacy_gsp.report_split_label", record.ids)[0].decode()
        for text in ("Test Tablets", "0.25 g", "oral, after meals", "1 tablet, 3 times a day", "TAB-1"):
            self.assertIn(text, html)
        self.assertIn(self.company.name, html)
        for name in (
            "generic_name",
            "strength",
            "usage",
            "dosage",
            "lot_name",
            "expiry_date",
            "pharmacy_name",
        ):
            with self.cr.savepoint() as savepoint:
                record._write_step({name: False})
                self.assertRefused("gsp.split.label", render, "pharmacy_gsp.report_split_label", record.ids)
                savepoint.rollback()
            record.invalidate_recordset()

    def test_17204_an_incomplete_record_is_not_signed(self):
        """Covers: P-17204-R1, P-17203-R1."""
        record = self._create_record(self._open_pack(), self._sell_tablets(), usage=" ", clean_tool=False)
        self.assertRefused(["gsp.split.incomplete", "gsp.split.tool"], record.action_split)
        self.assertRefused(
            ["gsp.split.incomplete", "gsp.split.tool"], self._sign, record, "split", self.splitter
        )

    # -- 17205: the leaflet -------------------------------------------------------------------------------------

    def test_17205_the_leaflet_goes_with_the_bag(self):
        """Covers: P-17205-R1."""
        record = self._create_record(self._open_pack(), self._sell_tablets(), leaflet_given=False)
        self.assertRefused("gsp.split.leaflet_given", record.action_split)
        record.leaflet_given = "original"
        self._sign(record, "split", self.splitter)
        self.assertIn(str(self.tablets.product_tmpl_id.id), record.action_print_leaflet()["url"])

    def test_17205_no_leaflet_on_file_no_split_sale(self):
        """Covers: P-17205-R1."""
        self.tablets.gsp_leaflet = False
        self.assertRefused("gsp.split.leaflet", self._order_tablets().action_confirm)
        self._clean()
        self.assertRefused("gsp.split.leaflet", self._create_pack().action_open)
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.tablets.with_user(self.clerk).gsp_leaflet = SCAN

    # -- 17206: the pack ----------------------------------------------------------------------------------------

    def test_17206_pack_and_leaflet_are_kept_until_it_is_used_up(self):
        """Covers: P-17206-R1."""
        self._clean()
        pack = self._create_pack(original_pack_kept=False)
        self.assertRefused("gsp.split.kept", pack.action_open)
        pack.write({"original_pack_kept": True, "leaflet_kept": False})
        self.assertRefused("gsp.split.kept", pack.action_open)
        pack.leaflet_kept = True
        pack.action_open()
        for vals in ({"leaflet_kept": False}, {"lot_id": self.otc_lot.id}, {"state": "closed"}):
            with self.assertRaises(UserError), self.cr.savepoint():
                pack.write(vals)
        with self.assertRaises(UserError), self.cr.savepoint():
            pack.unlink()
        self.assertFalse(pack.closed_at)
        order = self._sell_tablets(20)
        self._split(pack, order)
        self._deliver_as_is(order)
        self.assertEqual(pack.state, "open")
        order = self._sell_tablets(4)
        self._split(pack, order)
        self._deliver_as_is(order)
        self.assertEqual(pack.state, "closed")
        self.assertTrue(pack.closed_at)
        self.assertEqual(pack.evidence_state, "closed")
        self.assertEqual(self._quantity(self.bench), 0)

    def test_17601_the_opened_pack_is_named_by_its_trace_code(self):
        self.tablets.gsp_trace_kind = "code20"
        codes = self.env["gsp.trace.code"].create(
            [
                {
                    "name": f"8123456000000000000{number}",
                    "kind": "code20",
                    "company_id": self.company.id,
                    "product_id": self.tablets.id,
                    "lot_id": self.lot.id,
                    "state": "in_stock",
                }
                for number in (1, 2)
            ]
        )
        self._clean()
        pack = self._create_pack()
        self.assertRefused("gsp.split.code", pack.action_open)
        pack.trace_code_id = codes[0]
        pack.action_open()
        self.assertEqual(codes.mapped("state"), ["out", "in_stock"])
        self.assertRefused("gsp.split.code", self._create_pack(trace_code_id=codes[0].id).action_open)
        order = self._sell_tablets()
        self._split(pack, order)
        self._deliver_as_is(order)
        self.assertEqual(order.picking_ids.state, "done")
        whole = self._sell((self.tablets, 24))
        whole.picking_ids.move_ids.picked = True
        self.assertRefused("gsp.trace.missing", whole.picking_ids.button_validate)
        whole.picking_ids.move_line_ids.gsp_trace_code_ids = codes[1]
        whole.picking_ids.button_validate()
        self.assertEqual(whole.picking_ids.state, "done")

    def test_17206_the_rest_goes_to_the_non_conforming_place(self):
        """Covers: P-17206-R1."""
        pack = self._open_pack()
        record = self._split(pack, self._sell_tablets())
        with self.assertRaises(UserError), self.cr.savepoint():
            pack._close_rest("Broken tablets")
        record.action_cancel()
        self.assertEqual(pack.remaining_quantity, 24)
        with self.assertRaises(UserError), self.cr.savepoint():
            pack._close_rest(" ")
        self.assertRefused(
            ["gsp.staff.post", "gsp.staff.training"], pack.with_user(self.clerk)._close_rest, "Broken"
        )
        pack._close_rest("Broken tablets")
        self.assertEqual((pack.state, pack.close_reason), ("closed", "Broken tablets"))
        self.assertEqual(pack.rest_picking_id.location_dest_id.gsp_zone, "nonconforming")
        self.assertEqual(self._quantity(self.bench), 0)

    # -- products, orders, other companies ----------------------------------------------------------------------

    def test_only_drugs_counted_in_the_small_unit_are_split(self):
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.otc.gsp_may_split = True
        herb = self._create_drug("Test Herb", False, gsp_drug_type="pieces", gsp_approval_number=False)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            herb.write({"gsp_minimum_pack_uom_id": self.box.id, "gsp_may_split": True})
        self.assertRefused("gsp.split.product", self._create_order((self.otc, 0.5)).action_confirm)
        with self.assertRaises(AccessError), self.cr.savepoint():
            self.tablets.with_user(self.clerk).gsp_may_split = False

    def test_whole_packs_and_a_part_stand_on_two_lines(self):
        order = self._order_tablets(30)
        self.assertRefused("gsp.split.mixed", order.action_confirm)
        order.order_line.product_uom_qty = 6
        order.write(
            {
                "order_line": [
                    (
                        0,
                        0,
                        {"product_id": self.tablets.id, "product_uom_qty": 1, "product_uom_id": self.box.id},
                    )
                ]
            }
        )
        order.action_confirm()
        self.assertEqual(order.order_line.mapped("gsp_is_split"), [True, False])

    def test_the_form_offers_the_words_of_the_prescription(self):
        prescription = self._create_prescription((self.tablets, 6))
        employee = self._staff(self.pharmacist, "pharmacist")
        self._license("pharmacist", employee, registered_unit_id=self.company.partner_id.id)
        self._review(prescription)
        order = self._create_order(prescription=prescription)
        with Form(order) as form, form.order_line.new() as line:
            line.product_id = self.tablets
            line.product_uom_qty = 6
        line = order.order_line
        self.assertEqual((line.gsp_split_usage, line.gsp_split_dosage), ("oral", "0.5 g three times a day"))

    def test_other_companies_see_nothing_and_ask_for_nothing(self):
        pack = self._open_pack()
        other = self._create_company("Test Other Company")
        stranger = self._create_user("gsp_other_clerk", "clerk", company=other)
        with self.assertRaises(AccessError):
            pack.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            pack.with_user(stranger).action_close_rest()
        outsider = self._create_user("gsp_outsider", "base.group_user")
        for method in ("action_open", "action_view_records", "action_clean_bench"):
            with self.assertRaises(AccessError), self.cr.savepoint():
                getattr(pack.with_user(outsider), method)()
        self.company.gsp_company_kind = False
        self.assertFalse(self._order_tablets().order_line.gsp_is_split)
        self._sell((self.otc, 0.5))
