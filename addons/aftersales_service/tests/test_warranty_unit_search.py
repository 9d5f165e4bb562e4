# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyUnitSearch(AftersalesCase):
    """A unit is found without its invoice.

    Covers: F-03.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots(prefix="FIND")
        cls.lot.write({"license_plate": "京A12345", "vin": "LSVAA49J132047371"})
        cls.order = cls.sell_and_deliver(cls.lot)
        cls.invoiced = cls.invoice(cls.order)
        cls.registration = cls.get_registrations(cls.lot)
        cls.registration.proof_number = "OLD-4711"
        cls.other = cls.create_lots(prefix="ELSE")

    def find(self, text, user=None):
        lots = self.env["stock.lot"].with_user(user or self.technician)
        return [identity for identity, _name in lots.name_search(text)]

    def test_found_by_serial_plate_vin_and_old_documents(self):
        for text in (
            "FIND",
            "A12345",
            "047371",
            "old-4711",
            self.order.name,
            self.invoiced.name,
            self.order.picking_ids.name,
            self.registration.name,
        ):
            self.assertEqual(self.find(text), self.lot.ids, text)
        self.assertFalse(self.find("NO-SUCH-DOCUMENT"))

    def test_whoever_may_read_no_invoices_finds_the_unit_by_their_numbers(self):
        self.assertFalse(self.invoiced.with_user(self.technician).has_access("read"))
        self.assertEqual(self.find(self.invoiced.name), self.lot.ids)

    def test_documents_of_another_company_find_nothing(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        lots = self.env["stock.lot"].with_context(allowed_company_ids=company.ids)
        self.assertFalse(lots.search([("display_name", "ilike", "OLD-4711")]))
        self.assertFalse(lots.search([("old_document", "ilike", "OLD-4711")]))

    def test_exact_import_by_serial_is_not_confused_by_other_documents(self):
        self.other.license_plate = "FIND00000X"
        self.assertEqual(
            [identity for identity, _name in self.env["stock.lot"].name_search("FIND00000", operator="=")],
            self.lot.ids,
        )
        self.assertNotIn(
            self.lot,
            self.env["stock.lot"].search([("display_name", "not ilike", "FIND")]),
            "negations stay exact",
        )

    def test_unit_record_tells_holder_cover_meter_and_installation(self):
        self.env["warranty.meter.reading"].create({"lot_id": self.lot.id, "value": 7, "meter_unit": "hours"})
        self.registration.write({"installed_on": self.registration.start_date, "install_place": "Hall 2"})
        lot = self.lot.with_user(self.reception)
        self.assertEqual(
            (lot.holder_id, lot.cover_status, lot.meter_reading_ids.value, lot.license_plate),
            (self.customer, "covered", 7, "京A12345"),
        )
        self.assertEqual(lot.warranty_registration_id.install_place, "Hall 2")
        self.assertIn("OLD-4711", lot.old_document)
