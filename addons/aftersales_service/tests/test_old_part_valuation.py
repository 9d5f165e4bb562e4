# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AftersalesCase


@tagged("post_install", "-at_install")
class TestOldPartValuation(AftersalesCase):
    """A part taken out under warranty is the supplier's: kept apart, not saleable, worth nothing in our books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot = cls.create_lots()
        cls.sell_and_deliver(cls.lot)
        cls.old_store = cls.warehouse.old_part_location_id

    def receive(self, product, quantity, price):
        """Buy from the supplier and receive."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_qty": quantity, "price_unit": price})
                ],
            }
        )
        order.button_confirm()
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()

    def stock_part(self, cost_method):
        categ = self.env["product.category"].create(
            {"name": cost_method, "property_cost_method": cost_method, "property_valuation": "periodic"}
        )
        part = self.create_product(f"Part {cost_method}", categ, standard_price=40, supplier_taxes_id=False)
        part.seller_ids = [Command.create({"partner_id": self.supplier.id, "price": 40})]
        self.receive(part, 4, 30)
        self.receive(part, 6, 50)
        return part

    def replace(self, part):
        repair = self.create_repair(self.lot, [("add", part), ("remove", part)])
        self.finish_repair(repair)
        return repair

    def check_old_part_is_worth_nothing(self, cost_method, before, after):
        part = self.stock_part(cost_method)
        self.assertAlmostEqual(part.total_value, before)
        repair = self.replace(part)
        added, removed = repair.move_ids
        part.invalidate_recordset()
        self.assertAlmostEqual(part.total_value, after, msg="only the new part's cost has left")
        self.assertEqual(part.qty_available, 9, "the old part is not on hand")
        self.assertEqual(part.free_qty, 9)
        self.assertEqual((removed.value, removed.is_in), (0, False))
        self.assertEqual(added.state, "done")
        quant = self.env["stock.quant"].search(
            [("product_id", "=", part.id), ("location_id", "child_of", self.old_store.id)]
        )
        self.assertEqual((quant.quantity, quant.owner_id), (1, self.supplier))
        self.assertEqual(removed.restrict_partner_id, self.supplier)
        return part, quant

    def test_old_part_is_worth_nothing_at_average_cost(self):
        """4 × 30 + 6 × 50 = 420; one leaves at 42."""
        part, _quant = self.check_old_part_is_worth_nothing("average", 420, 378)
        self.assertAlmostEqual(part.standard_price, 42)

    def test_old_part_is_worth_nothing_first_in_first_out(self):
        """One leaves at 30."""
        self.check_old_part_is_worth_nothing("fifo", 420, 390)

    def test_old_part_is_worth_nothing_at_standard_price(self):
        self.check_old_part_is_worth_nothing("standard", 400, 360)

    def test_old_part_that_goes_back_to_the_supplier_changes_no_value(self):
        for method, after in (("average", 378), ("fifo", 390), ("standard", 360)):
            part, quant = self.check_old_part_is_worth_nothing(
                method, 400 if method == "standard" else 420, after
            )
            move = self.env["stock.move"].create(
                {
                    "product_id": part.id,
                    "product_uom_qty": 1,
                    "location_id": self.old_store.id,
                    "location_dest_id": self.env.ref("stock.stock_location_suppliers").id,
                    "picked": True,
                    "move_line_ids": [
                        Command.create(
                            {
                                "product_id": part.id,
                                "quantity": 1,
                                "location_id": self.old_store.id,
                                "owner_id": self.supplier.id,
                            }
                        )
                    ],
                }
            )
            move._action_done()
            part.invalidate_recordset()
            self.assertAlmostEqual(part.total_value, after)
            self.assertEqual(quant.quantity, 0)

    def test_lot_valued_old_part_is_worth_nothing(self):
        categ = self.env["product.category"].create({"name": "Lots", "property_cost_method": "average"})
        part = self.create_product("Lot part", categ, tracking="serial", lot_valuated=True, standard_price=40)
        part.seller_ids = [Command.create({"partner_id": self.supplier.id})]
        new, old = self.create_lots(2, part, "V")
        self.add_stock(part, lots=new)
        repair = self.create_repair(self.lot, [("add", part), ("remove", part)])
        repair.action_validate()
        repair.action_repair_start()
        added, removed = repair.move_ids
        added.write({"lot_ids": [Command.set(new.ids)]})
        removed.write({"quantity": 1})
        removed.move_line_ids.lot_id = old
        repair.move_ids.picked = True
        self.pass_quality_check(repair)
        repair.action_repair_end()
        part.invalidate_recordset()
        self.assertEqual(repair.state, "done")
        self.assertEqual(part.total_value, 0)
        self.assertEqual(
            old.quant_ids.filtered("quantity").filtered(lambda q: q.quantity > 0).owner_id, self.supplier
        )

    def test_part_removed_at_the_customers_expense_goes_where_the_platform_sends_it(self):
        stranger = self.create_lots(prefix="X")
        self.add_stock(self.pump, 1)
        repair = self.create_repair(stranger, [("add", self.pump), ("remove", self.pump)])
        removed = repair.move_ids[1]
        self.assertEqual(removed.location_dest_id, repair.parts_location_id)
        self.assertFalse(removed.restrict_partner_id)

    def test_recycled_part_goes_to_our_own_stock(self):
        repair = self.create_repair(self.lot, [("recycle", self.pump)])
        self.assertEqual(repair.move_ids.coverage, "warranty")
        self.assertEqual(repair.move_ids.location_dest_id, repair.recycle_location_id)
        self.assertFalse(repair.move_ids.restrict_partner_id)

    def test_owner_and_store_typed_by_hand_are_put_right(self):
        part = self.stock_part("average")
        repair = self.create_repair(self.lot, [("add", part), ("remove", part)])
        repair.action_validate()
        repair.action_repair_start()
        for move in repair.move_ids:
            move.quantity = 1
        removed = repair.move_ids[1]
        removed.move_line_ids.write({"owner_id": False, "location_dest_id": self.stock_location.id})
        removed.write({"location_dest_id": self.stock_location.id, "restrict_partner_id": False})
        repair.move_ids.picked = True
        self.pass_quality_check(repair)
        repair.action_repair_end()
        self.assertEqual(removed.move_line_ids.owner_id, self.supplier)
        self.assertEqual(removed.move_line_ids.location_dest_id, self.old_store)
        self.assertAlmostEqual(part.total_value, 378)
        with self.assertRaises(UserError):
            removed.move_line_ids.owner_id = False

    def test_old_part_without_a_supplier_is_refused_by_name_with_the_remedy(self):
        orphans = [self.create_product(f"Orphan {number}", self.part_categ) for number in (1, 2)]
        repair = self.create_repair(self.lot, [("remove", orphan) for orphan in orphans])
        with self.assertRaises(UserError) as refused:
            repair.action_validate()
        for text in ("Orphan 1", "Orphan 2", "Purchase tab"):
            self.assertIn(text, str(refused.exception))
        with self.assertRaises(UserError):
            orphans[0]._get_old_part_owner(self.company)

    def test_owner_is_the_main_seller_in_the_company(self):
        second = self.env["res.partner"].create({"name": "Second"})
        other_company = self.env["res.company"].create({"name": "Elsewhere"})
        self.pump.seller_ids = [
            Command.create({"partner_id": second.id, "sequence": -5, "company_id": other_company.id}),
            Command.create({"partner_id": second.id, "sequence": 50}),
        ]
        self.assertEqual(self.pump._get_old_part_owner(self.company), self.supplier)
        self.assertEqual(self.pump._get_old_part_owner(other_company), second)
        self.assertEqual(
            self.pump.with_user(self.technician)._get_old_part_owner(self.company), self.supplier
        )

    def test_each_warehouse_has_its_store_outside_the_saleable_tree(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC"})
        location = warehouse.old_part_location_id
        self.assertTrue(location)
        self.assertEqual((location.usage, location.company_id), ("internal", self.company))
        self.assertFalse(location._child_of(warehouse.view_location_id))
        self.assertFalse(location.warehouse_id)
        self.assertTrue(location.is_old_part)
        company = self.env["res.company"].create({"name": "New company"})
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        self.assertEqual(warehouses.old_part_location_id.company_id, company)
        self.assertFalse(
            self.env["stock.warehouse"]
            .with_context(active_test=False)
            .search([("old_part_location_id", "=", False)])
        )

    def test_bins_of_the_store_are_old_parts_too(self):
        shelf = self.env["stock.location"].create({"name": "Shelf", "location_id": self.old_store.id})
        self.assertTrue(shelf.is_old_part)
        self.assertFalse(shelf._should_be_valued())
        self.assertTrue(self.stock_location._should_be_valued())
        valued = self.env["stock.location"].search([("is_valued_internal", "=", True)])
        self.assertIn(self.stock_location, valued)
        self.assertFalse(valued & (shelf | self.old_store))

    def test_stock_is_not_declared_worthless_by_a_tick(self):
        with self.assertRaises(UserError):
            self.stock_location.write({"is_old_part": True})
        with self.assertRaises(ValidationError):
            self.warehouse.old_part_location_id = self.stock_location
        full = self.env["stock.location"].create(
            {"name": "Full", "usage": "internal", "company_id": self.company.id}
        )
        self.add_stock(self.pump, 1, location=full)
        with self.assertRaises(ValidationError):
            self.warehouse.old_part_location_id = full
