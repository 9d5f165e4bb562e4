# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from .common import AftersalesCase


class LaborCase(AftersalesCase):
    """A machine sold on 10 January 2025, a catalog of operations and their rates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term.line_ids[0].write({"meter_limit": 60000, "meter_unit": "km"})
        cls.lot = cls.create_lots()
        with freeze_time("2025-01-10 04:00:00"):
            cls.sell_and_deliver(cls.lot)
        cls.registration = cls.get_registrations(cls.lot)
        cls.add_stock(cls.pump, 10)
        cls.add_stock(cls.hose, 10)
        cls.build_catalog()

    @classmethod
    def build_catalog(cls):
        operations = cls.env["repair.operation"]
        cls.pump_work = operations.create({"code": "T-PUMP", "name": "Replace the pump", "hours": 2})
        cls.hose_work = operations.create(
            {"code": "T-HOSE", "name": "Replace a hose", "hours": 0.5, "component_id": cls.pipes.id}
        )
        cls.paint_work = operations.create(
            {"code": "T-PAINT", "name": "Paint a panel", "hours": 1, "trade": "paint", "pieces": 1}
        )
        cls.visit_fee = operations.create(
            {"code": "T-VISIT", "name": "Visit", "hours": 1, "trade": "visit", "is_visit_fee": True}
        )
        cls.china = cls.env.ref("base.cn")
        cls.shanghai = cls.env.ref("base.state_cn_SH")
        rates = [
            {"name": "All", "rate": 100},
            {"name": "Visit", "rate": 200, "trade": "visit"},
            {
                "name": "Visit in Shanghai",
                "rate": 350,
                "trade": "visit",
                "country_id": cls.china.id,
                "state_ids": [Command.set(cls.shanghai.ids)],
            },
            {"name": "Paint until 2025", "rate": 50, "trade": "paint", "date_to": "2025-12-31"},
        ]
        cls.env["repair.labor.rate"].create(
            [{"date_from": "2020-01-01", "company_id": cls.company.id, **rate} for rate in rates]
        )

    @classmethod
    def labor(cls, *operations):
        return [Command.create({"operation_id": operation.id}) for operation in operations]

    @classmethod
    def covered_repair(cls, report_date="2026-06-01 04:00:00", parts=(), work=(), **vals):
        """The pump is covered until January 2028 up to 60,000 km; hoses were until January 2026."""
        vals = {"meter_reading": 41200, "meter_unit": "km", **vals}
        return cls.create_repair(
            cls.lot,
            parts or [("add", cls.pump), ("add", cls.hose)],
            report_date=report_date,
            labor_ids=cls.labor(*(work or (cls.pump_work, cls.hose_work))),
            **vals,
        )

    @classmethod
    def quoted_repair(cls, **vals):
        repair = cls.covered_repair(**vals)
        repair.with_user(cls.advisor).action_create_sale_order()
        return repair


@tagged("post_install", "-at_install")
class TestRepairLabor(LaborCase):
    """Labor is judged, priced and quoted like parts."""

    def test_labor_is_judged_by_the_component_of_its_operation_part_or_main_unit(self):
        repair = self.covered_repair()
        pump_work, hose_work = repair.labor_ids
        self.assertEqual((pump_work.coverage, pump_work.coverage_share), ("warranty", 100))
        self.assertEqual(pump_work.warranty_registration_line_id, self.registration.line_ids[0])
        self.assertEqual(hose_work.coverage, "billable")
        self.assertIn("Pipes and electrics was covered until", hose_work.coverage_reason)
        hose = repair.move_ids[1]
        repair.labor_ids = [Command.create({"name": "Bleed the line", "hours": 1, "move_id": hose.id})]
        self.assertEqual(repair.labor_ids[-1].warranty_registration_line_id, self.registration.line_ids[1])

    def test_the_reason_names_component_period_and_meter(self):
        repair = self.covered_repair()
        reason = f"Main unit, 36 months from 2025-01-10, meter 41,200 of 60,000 km ({self.registration.name})"
        self.assertEqual(repair.labor_ids[0].coverage_reason, reason)
        self.assertEqual(repair.move_ids[0].coverage_reason, reason)

    def test_the_share_of_labor_is_not_that_of_parts(self):
        self.term.line_ids[0].labor_share = 40
        lot = self.create_lots(prefix="LS")
        self.sell_and_deliver(lot)
        repair = self.create_repair(
            lot,
            [("add", self.pump)],
            labor_ids=self.labor(self.pump_work),
            meter_reading=1,
            meter_unit="km",
        )
        repair.with_user(self.advisor).action_create_sale_order()
        self.assertEqual((repair.move_ids.coverage_share, repair.labor_ids.coverage_share), (100, 40))
        self.assertEqual(repair.labor_ids.sale_line_id.price_unit, 60)
        self.assertEqual((repair.labor_ids.customer_amount, repair.labor_ids.bearer_amount), (120, 80))
        self.term.line_ids[0].labor_share = 0
        lot = self.create_lots(prefix="LN")
        self.sell_and_deliver(lot)
        repair = self.create_repair(lot, labor_ids=self.labor(self.pump_work))
        self.assertEqual(repair.labor_ids.coverage_reason, "Main unit: labor is not covered")

    def test_labor_of_a_confirmed_repair_keeps_its_judgment(self):
        repair = self.covered_repair()
        repair.action_validate()
        self.registration.with_user(self.manager)._void("Sold as scrap")
        self.assertEqual(repair.labor_ids.mapped("coverage"), ["warranty", "billable"])

    def test_labor_is_free_after_the_warranty_where_the_terms_say_so_the_visit_is_not(self):
        self.term._write({"after_price_rule": "parts_only"})
        self.term.invalidate_recordset()
        with freeze_time("2028-02-01 04:00:00"):
            inside, after = (
                self.covered_repair(f"{day} 04:00:00", work=(self.pump_work, self.visit_fee))
                for day in ("2028-01-08", "2028-01-12")
            )
            self.assertEqual(inside.labor_ids[0].coverage, "warranty")
            work, visit = after.labor_ids
            self.assertEqual((work.coverage, work.coverage_share), ("contract", 100))
            self.assertEqual(work.cost_bearer, "ourselves")
            self.assertIn("No labor is charged", work.coverage_reason)
            self.assertEqual(visit.coverage, "billable")
            self.assertEqual(after.move_ids[0].coverage, "billable")
            after.with_user(self.advisor).action_create_sale_order()
            self.assertEqual([labor.sale_line_id.price_unit for labor in after.labor_ids], [0, 200])

    def test_a_condition_of_the_component_holds_for_labor_too(self):
        self.registration.line_ids[0].sudo()._write({"needs_professional_installation": True})
        self.registration.line_ids.invalidate_recordset()
        repair = self.covered_repair()
        for line in (repair.labor_ids[0], repair.move_ids[0]):
            self.assertEqual(line.coverage, "billable")
            self.assertIn("not installed by a professional", line.coverage_reason)

    def test_nobody_writes_coverage_of_labor(self):
        repair = self.covered_repair()
        for user in (self.technician, self.reception, self.manager):
            for vals in ({"coverage": "warranty"}, {"coverage_share": 100}, {"cost_bearer": "supplier"}):
                with self.assertRaises(UserError):
                    repair.labor_ids[1].with_user(user).write(vals)
                with self.assertRaises(UserError):
                    self.env["repair.labor"].with_user(user).create({"repair_id": repair.id, **vals})
        labor = (
            self.env["repair.labor"]
            .with_user(self.technician)
            .with_context(default_coverage="warranty", default_coverage_share=100)
            .create({"repair_id": repair.id, "operation_id": self.hose_work.id})
        )
        self.assertEqual((labor.coverage, labor.coverage_share), ("billable", 0))

    # Rates

    def test_the_nearest_region_the_trade_and_the_date_decide_about_the_rate(self):
        paint = {"2025-06-01 04:00:00": 50, "2026-06-01 04:00:00": 100}
        for moment, rate in paint.items():
            repair = self.covered_repair(report_date=moment, work=(self.paint_work,))
            self.assertEqual(repair.labor_ids.rate, rate)
        repair = self.covered_repair(work=(self.visit_fee,))
        self.assertEqual(repair.labor_ids.rate, 200)
        self.customer.write({"country_id": self.china.id, "state_id": self.shanghai.id})
        self.assertEqual(self.covered_repair(work=(self.visit_fee,)).labor_ids.rate, 350)

    def test_a_technician_charges_catalog_rates_and_reception_may_change_them(self):
        repair = self.covered_repair()
        labor = repair.labor_ids[1]
        with self.assertRaises(AccessError):
            labor.with_user(self.technician).rate = 999
        with self.assertRaises(AccessError):
            self.env["repair.labor"].with_user(self.technician).create(
                {"repair_id": repair.id, "name": "Something", "rate": 999}
            )
        labor.with_user(self.reception).rate = 120
        self.assertEqual(labor.customer_amount, 60)

    def test_a_copied_repair_has_the_labor_at_todays_rates_and_its_own_judgment(self):
        repair = self.quoted_repair()
        self.env["repair.labor.rate"].search([("name", "=", "All")]).rate = 130
        copy = repair.with_user(self.technician).copy()
        self.assertEqual(copy.labor_ids.mapped("rate"), [130, 130])
        self.assertFalse(copy.labor_ids.sale_line_id or copy.estimate_agreed_on or copy.promise_date)

    def test_rates_and_catalog_are_the_managers(self):
        for record in (
            self.pump_work,
            self.env["repair.labor.rate"].search([("company_id", "=", self.company.id)], limit=1),
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.reception).write({"name": "Cheaper"})
            record.with_user(self.manager).write({"name": "As decided"})

    def test_labor_does_not_move_to_another_repair(self):
        one, two = self.covered_repair(), self.covered_repair()
        with self.assertRaisesRegex(UserError, "stays with its repair"):
            one.labor_ids.with_user(self.manager).write({"repair_id": two.id})

    def test_neither_the_portal_nor_another_company_reaches_labor_appraisals_or_decisions(self):
        repair = self.covered_repair()
        records = [
            repair.labor_ids,
            self.env["repair.appraisal"].with_user(self.technician).create({"repair_id": repair.id}),
            self.grant_coverage(repair, repair.move_ids[1]),
            self.env["repair.responsibility"].create({"repair_id": repair.id}),
            self.env["repair.labor.rate"].search([("company_id", "=", self.company.id)]),
        ]
        other = self.env["res.company"].create({"name": "Elsewhere"})
        roles = "aftersales_service.aftersales_service_group_manager"
        stranger = new_test_user(
            self.env, "t_else", groups=roles, company_id=other.id, company_ids=[Command.set(other.ids)]
        )
        for user in (stranger, self.portal_user):
            for record in records:
                with self.subTest(user=user.login, model=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])
                    with self.assertRaises(AccessError):
                        record.with_user(user).unlink()

    def test_an_import_names_its_wrong_lines_and_the_right_ones_can_be_imported(self):
        rows = [["X-1", "Change oil", "1.5"], ["X-2", "Grease", "-1"], ["T-PUMP", "Twice the same code", "1"]]
        operations = self.env["repair.operation"].with_user(self.manager)
        columns = ["code", "name", "hours"]
        result = operations.load(columns, rows)
        self.assertFalse(result["ids"])
        self.assertEqual({message["record"] for message in result["messages"]}, {1, 2})
        self.assertTrue(operations.load(columns, rows[:1])["ids"])

    # Form

    def test_technician_adds_labor_on_the_form_and_sees_who_pays(self):
        repair = self.covered_repair(work=(self.pump_work,))
        with Form(repair.with_user(self.technician)) as form, form.labor_ids.new() as line:
            line.operation_id = self.hose_work
            self.assertEqual(line.hours, 0.5)
            self.assertEqual(line.coverage, "billable")
        self.assertEqual(repair.labor_ids[-1].rate, 100)
        self.assertEqual(repair.planned_hours, 2.5)

    # Quotation

    def test_labor_is_on_the_quotation_at_the_price_its_cover_leaves(self):
        repair = self.quoted_repair()
        lines = repair.labor_ids.sale_line_id
        self.assertEqual(lines.mapped("price_unit"), [0, 100])
        self.assertEqual(lines.mapped("product_uom_qty"), [2, 0.5])
        self.assertEqual(repair.amount_customer, 70)
        self.assertEqual(repair.amount_list, 100 + 20 + 200 + 50)
        self.assertEqual(repair.sale_order_id.amount_untaxed, 70)

    def test_quotation_follows_labor_of_the_repair(self):
        repair = self.quoted_repair()
        labor = repair.labor_ids[1]
        labor.hours = 2
        self.assertEqual((labor.sale_line_id.product_uom_qty, labor.sale_line_id.price_unit), (2, 100))
        repair.labor_ids[0].hours = 5
        self.assertEqual(repair.labor_ids[0].sale_line_id.price_unit, 0, "more hours stay covered")
        repair.labor_ids = self.labor(self.paint_work)
        self.assertEqual(repair.labor_ids[-1].sale_line_id.order_id, repair.sale_order_id)
        line = labor.sale_line_id
        labor.unlink()
        self.assertFalse(line.exists())

    def test_more_of_a_covered_part_stays_covered(self):
        repair = self.quoted_repair()
        pump = repair.move_ids[0]
        pump.product_uom_qty = 3
        self.assertEqual((pump.sale_line_id.product_uom_qty, pump.sale_line_id.price_unit), (3, 0))
        self.assertEqual((pump.customer_amount, pump.bearer_amount), (0, 300))

    def test_labor_of_a_canceled_repair_is_not_charged_and_comes_back_with_it(self):
        repair = self.quoted_repair()
        repair.action_validate()
        repair.action_repair_cancel()
        self.assertFalse(repair.sale_order_id.order_line.filtered("repair_labor_ids"))
        repair.action_repair_cancel_draft()
        self.assertEqual(repair.labor_ids.sale_line_id.mapped("product_uom_qty"), [2, 0.5])

    def test_labor_of_a_finished_repair_is_fixed(self):
        repair = self.covered_repair()
        self.finish_repair(repair)
        for action in (
            lambda: repair.labor_ids.write({"hours": 9}),
            lambda: repair.labor_ids.unlink(),
            lambda: repair.write({"labor_ids": self.labor(self.paint_work)}),
        ):
            with self.assertRaisesRegex(UserError, "is over"):
                action()

    # Who bears what

    def test_each_line_names_who_bears_its_cost(self):
        """Covers: F-35."""
        repair = self.quoted_repair()
        pump, hose = repair.move_ids
        self.assertEqual((pump.cost_bearer, pump.cost_bearer_partner_id), ("supplier", self.supplier))
        self.assertEqual((hose.cost_bearer, hose.customer_amount), ("customer", 20))
        self.assertEqual(repair.labor_ids.mapped("cost_bearer"), ["ourselves", "customer"])
        station = self.other_customer
        self.grant_coverage(
            repair,
            hose,
            repair.labor_ids[1],
            coverage_share=50,
            cost_bearer="station",
            cost_bearer_partner_id=station.id,
        )
        self.assertEqual((hose.cost_bearer, hose.customer_amount, hose.bearer_amount), ("station", 10, 10))
        nobody = self.env["res.partner"]
        self.assertEqual(
            repair._get_bearer_amounts(),
            {
                ("customer", self.customer): 35,
                ("supplier", self.supplier): 100,
                ("ourselves", nobody): 200,
                ("station", station): 35,
            },
        )
        self.assertEqual(sum(repair._get_bearer_amounts().values()), repair.amount_list)

    def test_a_decision_counts_only_with_the_managers_own_password(self):
        repair = self.quoted_repair()
        wizard = self.env["repair.coverage"].with_user(self.manager)
        wizard = wizard.create({"repair_id": repair.id, "reason": "Good customer"})
        action = wizard.action_apply()
        sign = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        hose_work = repair.labor_ids[1]
        for password in (False, "wrong"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                sign.with_context(password=password).action_sign()
        self.assertEqual(hose_work.coverage, "billable")
        decision = self.env["repair.coverage.decision"].browse(sign.res_id)
        with self.assertRaises(UserError):
            decision.with_user(self.manager).write({"state": "applied"})
        with self.assertRaises(AccessError):
            self.env["repair.coverage.decision"].with_user(self.reception).create(
                {"repair_id": repair.id, "coverage": "goodwill", "reason": "x", "description": "x"}
            )
        sign.with_context(password=self.manager.login).action_sign()
        self.assertEqual((hose_work.coverage, hose_work.coverage_share), ("goodwill", 100))
        self.assertEqual(hose_work.sale_line_id.price_unit, 0)
        with self.assertRaises(UserError):
            decision.with_user(self.manager).unlink()
