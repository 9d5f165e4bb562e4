# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyPolicies(AftersalesCase):
    """Each warranty policy found in the trade can be expressed, and decides as it is meant.

    Covers: F-01.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.wear = cls.env["warranty.component"].create(
            {"code": "T-WEAR", "name": "Wear parts", "kind": "wear"}
        )
        cls.exclusions = {
            exclusion.code: exclusion
            for exclusion in cls.env["warranty.exclusion"].with_context(active_test=False).search([])
        }

    # Steps

    def line(self, component, months, **vals):
        return Command.create({"component_id": component.id, "months": months, **vals})

    def promise(self, name, lines, exclusions=(), **vals):
        """A term for a product of its own, sold since 2000."""
        product = self.create_product(name, self.machine_categ, tracking="serial", list_price=1000)
        return self.env["warranty.term"].create(
            {
                "name": name,
                "start_event": "registration",
                "valid_from": "2000-01-01",
                "product_tmpl_ids": [Command.set(product.product_tmpl_id.ids)],
                "line_ids": lines,
                "exclusion_ids": [Command.set([self.exclusions[code].id for code in exclusions])],
                **vals,
            }
        )

    def register(self, term, start):
        """A unit under a term, covered from a day."""
        product = term.product_tmpl_ids.product_variant_id
        lot = self.create_lots(1, product, f"{term.id}-")
        registration = self.env["warranty.registration"].create(
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "partner_id": self.customer.id,
                "start_date": start,
            }
        )
        registration.action_activate()
        return registration

    def decide(self, registration, day, part=None, **repair):
        """The decision about one part of a repair reported on a day: the move."""
        report = {"report_date": f"{day} 04:00:00", **repair}
        return self.create_repair(registration.lot_id, [("add", part or self.pump)], **report).move_ids

    def assertCovered(self, registration, day, part=None, **repair):
        move = self.decide(registration, day, part, **repair)
        self.assertEqual(move.coverage, "warranty", move.coverage_reason)

    def assertRefused(self, registration, day, reason, part=None, **repair):
        move = self.decide(registration, day, part, **repair)
        self.assertEqual(move.coverage, "billable")
        self.assertIn(reason, move.coverage_reason)

    def get_price(self, move):
        """What the customer is asked for the part."""
        repair = move.repair_id.with_user(self.advisor)
        repair.action_create_sale_order()
        return move.sale_line_id.price_unit

    # Policies

    def test_roof_15_years_restarts_on_replacement(self):
        term = self.promise("Roof", [self.line(self.main_unit, 180)], replacement_rule="restart")
        roof = self.register(term, "2010-05-10")
        self.assertCovered(roof, "2025-05-09")
        self.assertRefused(roof, "2025-05-10", "ended")
        replaced = roof._replace_unit(
            self.create_lots(1, roof.product_id, "NEW"), "Leaks", replaced_on=date(2020, 6, 1)
        )
        self.assertEqual((replaced.start_date, replaced.end_date), (date(2020, 6, 1), date(2035, 5, 31)))
        self.assertCovered(replaced, "2025-05-10")

    def test_tender_equipment_service_does_not_stop(self):
        """Any problem is solved free of charge for as long as the equipment stands."""
        term = self.promise("Tender", [self.line(self.main_unit, 1200, travel_share=100)])
        unit = self.register(term, "2001-01-01")
        self.assertCovered(unit, "2026-01-01")

    def test_motorway_monitoring_1_year_from_acceptance_whatever_the_cause(self):
        term = self.promise(
            "Monitoring", [self.line(self.main_unit, 12)], start_event="acceptance", subject="works"
        )
        unit = self.register(term, "2024-03-01")
        self.assertCovered(unit, "2025-02-28", opened_before="unauthorized")
        self.assertRefused(unit, "2025-03-01", "ended")
        with self.assertRaisesRegex(ValidationError, "does not name"), self.cr.savepoint():
            self.decide(unit, "2024-06-01", warranty_exclusion_id=self.exclusions["MISUSE"].id)

    def test_waste_water_2_years_then_product_cost_only(self):
        term = self.promise(
            "Works", [self.line(self.main_unit, 24)], subject="works", after_price_rule="cost_parts_only"
        )
        unit = self.register(term, "2022-01-01")
        self.pump.standard_price = 61
        self.assertCovered(unit, "2023-12-31")
        late = self.decide(unit, "2024-01-01")
        self.assertEqual(late.coverage, "billable")
        self.assertEqual(self.get_price(late), 61)
        self.assertIn("no labor is charged", late.repair_id.after_warranty_note)

    def test_led_display_3_years_without_misuse_and_force_majeure(self):
        term = self.promise(
            "LED",
            [self.line(self.main_unit, 36)],
            ("MISUSE", "FORCE"),
            preventive_visits=2,
            after_price_rule="parts_only",
        )
        unit = self.register(term, "2022-01-01")
        self.assertCovered(unit, "2024-12-31")
        for code in ("MISUSE", "FORCE"):
            exclusion = self.exclusions[code]
            self.assertRefused(unit, "2023-01-01", exclusion.name, warranty_exclusion_id=exclusion.id)
        late = self.decide(unit, "2025-01-01")
        self.assertEqual(self.get_price(late), self.pump.list_price)
        self.assertTrue(term._is_labor_free_afterwards())

    def test_equipment_12_months_human_damage_and_afterwards_at_cost(self):
        term = self.promise(
            "Equipment 12",
            [self.line(self.main_unit, 12)],
            ("HUMAN",),
            after_price_rule="cost",
            preventive_visits=2,
        )
        unit = self.register(term, "2024-01-01")
        self.pump.standard_price = 55
        damaged = self.decide(unit, "2024-06-01", warranty_exclusion_id=self.exclusions["HUMAN"].id)
        self.assertEqual((damaged.coverage, self.get_price(damaged)), ("billable", 55))
        late = self.decide(unit, "2025-01-01")
        self.assertEqual((late.coverage, self.get_price(late)), ("billable", 55))
        self.assertFalse(term._is_labor_free_afterwards())

    def test_equipment_24_months_from_final_acceptance_with_freight(self):
        term = self.promise(
            "Equipment 24",
            [self.line(self.main_unit, 24, freight_share=100)],
            ("HUMAN", "TRANSPORT"),
            start_event="acceptance",
            subject="works",
        )
        unit = self.register(term, "2023-02-15")
        self.assertEqual(unit.end_date, date(2025, 2, 14))
        self.assertEqual(unit.line_ids.freight_share, 100)
        self.assertCovered(unit, "2025-02-14")
        self.assertRefused(
            unit, "2024-01-01", "Excluded", warranty_exclusion_id=self.exclusions["TRANSPORT"].id
        )

    def test_it_product_3_years(self):
        unit = self.register(self.promise("IT", [self.line(self.main_unit, 36)]), "2022-07-01")
        self.assertCovered(unit, "2025-06-30")
        self.assertRefused(unit, "2025-07-01", "ended")

    def test_hospital_software_12_months_labor_only_with_exclusions(self):
        term = self.promise(
            "Software",
            [self.line(self.main_unit, 12, parts_share=0)],
            ("SYSTEM", "VIRUS", "PROCEDURE"),
            subject="software",
            free_updates=True,
        )
        unit = self.register(term, "2024-01-01")
        self.assertEqual(unit._get_cover_status(date(2024, 12, 31)), "covered")
        self.assertEqual(unit.line_ids.labor_share, 100)
        self.assertRefused(unit, "2024-06-01", "parts are not covered")
        virus = self.exclusions["VIRUS"]
        self.assertEqual(virus.consequence, "advice")
        self.assertRefused(unit, "2024-06-01", virus.name, warranty_exclusion_id=virus.id)
        self.assertEqual(unit._get_cover_status(date(2025, 1, 1)), "expired")

    def test_farm_machinery_only_with_return_card_in_20_days(self):
        """Covers: R-20."""
        term = self.promise("Farm", [self.line(self.main_unit, 12)], registration_days=20)
        unit = self.register(term, "2025-03-01")  # entered long after
        self.assertEqual(unit.card_deadline, date(2025, 3, 21))
        self.assertCovered(unit, "2025-03-21")
        self.assertRefused(unit, "2025-03-22", "not recognized")
        self.assertEqual(unit._get_cover_status(date(2025, 3, 22)), "unrecognized")
        unit.with_user(self.manager)._recognize("Card lost in the mail")
        self.assertCovered(unit, "2025-03-22")

    def test_equipment_replaced_after_the_same_fault_three_times_then_parts_only(self):
        term = self.promise(
            "Equipment 3×",
            [self.line(self.main_unit, 12)],
            same_fault_limit=3,
            after_price_rule="cost_parts_only",
        )
        unit = self.register(term, "2024-01-01")
        self.assertEqual(unit.term_id.same_fault_limit, 3)
        self.assertCovered(unit, "2024-12-31")
        self.pump.standard_price = 40
        self.assertEqual(self.get_price(self.decide(unit, "2025-01-01")), 40)

    def test_solar_heater_main_unit_3_years_pipes_1_year(self):
        term = self.promise(
            "Solar",
            [
                self.line(self.main_unit, 36),
                self.line(self.pipes, 12, part_categ_ids=[Command.set(self.pipe_categ.ids)]),
            ],
            ("OPENED", "TRANSPORT", "FORCE"),
            preventive_visits=2,
        )
        unit = self.register(term, "2023-01-01")
        self.assertCovered(unit, "2023-12-31", self.hose)
        self.assertRefused(unit, "2024-01-01", "Pipes and electrics was covered until", self.hose)
        self.assertCovered(unit, "2025-12-31", self.pump)
        self.assertRefused(unit, "2024-06-01", "unauthorized", self.pump, opened_before="unauthorized")

    def test_end_effector_guarantee_and_maintenance_period_from_the_completion_report(self):
        excluded = ("INSTALLATION", "FORCE", "MISUSE", "UNCERTIFIED", "IMPROVEMENT")
        term = self.promise(
            "End-effector", [self.line(self.main_unit, 12 + 12)], excluded, start_event="acceptance"
        )
        unit = self.register(term, "2023-01-01")
        self.assertCovered(unit, "2024-12-31")
        for code in excluded:
            exclusion = self.exclusions[code]
            self.assertRefused(unit, "2023-06-01", exclusion.name, warranty_exclusion_id=exclusion.id)

    def test_machinery_out_of_warranty_is_paid_before_dispatch(self):
        term = self.promise("Machinery", [self.line(self.main_unit, 12)], payment_before_work=True)
        unit = self.register(term, "2024-01-01")
        late = self.decide(unit, "2025-01-01")
        self.assertIn("paid before", late.repair_id.after_warranty_note)
        self.assertEqual(self.get_price(late), self.pump.list_price)
        self.assertFalse(self.decide(unit, "2024-12-31").repair_id.after_warranty_note)

    def test_machinery_human_damage_is_charged(self):
        term = self.promise("Machinery 2", [self.line(self.main_unit, 12)], ("MISUSE",))
        unit = self.register(term, "2024-01-01")
        damaged = self.decide(unit, "2024-06-01", warranty_exclusion_id=self.exclusions["MISUSE"].id)
        self.assertEqual(self.get_price(damaged), self.pump.list_price)

    def test_coach_scope_checked_with_mileage_and_opening(self):
        term = self.promise(
            "Coach", [self.line(self.main_unit, 24, meter_limit=100_000, meter_unit="km")], ("OPENED",)
        )
        unit = self.register(term, "2024-01-01")
        self.assertRefused(unit, "2024-02-01", "enter the reading")
        self.assertCovered(unit, "2024-06-01", meter_reading=99_000, meter_unit="km")
        self.assertRefused(unit, "2024-07-01", "100,000", meter_reading=100_001, meter_unit="km")

    def test_car_2_years_50_000_km_and_3_years_60_000_km(self):
        """Exchange and return 2 years or 50,000 km, free repair 3 years or 60,000 km, whichever comes first."""
        term = self.promise(
            "Car",
            [
                self.line(self.main_unit, 36, meter_limit=60_000, meter_unit="km"),
                self.line(
                    self.wear,
                    6,
                    meter_limit=10_000,
                    meter_unit="km",
                    part_tmpl_ids=self.hose.product_tmpl_id.ids,
                ),
            ],
            valid_from="2022-01-01",
            exchange_months=24,
            exchange_meter_limit=50_000,
            exchange_meter_unit="km",
            compensation_coefficient=0.5,
        )
        car = self.register(term, "2023-03-10")
        self.assertEqual(car.exchange_end_date, date(2025, 3, 9))
        self.assertEqual(car.end_date, date(2026, 3, 9))
        self.assertCovered(car, "2023-06-01", self.hose, meter_reading=9_000, meter_unit="km")
        self.assertRefused(car, "2023-10-01", "Wear parts", self.hose, meter_reading=9_500, meter_unit="km")
        self.assertCovered(car, "2026-03-09", meter_reading=60_000, meter_unit="km")
        self.assertRefused(car, "2026-03-09", "60,000", meter_reading=60_001, meter_unit="km")
        self.assertRefused(car, "2026-03-10", "ended", meter_reading=60_001, meter_unit="km")

    def test_car_compensation_above_the_law_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "at most 0.5 %"):
            self.promise(
                "Car dear",
                [self.line(self.main_unit, 36)],
                valid_from="2022-01-01",
                compensation_coefficient=0.6,
            )
