# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged

from .claim_kind_common import ClaimKindCommon


@tagged("post_install", "-at_install")
class TestSettlementReplacement(ClaimKindCommon):
    """A supplier sends the same parts again: they come by a transfer, valued as agreed, and that ends the matter."""

    def _make(self, value="cost", method="average", parts=None):
        self.part.categ_id = self.env["product.category"].create({"name": method})
        self.part.categ_id.with_company(self.company).property_cost_method = method
        self.terms(settlement_way="replacement", replacement_value=value)
        return self._make_settlement(self._make_agreed(self._make_repair(parts or {self.part: 2})))

    def _receive(self, settlement, quantity=None):
        picking = settlement.sudo().replacement_move_ids.picking_id.filtered(lambda one: one.state != "done")
        for move in picking.move_ids:
            move.write({"quantity": quantity or move.product_uom_qty, "picked": True})
        picking._action_done()
        return picking

    def _get_value(self):
        self.part.invalidate_recordset()
        part = self.part.with_company(self.company)
        return part.qty_available, part.total_value

    def test_goods_at_cost_give_the_repair_its_cost_back(self):
        """Covers: S2-C-06."""
        for method in ("average", "fifo", "standard"):
            with self.subTest(method=method):
                settlement = self._make("cost", method)
                quantity, value = self._get_value()
                settlement.action_post()
                self.assertEqual((settlement.state, self._get_value()), ("posted", (quantity, value)))
                self._receive(settlement)
                self.assertEqual(settlement.state, "reconciled")
                self.assertEqual(self._get_value(), (quantity + 2, value + 800.0))

    def test_goods_at_zero_add_pieces_and_no_value(self):
        for method in ("average", "fifo"):
            with self.subTest(method=method):
                settlement = self._make("zero", method)
                quantity, value = self._get_value()
                settlement.action_post()
                picking = self._receive(settlement)
                self.assertEqual(picking.move_ids.value, 0.0)
                self.assertEqual(self._get_value(), (quantity + 2, value))

    def test_no_document_is_posted_and_no_tax_is_due(self):
        settlement = self._make()
        self.assertEqual((settlement.amount_tax, settlement.amount_total), (0.0, 800.0))
        settlement.action_post()
        self.assertFalse(settlement.sudo()._get_documents())
        self.assertEqual(settlement.line_ids.claim_id.state, "settled")
        with self.assertRaisesRegex(UserError, "no open bill"):
            settlement.action_reconcile()

    def test_the_rest_stays_owed_on_a_back_order(self):
        settlement = self._make()
        settlement.action_post()
        self._receive(settlement, 1)
        self.assertEqual(settlement.state, "posted")
        rest = settlement.sudo().replacement_move_ids.filtered(lambda move: move.state != "done")
        self.assertEqual(rest.product_uom_qty, 1)
        with self.assertRaisesRegex(UserError, "still owes these goods"):
            rest.picking_id.action_cancel()
        self._receive(settlement)
        self.assertEqual(settlement.state, "reconciled")

    def test_what_is_no_part_or_was_agreed_in_part_is_not_replaced(self):
        self.cover_labor(settlement_way="replacement")
        labor = self._make_settlement(self._make_agreed(self.repair_with_labor()))
        with self.assertRaisesRegex(UserError, "cannot be replaced by goods"):
            labor.action_post()
        labor.action_cancel()
        claim = self._make_claim(self._make_repair())
        claim.action_submit()
        claim.line_ids.write({"decision": "partly", "amount_agreed": 100.0, "decision_reason": "Worn"})
        claim.action_answer()
        claim.action_agree()
        settlement = self._make_settlement(claim)
        settlement.line_ids.filtered(lambda line: line.claim_id != claim).unlink()
        with self.assertRaisesRegex(UserError, "cannot be replaced by goods"):
            settlement.action_post()

    def test_variances_of_money_are_refused(self):
        settlement = self._make()
        settlement.variance_ids = [(0, 0, {"reason": "Rounding", "amount": 0.5})]
        with self.assertRaisesRegex(UserError, "variances of money"):
            settlement.action_post()

    def test_a_promise_is_withdrawn_with_its_transfer(self):
        settlement = self._make()
        settlement.action_post()
        settlement.with_user(self.manager).action_cancel()
        self.assertEqual(settlement.state, "canceled")
        self.assertEqual(settlement.sudo().replacement_move_ids.mapped("state"), ["cancel"])
        self.assertEqual(settlement.line_ids.claim_id.state, "agreed")

    def test_received_goods_go_back_before_the_settlement_is_canceled(self):
        settlement = self._make()
        before = self._get_value()
        settlement.action_post()
        picking = self._receive(settlement)
        with self.assertRaisesRegex(UserError, "Send them back"):
            settlement.with_user(self.manager).action_cancel()
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.write({"quantity": 2, "picked": True})
        back._action_done()
        self.assertEqual(self._get_value(), before)
        settlement.with_user(self.manager).action_cancel()
        self.assertEqual((settlement.state, settlement.line_ids.claim_id.state), ("canceled", "agreed"))

    def test_the_value_is_fixed_once_posted(self):
        settlement = self._make()
        settlement.action_post()
        with self.assertRaisesRegex(UserError, "can no longer change"):
            settlement.replacement_value = "zero"
