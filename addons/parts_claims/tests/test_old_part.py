# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .old_part_common import OldPartCommon


@tagged("post_install", "-at_install")
class TestOldPart(OldPartCommon):
    def test_a_covered_repair_tags_what_it_takes_out(self):
        """Covers: F-11, R-39."""
        repair = self._make_repair({self.part: 1})
        part = repair.old_part_ids
        self.assertEqual(len(part), 1)
        self.assertTrue(part.name.startswith("OP"))
        self.assertEqual((part.product_id, part.quantity, part.state), (self.part, 1, "collected"))
        self.assertEqual(part.supplier_id, self.supplier)
        self.assertEqual(part.location_id, self.warehouse.old_part_location_id)
        self.assertEqual(part.claim_line_id, repair.claim_line_ids)
        self.assertEqual(self._get_stock(part), 1)

    def test_an_old_part_belongs_to_the_life_of_its_unit(self):
        repair = self._make_repair()
        unit = repair.lot_id.with_user(self.technician)
        (event,) = [event for event in unit.get_life_events() if event["kind"] == "old_part"]
        self.assertEqual((event["model"], event["id"]), ("old.part", repair.old_part_ids.id))
        self.assertIn("Compressor × 1", event["lines"])

    def test_each_serial_gets_its_own_tag(self):
        motor = self._make_part("Motor", 90.0, tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": f"M{n}", "product_id": motor.id, "company_id": self.company.id} for n in range(4)]
        )
        for lot in lots[:2]:
            self.env["stock.quant"]._update_available_quantity(
                motor, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        repair = self._make_repair({motor: 2}, finish=False)
        repair = repair.with_user(self.technician)
        repair.action_repair_start()
        for move, some in zip(repair.move_ids, (lots[:2], lots[2:]), strict=True):
            move.write({"lot_ids": [(6, 0, some.ids)], "picked": True})
        self._pass_quality_check(repair)
        repair.action_repair_done()
        self.assertEqual(len(repair.old_part_ids), 2)
        self.assertEqual(repair.old_part_ids.lot_id, lots[2:])
        self.assertEqual(repair.old_part_ids.claim_line_id, repair.sudo().claim_line_ids)

    def test_old_parts_go_back_to_the_supplier_in_one_delivery(self):
        """Covers: S2-C-04."""
        first, second = self._make_repair(), self._make_repair({self.fan: 2})
        parts = (first | second).old_part_ids.with_user(self.clerk)
        store = parts.location_id
        batch = self._ship(parts)
        self.assertEqual(set(parts.mapped("state")), {"shipped"})
        picking = parts.out_move_id.picking_id
        self.assertEqual((len(picking), picking.state, picking.partner_id), (1, "done", self.supplier))
        self.assertEqual((len(batch), batch.part_ids), (1, parts))
        self.assertEqual(parts.location_id.usage, "supplier")
        self.assertFalse(
            self.env["stock.quant"].search([("location_id", "=", store.id), ("quantity", "!=", 0)])
        )
        with self.assertRaisesRegex(UserError, "This step is for old parts in state"):
            parts.action_return()

    def test_moving_old_parts_does_not_touch_our_stock_value(self):
        part = self._take_out()
        value = self.part.with_company(self.company).total_value
        self._ship(part)
        self.part.invalidate_recordset()
        self.assertEqual(self.part.with_company(self.company).total_value, value)
        self.assertEqual(part.out_move_id.value, 0)

    def test_evidence_of_an_open_claim_is_not_scrapped(self):
        repair = self._make_repair()
        part = repair.old_part_ids.with_user(self.clerk)
        self.company.old_part_keep_days = 0
        part._set({"date_collected": "2026-01-05 10:00:00"})
        with self.assertRaisesRegex(UserError, "evidence for a claim"):
            part.action_scrap()
        claim = self._make_claim(repair)
        claim.action_submit()
        claim.line_ids.write({"decision": "refused", "decision_reason": "Misuse"})
        claim.action_answer()
        with self.assertRaisesRegex(UserError, "evidence for a claim"):
            part.action_scrap()
        claim.action_agree()
        self._sign(self._propose_scrap(part), self.witness)
        self.assertEqual(part.state, "scrapped")
        self.assertEqual(part.location_id.usage, "inventory")

    def test_facts_and_state_cannot_be_written(self):
        part = self._make_repair().old_part_ids
        for vals in ({"state": "shipped"}, {"quantity": 5}, {"supplier_id": False}, {"name": "X"}):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "cannot be typed in"):
                part.with_user(self.manager).write(vals)
        with self.assertRaises(UserError):
            part.with_user(self.manager).copy()
        with self.assertRaises(AccessError):
            part.with_user(self.manager).unlink()

    def test_an_old_part_proves_a_line_of_its_own_repair_only(self):
        first, second = self._make_repair(), self._make_repair()
        with self.assertRaisesRegex(UserError, "cannot be evidence for another repair"):
            first.old_part_ids.with_user(self.clerk).claim_line_id = second.claim_line_ids

    def test_technicians_see_old_parts_but_do_not_move_them(self):
        part = self._make_repair().old_part_ids.with_user(self.technician)
        self.assertEqual(part.state, "collected")
        with self.assertRaises(AccessError):
            part.action_return()
        with self.assertRaises(AccessError):
            part.condition = "Burnt"
        self.assertEqual(part.repair_id.old_part_count, 1)

    def test_the_tag_prints_with_its_barcode(self):
        part = self._make_repair().old_part_ids
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("parts_claims.report_old_part_tag", part.ids)[0]
            .decode()
        )
        self.assertIn(part.name, html)
        self.assertIn(f'alt="Barcode {part.name}"', html)
        self.assertIn("data:image/png;base64,", html)
