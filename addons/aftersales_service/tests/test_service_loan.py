# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestServiceLoan(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.machine_categ.property_cost_method = "average"
        cls.machine.standard_price = 700
        cls.spare = cls.create_lots(prefix="SPARE")
        cls.add_stock(cls.machine, lots=cls.spare)
        cls.repair = cls.create_repair(cls.lot)
        cls.loan = cls.lend()

    @classmethod
    def lend(cls, **vals):
        loans = cls.env["service.loan"].with_user(cls.reception)
        return loans.create(
            {
                "repair_id": cls.repair.id,
                "product_id": cls.machine.id,
                "lot_id": cls.spare.id,
                "due_date": fields.Date.today() + timedelta(days=10),
                "condition_out": "As new, full tank",
                **vals,
            }
        )

    def get_value(self):
        self.env.invalidate_all()
        return self.machine.total_value

    def test_a_loan_unit_goes_out_and_comes_back_and_stays_ours_at_its_value(self):
        """Covers: F-34."""
        value = self.get_value()
        self.loan.action_hand_out()
        place = self.spare.location_id
        self.assertEqual(place, self.company.service_loan_location_id)
        self.assertEqual((self.loan.state, self.loan.partner_id), ("out", self.customer))
        self.assertEqual(self.get_value(), value, "our stock is worth what it was")
        self.assertEqual(
            self.machine.with_context(warehouse_id=self.warehouse.id).free_qty, 0, "nobody else gets it"
        )
        self.assertFalse(self.get_registrations(self.spare), "a loan is no sale")
        with self.assertRaisesRegex(UserError, "condition"):
            self.loan.action_take_back()
        self.loan.condition_back = "One scratch"
        self.loan.action_take_back()
        self.assertEqual((self.spare.location_id, self.loan.state), (self.stock_location, "returned"))
        self.assertEqual(self.get_value(), value)
        self.assertEqual(len(self.loan.picking_ids), 2)

    def test_the_repaired_unit_is_handed_over_against_the_loan_unit(self):
        """Covers: F-34."""
        self.loan.action_hand_out()

        def rules():
            return [violation.rule for violation in self.repair._get_service_violations("delivered")]

        self.assertIn("service.loan.out", rules())
        self.loan.condition_back = "Fine"
        self.loan.action_take_back()
        self.assertNotIn("service.loan.out", rules())

    def test_a_unit_is_lent_once_at_a_time_and_only_if_it_is_there(self):
        second = self.lend()
        self.loan.action_hand_out()
        with self.assertRaisesRegex(UserError, "not all of it is free"), self.cr.savepoint():
            second.action_hand_out()
        with self.assertRaisesRegex(UserError, "choose the serial number"):
            self.lend(lot_id=False).action_hand_out()
        with self.assertRaises(UserError):
            self.loan.lot_id = self.lot
        with self.assertRaises(UserError):
            self.loan.write({"state": "returned"})

    def test_a_loan_unit_is_handed_out_within_hours_and_asked_back_when_due(self):
        """Covers: F-34."""
        now = fields.Datetime.now()
        self.loan.write({"requested_on": now - timedelta(hours=4, minutes=1)})
        self.loan.action_hand_out()
        self.assertTrue(self.loan.is_out_late)
        self.loan.due_date = fields.Date.today() - timedelta(days=2)
        for _time in range(2):
            self.env["service.loan"]._cron_remind_due()
        self.assertEqual(len(self.loan.activity_ids), 1)
        in_time = self.lend(requested_on=now - timedelta(hours=3))
        self.assertEqual(in_time.out_deadline, in_time.requested_on + timedelta(hours=4))
        self.assertFalse(in_time.is_out_late)
