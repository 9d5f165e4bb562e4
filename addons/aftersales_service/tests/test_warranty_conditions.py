# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestWarrantyConditions(AftersalesCase):
    """What cover hangs on besides the calendar."""

    def sold(self, prefix="SN", day="2026-01-05"):
        """A machine delivered on a day: its registration."""
        with freeze_time(f"{day} 04:00:00"):
            lot = self.create_lots(prefix=prefix)
            self.sell_and_deliver(lot)
        return self.get_registrations(lot)

    def decide(self, registration, day="2026-03-01", part=None, **repair):
        report = {"report_date": f"{day} 04:00:00", **repair}
        return self.create_repair(registration.lot_id, [("add", part or self.pump)], **report).move_ids

    def get_proof(self, code):
        return self.env.ref(f"aftersales_service.warranty_proof_{code}")

    def get_exclusion(self, code):
        return self.env.ref(f"aftersales_service.warranty_exclusion_{code}")

    # Terms

    def test_conditions_that_customers_hold_are_changed_by_a_new_version_only(self):
        registration = self.sold()
        for vals in (
            {"registration_days": 5},
            {"exclusion_ids": [Command.link(self.get_exclusion("misuse").id)]},
            {"proof_ids": [Command.link(self.get_proof("invoice").id)]},
            {"after_price_rule": "cost"},
            {"maintenance_interval_months": 6},
        ):
            with self.assertRaisesRegex(UserError, "Issue a new version"):
                self.term.with_user(self.manager).write(vals)
        self.term.with_user(self.manager).write({"registration_days": 0, "note": "Printed anew"})
        action = self.term.with_user(self.manager).action_new_version()
        successor = self.env["warranty.term"].browse(action["res_id"])
        successor.with_user(self.manager).registration_days = 20
        self.assertEqual((self.term.registration_days, registration.card_deadline), (0, False))

    def test_a_party_that_answers_is_named(self):
        with self.assertRaises(Exception) as refused, self.cr.savepoint():
            self.term.line_ids[1].responsible = "manufacturer"
            self.env.flush_all()
        self.assertIn("responsible_named", str(refused.exception))

    # Bundles

    def test_each_component_of_a_bundle_has_its_own_party_term_contact_and_proof(self):
        """A cabinet and an appliance sold as one: the seller answers for the one, the maker for the other, who asks
        for an invoice.

        Covers: A-05-R1.
        """
        self.term.line_ids[1].write(
            {
                "responsible": "manufacturer",
                "responsible_partner_id": self.supplier.id,
                "contact": "400-000-0000",
                "proof_ids": [Command.set(self.get_proof("invoice").ids)],
            }
        )
        registration = self.sold()
        main, pipes = registration.line_ids
        self.assertEqual((main.responsible, main.months), ("seller", 36))
        self.assertEqual(
            (pipes.responsible, pipes.responsible_partner_id, pipes.contact, pipes.months),
            ("manufacturer", self.supplier, "400-000-0000", 12),
        )
        self.assertEqual(pipes.proof_ids, self.get_proof("invoice"))
        self.term.line_ids[1].write({"contact": "moved", "proof_ids": [Command.clear()]})
        self.assertEqual((pipes.contact, pipes.proof_ids), ("400-000-0000", self.get_proof("invoice")))
        repair = self.decide(registration).repair_id
        self.assertIn("400-000-0000", repair.responsible_note)
        self.assertIn(self.supplier.name, repair.responsible_note)

    def test_each_component_of_a_kit_delivered_keeps_its_own_terms(self):
        """A kit is one sales order line and a move per component; each component is registered under its terms, and
        an invoice of the kit starts them all.

        Covers: A-05-R1.
        """
        appliance = self.create_product("Appliance", self.part_categ, tracking="serial")
        kit = self.create_product("Kitchen", self.part_categ, invoice_policy="order", is_storable=False)
        short = self.prepare_term(
            "Appliance", product_tmpl_ids=appliance.product_tmpl_id, start_event="invoice"
        )
        short["line_ids"] = [Command.create({"component_id": self.main_unit.id, "months": 6})]
        self.env["warranty.term"].create(short)
        self.term.start_event = "invoice"
        machines = self.create_lots(2, self.machine, "KIT-M")
        appliances = self.create_lots(4, appliance, "KIT-A")
        self.add_stock(self.machine, lots=machines)
        self.add_stock(appliance, lots=appliances)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": kit.id, "product_uom_qty": 2})],
            }
        )
        order.action_confirm()
        order.picking_ids.action_cancel()
        moves = self.env["stock.move"].create(
            [self.prepare_component_move(order.order_line, lots) for lots in (machines, appliances)]
        )
        moves._action_done()
        registrations = self.get_registrations(machines | appliances)
        self.assertEqual(len(registrations), 6)
        self.assertEqual(set(registrations.mapped("state")), {"draft"})
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 1
        invoice.invoice_date = "2026-05-04"
        invoice.action_post()
        started = registrations.filtered(lambda registration: registration.state == "active")
        self.assertEqual(
            {product: len(found) for product, found in started.grouped("product_id").items()},
            {self.machine: 1, appliance: 2},
            "one of two kits is invoiced",
        )
        self.assertEqual(
            set(started.filtered(lambda reg: reg.product_id == appliance).line_ids.mapped("months")), {6}
        )

    def prepare_component_move(self, sale_line, lots):
        """A component of a kit on its way to the customer, as a bill of materials would make it."""
        return {
            "product_id": lots.product_id.id,
            "product_uom_qty": len(lots),
            "location_id": self.stock_location.id,
            "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            "sale_line_id": sale_line.id,
            "picked": True,
            "move_line_ids": [
                Command.create({"product_id": lots.product_id.id, "lot_id": lot.id, "quantity": 1})
                for lot in lots
            ],
        }

    # Proof of purchase

    def test_proof_is_checked_by_itself_and_the_cover_waits_for_it(self):
        """Repair only against invoice: a receipt does not do, the invoice does.

        Covers: A-05-R2.
        """
        self.term.proof_ids = self.get_proof("invoice")
        registration = self.sold()
        self.assertEqual(registration.proof_status, "missing", "ordered and delivered, but not invoiced")
        refused = self.decide(registration)
        self.assertEqual(refused.coverage, "billable")
        self.assertIn("no accepted proof of purchase (Invoice)", refused.coverage_reason)
        registration.with_user(self.reception).write({"proof_id": self.get_proof("receipt").id})
        self.assertEqual(registration.proof_status, "missing")
        registration.with_user(self.reception).write(
            {"proof_id": self.get_proof("invoice").id, "proof_number": "OLD-4711"}
        )
        self.assertEqual(registration.proof_status, "accepted")
        self.assertEqual(self.decide(registration).coverage, "warranty")

    def test_our_own_books_are_proof_enough(self):
        """Covers: A-05-R2."""
        self.term.proof_ids = self.get_proof("invoice") | self.get_proof("order")
        self.assertEqual(self.sold("A").proof_status, "accepted", "the order is in our books")
        other = self.env["warranty.term"].create(
            self.prepare_term(
                "Invoice only",
                product_tmpl_ids=self.create_product(
                    "M2", self.machine_categ, tracking="serial"
                ).product_tmpl_id,
                proof_ids=[Command.set(self.get_proof("invoice").ids)],
            )
        )
        lot = self.create_lots(1, other.product_tmpl_ids.product_variant_id, "B")
        order = self.sell_and_deliver(lot)
        registration = self.get_registrations(lot)
        self.assertEqual(registration.proof_status, "missing")
        self.invoice(order)
        registration.invalidate_recordset()
        self.assertEqual(registration.proof_status, "accepted", "the invoice is in our books")

    # Installation

    def test_installer_and_professional_installation_decide_where_the_terms_ask(self):
        """Covers: A-05-R5."""
        self.term.line_ids[0].needs_professional_installation = True
        registration = self.sold()
        self.assertIn("not installed by a professional", self.decide(registration).coverage_reason)
        self.assertEqual(
            self.decide(registration, part=self.hose).coverage, "warranty", "only the main unit asks"
        )
        registration.with_user(self.reception).write(
            {"installer_id": self.supplier.id, "professional_installation": "no"}
        )
        self.assertEqual(self.decide(registration).coverage, "billable")
        registration.with_user(self.reception).professional_installation = "yes"
        self.assertEqual(self.decide(registration).coverage, "warranty")

    def test_what_ends_cover_of_parts_ends_it_for_labor_too(self):
        self.term.exclusion_ids = self.get_exclusion("opened")
        registration = self.sold()
        for opened, coverage in (("unauthorized", "billable"), ("no", "warranty")):
            repair = self.create_repair(
                registration.lot_id,
                [("add", self.pump)],
                report_date="2026-03-01 04:00:00",
                opened_before=opened,
                labor_ids=[Command.create({"name": "Look at it", "hours": 1})],
            )
            self.assertEqual(repair.labor_ids.coverage, coverage)
            self.assertEqual(repair.labor_ids.coverage_reason, repair.move_ids.coverage_reason)

    def test_installed_base_of_a_customers_project(self):
        """Covers: A-14-R1."""
        self.machine.lot_properties_definition = [
            {"name": "power", "type": "integer", "string": "Power (W)"},
            {"name": "color", "type": "char", "string": "Color temperature"},
        ]
        registration = self.sold()
        registration.with_user(self.reception).write(
            {
                "customer_project": "Station square, hall 2",
                "installed_on": "2026-01-20",
                "install_place": "Gate 4",
                "unit_properties": {"power": 300, "color": "4000 K"},
            }
        )
        base = self.env["warranty.registration"].with_user(self.reception)
        found = base.search([("customer_project", "ilike", "station square")])
        self.assertEqual(found, registration)
        self.assertEqual(
            (found.product_id, found.quantity, found.lot_id, found.installed_on),
            (self.machine, 1, registration.lot_id, date(2026, 1, 20)),
        )
        self.assertEqual(dict(found.unit_properties), {"power": 300, "color": "4000 K"})
        self.assertEqual((found.start_date, found.end_date), (date(2026, 1, 5), date(2029, 1, 4)))
        groups = base.formatted_read_group(
            [("customer_project", "!=", False)], ["customer_project"], ["quantity:sum"]
        )
        self.assertEqual(groups[0]["quantity:sum"], 1)
        with self.assertRaisesRegex(ValidationError, "in the future"):
            registration.installed_on = "2099-01-01"

    # Refusal

    def test_a_unit_bought_elsewhere_uncertified_or_unimproved_gets_no_warranty(self):
        """Covers: R-52."""
        for code in ("elsewhere", "uncertified", "improvement"):
            lot = self.create_lots(prefix=code)
            lot.with_user(self.reception).warranty_exclusion_id = self.get_exclusion(code)
            with self.assertRaisesRegex(UserError, self.get_exclusion(code).name):
                self.env["warranty.registration"].with_user(self.reception).create(
                    {"product_id": self.machine.id, "lot_id": lot.id, "partner_id": self.customer.id}
                )
            self.sell_and_deliver(lot)
            self.assertFalse(self.get_registrations(lot), "nor does a delivery register it")

    def test_a_refused_improvement_ends_cover_that_ran_and_only_a_manager_takes_it_back(self):
        """Covers: R-52."""
        registration = self.sold()
        lot = registration.lot_id
        lot.with_user(self.reception).warranty_exclusion_id = self.get_exclusion("improvement")
        refused = self.decide(registration)
        self.assertEqual(refused.coverage, "billable")
        self.assertIn("Improvement refused", refused.coverage_reason)
        with self.assertRaises(AccessError):
            lot.with_user(self.reception).warranty_exclusion_id = False
        with self.assertRaises(AccessError):
            self.create_lots(prefix="Z").with_user(
                self.stock_user
            ).warranty_exclusion_id = self.get_exclusion("elsewhere")
        lot.with_user(self.manager).warranty_exclusion_id = False
        self.assertEqual(self.decide(registration).coverage, "warranty")

    def test_opening_by_a_stranger_ends_free_cover_for_good(self):
        """Whether a component was opened is recorded with each repair; by a stranger, cover ends.

        Covers: R-53.
        """
        self.term.exclusion_ids = self.get_exclusion("opened")
        registration = self.sold()
        self.assertEqual(self.decide(registration, opened_before="no").coverage, "warranty")
        self.assertEqual(self.decide(registration, opened_before="authorized").coverage, "warranty")
        opened = self.decide(registration, opened_before="unauthorized").repair_id
        self.assertEqual(opened.move_ids.coverage, "billable")
        self.assertEqual(self.decide(registration).coverage, "warranty", "nothing is final yet")
        opened.action_validate()
        with self.assertRaisesRegex(UserError, "was decided"):
            opened.opened_before = "no"
        later = self.decide(registration, "2026-05-01")
        self.assertEqual(later.coverage, "billable")
        self.assertIn(opened.name, later.coverage_reason)

    def test_a_finding_on_a_draft_changes_who_pays_at_once(self):
        self.term.exclusion_ids = self.get_exclusion("misuse")
        move = self.decide(self.sold())
        self.assertEqual(move.coverage, "warranty")
        move.repair_id.write(
            {"warranty_exclusion_id": self.get_exclusion("misuse").id, "exclusion_note": "Run without oil"}
        )
        self.assertEqual(move.coverage, "billable")
        self.assertIn("Run without oil", move.coverage_reason)

    # Maintenance

    def test_maintenance_by_the_manual_decides_about_cover(self):
        """Records with pictures, each within the interval; who did the work does not matter.

        Covers: S3-R3.
        """
        self.term.maintenance_interval_months = 6
        registration = self.sold(day="2025-01-10")
        self.assertEqual(
            self.decide(registration, "2025-07-10").coverage, "warranty", "six months are not over"
        )
        refused = self.decide(registration, "2025-07-11")
        self.assertEqual(refused.coverage, "billable")
        self.assertIn("No record of maintenance", refused.coverage_reason)
        photo = (
            self.env["ir.attachment"]
            .with_user(self.reception)
            .create({"name": "filter.png", "raw": b"x", "res_model": "warranty.maintenance"})
        )
        records = self.env["warranty.maintenance"].with_user(self.reception)
        record = records.create(
            {
                "registration_id": registration.id,
                "done_on": "2025-07-05",
                "done_by": "A workshop of the customer's choice",
                "note": "Oil and filters",
                "photo_ids": [Command.link(photo.id)],
            }
        )
        self.assertEqual(record.with_user(self.technician).photo_ids.name, "filter.png", "colleagues see it")
        self.assertEqual(self.decide(registration, "2026-01-05").coverage, "warranty")
        self.assertEqual(
            self.decide(registration, "2026-01-06").coverage, "billable", "the next one is missing"
        )
        with self.assertRaises(UserError):
            record.done_on = "2025-09-01"
        with self.assertRaises(ValidationError):
            records.create({"registration_id": registration.id, "done_on": "2099-01-01", "done_by": "X"})
        with self.assertRaises(AccessError):
            record.with_user(self.stock_user).unlink()

    # Prices

    def test_a_discount_after_the_warranty_is_given_once_however_often_it_is_judged(self):
        self.term.write({"after_price_rule": "discount", "after_discount": 10})
        registration = self.sold(day="2022-01-10")
        move = self.decide(registration, "2026-01-10")
        repair = move.repair_id
        repair.with_user(self.advisor).action_create_sale_order()
        self.assertEqual(move.sale_line_id.price_unit, 90)
        repair.report_date = "2026-01-11 04:00:00"
        repair.action_validate()
        self.assertEqual(move.sale_line_id.price_unit, 90)
        self.assertEqual(repair.after_warranty_note, "Fixed discount")
