# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import ClaimsCommon


@tagged("post_install", "-at_install")
class TestKeyPart(ClaimsCommon):
    """Unusual failures of key parts and of lots are put before quality inspection, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._get_law_date()
        cls.team = cls.env["helpdesk.ticket.team"].create({"name": "Quality", "company_id": cls.company.id})
        cls.company.claim_quality_team_id = cls.team
        cls.key_part = cls.env["claim.key.part"].create(
            {
                "name": "Test motor",
                "product_ids": [Command.link(cls.part.id)],
                "days": 30,
                "least_failures": 2,
                "most_failures": 3,
            }
        )
        cls._purchase(cls.part, 20, 400.0)

    def _fail(self, count, days_ago=1):
        line = self._make_repair({self.part: count}).claim_line_ids
        line._set({"repair_date": self.today - timedelta(days=days_ago)})
        return line

    def _watch(self):
        self.env["claim.key.part"]._cron_watch()
        return self.env["claim.quality.alert"].search([("company_id", "=", self.company.id)])

    def test_seven_kinds_of_parts_come_with_the_product(self):
        """Covers: S2-C-08."""
        names = ("motor", "controller", "rear_axle", "differential", "frame", "front_damper", "rim_weldment")
        parts = [self.env.ref(f"parts_claims.key_part_{name}") for name in names]
        self.assertEqual(len({part.name for part in parts}), 7)
        self.assertTrue(all(part.active and part.most_failures and part.days for part in parts))

    def test_more_failures_than_the_limit_open_a_ticket_for_quality_inspection(self):
        """Covers: S2-C-08."""
        self._fail(3)
        self.assertFalse(self._watch(), "the limit itself is not unusual")
        self._fail(1)
        alert = self._watch()
        self.assertEqual((alert.key_part_id, alert.failures, alert.kind), (self.key_part, 4, "key_part"))
        self.assertIn("4 failures in 30 days, the limit is 3", alert.reason)
        self.assertEqual((alert.ticket_id.kind, alert.ticket_id.team_id), ("quality", self.team))
        self.assertEqual(self._watch(), alert, "not again while the ticket is open")
        listed = alert.with_user(self.clerk).search([("ticket_closed", "=", False)])
        self.assertIn(alert, listed, "also for those who handle no tickets")

    def test_a_rise_over_the_window_before_is_unusual(self):
        self._fail(1, days_ago=40)
        self._fail(1)
        self.assertFalse(self._watch(), "fewer than count at all")
        self._fail(1)
        alert = self._watch()
        self.assertEqual((alert.failures, alert.failures_before), (2, 1))

    def test_failures_of_other_parts_and_of_other_times_do_not_count(self):
        self._fail(4, days_ago=90)
        self._make_repair({self.fan: 8})
        self.assertFalse(self._watch())

    def test_parts_of_a_category_below_the_one_named_count(self):
        above = self.env["product.category"].create({"name": "Drives"})
        self.part.categ_id = self.env["product.category"].create({"name": "Motors", "parent_id": above.id})
        self.key_part.write({"product_ids": [Command.clear()], "categ_ids": [Command.set(above.ids)]})
        self._fail(4)
        self.assertEqual(self._watch().failures, 4)
        self.assertEqual(self.key_part.with_company(self.company).failures, 4)

    def test_after_the_ticket_is_closed_the_next_window_can_be_unusual_again(self):
        self._fail(4)
        alert = self._watch()
        alert.ticket_id.stage_id = self.env["helpdesk.ticket.stage"].search([("closed", "=", True)], limit=1)
        self.assertEqual(self._watch(), alert, "the same failures are not reported again")
        alert._set({"date": self.today - timedelta(days=31)})
        self.assertEqual(len(self._watch()), 2)

    def test_alerts_are_made_by_the_system_only(self):
        self._fail(4)
        alert = self._watch().with_user(self.manager)
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            alert.write({"failures": 1})
        with self.assertRaises(AccessError):
            alert.unlink()
        with self.assertRaises(UserError):
            alert.sudo().unlink()

    # Lots

    def _make_lot(self, received):
        board = self._make_part("Control board", 80.0, tracking="lot")
        lot = self.env["stock.lot"].create(
            {"name": "L-2026-07", "product_id": board.id, "company_id": self.company.id}
        )
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create({"product_id": board.id, "product_qty": received, "price_unit": 80})
                ],
            }
        )
        order.button_confirm()
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [Command.create(self._prepare_line(move, lot, received))]
        order.picking_ids._action_done()
        return lot

    def _prepare_line(self, move, lot, quantity):
        return {
            "location_dest_id": move.location_dest_id.id,
            "location_id": move.location_id.id,
            "lot_id": lot.id,
            "picked": True,
            "product_id": lot.product_id.id,
            "product_uom_id": lot.product_id.uom_id.id,
            "quantity": quantity,
        }

    def _fail_lot(self, lot, quantity):
        repair = self._make_repair({lot.product_id: quantity}, finish=False)
        for move in repair.move_ids:
            move.move_line_ids = [Command.create(self._prepare_line(move, lot, quantity))]
        self._finish(repair)
        self.assertEqual(repair.old_part_ids.lot_id, lot)

    def test_a_lot_of_which_more_fails_than_expected_is_suspicious(self):
        """Covers: S2-C-08."""
        self.company.write({"claim_lot_expected_percent": 10.0, "claim_lot_least_failures": 3})
        lot = self._make_lot(20)
        self._fail_lot(lot, 2)
        self.assertFalse(self._watch(), "too few to count")
        self._fail_lot(lot, 1)
        alert = self._watch()
        self.assertEqual((alert.kind, alert.lot_id, alert.supplier_id), ("lot", lot, self.supplier))
        self.assertEqual((alert.failures, alert.received), (3, 20))
        self.assertIn("3 of 20 received have failed (15.0 %)", alert.reason)
        self.assertEqual((alert.ticket_id.lot_id, alert.ticket_id.kind), (lot, "quality"))
        self.assertEqual(self._watch(), alert, "the same failures are not reported again")
        self._fail_lot(lot, 1)
        self.assertEqual(len(self._watch()), 2, "it is getting worse")

    def test_a_lot_within_what_is_expected_is_not_suspicious(self):
        self.company.write({"claim_lot_expected_percent": 10.0, "claim_lot_least_failures": 3})
        self._fail_lot(self._make_lot(50), 4)
        self.assertFalse(self._watch())


@tagged("post_install", "-at_install")
class TestClaimNotice(ClaimsCommon):
    def test_the_supplier_is_told_of_a_claim_with_its_date(self):
        """Covers: C-00-R3."""
        self.supplier.email = "claims@harbor.example.com"
        claim = self._make_claim()
        self.assertFalse(claim.notice_date)
        claim.action_submit()
        self.assertTrue(claim.notice_date)
        mail = self.env["mail.mail"].sudo().search([("model", "=", "parts.claim"), ("res_id", "=", claim.id)])
        self.assertEqual(mail.recipient_ids, self.supplier)
        self.assertIn(claim.name, mail.subject)
        claim.action_accept_rest()
        claim.action_answer()
        claim.action_agree()
        settlement = self._make_settlement(claim)
        settlement.action_post()
        self.assertEqual(settlement.sudo().credit_note_id.state, "posted", "accounting has it")

    def test_the_contact_of_the_product_is_told_instead(self):
        """Covers: A-11-R4."""
        manager = self.env["res.partner"].create(
            {"name": "Product Manager", "email": "pm@harbor.example.com", "parent_id": self.supplier.id}
        )
        self.part.seller_ids.claim_contact_id = manager
        claim = self._make_claim()
        self.assertEqual(claim.contact_ids, manager)
        claim.action_submit()
        mail = self.env["mail.mail"].sudo().search([("model", "=", "parts.claim"), ("res_id", "=", claim.id)])
        self.assertEqual(mail.recipient_ids, manager)

    def test_without_an_address_nobody_is_said_to_be_told(self):
        claim = self._make_claim()
        claim.action_submit()
        self.assertFalse(claim.notice_date)
        self.assertEqual(claim.state, "submitted")

    def test_the_day_of_the_notice_is_not_typed_in(self):
        claim = self._make_claim()
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            claim.write({"notice_date": "2026-01-01 10:00:00"})
