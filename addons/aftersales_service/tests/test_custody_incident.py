# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestCustodyIncident(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.company.service_supervisor_id = cls.manager
        cls.repair = cls.create_repair(cls.lot)
        cls.incident = (
            cls.env["service.custody.incident"]
            .with_user(cls.technician)
            .create(
                {
                    "repair_id": cls.repair.id,
                    "item": "Left door",
                    "place": "Paint shop",
                    "description": "A dust curtain fell on it.",
                    "state": False,
                }
            )
        )

    def test_from_the_report_to_the_preventive_action(self):
        """Covers: A-13-R3."""
        incident = self.incident
        self.assertEqual((incident.partner_id, incident.lot_id), (self.customer, self.lot))
        self.assertEqual(incident.activity_ids.user_id, self.manager, "the supervisor is told at once")
        with self.assertRaisesRegex(UserError, "Cause, Responsible"):
            incident.action_investigate()
        incident.write({"cause": "Loose screw", "responsible_id": self.technician.id})
        incident.action_investigate()
        incident.write({"demand": "compensation", "amount_demanded": 30000})
        with self.assertRaises(AccessError):
            incident.action_settle()
        incident = incident.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "Settlement"):
            incident.action_settle()
        incident.write({"settlement": "Painted again, and a discount", "amount_settled": 800})
        incident.action_settle()
        self.assertTrue(incident.settled_on)
        with self.assertRaisesRegex(UserError, "Preventive Action"):
            incident.action_close()
        incident.preventive_action = "Curtains are checked every week"
        incident.action_close()
        self.assertEqual(incident.state, "closed")
        with self.assertRaisesRegex(UserError, "no longer changes"):
            incident.amount_settled = 1

    def test_states_and_dates_are_not_written(self):
        for vals in ({"state": "closed"}, {"settled_on": "2026-01-01 00:00:00"}):
            with self.assertRaises(UserError):
                self.incident.with_user(self.manager).write(vals)
        with self.assertRaises(UserError):
            self.incident.occurred_on = fields.Datetime.now() + timedelta(days=1)
        with self.assertRaises(AccessError):
            self.incident.action_cancel()
