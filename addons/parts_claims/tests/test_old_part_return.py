# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .old_part_common import OldPartCommon


@tagged("post_install", "-at_install")
class TestOldPartReturn(OldPartCommon):
    def test_each_supplier_gets_a_batch_of_the_own_parts(self):
        """Covers: S2-C-04."""
        other = self.env["res.partner"].create({"name": "Valley Fans"})
        valve = self._make_part("Valve", 20.0)
        valve.seller_ids.partner_id = other
        self._purchase(valve, 3, 20.0, supplier=other)
        parts = self._appraise(self._take_out() | self._take_out({self.fan: 2}) | self._take_out({valve: 1}))
        parts.action_return()
        batches = parts.return_id
        self.assertEqual(batches.supplier_id, self.supplier | other)
        for batch in batches:
            self.assertEqual(batch.part_ids.supplier_id, batch.supplier_id)
        self.assertEqual(set(parts.mapped("state")), {"boxed"})
        later = self._appraise(self._take_out())
        later.action_return()
        self.assertIn(later.return_id, batches, "the draft is used until it is shipped")
        with self.assertRaisesRegex(UserError, "takes only parts of that supplier"):
            later._pack(batches.filtered(lambda batch: batch.supplier_id == other).box_ids)

    def test_only_appraised_parts_are_packed(self):
        part = self._take_out()
        with self.assertRaisesRegex(UserError, "This step is for old parts in state Appraised"):
            part.action_return()

    def test_packed_parts_go_into_the_last_box_and_come_out_again(self):
        batch = self._pack(self._take_out())
        batch.action_add_box()
        part = self._appraise(self._take_out())
        part.action_return()
        self.assertEqual((len(batch.box_ids), part.box_id), (2, batch.box_ids[-1]))
        part.action_unpack()
        self.assertEqual((part.state, part.box_id.id), ("appraised", False))
        batch.action_ship()
        self.assertEqual(len(batch.box_ids), 1, "an empty box is not sent")

    def test_nothing_is_shipped_without_parts_forwarder_and_number(self):
        part = self._take_out()
        batch = self._pack(part)
        batch.tracking_number = False
        with self.assertRaisesRegex(UserError, "forwarder and the tracking number"):
            batch.action_ship()
        batch.tracking_number = "NF-2"
        part.action_unpack()
        with self.assertRaisesRegex(UserError, "is empty"):
            batch.action_ship()

    def test_shipping_moves_the_stock_and_tells_the_supplier(self):
        self.supplier.email = "returns@example.com"
        part = self._take_out()
        batch = self._ship(part)
        picking = part.out_move_id.picking_id
        self.assertEqual((picking.state, picking.partner_id), ("done", self.supplier))
        self.assertEqual(picking.picking_type_id.code, "outgoing")
        self.assertEqual(
            (part.location_id.usage, part.state, batch.state), ("supplier", "shipped", "shipped")
        )
        self.assertEqual(self._get_stock(part, self.store), 0)
        mail = batch.message_ids.filtered(lambda message: self.supplier in message.partner_ids)
        self.assertIn("NF-1", mail.body)
        self.assertEqual(len(mail.attachment_ids), 1, "the packing list goes along")
        self.assertEqual((batch.shipped_by_id, batch.picking_count), (self.clerk, 1))

    def test_without_a_mail_address_the_batch_says_so(self):
        batch = self._ship(self._take_out())
        self.assertTrue(batch.message_ids.filtered(lambda message: "No mail address" in message.body))

    def test_the_supplier_receives_accepts_and_rejects_part_by_part(self):
        """Covers: S2-C-03."""
        first, second, third = (self._take_out() for _number in range(3))
        batch = self._ship(first | second | third)
        first.action_receive()
        self.assertEqual((batch.state, second.state), ("partial", "shipped"))
        batch.action_receive_rest()
        self.assertEqual((batch.state, second.state), ("received", "received"))
        (first | second).action_accept()
        with self.assertRaisesRegex(UserError, "Write down why the supplier rejects"):
            third.action_reject()
        with Form(third) as form:
            form.reject_reason = "No fault found"
        third.action_reject()
        self.assertEqual((batch.state, third.state), ("received", "rejected"))
        third.action_take_back()
        self.assertEqual((third.state, third.location_id, batch.state), ("back", self.store, "done"))
        self.assertEqual(third.last_move_id.picking_id.picking_type_id.code, "incoming")
        self.assertEqual(self._get_stock(third, self.store), 1)
        self.assertEqual(batch.picking_count, 2)
        self.assertLedgerEqualsStock()

    def test_a_part_that_came_back_is_not_sent_again(self):
        part = self._take_out()
        self._ship(part)
        part.action_receive()
        part.reject_reason = "Not ours"
        part.action_reject()
        part.action_take_back()
        with self.assertRaisesRegex(UserError, "This step is for old parts in state Appraised"):
            part.action_return()

    def test_the_supplier_scraps_a_rejected_part_only_when_its_claim_is_over(self):
        part = self._take_out()
        self._ship(part)
        part.action_receive()
        part.reject_reason = "Not ours"
        part.action_reject()
        with self.assertRaisesRegex(UserError, "evidence for a claim"):
            part.action_scrap_at_supplier()
        self._release(part)
        part.action_scrap_at_supplier()
        self.assertEqual((part.state, part.location_id.usage), ("scrapped", "inventory"))
        self.assertEqual(part.return_id.state, "done")
        self.assertLedgerEqualsStock()

    def test_freight_is_borne_by_cause(self):
        """Half for the supplier who accepts, half and the way back for us who sent what was no fault of his."""
        defect, misuse = self._take_out(), self._take_out()
        self._appraise(misuse, verdict="misuse")
        batch = self._pack(defect | misuse)
        batch.write({"freight_amount": 45.5, "back_freight_amount": 12})
        self.assertEqual((batch.freight_supplier_amount, batch.freight_company_amount), (22.75, 34.75))
        batch.action_ship()
        batch.action_receive_rest()
        (defect | misuse).action_accept()
        self.assertEqual((batch.freight_supplier_amount, batch.freight_company_amount), (45.5, 12))
        self.assertEqual((defect | misuse).mapped("freight_bearer"), ["supplier", "supplier"])

    def test_freight_of_a_rejected_part_is_ours_whatever_we_thought(self):
        part = self._take_out()
        batch = self._ship(part)
        self.assertEqual(part.freight_bearer, "supplier")
        part.action_receive()
        part.reject_reason = "Misuse"
        part.action_reject()
        batch.freight_amount = 10
        self.assertEqual((batch.freight_supplier_amount, batch.freight_company_amount), (0, 10))

    def test_a_canceled_batch_gives_its_parts_back(self):
        part = self._take_out()
        batch = self._pack(part)
        batch.action_cancel()
        self.assertEqual((batch.state, part.state), ("canceled", "appraised"))
        part.action_return()
        self.assertNotEqual(part.return_id, batch)

    def test_states_and_facts_cannot_be_written(self):
        part = self._take_out()
        batch = self._ship(part)
        for vals in (
            {"state": "done"},
            {"shipped_on": False},
            {"supplier_id": self.customer.id},
            {"canceled": True},
            {"part_ids": [Command.clear()]},
            {"box_ids": [Command.clear()]},
        ):
            with self.subTest(**vals), self.assertRaisesRegex(UserError, "cannot be typed in"):
                batch.with_user(self.manager).write(vals)
        with self.assertRaises(UserError):
            batch.with_user(self.manager).sudo().unlink()
        with self.assertRaises(UserError):
            self.env["old.part.return"].with_user(self.manager).create(
                {
                    "company_id": self.company.id,
                    "supplier_id": self.supplier.id,
                    "warehouse_id": self.warehouse.id,
                }
            )
        with self.assertRaisesRegex(UserError, "This step is for old parts in state"):
            part.reject_reason = "Before it arrived"

    def test_technicians_follow_returns_and_move_nothing(self):
        part = self._take_out()
        batch = self._pack(part)
        mine = batch.with_user(self.technician)
        self.assertEqual((mine.part_ids.state, mine.state), ("boxed", "draft"))
        for action in (
            mine.action_ship,
            mine.action_cancel,
            mine.action_add_box,
            mine.part_ids.action_unpack,
        ):
            with self.assertRaises(AccessError):
                action()

    def test_packing_list_and_box_labels_print_in_the_language_of_the_supplier(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        part = self._take_out()
        batch = self._pack(part)
        render = self.env["ir.actions.report"]._render_qweb_html
        for lang in ("zh_CN", "en_US"):
            self.supplier.lang = lang
            for report, record in (
                ("report_old_part_packing", batch),
                ("report_old_part_return_boxes", batch),
                ("report_old_part_box", batch.box_ids),
            ):
                html = render(f"parts_claims.{report}", record.ids)[0].decode()
                self.assertIn(batch.box_ids.name, html)
                self.assertEqual("Tracking number" in html, report.endswith("packing") and lang == "en_US")
        self.assertIn(f'alt="Barcode {batch.box_ids.name}"', html)
        packing = render("parts_claims.report_old_part_packing", batch.ids)[0].decode()
        for text in (part.name, part.repair_id.name, part.product_id.name):
            self.assertIn(text, packing)

    def test_supplier_repair_and_return_lead_to_the_old_parts(self):
        part = self._take_out()
        batch = self._pack(part)
        supplier = self.supplier.with_user(self.clerk)
        self.assertEqual(supplier.old_part_count, 1)
        find = self.env["old.part"].search
        for action in (supplier.action_view_old_parts(), batch.action_view_parts()):
            self.assertEqual(find(action["domain"]), part)
        self.assertEqual(part.action_view_return()["res_id"], batch.id)
