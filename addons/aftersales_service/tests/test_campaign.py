# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import io

from freezegun import freeze_time
from openpyxl import Workbook
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import AftersalesCase


class CampaignCase(AftersalesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lots = cls.create_lots(3)
        cls.sell_and_deliver(cls.lots)
        cls.customer.email = "customer@example.com"
        cls.add_stock(cls.hose, 10)
        cls.campaign = cls.create_campaign()

    @classmethod
    def create_campaign(cls, lots=None, **vals):
        lots = cls.lots[:2] if lots is None else lots
        return cls.env["warranty.campaign"].create(
            {
                "title": "Hose may chafe",
                "kind": "recall",
                "date_from": "2024-01-01",
                "supplier_id": cls.supplier.id,
                "reason": "The hose can burst.",
                "part_ids": [
                    Command.create({"repair_line_type": "add", "product_id": cls.hose.id, "quantity": 2}),
                    Command.create({"repair_line_type": "remove", "product_id": cls.hose.id}),
                ],
                "line_ids": [Command.create({"lot_id": lot.id}) for lot in lots],
                **vals,
            }
        )

    def import_units(self, user=None, **vals):
        wizard = (
            self.env["warranty.campaign.import"]
            .with_user(user or self.manager)
            .create({"campaign_id": self.campaign.id, **vals})
        )
        wizard.action_import()
        return wizard


@tagged("post_install", "-at_install")
class TestCampaign(CampaignCase):
    """Units that need free work are listed, told, recognized when they come, and counted."""

    def start(self):
        self.campaign.with_user(self.manager).action_start()

    def line(self, lot):
        return self.campaign.line_ids.filtered(lambda line: line.lot_id == lot)

    # Listing

    def test_a_pasted_list_adds_the_good_units_and_names_the_bad_ones(self):
        other = self.create_lots(
            product=self.create_product("Other", self.machine_categ, tracking="serial"), prefix="OT"
        )
        self.campaign.product_ids = self.machine
        text = f"{self.lots[2].name}\n\n  {self.lots[0].name}\n{other.name}\nNOBODY\n{self.lots[2].name}"
        wizard = self.import_units(serials=text)
        self.assertEqual(self.campaign.line_ids.lot_id, self.lots)
        self.assertEqual(wizard.serials, f"{other.name}\nNOBODY")
        self.assertIn("NOBODY", wizard.result)
        self.assertIn("1 units added", self.campaign.message_ids[0].body)

    def test_an_xlsx_and_a_csv_file_are_read(self):
        workbook, content = Workbook(), io.BytesIO()
        workbook.active.append([self.lots[2].name, "remark"])
        workbook.save(content)
        self.import_units(file=base64.b64encode(content.getvalue()), file_name="units.xlsx")
        self.assertIn(self.lots[2], self.campaign.line_ids.lot_id)
        self.line(self.lots[2]).unlink()
        text = f"{self.lots[2].name},车主\n"
        for encoding in ("utf-8-sig", "gb18030"):
            self.import_units(file=base64.b64encode(text.encode(encoding)), file_name="units.csv")
            self.assertIn(self.lots[2], self.campaign.line_ids.lot_id)
            self.line(self.lots[2]).unlink()

    def test_files_that_are_none_are_refused(self):
        for content, name in (
            (b"PK\x03\x04 broken", "units.xlsx"),
            (b"\xff\xfe\xff\x80\x00", "units.csv"),
            (b"", False),
        ):
            with self.assertRaises(UserError):
                self.import_units(file=base64.b64encode(content), file_name=name)

    def test_a_unit_is_listed_once_and_only_if_it_is_of_the_products(self):
        with self.assertRaises(UserError):
            self.campaign.write({"product_ids": [Command.set(self.pump.ids)]})
        wizard = self.import_units(serials=self.lots[0].name)
        self.assertFalse(wizard.result)
        self.assertEqual(len(self.campaign.line_ids), 2)

    def test_only_a_manager_lists_and_starts(self):
        for user in (self.reception, self.technician):
            with self.assertRaises(AccessError):
                self.import_units(user=user, serials=self.lots[2].name)
            for action in ("action_start", "action_close"):
                with self.assertRaises(AccessError):
                    getattr(self.campaign.with_user(user), action)()

    def test_a_campaign_without_units_does_not_start(self):
        empty = self.create_campaign(lots=self.lots.browse())
        with self.assertRaises(UserError):
            empty.action_start()

    # Telling the holders

    def test_holders_are_told_by_mail_and_those_without_address_are_named(self):
        self.start()
        self.lots[1].holder_id.email = "customer@example.com"
        unknown = self.create_lots(prefix="UNSOLD")
        self.import_units(serials=unknown.name)
        self.campaign.with_user(self.reception).action_notify()
        told = self.line(self.lots[0])
        self.assertEqual(told.state, "notified")
        self.assertTrue(told.notified_on)
        message = told.message_ids.filtered(lambda message: self.lots[0].name in (message.subject or ""))
        self.assertIn(self.customer, message.notified_partner_ids)
        self.assertIn("The hose can burst.", message.body)
        self.assertEqual(self.line(unknown).state, "open")
        self.assertIn(unknown.name, self.campaign.message_ids[0].body)
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.technician).action_notify()

    # The unit comes in

    def test_a_listed_unit_shows_its_open_campaign_and_gets_the_work_free(self):
        self.start()
        repair = self.create_repair(self.lots[0])
        self.assertIn(self.campaign.name, repair.campaign_notice)
        repair.with_user(self.technician).action_add_campaign_work()
        added = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
        removed = repair.move_ids - added
        self.assertEqual((added.product_uom_qty, added.coverage, added.coverage_share), (2, "campaign", 100))
        self.assertIn(self.campaign.name, added.coverage_reason)
        self.assertEqual(removed.restrict_partner_id, self.supplier, "the old part goes to the supplier")
        self.assertFalse(repair.campaign_notice)
        self.assertEqual(self.line(self.lots[0]).repair_id, repair)
        self.assertEqual(self.campaign.repair_count, 1)

    def test_the_work_is_free_out_of_warranty_and_on_the_quotation(self):
        self.start()
        self.get_registrations(self.lots[0])._void("Test")
        repair = self.create_repair(self.lots[0], [("add", self.hose)], user=self.advisor)
        repair.action_add_campaign_work()
        ours, extra = (
            repair.move_ids.filtered("campaign_id"),
            repair.move_ids.filtered(lambda move: not move.campaign_id),
        )
        self.assertEqual((set(ours.mapped("coverage")), extra.coverage), ({"campaign"}, "billable"))
        repair.action_create_sale_order()
        prices = {line.product_uom_qty: line.price_unit for line in repair.sale_order_id.order_line}
        self.assertEqual(prices, {2: 0, 1: 20})

    def test_the_campaigns_cover_stays_when_the_repair_is_confirmed_and_goes_with_the_part(self):
        self.start()
        self.get_registrations(self.lots[0])._void("Test")
        repair = self.create_repair(self.lots[0])
        repair.action_add_campaign_work()
        added = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
        repair.action_validate()
        self.assertEqual(added.coverage, "campaign")
        added.product_id = self.pump
        self.assertEqual((added.coverage, added.campaign_id.id), ("billable", False))

    def test_a_finished_repair_settles_the_unit_and_moves_the_completion_rate(self):
        self.start()
        repair = self.create_repair(self.lots[0])
        repair.action_add_campaign_work()
        self.finish_repair(repair)
        self.assertEqual(self.line(self.lots[0]).state, "repaired")
        self.campaign.invalidate_recordset()
        self.assertEqual((self.campaign.repaired_count, self.campaign.completion_rate), (1, 50))
        other = self.line(self.lots[1]).with_user(self.manager)
        with self.assertRaises(UserError):
            other.action_not_applicable()
        other.note = "Hose of the new kind already"
        other.action_not_applicable()
        self.campaign.invalidate_recordset()
        self.assertEqual(self.campaign.completion_rate, 100)

    def test_a_canceled_repair_gives_the_unit_back_to_the_campaign(self):
        self.start()
        repair = self.create_repair(self.lots[0])
        repair.action_add_campaign_work()
        repair.action_repair_cancel()
        line = self.line(self.lots[0])
        self.assertEqual((line.state, line.repair_id.id), ("open", False))
        self.assertEqual(self.lots[0]._get_open_campaigns()[self.lots[0]], self.campaign)

    def test_no_campaign_before_its_start_after_its_end_or_for_other_units(self):
        draft = self.create_repair(self.lots[0])
        self.assertFalse(draft.campaign_notice)
        self.start()
        draft.invalidate_recordset()
        self.assertTrue(draft.campaign_notice)
        other = self.create_repair(self.lots[2])
        with self.assertRaises(UserError):
            other.action_add_campaign_work()
        self.campaign.date_to = "2024-12-31"
        draft.invalidate_recordset()
        self.assertFalse(draft.campaign_notice)
        self.campaign.date_to = False
        self.campaign.with_user(self.manager).action_close()
        draft.invalidate_recordset()
        self.assertFalse(draft.campaign_notice)

    def test_a_campaign_that_does_not_give_parts_free_bills_them(self):
        self.campaign.free_parts = False
        self.start()
        self.get_registrations(self.lots[0])._void("Test")
        repair = self.create_repair(self.lots[0])
        repair.action_add_campaign_work()
        added = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
        self.assertEqual(added.coverage, "billable")

    # Ways round

    def test_nobody_declares_a_part_the_campaigns(self):
        self.start()
        repair = self.create_repair(self.lots[2], [("add", self.hose)])
        move = repair.move_ids.with_user(self.technician)
        with self.assertRaises(UserError):
            move.write({"campaign_id": self.campaign.id})
        made = move.with_context(default_campaign_id=self.campaign.id).create(
            {
                "repair_id": repair.id,
                "repair_line_type": "add",
                "product_id": self.hose.id,
                "product_uom_qty": 1,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
            }
        )
        self.assertFalse(made.campaign_id)
        for vals in (
            {"campaign_ids": [Command.link(self.campaign.id)]},
            {"campaign_ids": [Command.set(self.campaign.ids)]},
        ):
            with self.assertRaises(UserError):
                repair.with_user(self.manager).write(vals)

    def test_states_are_written_by_actions_only(self):
        for user in (self.technician, self.manager):
            with self.assertRaises(UserError):
                self.campaign.with_user(user).write({"state": "running"})
            with self.assertRaises(UserError):
                self.campaign.line_ids.with_user(user).write({"state": "repaired"})
        created = self.env["warranty.campaign"].create({"title": "X", "state": "running", "name": "MINE"})
        self.assertEqual(created.state, "draft")
        self.assertNotEqual(created.name, "MINE")
        line = self.env["warranty.campaign.line"].create(
            {"campaign_id": created.id, "lot_id": self.lots[0].id, "state": "repaired"}
        )
        self.assertEqual(line.state, "open")

    def test_portal_and_other_companies_see_no_campaign(self):
        self.start()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "t_elsewhere",
            groups="aftersales_service.aftersales_service_group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        own = self.campaign.with_user(stranger).with_context(allowed_company_ids=company.ids)
        self.assertFalse(own.search([("id", "=", own.id)]))
        for user in (stranger, self.portal_user):
            campaign = self.campaign.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            for action in ("action_start", "action_close", "action_notify"):
                with self.assertRaises(AccessError):
                    getattr(campaign, action)()

    def test_a_begun_campaign_is_not_deleted(self):
        self.start()
        with self.assertRaises(UserError):
            self.campaign.with_user(self.manager).unlink()

    def test_a_campaign_cannot_end_before_it_begins(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.campaign.date_to = "2023-01-01"
            self.campaign.flush_recordset()

    def test_the_unit_knows_its_open_campaigns_for_the_portal(self):
        self.start()
        with self.assertQueryCount(3):
            found = self.lots._get_open_campaigns()
        self.assertEqual(found, {self.lots[0]: self.campaign, self.lots[1]: self.campaign})


@tagged("post_install", "-at_install")
class TestServiceCampaign(CampaignCase):
    """A free-labor campaign: a period, eligible services, labor at a discount of 100 % by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        service = {"type": "service", "list_price": 80, "taxes_id": False}
        cls.labor, cls.wash = cls.env["product.product"].create(
            [{"name": "Inspection", **service}, {"name": "Wash", **service}]
        )
        cls.spring = cls.create_campaign(
            lots=cls.lots.browse(),
            kind="service",
            title="Free spring inspection",
            part_ids=[],
            product_ids=[Command.set(cls.machine.ids)],
            service_ids=[Command.set(cls.labor.ids)],
            date_from="2026-03-01",
            date_to="2026-03-31",
        )

    def quote(self, report_date, product=None):
        """The quotation of a repair with both services on it: dict {service: discount}."""
        with freeze_time("2026-05-01 02:00:00"):
            lot = self.create_lots(product=product or self.machine, prefix=f"R{report_date}-")
            repair = self.env["repair.order"].create(
                {
                    "product_id": lot.product_id.id,
                    "lot_id": lot.id,
                    "partner_id": self.customer.id,
                    "report_date": report_date,
                }
            )
            repair.action_create_sale_order()
            repair.sale_order_id.order_line = [
                Command.create({"product_id": service.id}) for service in (self.labor, self.wash)
            ]
        lines = repair.sale_order_id.order_line
        return {line.product_id: line.discount for line in lines}, lines

    def test_eligible_services_are_free_within_the_period(self):
        """Covers: A-02-R2."""
        self.spring.action_start()
        for day, discount in (
            ("2026-02-28 15:59:59", 0),
            ("2026-02-28 16:00:00", 100),
            ("2026-03-31 15:59:59", 100),
            ("2026-03-31 16:00:00", 0),
        ):
            discounts, lines = self.quote(day)
            self.assertEqual(discounts, {self.labor: discount, self.wash: 0}, day)
        self.assertFalse(lines.campaign_id)

    def test_the_free_service_names_its_campaign_and_costs_nothing(self):
        self.spring.action_start()
        _discounts, lines = self.quote("2026-03-10 02:00:00")
        free = lines.filtered(lambda line: line.product_id == self.labor)
        self.assertEqual((free.campaign_id, free.price_subtotal), (self.spring, 0))

    def test_other_products_and_campaigns_that_do_not_run_give_nothing(self):
        discounts, _lines = self.quote("2026-03-10 02:00:00")
        self.assertEqual(discounts[self.labor], 0)
        self.spring.action_start()
        other = self.create_product("Other machine", self.machine_categ, tracking="serial")
        discounts, _lines = self.quote("2026-03-11 02:00:00", other)
        self.assertEqual(discounts[self.labor], 0)

    def test_a_service_campaign_without_services_does_not_start(self):
        self.spring.service_ids = False
        with self.assertRaises(UserError):
            self.spring.action_start()

    def test_the_labor_of_a_recall_is_free_once_its_work_is_added(self):
        self.campaign.service_ids = self.labor
        self.campaign.action_start()
        repair = self.create_repair(self.lots[0], user=self.advisor)
        repair.action_create_sale_order()
        repair.sale_order_id.order_line = [Command.create({"product_id": self.labor.id})]
        line = repair.sale_order_id.order_line.filtered(lambda line: line.product_id == self.labor)
        self.assertEqual(line.discount, 0)
        repair.action_add_campaign_work()
        self.assertEqual((line.campaign_id, line.discount), (self.campaign, 100))

    def test_labor_sold_as_a_free_service_is_covered_by_the_campaign(self):
        """Covers: A-02-R2."""
        operation = self.env["repair.operation"].create(
            {"code": "T-INSPECT", "name": "Inspection", "hours": 2, "product_id": self.labor.id}
        )
        self.get_registrations(self.lots)._void("Test")
        self.campaign.service_ids = self.labor
        self.campaign.action_start()
        repair = self.create_repair(
            self.lots[0],
            labor_ids=[
                Command.create({"operation_id": operation.id, "rate": 80}),
                Command.create({"name": "Other work", "rate": 80}),
            ],
            user=self.advisor,
        )
        repair.action_create_sale_order()
        self.assertEqual(set(repair.labor_ids.mapped("coverage")), {"billable"}, "its work is not added yet")
        repair.action_add_campaign_work()
        free, other = repair.labor_ids
        self.assertEqual((free.coverage, free.coverage_reason), ("campaign", self.campaign.display_name))
        self.assertEqual((free.cost_bearer, free.cost_bearer_partner_id), ("supplier", self.supplier))
        self.assertEqual((free.customer_amount, free.bearer_amount), (0, 160))
        self.assertEqual((free.sale_line_id.price_unit, free.sale_line_id.discount), (0, 0))
        self.assertEqual((other.coverage, other.customer_amount), ("billable", 80))
        part = repair.move_ids.filtered(lambda move: move.repair_line_type == "add")
        self.assertEqual((part.cost_bearer, part.cost_bearer_partner_id), ("supplier", self.supplier))
