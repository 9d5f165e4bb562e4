# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_acceptance import AcceptanceCommon


@tagged("post_install", "-at_install")
class TestReceiving(AcceptanceCommon):
    """Goods come: dates are typed, contradictions stop them, and they wait in the yellow zone."""

    def test_83_received_goods_wait_in_the_receiving_zone(self):
        """Given a one-step receipt into stock, when it is validated, then the goods lie in the yellow zone."""
        picking, acceptance = self._received((self.otc, 10, {}))
        line = picking.move_line_ids
        self.assertEqual(line.location_dest_id.gsp_zone, "receiving")
        self.assertEqual(line.location_dest_id.gsp_color, "yellow")
        self.assertEqual((acceptance.state, acceptance.line_ids.quantity), ("draft", 10))
        self.assertEqual(acceptance.partner_id, self.supplier)
        self.assertEqual(line.lot_id.gsp_acceptance_state, "pending")
        quant = self.env["stock.quant"].search([("lot_id", "=", line.lot_id.id), ("quantity", ">", 0)])
        self.assertEqual(quant.location_id, line.location_dest_id)
        self.assertEqual(quant.gsp_acceptance_state, "pending")

    def test_83_company_without_gsp_receives_as_before(self):
        self.company.gsp_company_kind = False
        picking, acceptance = self._received((self.otc, 10, {}))
        self.assertEqual(picking.move_line_ids.location_dest_id, self.stock)
        self.assertFalse(acceptance)

    def test_expiry_is_typed_and_never_computed(self):
        """Given a drug with a shelf life, when nobody types an expiry date, then the receipt is refused."""
        self.otc.expiration_time = 365
        picking = self._incoming((self.otc, 10, {"expiration_date": None}))
        self.assertFalse(picking.move_line_ids.expiration_date)
        self.assertRefused("gsp.receipt.expiry", picking.button_validate)
        lot = self.env["stock.lot"].create(
            {"name": "COMPUTED", "product_id": self.otc.id, "company_id": self.company.id}
        )
        self.assertFalse(lot.expiration_date)
        vals_list = (
            self.env["stock.move"]
            .with_company(self.company)
            .action_generate_lot_line_vals(
                {
                    "default_product_id": self.otc.id,
                    "default_picking_id": picking.id,
                    "default_tracking": "lot",
                    "default_quantity": 4,
                    "default_location_dest_id": self.stock.id,
                },
                "generate",
                "GEN-1",
                2,
                "",
            )
        )
        self.assertEqual(len(vals_list), 2)
        self.assertFalse(any(vals["expiration_date"] for vals in vals_list))

    def test_all_faults_of_the_dates_are_named_at_once(self):
        other = self.env["res.partner"].create({"name": "Other Maker"})
        picking = self._incoming(
            (
                self.otc,
                10,
                {
                    "expiration_date": self._expiry(-3),
                    "gsp_production_date": self.today + timedelta(days=2),
                    "gsp_manufacturer_id": other.id,
                },
            )
        )
        rules = ["gsp.receipt.production", "gsp.receipt.order", "gsp.receipt.expired", "gsp.receipt.maker"]
        self.assertRefused(rules, picking.button_validate)
        self.assertEqual(len(self._read_refusals(picking)), 4)

    def test_known_lot_with_other_dates_or_maker_is_stopped(self):
        """Given a lot on file, when it comes again with another expiry and production date, then it is stopped."""
        self._received((self.otc, 5, {"lot_name": "TWICE"}))
        picking = self._incoming(
            (
                self.otc,
                5,
                {
                    "lot_name": "TWICE",
                    "expiration_date": self._expiry(300),
                    "gsp_production_date": self.today - timedelta(days=20),
                },
            )
        )
        self.assertRefused(
            ["gsp.receipt.known_expiry", "gsp.receipt.known_production"], picking.button_validate
        )
        self._change(self.otc, gsp_manufacturer_id=False)
        other = self.env["res.partner"].create({"name": "Other Maker"})
        picking.move_line_ids.write(
            {
                "expiration_date": self._expiry(500),
                "gsp_production_date": self.today - timedelta(days=60),
                "gsp_manufacturer_id": other.id,
            }
        )
        self.assertRefused("gsp.receipt.known_maker", picking.button_validate)

    def test_same_lot_twice_in_one_receipt_with_two_dates_is_stopped(self):
        picking = self._incoming(
            (self.otc, 5, {"lot_name": "DOUBLE"}),
            (self.otc, 5, {"lot_name": "DOUBLE", "expiration_date": self._expiry(20)}),
        )
        self.assertRefused("gsp.receipt.known_expiry", picking.button_validate)

    def test_goods_are_refused_with_a_reason_that_is_kept(self):
        picking = self._incoming((self.otc, 10, {}))
        with self.assertRaises(UserError):
            picking._gsp_refuse_goods(" ")
        action = picking.action_gsp_refuse_goods()
        wizard = (
            self.env["gsp.step.reason"]
            .with_user(self.clerk)
            .with_context(**action["context"])
            .create({"reason": "Boxes are wet"})
        )
        wizard.action_apply()
        self.assertEqual(picking.state, "cancel")
        kept = picking.gsp_acceptance_ids
        self.assertEqual((kept.state, kept.refusal_reason), ("refused", "Boxes are wet"))
        self.assertEqual((kept.refused_by_id, kept.line_ids.rejected_quantity), (self.clerk, 10))
        self.assertTrue(kept.evidence_closed_at)
        with self.assertRaises(UserError):
            kept.sudo().remark = "They were dry"
        with self.assertRaises(UserError):
            picking.action_gsp_refuse_goods()


