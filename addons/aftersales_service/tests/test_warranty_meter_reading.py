# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyMeterReading(AftersalesCase):
    """A meter does not run backwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.registration = cls.env["warranty.registration"].create(
            {"product_id": cls.machine.id, "lot_id": cls.lot.id, "start_date": "2025-01-01"}
        )
        cls.registration.action_activate()

    def read_meter(self, value, day, user=None, **vals):
        return (
            self.env["warranty.meter.reading"]
            .with_user(user or self.reception)
            .create({"lot_id": self.lot.id, "value": value, "read_on": day, **vals})
        )

    def repair(self, day, **vals):
        return self.create_repair(self.lot, [("add", self.pump)], report_date=f"{day} 04:00:00", **vals)

    def test_a_meter_that_falls_is_refused_with_both_readings(self):
        self.read_meter(41_200, "2025-06-01")
        with self.assertRaisesRegex(ValidationError, r"41,200 km on 2025-06-01.*cannot show 41,000 km"):
            self.read_meter(41_000, "2025-07-01")
        self.assertTrue(self.read_meter(41_200, "2025-07-01"), "it may stand still")

    def test_a_reading_entered_late_fits_between_its_neighbors(self):
        self.read_meter(10_000, "2025-03-01")
        self.read_meter(30_000, "2025-09-01")
        self.assertTrue(self.read_meter(20_000, "2025-06-01"))
        with self.assertRaisesRegex(ValidationError, "showed only 30,000 km on 2025-09-01"):
            self.read_meter(30_001, "2025-08-01")

    def test_kilometers_and_hours_are_two_meters(self):
        self.read_meter(10_000, "2025-03-01")
        self.assertTrue(self.read_meter(12, "2025-04-01", meter_unit="hours"))

    def test_tomorrow_is_not_read_today(self):
        with self.assertRaisesRegex(ValidationError, "in the future"):
            self.read_meter(1, "2099-01-01")

    def test_batch_of_readings_is_checked_among_itself(self):
        values = [
            {"lot_id": self.lot.id, "value": value, "read_on": day}
            for value, day in ((300, "2025-03-01"), (100, "2025-01-05"), (200, "2025-02-01"))
        ]
        readings = self.env["warranty.meter.reading"].with_user(self.reception).create(values)
        self.assertEqual(len(readings), 3)
        values[0] |= {"value": 50, "read_on": "2025-04-01"}
        with self.assertRaises(ValidationError):
            self.env["warranty.meter.reading"].create(values)

    def test_checking_readings_takes_one_search_however_many(self):
        def count(size, first):
            values = [
                {"lot_id": self.lot.id, "value": first + number, "read_on": "2025-05-01"}
                for number in range(size)
            ]
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.env["warranty.meter.reading"].create(values)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1, 0)
        few, many = count(5, 100), count(60, 200)
        self.assertLessEqual(many - few, 3)

    def test_replaced_meter_needs_a_manager_and_a_reason_and_keeps_the_use_in_total(self):
        self.read_meter(30_000, "2025-03-01")
        new_meter = {"value": 0, "day": "2025-04-01", "kind": "replaced", "reason": "Display dead"}
        with self.assertRaises(AccessError):
            self.read_meter(**new_meter)
        with self.assertRaises(Exception) as refused, self.cr.savepoint():
            self.read_meter(**dict(new_meter, reason=False), user=self.manager)
        self.assertIn("_reason", str(refused.exception))
        replaced = self.read_meter(**new_meter, user=self.manager)
        self.assertEqual((replaced.value, replaced.total), (0, 30_000))
        later = self.read_meter(5_000, "2025-06-01")
        self.assertEqual(later.total, 35_000)

    def test_warranty_counts_what_the_old_meter_had_counted(self):
        self.term.line_ids[0].write({"meter_limit": 32_000, "meter_unit": "km"})
        lot = self.lot = self.create_lots(prefix="M")
        registration = self.env["warranty.registration"].create(
            {"product_id": self.machine.id, "lot_id": lot.id, "start_date": "2025-01-01"}
        )
        registration.action_activate()
        self.read_meter(30_000, "2025-03-01")
        self.read_meter(0, "2025-04-01", user=self.manager, kind="replaced", reason="Display dead")
        self.assertEqual(
            self.repair("2025-05-01", meter_reading=2_000, meter_unit="km").move_ids.coverage, "warranty"
        )
        self.assertEqual(
            self.repair("2025-05-02", meter_reading=2_001, meter_unit="km").move_ids.coverage, "billable"
        )

    def test_correction_follows_the_wrong_reading_and_both_stay(self):
        wrong = self.read_meter(120_000, "2025-03-01")
        with self.assertRaises(UserError):
            wrong.with_user(self.manager).value = 12_000
        with self.assertRaises(AccessError):
            wrong.with_user(self.manager).unlink()
        self.read_meter(12_000, "2025-03-02", user=self.manager, kind="corrected", reason="A zero too many")
        self.assertEqual(self.read_meter(12_500, "2025-04-01").total, 12_500)
        self.read_meter(13_000, "2025-05-01")
        with self.assertRaisesRegex(ValidationError, "only be recorded after the latest"):
            self.read_meter(1, "2025-04-15", user=self.manager, kind="corrected", reason="Too late")

    def test_a_repair_keeps_its_reading_and_a_second_word_replaces_the_first(self):
        form = Form(self.env["repair.order"].with_user(self.technician))
        form.product_id = self.machine
        form.lot_id = self.lot
        form.report_date = "2025-05-01 04:00:00"
        form.meter_reading = 8_000
        form.meter_unit = "km"
        repair = form.save()
        reading = self.lot.meter_reading_ids
        self.assertEqual(
            (reading.value, reading.read_on, reading.repair_id, reading.source),
            (8_000, date(2025, 5, 1), repair, "repair"),
        )
        repair.meter_reading = 8_100
        self.assertEqual(self.lot.meter_reading_ids.mapped("value"), [8_100])
        self.assertEqual(self.lot.meter_reading_count, 1)
        self.assertEqual(self.lot.action_view_meter_readings()["domain"], [("lot_id", "in", self.lot.ids)])
        with self.assertRaisesRegex(ValidationError, "showed 8,100 km"):
            self.repair("2025-06-01", meter_reading=7_000, meter_unit="km")

    def test_source_and_repair_are_not_the_callers_to_give(self):
        reading = self.read_meter(5, "2025-03-01", source="repair", offset=99_999)
        self.assertEqual((reading.source, reading.offset, reading.user_id), ("manual", 0, self.reception))

    def test_readings_are_imported_and_the_falling_one_is_named(self):
        result = (
            self.env["warranty.meter.reading"]
            .with_user(self.reception)
            .load(
                ["lot_id/.id", "value", "meter_unit", "read_on"],
                [
                    [str(self.lot.id), "100", "km", "2025-02-01"],
                    [str(self.lot.id), "50", "km", "2025-03-01"],
                ],
            )
        )
        self.assertFalse(result["ids"])
        named = {message["record"]: message["message"] for message in result["messages"]}
        self.assertIn("cannot show 50 km", named[1])

    def test_who_has_no_role_reads_only(self):
        reading = self.read_meter(5, "2025-03-01")
        self.assertEqual(reading.with_user(self.stock_user).value, 5)
        with self.assertRaises(AccessError):
            self.read_meter(6, "2025-04-01", user=self.stock_user)
        with self.assertRaises(AccessError):
            reading.with_user(self.portal_user).read(["value"])
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.reception.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        stranger = reading.with_user(self.reception).with_context(allowed_company_ids=company.ids)
        with self.assertRaises(AccessError):
            stranger.read(["value"])
