# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .test_intake import IntakeCase

FORM = "aftersales_service.repair_order_view_form_reception"


@tagged("post_install", "-at_install")
class TestReception(IntakeCase):
    """What reception sees and does at the desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot.write({"license_plate": "沪a 12345", "vin": "1m8gdm9axkp042788"})

    def open_form(self, user=None):
        return Form(self.env["repair.order"].with_user(user or self.reception), FORM)

    def test_a_unit_is_found_by_serial_plate_or_vin(self):
        """Covers: A-12-R1."""
        for code in (self.lot.name, "沪A12345", "1M8GDM9AXKP042788", "kp042788"):
            form = self.open_form()
            form.unit_code = code
            self.assertEqual(form.lot_id, self.lot, code)
            self.assertEqual((form.product_id, form.partner_id), (self.machine, self.customer), code)
            self.assertFalse(form.unit_code)
        self.assertEqual(form.unit_cover_status, "covered")
        repair = form.save()
        self.assertEqual((repair.lot_id, repair.partner_id), (self.lot, self.customer))

    def test_what_is_not_found_is_told_and_created_on_the_spot(self):
        """Covers: AS-03."""
        form = self.open_form()
        form.unit_code = "UNKNOWN-1"
        self.assertFalse(form.lot_id)
        lot = (
            self.env["stock.lot"]
            .with_user(self.reception)
            .create({"name": "UNKNOWN-1", "product_id": self.machine.id})
        )
        customer = self.env["res.partner"].with_user(self.reception).create({"name": "Walk-in"})
        form.product_id = self.machine
        form.lot_id = lot
        form.partner_id = customer
        self.assertIn("phone", form.file_gaps)
        repair = form.save()
        self.assertEqual(repair.product_location_src_id.usage, "customer", "it is not on our shelves")
        self.sign_intake(repair, self.reception)
        self.assertTrue(repair.action_validate(), "and nothing is missing there")
        self.assertEqual(repair.state, "confirmed")

    def test_several_units_that_fit_are_named_and_none_is_taken(self):
        lots = self.create_lots(2, prefix="TWIN")
        self.assertEqual(self.env["stock.lot"]._find_units("TWIN"), lots)
        form = self.open_form()
        form.unit_code = "TWIN"
        self.assertFalse(form.lot_id)

    def test_what_happened_before_and_what_is_owed_is_in_view(self):
        """Covers: A-12-R1."""
        first = self.take_in()
        self.finish_repair(first.with_user(self.env.user))
        order = self.sell(self.create_lots(prefix="OWED"), price=500)
        self.add_stock(self.machine, lots=order.picking_ids.move_line_ids.lot_id)
        self.deliver(order)
        invoice = self.invoice(order)
        repair = self.take_in()
        self.assertEqual(repair.earlier_repair_ids, first)
        self.assertEqual(repair.balance_due, invoice.amount_residual)
        self.assertTrue(repair.balance_due)
        self.assertNotIn("balance_due", repair.with_user(self.technician).fields_get())
        self.assertIn("address", repair.file_gaps)

    def test_vehicles_are_missed_a_plate_and_a_vin(self):
        self.machine_categ.has_license_plate = True
        lot = self.create_lots(prefix="BARE")
        self.assertIn("VIN", self.take_in(lot).file_gaps)
        lot.write({"vin": "1M8GDM9AXKP042788", "license_plate": "X", "first_registration_date": "2024-01-01"})
        self.assertNotIn("VIN", lot._get_file_gaps())

    def assertOccupied(self, name, call, *args, **kwargs):
        """Refused, naming the repair that keeps the unit."""
        with self.assertRaises(ValidationError) as refused:
            call(*args, **kwargs)
        self.assertIn(name, str(refused.exception))

    def test_a_second_open_repair_of_a_unit_is_refused_by_the_name_of_the_first(self):
        first = self.take_in()
        self.assertOccupied(first.name, self.take_in)
        other = self.take_in(self.create_lots(prefix="FREE"))
        self.assertOccupied(first.name, other.write, {"lot_id": self.lot.id})
        vals = {"product_id": self.machine.id, "lot_id": self.create_lots(prefix="BOTH").id}
        self.assertOccupied("BOTH00000", self.env["repair.order"].create, [vals, dict(vals)])

    def test_an_import_names_the_unit_that_is_in_repair(self):
        first = self.take_in()
        free = self.create_lots(prefix="FREE")
        rows = [[self.machine.name, free.name], [self.machine.name, self.lot.name]]
        result = self.env["repair.order"].with_user(self.reception).load(["product_id", "lot_id"], rows)
        self.assertFalse(result["ids"])
        self.assertIn(first.name, str(result["messages"]))

    def test_a_manager_may_allow_a_second_repair_with_a_reason(self):
        self.take_in()
        with self.assertRaisesRegex(UserError, "manager"):
            self.take_in(second_repair_reason="Two departments")
        second = self.create_repair(self.lot, user=self.manager, second_repair_reason="Two departments")
        self.assertEqual(second.state, "draft")
        with self.assertRaises(ValidationError):
            second.second_repair_reason = False

    def test_a_finished_or_canceled_repair_lets_the_unit_in_again(self):
        first = self.take_in()
        first.with_user(self.technician).action_repair_cancel()
        second = self.take_in()
        self.assertOccupied(second.name, first.with_user(self.technician).action_repair_cancel_draft)
        self.finish_repair(second.with_user(self.env.user))
        self.assertEqual(self.take_in().state, "draft")

    def test_two_receptions_at_once_cannot_take_in_the_same_unit(self):
        """Taking a unit in writes its row: of two at the same moment the second has to start again, and then sees."""

        def get_version():
            self.env.cr.execute("SELECT ctid FROM stock_lot WHERE id = %s", [self.lot.id])
            return self.env.cr.fetchone()

        before = get_version()
        self.take_in()
        self.assertNotEqual(get_version(), before)

    def test_requests_and_belongings_are_entered_on_the_screen(self):
        form = self.open_form()
        form.unit_code = self.lot.name
        with form.request_ids.new() as request:
            request.name = "Leaks oil"
            request.read_back = True
        with form.belonging_ids.new() as belonging:
            belonging.name = "Toolbox"
        form.valuables_warned = True
        repair = form.save()
        repair.condition_mark_ids = [Command.create({"x": 10, "y": 20})]
        self.assertEqual(repair.condition_mark_ids.display_name, "1. Scratch")
        self.assertIn("outline_unit", repair.condition_picture)
        self.machine_categ.condition_outline = "vehicle"
        child = self.env["product.category"].create({"name": "Vans", "parent_id": self.machine_categ.id})
        self.assertIn("outline_vehicle", child._get_condition_picture(), "as the parent category")
