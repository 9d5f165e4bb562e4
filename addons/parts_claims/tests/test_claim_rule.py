# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.fields import Command, Datetime
from odoo.tests import tagged

from odoo.addons.aftersales_service.models.stock_lot_file import get_vin_check_digit

from .claim_rule_common import ClaimRuleCommon


@tagged("post_install", "-at_install")
class TestClaimRule(ClaimRuleCommon):
    """Each rule of the audit list, at its border."""

    # Refuse

    def test_refuse_01_outside_the_free_service(self):
        rule = self.adopt("refuse_01")
        self.put_into_campaign(self.make_campaign(parts=self.part), self.line | self.fans)
        self.assertFinds(rule, self.fans, "is not part of campaign")
        self.assertPasses(self.line | self.labor)

    def test_refuse_02_no_agreement_in_force_on_the_day(self):
        rule = self.adopt("refuse_02")
        self.agreement._set({"date_to": self.line.repair_date})
        self.assertPasses(self.line)
        self.agreement._set({"date_to": self.line.repair_date - timedelta(days=1)})
        self.assertFinds(rule, self.line, "Harbor Compressors")
        self.agreement._set({"date_to": False, "state": "closed"})
        self.assertFinds(rule, self.line | self.fans)

    def test_refuse_03_one_free_service_too_many(self):
        rule = self.adopt("refuse_03", most_count=2)
        services = self.env.ref("aftersales_service.product_labor")
        campaign = self.make_campaign(kind="service", service_ids=[Command.set(services.ids)])
        self.put_into_campaign(campaign, self.line | self.later)
        self.assertPasses(self.line | self.later)
        rule.with_user(self.manager).action_stop()
        rule.most_count = 1
        rule.action_activate()
        self.assertFinds(rule, self.later, "2 free services")
        self.assertPasses(self.line)

    def test_refuse_04_reporting_deadline_passed(self):
        rule = self.adopt("refuse_04", days=2)
        self.line._set({"deadline": self.today - timedelta(days=2)})
        self.assertPasses(self.line)
        self.line._set({"deadline": self.today - timedelta(days=3)})
        self.assertFinds(rule, self.line, "had to be filed")
        self.line.with_user(self.manager).late_reason = "Agreed by phone"
        self.assertPasses(self.line)

    # Return

    def test_return_01_labor_does_not_fit_the_fault(self):
        rule = self.adopt("return_01")
        self.assertPasses(self.labor)
        faults = self.env["service.fault"].create([{"code": f"T{n}", "name": f"Test {n}"} for n in range(2)])
        faults |= faults.create({"code": "T2", "name": "Detail", "parent_id": faults[0].id})
        self.operation.fault_ids = faults[0]
        self.assertFinds(rule, self.labor, "no work for the fault")
        self.repair._write_system({"symptom_id": faults[1].id})
        self.assertFinds(rule, self.labor, "Test 1")
        self.repair._write_system({"symptom_id": faults[2].id})
        self.assertPasses(self.labor | self.line)

    def test_return_02_labor_does_not_fit_the_product(self):
        rule = self.adopt("return_02")
        categories = self.env["product.category"].create([{"name": "Ovens"}, {"name": "Fridges"}])
        self.operation.categ_ids = categories[0]
        self.assertFinds(rule, self.labor, "is no work on Display fridge")
        self.unit.categ_id = categories.create({"name": "Display", "parent_id": categories[1].id})
        self.operation.categ_ids = categories[1]
        self.assertPasses(self.labor)

    def test_return_03_part_does_not_fit_the_product(self):
        rule = self.adopt("return_03")
        self.assertPasses(self.line)
        categories = self.env["product.category"].create([{"name": "Ovens"}, {"name": "Fridges"}])
        self.part.fit_categ_ids = categories[0]
        self.assertFinds(rule, self.line, "does not fit Display fridge")
        self.part.fit_categ_ids = categories
        self.unit.categ_id = categories[1]
        self.assertPasses(self.line)

    def _read_meter(self, days_ago, value):
        self.env["warranty.meter.reading"].create(
            {
                "lot_id": self.lot.id,
                "company_id": self.company.id,
                "value": value,
                "meter_unit": "km",
                "read_on": self.repair._get_report_day() - timedelta(days=days_ago),
            }
        )

    def _report_meter(self, value):
        self.repair._write_system({"meter_reading": value, "meter_unit": "km"})

    def test_return_04_meter_falls(self):
        rule = self.adopt("return_04_falls")
        self._read_meter(10, 5000)
        self.assertPasses(self.line)
        self._report_meter(5000)
        self.assertPasses(self.line)
        self._report_meter(4999)
        self.assertFinds(rule, self.line, "4999")

    def test_return_04_meter_rises_too_fast(self):
        rule = self.adopt("return_04_jump", meter=1500)
        self._read_meter(10, 5000)
        self._report_meter(20000)
        self.assertPasses(self.line)
        self._report_meter(20001)
        self.assertFinds(rule, self.line, "15001 in 10 days")

    def test_return_05_claimed_twice(self):
        rule = self.adopt("return_05", days=90)
        self.assertFinds(rule, self.later, self.repair.name)
        self.assertPasses(self.line)
        self.later._set({"repair_date": self.line.repair_date + timedelta(days=90)})
        self.assertFinds(rule, self.later)
        self.later._set({"repair_date": self.line.repair_date + timedelta(days=91)})
        self.assertPasses(self.later)
        self.later._set({"repair_date": self.line.repair_date, "unit_lot_id": self.later.repair_id.lot_id.id})
        self.assertPasses(self.later)

    def test_return_06_wrong_type_of_claim(self):
        rule = self.adopt("return_06")
        campaign = self.make_campaign(start=False)
        self.assertPasses(self.line)
        campaign.action_start()
        self.assertFinds(rule, self.line, campaign.name)
        self.assertPasses(self.fans)
        self.fans.move_id._write_coverage({"coverage": "goodwill"})
        self.assertFinds(rule, self.fans, "Goodwill")

    def test_return_07_vin_missing_or_wrong(self):
        rule = self.adopt("return_07_vin")
        self.assertPasses(self.line)
        self.unit.categ_id = self.env["product.category"].create({"name": "Cars", "has_license_plate": True})
        self.assertFinds(rule, self.line, "UNIT")
        vin = "LSVAU2A37N2183294"
        digit = get_vin_check_digit(vin)
        self.lot.vin = vin[:8] + digit + vin[9:]
        self.assertPasses(self.line)
        self.lot.vin = vin[:8] + ("1" if digit != "1" else "2") + vin[9:]
        self.assertFinds(rule, self.line, self.lot.vin)

    def test_return_07_no_record_of_sale(self):
        rule = self.adopt("return_07_sale")
        self.assertPasses(self.line)
        lot = self.lot.create({"name": "NEW", "product_id": self.unit.id, "company_id": self.company.id})
        self.line._set({"unit_lot_id": lot.id})
        self.assertFinds(rule, self.line, "NEW was sold")
        registration = self.env["warranty.registration"].create(
            {
                "company_id": self.company.id,
                "product_id": self.unit.id,
                "lot_id": lot.id,
                "partner_id": self.customer.id,
                "start_date": self.today - timedelta(days=60),
            }
        )
        self.assertFinds(rule, self.line)
        registration.action_activate()
        self.assertPasses(self.line)

    def test_return_07_serial_number_of_another_product(self):
        rule = self.adopt("return_07_model")
        self.assertPasses(self.line)
        self.line._set({"unit_product_id": self.part.id})
        self.assertFinds(rule, self.line, "belongs to Display fridge")

    def test_return_08_partner_without_code(self):
        rule = self.adopt("return_08", direction="both")
        self.assertFinds(rule, self.line, "no reference number")
        self.supplier.ref = "  "
        self.assertFinds(rule, self.line)
        self.supplier.ref = "S-17"
        self.assertPasses(self.line)

    def test_return_12_more_pieces_than_a_unit_needs(self):
        rule = self.adopt("return_12", quantity=2)
        self.assertPasses(self.line | self.later | self.fans)
        rule.action_stop()
        rule.quantity = 1
        rule.action_activate()
        self.assertFinds(rule, self.fans, "2 × Fan")
        self.later._set({"repair_date": self.line.repair_date + timedelta(days=1)})
        self.assertPasses(self.line | self.later)

    def test_return_12_the_agreement_says_how_many(self):
        rule = self.adopt("return_12")
        self.assertPasses(self.fans)
        agreement = self.agreement.with_user(self.manager)
        agreement.action_draft()
        agreement.line_ids = [
            Command.create({"product_tmpl_id": self.fan.product_tmpl_id.id, "max_quantity": 1})
        ]
        agreement.action_activate()
        self.assertFinds(rule, self.fans, "at most 1")

    def test_return_13_no_warranty_period(self):
        rule = self.adopt("return_13")
        self.assertPasses(self.line)
        self.line._set({"warranty_registration_line_id": False})
        self.assertFinds(rule, self.line, "No warranty period")
        self.line._set({"kind": "goodwill"})
        self.assertPasses(self.line)

    def test_return_16_returned_and_not_completed_in_time(self):
        rule = self.adopt("return_16", days=90)
        self.assertPasses(self.line)
        logs = self.env["claim.rule.log"].sudo()
        vals = {"outcome": "return", "source": "rule", "reason": "Complete it", "rule_id": rule.id}
        now = Datetime.now()
        logs._record({self.line: vals | {"decided_on": now - timedelta(days=90)}})
        self.assertPasses(self.line)
        logs._record({self.fans: vals | {"decided_on": now - timedelta(days=91)}})
        self.assertFinds(rule, self.fans, "not completed within 90 days")

    def test_return_17_campaign_work_not_reported(self):
        rule = self.adopt("return_17")
        campaign = self.make_campaign()
        self.assertPasses(self.line)
        self.put_into_campaign(campaign, self.line)
        self.assertFinds(rule, self.line, "not reported as done")
        campaign.line_ids._write_step({"state": "repaired"})
        self.assertPasses(self.line)

    def test_return_18_pre_authorization_missing(self):
        rule = self.adopt("return_18")
        self.agreement._set({"preauthorization_above": self.line.amount_claimed})
        self.assertPasses(self.line)
        self.agreement._set({"preauthorization_above": self.line.amount_claimed - 0.01})
        self.assertFinds(rule, self.line, "Nobody agreed in advance")
        given = {"preauthorization_number": "7", "preauthorization_date": self.today}
        self.line.with_user(self.clerk).write(given)
        self.assertFinds(rule, self.line)
        self.line.with_user(self.clerk).preauthorization_by = "Mr. Wu"
        self.assertPasses(self.line)

    # By hand

    def test_manual_01_all_parts_out_of_warranty(self):
        rule = self.adopt("manual_01")
        self.assertPasses(self.line | self.fans)
        self.line._set({"warranty_registration_line_id": False})
        self.assertPasses(self.line | self.fans)
        self.fans._set({"warranty_registration_line_id": False})
        self.assertFinds(rule, self.line | self.fans | self.labor, self.repair.name)

    def test_manual_more_hours_than_the_flat_rate(self):
        rule = self.adopt("manual_hours", percent=10)
        self.labor._set({"quantity": 3.3})
        self.assertPasses(self.labor | self.line)
        self.labor._set({"quantity": 3.31})
        self.assertFinds(rule, self.labor, "the flat rate is 3")

    def test_manual_unit_claimed_too_often(self):
        rule = self.adopt("manual_repeated", most_count=1, days=30)
        self.assertFinds(rule, self.later, "2 repairs")
        self.later._set({"repair_date": self.line.repair_date + timedelta(days=31)})
        self.assertPasses(self.later | self.line)

    def test_manual_large_amount(self):
        rule = self.adopt("manual_amount", amount=400.0)
        self.assertPasses(self.line)
        self.line._set({"amount_claimed": 400.01})
        self.assertFinds(rule, self.line, "is more than 400.00 CNY")

    def test_manual_large_amount_in_another_currency(self):
        """The limit is compared at the rate of the day of the repair."""
        rule = self.adopt("manual_amount", amount=400.0)
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": self.line.repair_date - timedelta(days=1),
                "rate": 0.25,
            }
        )
        self.line._set({"amount_claimed": 100.0, "currency_id": dollar.id})
        self.assertPasses(self.line)
        self.line._set({"amount_claimed": 100.01})
        self.assertFinds(rule, self.line)

    # Accept

    def test_accept_small_amount(self):
        rule = self.adopt("accept_amount", amount=200.0)
        self.line._set({"amount_claimed": 200.0})
        self.assertFinds(rule, self.line, "is not more than")
        self.line._set({"amount_claimed": 200.01})
        self.assertPasses(self.line)

    def test_accept_everything_else(self):
        rule = self.adopt("accept_rest")
        self.assertFinds(rule, self.line | self.fans | self.labor | self.later)

    def test_own_condition_of_a_user(self):
        rule = self.adopt(
            "accept_rest", kind="domain", domain="[('product_id.name', '=', 'Fan'), ('quantity', '>=', 2)]"
        )
        self.assertFinds(rule, self.fans)
        self.assertPasses(self.line)
        self.fans._set({"quantity": 1.99})
        self.assertPasses(self.fans)
