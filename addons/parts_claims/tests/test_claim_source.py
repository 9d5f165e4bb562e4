# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .claim_kind_common import ClaimKindCommon
from .old_part_common import OldPartCommon


@tagged("post_install", "-at_install")
class TestClaimSource(ClaimKindCommon, OldPartCommon):
    """Claims that do not begin with a repair: defective stock, receipts, returns, transport, complaints."""

    def scrap(self, quantity=2):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.part.id,
                "scrap_qty": quantity,
                "company_id": self.company.id,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        scrap.do_scrap()
        return scrap

    def claim(self, record, user=None, goods=None, **vals):
        action = record.with_user(user or self.clerk).action_claim_from_supplier()
        wizard = self.env["parts.claim.source"].with_user(user or self.clerk).browse(action["res_id"])
        wizard.write(vals)
        if goods is not None:
            wizard.line_ids.quantity = goods
        wizard.action_claim()
        field = "scrap_id" if record._name == "stock.scrap" else "move_id.picking_id"
        return self.lines.search([(field, "=", record.id)])

    def test_scrapped_stock_is_claimed_from_its_supplier(self):
        """Covers: C-11-R1."""
        scrap = self.scrap()
        line = self.claim(scrap, reason="Housing cracked")
        self.assertEqual((line.state, line.origin_kind, line.kind), ("claimable", "stock", "part"))
        self.assertEqual((line.supplier_id, line.quantity, line.amount_claimed), (self.supplier, 2, 800))
        self.assertEqual((line.defect_reason, line.old_part_required), ("Housing cracked", False))
        self.assertEqual(scrap.claim_line_count, 1)
        line.with_user(self.clerk).action_add_to_claims()
        claim = line.claim_id.with_user(self.clerk)
        claim.action_submit()
        self.assertIn(scrap.name, line._get_origin_name())

    def test_goods_are_claimed_once(self):
        scrap = self.scrap()
        self.claim(scrap, reason="Cracked")
        with self.assertRaisesRegex(UserError, "is claimed already"):
            self.claim(scrap, reason="Cracked")

    def test_no_more_is_claimed_than_was_scrapped(self):
        for goods in (3, -1, 2000):
            with (
                self.subTest(goods=goods),
                self.assertRaisesRegex(UserError, "cannot be claimed, 2 were moved"),
            ):
                self.claim(self.scrap(), reason="Cracked", goods=goods)
        for goods, reason, message in ((0, "Cracked", "how many"), (2, " ", "what is wrong")):
            with self.subTest(message=message), self.assertRaisesRegex(UserError, message):
                self.claim(self.scrap(), reason=reason, goods=goods)

    def test_a_scrap_that_is_not_done_is_not_claimed(self):
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.part.id, "scrap_qty": 1, "company_id": self.company.id}
        )
        with self.assertRaisesRegex(UserError, "Validate"):
            scrap.with_user(self.clerk).action_claim_from_supplier()
        with self.assertRaises(AccessError):
            self.scrap().with_user(self.technician).action_claim_from_supplier()

    def test_what_arrived_damaged_is_claimed_from_the_carrier(self):
        """Covers: C-00-R1."""
        self._make_agreement(name="Freight", supplier_id=self.carrier.id, price_basis="standard_cost")
        receipt = self._purchase(self.part, 5, 400.0).picking_ids
        with self.assertRaisesRegex(UserError, "Name the carrier"):
            self.claim(receipt, origin_kind="transport", reason="Crushed", goods=3)
        line = self.claim(
            receipt, origin_kind="transport", party_id=self.carrier.id, reason="Crushed", goods=3
        )
        self.assertEqual((line.supplier_id, line.origin_kind), (self.carrier, "transport"))
        self.assertEqual((line.quantity, line.amount_claimed), (3, 1200))
        line.with_user(self.clerk).action_recheck()
        self.assertEqual((line.quantity, line.amount_claimed), (3, 1200), "still three")

    def test_an_incoming_defect_and_a_return_are_told_apart(self):
        receipt = self._purchase(self.part, 5, 400.0).picking_ids
        wizard = Form(
            self.env["stock.return.picking"].with_context(
                active_id=receipt.id, active_ids=receipt.ids, active_model="stock.picking"
            )
        ).save()
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        with self.assertRaisesRegex(UserError, "no finished receipt"):
            back.with_user(self.clerk).action_claim_from_supplier()
        back.move_ids.write({"quantity": 1, "picked": True})
        back._action_done()
        self.assertEqual(self.claim(receipt, reason="Dented", goods=1).origin_kind, "incoming")
        self.assertEqual(self.claim(back, reason="Dented").origin_kind, "return")

    def test_old_parts_going_back_are_no_claim(self):
        part = self._take_out()
        self._ship(part)
        picking = part.out_move_id.picking_id
        self.assertEqual((picking.state, picking.is_claimable), ("done", False))

    def test_goods_without_supplier_name_the_problem(self):
        orphan = self._make_product("Orphan", standard_price=10)
        self.env["stock.quant"]._update_available_quantity(orphan, self.warehouse.lot_stock_id, 5)
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": orphan.id,
                "scrap_qty": 1,
                "company_id": self.company.id,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        scrap.do_scrap()
        line = self.claim(scrap, reason="Rust")
        self.assertEqual(line.state, "blocked")
        self.assertIn("No supplier is known for Orphan", line.problem)

    # Complaints

    def complaint(self, *shares):
        return self.env["helpdesk.ticket"].create(
            {
                "name": "Noisy fridge",
                "description": "It rattles",
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "responsible_ids": [
                    Command.create({"party_kind": kind, "partner_id": partner.id, "share": share})
                    for kind, partner, share in shares
                ],
            }
        )

    def test_a_complaint_is_claimed_from_the_supplier_responsible(self):
        """Covers: S2-C-10."""
        self.terms(cover_ids=[self.cover("expense")])
        ticket = self.complaint(("supplier", self.supplier, 70))
        self.expense(ticket_id=ticket.id, kind="expense", name="Compensation paid", amount=300.0)
        line = self.lines.search([("ticket_id", "=", ticket.id)])
        self.assertEqual(
            (line.supplier_id, line.origin_kind, line.amount_claimed), (self.supplier, "complaint", 210)
        )
        self.assertEqual(ticket.claim_line_count, 1)
        line.with_user(self.clerk).action_add_to_claims()
        line.claim_id.with_user(self.clerk).action_submit()

    def test_a_complaint_nobody_else_answers_for_is_not_claimed(self):
        ticket = self.complaint()
        self.expense(ticket_id=ticket.id, kind="expense", name="Compensation paid", amount=300.0)
        line = self.lines.search([("ticket_id", "=", ticket.id)])
        self.assertEqual(line.state, "blocked")
        ticket.responsible_ids = [
            Command.create({"party_kind": "carrier", "partner_id": self.carrier.id, "share": 100})
        ]
        line.with_user(self.clerk).action_recheck()
        self.assertNotIn("No supplier answers", line.problem)