@tagged("post_install", "-at_install")
class TestAcceptance(AcceptanceCommon):
    """The acceptor opens the sample, decides and signs; only then the goods move."""

    def test_sample_follows_the_dated_figures(self):
        _picking, acceptance = self._received((self.otc, 1000, {}))
        line = acceptance.line_ids
        table = [(1, 1, 3), (2, 2, 6), (3, 3, 9), (50, 3, 9), (51, 4, 12), (100, 4, 12), (101, 5, 15)]
        for cases, opened, packs in table:
            line.case_count = cases
            self.assertEqual((line.sample_cases, line.sample_packs), (opened, packs), cases)
        line.problem_seen = True
        self.assertEqual(line.sample_packs, 30)
        line.is_loose = True
        self.assertEqual(line.sample_packs, 1000)

    def test_nothing_is_signed_before_everything_was_entered(self):
        _picking, acceptance = self._received((self.otc, 10, {}))
        acceptance = acceptance.with_user(self.acceptor)
        with self.assertRaises(UserError) as caught:
            acceptance.action_accept()
        for text in ("Transport", "Seal", "Appearance", "Leaflet", "packs were examined"):
            self.assertIn(text, str(caught.exception))
        self._examine(acceptance, appearance="fail")
        with self.assertRaisesRegex(UserError, "quantity rejected"):
            acceptance.action_accept()
        acceptance.line_ids.write({"rejected_quantity": 2, "reject_reason": "Stains"})
        acceptance.line_ids.write({"certificate": "fail"})
        with self.assertRaisesRegex(UserError, "whole lot"):
            acceptance.action_accept()

    def test_form_of_the_acceptor(self):
        _picking, acceptance = self._received((self.otc, 10, {}))
        with Form(acceptance.with_user(self.acceptor)) as form:
            form.carrier = "Test Carrier"
            form.vehicle = "closed"
            form.seal = "intact"
            form.packaging = "pass"
            with form.line_ids.edit(0) as line:
                line.case_count = 1
                line.sampled_packs = 3
        acceptance.with_user(self.acceptor).action_all_conform()
        self._sign(acceptance, "accept", self.acceptor)
        self.assertEqual(acceptance.state, "done")

    def test_signed_acceptance_brings_goods_into_stock_and_is_evidence(self):
        """Given examined goods, when the acceptor signs, then they are in stock, and the record is closed."""
        _picking, acceptance = self._accepted((self.otc, 10, {"expiration_date": self._expiry(300)}))
        lot = acceptance.line_ids.lot_id
        self.assertEqual((acceptance.state, acceptance.result), ("done", "accepted"))
        self.assertEqual(lot.gsp_acceptance_state, "accepted")
        self.assertEqual(self._on_hand(lot, self.stock), 10)
        self.assertEqual(acceptance.store_picking_id.state, "done")
        self.assertEqual(acceptance.acceptor_id, self.acceptor)
        self.assertTrue(acceptance.evidence_closed_at and acceptance.retain_until)
        for values in ({"remark": "later"}, {"seal": "broken"}, {"state": "draft"}):
            with self.assertRaises(UserError):
                acceptance.with_user(self.acceptor).write(values)
        with self.assertRaises(UserError):
            acceptance.line_ids.with_user(self.acceptor).write({"sampled_packs": 1})
        with self.assertRaises(UserError):
            acceptance.with_user(self.quality).unlink()
        order = self._sell((self.otc, 10))
        self._deliver(order, lot)
        self.assertEqual(self._on_hand(lot, self.stock), 0)

    def test_part_is_rejected_and_goes_to_the_nonconforming_goods(self):
        _picking, acceptance = self._received((self.otc, 10, {}))
        self._examine(acceptance, appearance="fail", rejected_quantity=4, reject_reason="Crushed boxes")
        self._sign(acceptance, "accept", self.acceptor)
        lot = acceptance.line_ids.lot_id
        self.assertEqual(acceptance.result, "partly")
        self.assertEqual(self._on_hand(lot, self.stock), 6)
        red = acceptance.reject_picking_id.location_dest_id
        self.assertEqual((red.gsp_color, self._on_hand(lot, red)), ("red", 4))
        back = self._create_transfer(
            self.otc, 4, lot, destination=self.stock, source=red, picking_type=self.warehouse.int_type_id
        )
        self.assertRefused("gsp.stock.unaccepted", back.button_validate)

    def test_rejected_lot_is_not_sold(self):
        _picking, acceptance = self._received((self.otc, 10, {"expiration_date": self._expiry(300)}))
        self._examine(acceptance, certificate="fail", rejected_quantity=10, reject_reason="No report")
        self._sign(acceptance, "accept", self.acceptor)
        lot = acceptance.line_ids.lot_id
        self.assertEqual((acceptance.result, lot.gsp_acceptance_state), ("rejected", "rejected"))
        self.assertFalse(acceptance.store_picking_id)
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, 5, lot_id=lot)
        order = self._sell((self.otc, 1))
        self.assertRefused("gsp.stock.unaccepted", self._deliver, order, lot)
        self._deliver(order, self.otc_lot)
        self.assertEqual(
            order.picking_ids.state, "done", "a rejected lot that expires earlier stops no other"
        )

    def test_later_delivery_of_an_accepted_lot_waits_too(self):
        """Given an accepted lot, when more of it comes, then only the accepted packages can be sold."""
        self._accepted((self.otc, 5, {"lot_name": "AGAIN"}))
        _picking, second = self._received((self.otc, 7, {"lot_name": "AGAIN"}))
        lot = second.line_ids.lot_id
        self.assertEqual(self._on_hand(lot, self.stock), 5)
        move = self._create_transfer(
            self.otc,
            7,
            lot,
            destination=self.stock,
            source=second.line_ids.location_id,
            picking_type=self.warehouse.int_type_id,
        )
        self.assertRefused("gsp.stock.unaccepted", move.button_validate)

    def test_17501_only_an_entitled_person_signs(self):
        _picking, acceptance = self._received((self.otc, 10, {}))
        self._examine(acceptance)
        self.assertRefused("gsp.staff.employee", self._sign, acceptance, "accept", self.purchaser)
        self.acceptor_attendance.check_out = fields.Datetime.now()
        self.assertRefused("gsp.staff.duty", self._sign, acceptance, "accept", self.acceptor)
        self.assertEqual(acceptance.state, "draft")

    def test_17301_special_drugs_are_accepted_by_two_people(self):
        place = self._place("Cabinet", gsp_store_kind="dedicated_cabinet")
        self._change(self.rx, gsp_special_class="psychotropic_2", gsp_scope_id=self.rx.gsp_scope_id.id)
        self._license("psychotropic_2_permit")
        _picking, acceptance = self._received((self.rx, 10, {}))
        self._examine(acceptance, location_dest_id=place.id)
        self._sign(acceptance, "accept", self.acceptor)
        self.assertEqual(acceptance.state, "second")
        self.assertEqual(acceptance.line_ids.lot_id.gsp_acceptance_state, "pending")
        with self.assertRaises(UserError):
            acceptance.line_ids.with_user(self.acceptor).write({"sampled_packs": 99})
        self.assertRefused("gsp.acceptance.two_people", self._sign, acceptance, "second", self.acceptor)
        self._sign(acceptance, "second", self.second_acceptor)
        self.assertEqual((acceptance.state, acceptance.second_acceptor_id), ("done", self.second_acceptor))
        self.assertEqual(self._on_hand(acceptance.line_ids.lot_id, place), 10)

    def test_broken_cold_chain_is_not_accepted(self):
        cold = self._place("Refrigerator", gsp_storage_condition_id=self.cold.id)
        self._change(self.otc, gsp_storage_condition_id=self.cold.id)
        _picking, acceptance = self._received((self.otc, 10, {}))
        self.assertTrue(acceptance.is_cold_chain)
        self.assertEqual(acceptance.line_ids.location_dest_id, cold)
        self._examine(acceptance)
        with self.assertRaisesRegex(UserError, "Temperature Recorded"):
            acceptance.with_user(self.acceptor).action_accept()
        acceptance.write(
            {
                "carrier": "Cold Carrier",
                "dispatched_at": fields.Datetime.now() - timedelta(hours=5),
                "temperature_recorded": True,
                "temperature_record": "AAAA",
                "arrival_temperature": 6,
                "transport_temperature_min": 3,
                "transport_temperature_max": 12,
            }
        )
        self.assertRefused("gsp.acceptance.temperature", self._sign, acceptance, "accept", self.acceptor)
        acceptance.line_ids.write({"rejected_quantity": 10, "reject_reason": "12 degrees en route"})
        self._sign(acceptance, "accept", self.acceptor)
        self.assertEqual(acceptance.result, "rejected")

    def test_stock_on_hand_is_accepted_at_the_wish_of_quality(self):
        lot = self._create_lot(self.otc, "OPENING", 300, quantity=0)
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, 8, lot_id=lot)
        order = self._sell((self.otc, 1))
        self.assertRefused("gsp.stock.unaccepted", self._deliver, order, lot)
        with self.assertRaises(UserError):
            lot.with_user(self.clerk).action_gsp_open_acceptance()
        action = lot.with_user(self.quality).action_gsp_open_acceptance()
        acceptance = self.env["gsp.acceptance"].browse(action["res_id"])
        self.assertEqual((acceptance.kind, acceptance.line_ids.quantity), ("stock", 8))
        self._examine(acceptance)
        self._sign(acceptance, "accept", self.acceptor)
        self.assertEqual(lot.gsp_acceptance_state, "accepted")
        with self.assertRaises(UserError):
            lot.with_user(self.quality).action_gsp_open_acceptance()

    def test_receipt_in_two_steps(self):
        """Given a warehouse with input and storage, when signed, then the planned storage transfer is replaced."""
        self.warehouse.reception_steps = "two_steps"
        picking, acceptance = self._received((self.otc, 10, {}))
        planned = picking.move_ids.move_dest_ids
        self.assertTrue(planned)
        self.assertFalse(planned.move_line_ids, "nothing unaccepted is reserved")
        self._examine(acceptance, appearance="fail", rejected_quantity=3, reject_reason="Crushed")
        self._sign(acceptance, "accept", self.acceptor)
        self.assertEqual(planned.mapped("state"), ["cancel"])
        self.assertEqual(self._on_hand(acceptance.line_ids.lot_id, self.stock), 7)

    def test_strangers_and_forged_values(self):
        """Nobody creates, retitles or accepts by RPC, import or context; other companies see nothing."""
        picking, acceptance = self._received((self.otc, 10, {}))
        lot = acceptance.line_ids.lot_id
        for user in (self.clerk, self.quality, self.acceptor):
            with self.assertRaises(AccessError):
                self.env["gsp.acceptance"].with_user(user).create({})
            with self.assertRaises(UserError):
                lot.with_user(user).write({"gsp_acceptance_state": "accepted"})
            with self.assertRaises(UserError):
                acceptance.with_user(user).write({"state": "done"})
            with self.assertRaises(UserError):
                acceptance.line_ids.with_user(user).write({"quantity": 1})
        forged = (
            self.env["stock.lot"]
            .with_user(self.quality)
            .with_context(default_gsp_acceptance_state="accepted", gsp_acceptance_run=True)
            .create({"name": "FORGED", "product_id": self.otc.id, "company_id": self.company.id})
        )
        self.assertFalse(forged.gsp_acceptance_state)
        result = acceptance.with_user(self.clerk).load(["id", "state"], [[str(acceptance.id), "done"]])
        self.assertTrue(result["messages"])
        elsewhere = self._create_company("Elsewhere")
        stranger = self._create_user("gsp_elsewhere", "quality", company=elsewhere)
        with self.assertRaises(AccessError):
            acceptance.with_user(stranger).read(["name"])
        with self.assertRaises(AccessError):
            acceptance.with_user(stranger).action_accept()
        seen = self.env["gsp.acceptance"].with_user(stranger).with_context(allowed_company_ids=elsewhere.ids)
        self.assertFalse(seen.search([("id", "=", acceptance.id)]))
        with self.assertRaises(UserError):
            picking.move_line_ids.with_user(self.quality).write({"location_dest_id": self.stock.id})

    def test_cost_of_accepting_many_lots(self):
        """Given receipts of 2 and of 20 lots, when signed, then each further lot costs a fixed few queries."""
        counts = []
        for number in (2, 20):
            lines = [(self.otc, 1, {"lot_name": f"MANY-{number}-{index}"}) for index in range(number)]
            _picking, acceptance = self._received(*lines)
            self._examine(acceptance)
            acceptance = acceptance.with_user(self.acceptor)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self._sign(acceptance, "accept", self.acceptor)
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - start)
        self.assertLessEqual((counts[1] - counts[0]) / 18, 12, counts)

    def test_print_in_both_languages(self):
        _picking, acceptance = self._accepted((self.otc, 10, {}))
        report = self.env.ref("pharmacy_gsp.gsp_acceptance_report_form")
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"].search([("name", "=", "pharmacy_gsp")])._update_translations(["zh_CN"])
        for lang, title in (("en_US", "Acceptance Record"), ("zh_CN", "验收记录")):
            html = (
                report.with_context(lang=lang)
                ._render_qweb_html(report.report_name, acceptance.ids)[0]
                .decode()
            )
            for text in (
                title,
                acceptance.name,
                acceptance.line_ids.lot_name,
                self.acceptor.name,
                self.maker.name,
            ):
                self.assertIn(text, html)
