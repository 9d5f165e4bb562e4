# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .old_part_common import OldPartCommon


@tagged("post_install", "-at_install")
class TestOldPartAppraisal(OldPartCommon):
    def test_the_appraiser_gives_a_verdict_with_pictures(self):
        """Covers: S2-C-03."""
        part = self._take_out()
        action = part.action_appraise()
        form = Form(self.env[action["res_model"]].with_user(self.clerk).with_context(**action["context"]))
        form.verdict = "misuse"
        form.finding = "Run without oil"
        appraisal = form.save()
        self.assertEqual(part.action_appraise()["res_id"], appraisal.id)
        appraisal.picture_ids = [Command.create({"image": self._draw()})]
        appraisal.action_give()
        self.assertEqual((part.state, part.verdict, part.appraisal_id), ("appraised", "misuse", appraisal))
        self.assertEqual(appraisal.appraiser_id, self.clerk)
        self.assertTrue(appraisal.appraised_on)
        self.assertIn("Misuse", appraisal.display_name)

    def test_without_a_picture_there_is_no_appraisal(self):
        part = self._take_out()
        appraisal = self._prepare_appraisal(part, picture_ids=[])
        with self.assertRaisesRegex(UserError, "at least one picture"):
            appraisal.action_give()
        self.assertEqual(part.state, "collected")

    def test_only_pictures_are_pictures(self):
        appraisal = self._prepare_appraisal(self._take_out())
        for content in (b"%PDF-1.4 not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b""):
            with self.subTest(content=content), self.assertRaises(UserError):
                appraisal.picture_ids = [Command.create({"image": base64.b64encode(content)})]
        with self.assertRaises(UserError):
            appraisal.picture_ids.image = base64.b64encode(b"text")

    def test_an_appraisal_once_given_is_evidence(self):
        part = self._take_out()
        appraisal = self._prepare_appraisal(part)
        appraisal.finding = "Winding burnt, 0 ohm"
        appraisal.action_give()
        manager = appraisal.with_user(self.manager)
        for change in (
            lambda: manager.write({"finding": "Nothing"}),
            lambda: manager.write({"verdict": "no_fault"}),
            lambda: manager.write({"usable": True}),
            lambda: manager.write({"appraiser_id": self.manager.id}),
            lambda: manager.write({"picture_ids": [Command.clear()]}),
            lambda: manager.picture_ids.write({"image": self._draw()}),
            lambda: manager.picture_ids.unlink(),
            lambda: manager.unlink(),
            lambda: manager.action_give(),
        ):
            with self.assertRaises(UserError):
                change()
        self.assertEqual(appraisal.evidence_state, "closed")

    def test_who_appraised_and_for_which_part_cannot_be_typed_in(self):
        part, other = self._take_out(), self._take_out()
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            self._prepare_appraisal(part, appraiser_id=self.manager.id)
        appraisal = self._prepare_appraisal(part)
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            appraisal.part_id = other
        with self.assertRaisesRegex(UserError, "cannot be typed in"):
            part.verdict = "misuse"

    def test_usable_parts_are_kept_apart_from_the_scrap(self):
        """Covers: R-39."""
        part, scrap = self._take_out(), self._take_out()
        self._appraise(part, verdict="no_fault", usable=True)
        self._appraise(scrap)
        place = self.warehouse.usable_old_part_location_id
        self.assertEqual((part.location_id, scrap.location_id), (place, self.store))
        self.assertEqual(place.location_id, self.store)
        self.assertTrue(place.is_old_part)
        picking = part.last_move_id.picking_id
        self.assertEqual((picking.state, picking.picking_type_id.code), ("done", "internal"))
        self.assertEqual((self._get_stock(part, place), self._get_stock(part, self.store)), (1, 1))
        self.assertLedgerEqualsStock()

    def test_a_later_appraisal_supersedes_the_first(self):
        part = self._take_out()
        self._appraise(part, verdict="no_fault", usable=True)
        self._appraise(part, verdict="defect")
        self.assertEqual((part.verdict, part.usable, part.location_id), ("defect", False, self.store))
        self.assertEqual(len(part.appraisal_ids), 2)
        self.assertLedgerEqualsStock()

    def test_usable_parts_are_not_moved_among_the_scrap_nor_out_of_the_store(self):
        part, scrap = self._take_out(), self._take_out()
        self._appraise(part, usable=True)
        self._appraise(scrap)
        place = part.location_id
        shelf = self.env["stock.location"].create(
            {"name": "Shelf B", "location_id": self.store.id, "company_id": self.company.id}
        )
        for moved, target in (
            (part, shelf),
            (scrap, place),
            (scrap, self.warehouse.lot_stock_id),
            (scrap, self.env.ref("stock.stock_location_customers")),
        ):
            with self.subTest(target=target.name), self.assertRaisesRegex(UserError, "is no place for"):
                moved._move_to_place(target)
        scrap._move_to_place(shelf)
        self.assertEqual(scrap.location_id, shelf)
        self.assertLedgerEqualsStock()

    def test_tags_and_places_are_scanned(self):
        first, second = self._take_out(), self._take_out()
        shelf = self.env["stock.location"].create(
            {
                "name": "A-01-3",
                "barcode": "PLACE-A013",
                "location_id": self.store.id,
                "company_id": self.company.id,
            }
        )
        form = Form(self.env["old.part.place.wizard"].with_user(self.clerk))
        for code in (first.name, f" {second.name} ", "PLACE-A013"):
            form.scan = code
        wizard = form.save()
        self.assertEqual((wizard.part_ids, wizard.location_id), (first | second, shelf))
        wizard.action_move()
        self.assertEqual((first | second).location_id, shelf)
        self.assertEqual(wizard.action_open()["res_model"], "old.part")
        self.assertLedgerEqualsStock()

    def test_technicians_read_appraisals_and_give_none(self):
        part = self._take_out()
        appraisal = self._prepare_appraisal(part)
        self.assertEqual(appraisal.with_user(self.technician).verdict, "defect")
        for action in (
            appraisal.with_user(self.technician).action_give,
            part.with_user(self.technician).action_appraise,
            part.with_user(self.technician).action_move_to_place,
        ):
            with self.assertRaises(AccessError):
                action()

    def test_what_has_left_is_not_appraised(self):
        part = self._take_out()
        appraisal = self._prepare_appraisal(part)
        self._ship(part)
        with self.assertRaisesRegex(UserError, "This step is for old parts in state"):
            appraisal.action_give()
