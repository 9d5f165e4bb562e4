# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .settlement_common import SettlementWorld

# A workshop's two years, revenue in 10,000 yuan.
YEARS = {
    2009: {
        "staff_count": 35,
        "mechanic_count": 13,
        "painter_count": 5,
        "mechanical_cars": 11356,
        "mechanical_revenue": 7129000,
        "body_cars": 1705,
        "body_pieces": 7466,
        "body_revenue": 2496000,
        "margin": 5540000,
        "store_cost": 7150000,
    },
    2010: {
        "staff_count": 32,
        "mechanic_count": 9,
        "painter_count": 4,
        "mechanical_cars": 17864,
        "mechanical_revenue": 9924000,
        "body_cars": 2462,
        "body_pieces": 6718,
        "body_revenue": 4308000,
        "margin": 6650000,
        "store_cost": 9020000,
    },
}


@tagged("post_install", "-at_install")
class TestServiceKpi(SettlementWorld, TransactionCase):
    """The formulas of productivity and service absorption, and the figures counted from repairs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_settlement()
        cls.kpis = {
            year: cls.env["service.kpi"].create(
                {"date_from": f"{year}-01-01", "date_to": f"{year}-12-31", **values}
            )
            for year, values in YEARS.items()
        }

    def assertFigures(self, year, **figures):
        for name, value in figures.items():
            self.assertEqual(self.kpis[year][name], value, f"{name} {year}")

    def test_golden_numbers_of_the_first_year(self):
        """Covers: A-10-R1."""
        self.assertEqual((self.kpis[2009].months, self.kpis[2009].working_days), (12, 22))
        self.assertFigures(
            2009,
            mechanical_per_car=628,
            cars_per_mechanic=72.8,
            body_per_car=1464,
            body_per_piece=334,
            pieces_per_painter=124,
            cars_per_head=31.1,
            absorption=77.5,
        )
        self.assertEqual(round(self.kpis[2009].daily_cars_per_mechanic, 1), 3.3)
        self.assertEqual(round(self.kpis[2009].daily_pieces_per_painter, 1), 5.6)

    def test_golden_numbers_of_the_second_year(self):
        """The arithmetic ones: 52.9 units per head (20,326 units), 641 per piece, absorption 73.7 %.

        Covers: A-10-R1.
        """
        self.assertFigures(
            2010,
            mechanical_per_car=556,
            cars_per_mechanic=165.4,
            body_per_car=1750,
            body_per_piece=641,
            pieces_per_painter=140,
            cars_per_head=52.9,
            absorption=73.7,
            daily_pieces_per_painter=6.36,
        )
        self.assertEqual(round(self.kpis[2010].daily_cars_per_mechanic, 1), 7.5)

    def test_golden_changes_against_the_year_before(self):
        """Covers: A-10-R1."""
        self.assertEqual(self.kpis[2010].previous_id, self.kpis[2009])
        self.assertFigures(
            2010,
            mechanical_per_car_change=-11.5,
            body_per_car_change=19.5,
            pieces_per_painter_change=12.9,
        )
        self.assertEqual(round(self.kpis[2010].cars_per_mechanic_change), 127)
        self.assertFalse(self.kpis[2009].previous_id)

    def test_working_days_are_the_companys(self):
        """Covers: A-10-R1."""
        self.company.service_working_days = 20
        kpi = self.env["service.kpi"].create({"date_from": "2011-01-01", "date_to": "2011-01-31"})
        self.assertEqual(kpi.working_days, 20)
        self.kpis[2010].working_days = 20
        self.assertFigures(2010, daily_cars_per_mechanic=8.27, daily_pieces_per_painter=7)

    def test_nothing_is_divided_by_zero(self):
        kpi = self.env["service.kpi"].create({"date_from": "2012-01-01", "date_to": "2012-03-31"})
        self.assertEqual((kpi.months, kpi.absorption, kpi.cars_per_head), (3, 0, 0))

    def test_a_period_is_entered_once_and_ends_after_it_begins(self):
        for values in (
            {"date_from": "2009-01-01", "date_to": "2009-12-31"},
            {"date_from": "2013-02-01", "date_to": "2013-01-01"},
            {"date_from": "2013-01-01", "date_to": "2013-02-01", "working_days": 0},
        ):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env["service.kpi"].create(values)

    def test_units_and_output_are_counted_from_the_repairs(self):
        self.make_delivered()
        self.make_delivered(billable=False, service_trade="body", painted_pieces=3)
        today = self.company._get_law_date()
        kpi = self.env["service.kpi"].with_user(self.manager).create({"date_from": today, "date_to": today})
        kpi.action_collect()
        self.assertEqual((kpi.mechanical_cars, kpi.mechanical_revenue), (1, 280))
        self.assertEqual((kpi.body_cars, kpi.body_pieces, kpi.body_revenue), (1, 3, 100))

    def test_the_analysis_tells_what_went_well(self):
        leak = self.env["service.fault"].create({"code": "T-Leak", "name": "Leak", "kind": "symptom"})
        first = self.make_delivered(symptom_id=leak.id)
        second = self.make_delivered(symptom_id=leak.id)
        rows = {
            row.repair_id: row
            for row in self.env["service.report"].search([("repair_id", "in", (first + second).ids)])
        }
        self.assertEqual(
            (rows[first].amount_full, rows[first].amount_untaxed, rows[first].amount_borne), (280, 180, 100)
        )
        self.assertTrue(rows[first].delivered_on >= rows[first].ready_on)
        self.assertEqual((rows[first].repeat_rate, rows[second].repeat_rate), (0, 100))
        self.assertEqual(rows[first].first_time_fix_rate, 0)

    def test_figures_are_the_managers(self):
        for user in (self.reception, self.technician):
            for name in ("service.kpi", "service.report"):
                with self.assertRaises(AccessError):
                    self.env[name].with_user(user).search([])
            with self.assertRaises(AccessError):
                self.kpis[2009].with_user(user).action_collect()
