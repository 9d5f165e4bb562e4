# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import AftersalesCase

PASSWORD = "a-long-secret-of-the-signer"
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="


@tagged("post_install", "-at_install")
class TestServiceMode(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.add_stock(cls.pump, 5)

    def start_on_site(self):
        repair = self.create_repair(
            self.lot, [("add", self.pump)], service_mode="on_site", phone_diagnosis="Pump leaks"
        )
        self.dispatch(repair)
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.write({"quantity": 1, "picked": True})
        return repair

    def rules(self, repair, stage):
        return [violation.rule for violation in repair._get_service_violations(stage)]

    # On site

    def test_no_signature_is_asked_before_the_service_is_done(self):
        """Covers: R-03, F-07."""
        repair = self.start_on_site()
        for door in (
            lambda: repair.action_sign_voucher(),
            lambda: repair._sign_as_customer("voucher", "Customer", DOT),
            lambda: repair._sign_as_customer("voucher", "Customer", DOT, channel="portal"),
        ):
            with self.assertRaisesRegex(UserError, "No signature may be asked before"):
                door()
        visit = self.write_visit(repair)
        with self.assertRaisesRegex(UserError, "No signature may be asked before"):
            repair.action_sign_voucher()
        visit.action_done()
        self.assertEqual(repair.action_sign_voucher()["res_model"], "service.customer.signature.wizard")

    def test_a_job_on_site_ends_only_with_the_customers_signature(self):
        """Covers: R-02, F-07."""
        repair = self.start_on_site()
        self.report_visit(repair)
        self.pass_quality_check(repair)
        with self.assertRaisesRegex(UserError, "has not signed the voucher"):
            repair.action_repair_end()
        signature = repair._sign_as_customer("voucher", "Plant supervisor", DOT)
        self.assertIn("Worn seal", signature.content)
        repair.action_repair_end()
        self.assertEqual(repair.service_stage, "ready")

    def test_a_signed_voucher_does_not_hold_for_parts_changed_afterwards(self):
        """Covers: R-03."""
        repair = self.start_on_site()
        self.report_visit(repair)
        signature = repair._sign_as_customer("voucher", "Plant supervisor", DOT)
        self.pass_quality_check(repair)
        repair.move_ids.quantity = 2
        with self.assertRaisesRegex(UserError, "has not signed the voucher"):
            repair.action_repair_end()
        for user in (self.technician, self.manager):
            with self.assertRaises(UserError):
                signature.with_user(user).write({"signed_by": "Somebody"})

    def test_the_closing_summary_is_compulsory(self):
        """Covers: S3-R10, F-07."""
        repair = self.start_on_site()
        self.pass_quality_check(repair)
        self.assertIn("service.visit.report", self.rules(repair, "ready"))
        visit = self.write_visit(repair, summary_cause=False, voltage_in=False, opened_before=False)
        with self.assertRaisesRegex(UserError, "Opened Before|opened_before|Cause"):
            visit.action_done()
        self.assertEqual(set(visit._get_missing_fields()), {"opened_before", "summary_cause", "voltage_in"})
        self.assertIn("service.visit.report", self.rules(repair, "ready"))
        visit.write({"summary_cause": "Seal", "no_electrics": True, "opened_before": "yes"})
        visit.action_done()
        self.assertNotIn("service.visit.report", self.rules(repair, "ready"))
        self.assertTrue(visit.left_on)
        with self.assertRaisesRegex(UserError, "no longer changes"):
            visit.summary_cause = "Something else"
        with self.assertRaises(AccessError):
            self.env["service.visit"].with_user(self.reception).create({"repair_id": repair.id})

    # Carry-in

    def test_a_carried_in_unit_needs_a_receipt_and_goes_back_only_against_it(self):
        """Covers: R-05, F-08."""
        self.company.service_receipt_required = True
        repair = self.create_repair(self.lot)
        with self.assertRaisesRegex(UserError, "no receipt"):
            repair.action_repair_start()
        receipt = self.env["service.receipt"].browse(repair.action_issue_receipt()["res_id"])
        receipt = receipt.with_user(self.reception)
        self.assertEqual(repair.action_issue_receipt()["res_id"], receipt.id)
        self.assertIn(self.lot.name, receipt.description)
        repair.action_repair_start()
        with self.assertRaisesRegex(UserError, "has not passed its check"):
            receipt.action_void()
        self.assertIn("service.receipt.open", self.rules(repair, "delivered"))
        self.assertIn("service.quality.missing", self.rules(repair, "delivered"))
        self.pass_quality_check(repair)
        repair.action_repair_end()
        self.assertIn("service.receipt.open", self.rules(repair, "delivered"))
        receipt.action_void()
        self.assertEqual((receipt.state, receipt.voided_by_id), ("voided", self.reception))
        self.assertTrue(receipt.issued_on and receipt.voided_on, "in and out stand in the register")
        self.assertNotIn("service.receipt.open", self.rules(repair, "delivered"))
        with self.assertRaises(UserError):
            receipt.unlink()
        with self.assertRaises(UserError):
            receipt.write({"state": "issued"})

    def test_the_receipt_prints_in_the_customers_language(self):
        """Covers: R-05."""
        self.env["res.lang"]._activate_lang("zh_CN")
        repair = self.create_repair(self.lot)
        receipt = self.env["service.receipt"].browse(repair.action_issue_receipt()["res_id"])
        html = self.env["ir.actions.report"]._render_qweb_html(
            "aftersales_service.report_receipt", receipt.ids
        )
        self.assertIn(receipt.name, html[0].decode())
        self.assertIn("handed over against this receipt only", html[0].decode())

    # By post

    def ship(self, repair, direction, sent, received, cost=0.0):
        shipment = (
            self.env["service.shipment"]
            .with_user(self.reception)
            .create(
                {
                    "repair_id": repair.id,
                    "direction": direction,
                    "carrier_id": self.supplier.id,
                    "tracking_number": "SF100",
                    "cost": cost,
                }
            )
        )
        with freeze_time(sent):
            shipment.action_send()
        with freeze_time(received):
            shipment.action_receive()
        return shipment

    def test_a_factory_repair_knows_when_it_went_and_came_back_and_how_long_each_way_takes(self):
        """Covers: A-20-R1."""
        now = fields.Datetime.now()
        unsold = self.create_lots(prefix="FACTORY")
        repair = self.create_repair(unsold, service_mode="factory", report_date=now - timedelta(days=20))
        self.ship(repair, "from_customer", now - timedelta(days=18), now - timedelta(days=16))
        self.ship(repair, "to_factory", now - timedelta(days=15), now - timedelta(days=13), cost=25)
        self.ship(repair, "from_factory", now - timedelta(days=7), now - timedelta(days=5), cost=30)
        repair._write_system({"finished_on": now - timedelta(days=4)})
        self.assertAlmostEqual(repair.factory_days, 10, places=2)
        self.assertAlmostEqual(repair.turnaround_days, 12, places=2)
        bench = self.create_repair(unsold, report_date=now - timedelta(days=6))
        bench._write_system({"finished_on": now - timedelta(days=4)})
        other = self.create_repair(unsold, report_date=now - timedelta(days=8))
        other._write_system({"finished_on": now - timedelta(days=4)})
        averages = {
            mode: round(days, 2)
            for mode, days in self.env["repair.order"]._read_group(
                [("id", "in", (repair + bench + other).ids)], ["service_mode"], ["turnaround_days:avg"]
            )
        }
        self.assertEqual(averages, {"factory": 12, "workshop": 3})

    def test_nothing_is_sent_without_courier_and_tracking_number(self):
        shipment = self.env["service.shipment"].with_user(self.reception)
        shipment = shipment.create({"repair_id": self.create_repair(self.lot).id, "direction": "to_factory"})
        with self.assertRaisesRegex(UserError, "courier and the tracking number"):
            shipment.action_send()
        with self.assertRaises(UserError):
            shipment.write({"sent_on": fields.Datetime.now()})

    def make_signer(self, login, role):
        return new_test_user(
            self.env, login, password=PASSWORD, groups=f"aftersales_service.aftersales_service_group_{role}"
        )

    def sign(self, action, user):
        wizard = self.env["compliance.signature.wizard"].browse(action["res_id"]).with_user(user)
        wizard.with_context(password=PASSWORD).action_sign()

    def test_postage_is_signed_by_its_handler_and_then_by_the_leader(self):
        """Covers: R-16."""
        handler, leader = self.make_signer("t_handler", "reception"), self.make_signer("t_leader", "manager")
        repair = self.create_repair(self.lot, service_mode="factory")
        now = fields.Datetime.now()
        shipment = self.ship(repair, "to_factory", now, now, cost=25)
        self.assertIn("service.postage.unsigned", self.rules(repair, "delivered"))
        with self.assertRaisesRegex(UserError, "the handler signs for the postage first"):
            shipment.with_user(leader).action_sign_leader()
        self.sign(shipment.with_user(handler).action_sign_handler(), handler)
        self.assertIn("service.postage.unsigned", self.rules(repair, "delivered"))
        with self.assertRaises(AccessError):
            shipment.with_user(handler).action_sign_leader()
        self.sign(shipment.with_user(leader).action_sign_leader(), leader)
        self.assertEqual((shipment.handler_id, shipment.leader_id), (handler, leader))
        self.assertNotIn("service.postage.unsigned", self.rules(repair, "delivered"))
        shipment.cost = 40
        self.assertFalse(shipment.is_cost_signed, "another amount is signed anew")
        with self.assertRaises(UserError):
            shipment.write({"leader_id": leader.id})

    def test_one_person_does_not_sign_twice(self):
        """Covers: R-16."""
        leader = self.make_signer("t_leader", "manager")
        now = fields.Datetime.now()
        shipment = self.ship(self.create_repair(self.lot), "to_customer", now, now, cost=25)
        self.sign(shipment.with_user(leader).action_sign_handler(), leader)
        with self.assertRaisesRegex(UserError, "two people"):
            shipment.with_user(leader).action_sign_leader()
