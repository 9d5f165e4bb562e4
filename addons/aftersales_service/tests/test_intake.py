# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SIGNATURE, AftersalesCase


class IntakeCase(AftersalesCase):
    """A unit sold with a warranty comes back to the workshop, with the rules of the intake in force."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"intake_signature": "workshop", "one_open_repair": True})
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)

    @classmethod
    def take_in(cls, lot=None, **vals):
        """A repair as reception writes it down: one request, read back, valuables asked for."""
        return cls.create_repair(
            lot or cls.lot,
            user=cls.reception,
            **{
                "request_ids": [Command.create({"name": "It gets slower and slower", "read_back": True})],
                "valuables_warned": True,
                **vals,
            },
        )


@tagged("post_install", "-at_install")
class TestIntakeSignature(IntakeCase):
    def sign(self, repair, user=None):
        return repair.with_user(user or self.reception)._sign_as_customer("intake", "Driver", SIGNATURE)

    def assertRefused(self, text, call, *args):
        with self.assertRaisesRegex(UserError, text):
            call(*args)

    def test_no_estimate_and_no_work_before_the_customer_has_signed_the_intake(self):
        """Covers: A-13-R1."""
        repair = self.take_in()
        for door in ("action_present_estimate", "action_repair_start"):
            self.assertRefused("has not signed the intake", getattr(repair.with_user(self.manager), door))
        repair.with_user(self.technician).action_start_diagnosis()
        self.assertEqual(repair.service_stage, "diagnosis", "looking is free")
        self.sign(repair)
        repair.action_present_estimate()
        repair.with_user(self.technician).action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def test_the_door_over_a_batch_is_shut_by_one_unsigned_repair(self):
        signed, unsigned = self.take_in(), self.take_in(self.create_lots(prefix="OTHER"))
        self.sign(signed)
        both = (signed | unsigned).with_user(self.technician)
        self.assertRefused(unsigned.name, both.action_repair_start)
        self.assertEqual(set(both.mapped("service_stage")), {"received"})

    def test_a_changed_intake_has_to_be_signed_again(self):
        repair = self.take_in()
        self.sign(repair)
        self.assertTrue(repair.is_intake_signed)
        self.assertRefused("signed already", self.sign, repair)
        repair.request_ids = [Command.create({"name": "And the lamp is broken", "read_back": True})]
        self.assertFalse(repair.is_intake_signed)
        self.assertRefused("has changed since", repair.action_present_estimate)
        self.sign(repair)
        repair.action_present_estimate()

    def test_what_is_noted_at_hand_over_does_not_undo_the_signature(self):
        repair = self.take_in(belonging_ids=[Command.create({"name": "Keys"})])
        self.sign(repair)
        repair.belonging_ids.returned = True
        repair.request_ids.write({"state": "solved", "resolution": "Pump replaced"})
        repair.covers_removed = True
        self.assertTrue(repair.is_intake_signed)

    def test_the_signature_holds_in_every_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.machine.with_context(lang="zh_CN").name = "机器"
        repair = self.take_in()
        repair.with_context(lang="zh_CN").with_user(self.reception)._sign_as_customer(
            "intake", "Driver", SIGNATURE
        )
        for lang in ("en_US", "zh_CN"):
            self.assertTrue(repair.with_context(lang=lang)._get_valid_customer_signature("intake"))

    def test_the_customer_signs_only_what_is_complete_and_everything_missing_is_told_at_once(self):
        """Covers: AS-01."""
        repair = self.create_repair(self.lot, user=self.reception)
        with self.assertRaises(UserError) as refused:
            repair.action_sign_intake()
        message = str(refused.exception)
        self.assertIn("no request of the customer", message)
        self.assertIn("not warned about valuables", message)
        repair.request_ids = [Command.create({"name": "No power"})]
        repair.valuables_warned = True
        self.assertRefused("not read back to the customer: No power", repair.action_sign_intake)
        repair.request_ids.read_back = True
        repair.condition_mark_ids = [
            Command.create({"sequence": 1, "kind": "dent", "x": 12.5, "y": 40, "note": "left door"})
        ]
        repair.belonging_ids = [Command.create({"name": "Umbrella", "quantity": 2})]
        wizard = self.env["service.customer.signature.wizard"].browse(repair.action_sign_intake()["res_id"])
        wizard.with_user(self.reception).write({"signed_by": "Driver", "signature": SIGNATURE})
        wizard.with_user(self.reception).action_sign()
        signature = repair.customer_signature_ids
        for text in ("No power", "left door", "Umbrella"):
            self.assertIn(text, signature.content)
        self.assertEqual((repair.received_on, repair.received_by_id), (signature.signed_on, self.reception))

    def test_a_meter_limit_in_the_cover_asks_for_the_meter(self):
        machine = self.create_product("Truck", self.machine_categ, tracking="serial")
        line = {"component_id": self.main_unit.id, "months": 24, "meter_limit": 60000, "meter_unit": "km"}
        self.env["warranty.term"].create(
            self.prepare_term("Truck", machine.product_tmpl_id, line_ids=[Command.create(line)])
        )
        truck = self.create_lots(1, machine, "TR")
        self.sell_and_deliver(truck)
        repair = self.take_in(truck)
        self.assertRefused("no reading is entered", self.sign, repair)
        repair.write({"meter_reading": 41200, "meter_unit": "km"})
        self.assertTrue(self.sign(repair))

    def test_only_reception_takes_in(self):
        repair = self.take_in()
        for user in (self.technician, self.stock_user):
            with self.assertRaises(AccessError):
                repair.with_user(user).action_sign_intake()
            with self.assertRaises(AccessError):
                self.sign(repair, user)
        with self.assertRaises(AccessError):
            repair.with_user(self.portal_user).action_sign_intake()

    def test_who_received_the_unit_cannot_be_written(self):
        for user in (self.reception, self.manager):
            with self.assertRaises(AccessError):
                self.take_in(self.create_lots(prefix=user.login), received_by_id=user.id)
        repair = self.take_in()
        with self.assertRaises(AccessError):
            repair.with_user(self.manager).received_on = "2020-01-01"

    def test_where_no_customer_stands_at_the_desk_nothing_is_signed(self):
        own, away = self.create_lots(2, prefix="FREE")
        self.sell_and_deliver(away)
        self.create_repair(own, partner_id=False).action_repair_start()
        repair = self.take_in(away, service_mode="on_site")
        self.dispatch(repair)
        repair.with_user(self.technician).action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def test_the_company_decides_which_repairs_are_signed(self):
        self.company.intake_signature = "received"
        repair = self.take_in(service_mode="mail_in")
        self.assertRefused("has not signed", repair.with_user(self.technician).action_repair_start)
        self.company.intake_signature = "never"
        repair.with_user(self.technician).action_repair_start()
        self.assertEqual(repair.service_stage, "work")

    def test_covers_and_belongings_go_back_before_the_unit_does(self):
        repair = self.take_in(covers_fitted=True, belonging_ids=[Command.create({"name": "Keys"})])
        violations = repair._get_service_violations("delivered")
        self.assertIn("aftersales.handover.covers", [violation.rule for violation in violations])
        self.assertIn("aftersales.handover.belongings", [violation.rule for violation in violations])
        repair.covers_removed = True
        repair.belonging_ids.returned = True
        rules = [violation.rule for violation in repair._get_service_violations("delivered")]
        self.assertFalse([rule for rule in rules if rule.startswith("aftersales.handover.")])

    def test_a_mark_lies_on_the_picture_and_a_belonging_is_there(self):
        for field, vals in (
            ("condition_mark_ids", {"x": 101, "y": 5}),
            ("belonging_ids", {"name": "Keys", "quantity": 0}),
        ):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
                self.take_in(**{field: [Command.create(vals)]})

    def test_another_company_reads_nothing_of_the_intake(self):
        repair = self.take_in(
            belonging_ids=[Command.create({"name": "Keys"})],
            condition_mark_ids=[Command.create({"x": 1, "y": 1})],
        )
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.manager.copy(
            {"login": "t_stranger", "company_id": company.id, "company_ids": [Command.set(company.ids)]}
        )
        for records in (repair.belonging_ids, repair.condition_mark_ids):
            self.assertFalse(self.env[records._name].with_user(stranger).search([]))
            with self.assertRaises(AccessError):
                records.with_user(stranger).read(["company_id"])
        with self.assertRaises(AccessError):
            self.env["repair.belonging"].with_user(self.stock_user).create(
                {"repair_id": repair.id, "name": "X"}
            )

    def test_a_ticket_brings_its_subject_as_the_first_request(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.reception)
        ticket = tickets.create(
            {
                "name": "No cooling",
                "description": "It hums",
                "kind": "repair",
                "product_id": self.machine.id,
                "lot_id": self.lot.id,
                "partner_id": self.customer.id,
            }
        )
        repair = self.env["repair.order"].browse(ticket.action_create_repair()["res_id"])
        self.assertEqual(repair.request_ids.mapped("name"), ["No cooling"])
        self.assertFalse(repair.request_ids.read_back, "it was not read back yet")
