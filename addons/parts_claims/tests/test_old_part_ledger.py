# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .old_part_common import OldPartCommon

STEPS = (
    "appraise",
    "appraise_usable",
    "move",
    "keeper_moves",
    "pack",
    "unpack",
    "ship",
    "keeper_ships",
    "receive",
    "accept",
    "reject",
    "take_back",
    "scrap_there",
    "scrap",
)


@tagged("post_install", "-at_install")
class TestOldPartLedger(OldPartCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Shelf", "location_id": cls.store.id, "company_id": cls.company.id}
        )

    def assertRefused(self, regex, call, *args, **kwargs):
        """The call is refused with this message, and what it had begun is undone, as in a request."""
        with self.assertRaises(UserError) as caught:
            call(*args, **kwargs)
        self.assertRegex(str(caught.exception), regex)

    def _transfer(self, part, destination, owner=None, quantity=None):
        """A stock keeper moves a part by an ordinary transfer."""
        vals = part.sudo()._prepare_move_vals(destination)
        (line,) = vals["move_line_ids"]
        line[2]["owner_id"] = (self.supplier if owner is None else owner).id
        line[2]["quantity"] = quantity or part.quantity
        move = self.env["stock.move"].with_user(self.keeper).create(vals)
        move._action_done()
        return move

    def test_an_ordinary_transfer_inside_the_store_is_followed(self):
        part = self._take_out()
        move = self._transfer(part, self.shelf)
        self.assertEqual((part.location_id, part.last_move_id, part.state), (self.shelf, move, "collected"))
        self.assertLedgerEqualsStock()

    def test_an_ordinary_delivery_to_the_supplier_is_followed(self):
        part = self._take_out()
        self._transfer(part, self.env.ref("stock.stock_location_suppliers"))
        self.assertEqual(part.state, "shipped")
        self.assertLedgerEqualsStock()

    def test_no_other_door_takes_old_parts_out_of_the_store(self):
        part = self._take_out({self.fan: 2})
        scrap = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)], limit=1
        )
        customers = self.env.ref("stock.stock_location_customers")
        for destination in (scrap, customers, self.warehouse.lot_stock_id):
            with self.subTest(destination=destination.name):
                self.assertRefused("tagged old parts", self._transfer, part, destination)
        self.assertRefused("Move whole parts", self._transfer, part, self.shelf, quantity=1)
        nobody = self.env["res.partner"]
        self.assertRefused("in the owner's name", self._transfer, part, self.shelf, owner=nobody)
        orders = self.env["stock.scrap"].with_user(self.keeper).with_company(self.company)
        self.assertRefused("tagged old parts", orders.create(part.sudo()._prepare_scrap_vals()).do_scrap)
        quant = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .search([("location_id", "=", self.store.id), ("product_id", "=", self.fan.id)])
        )
        quant.inventory_quantity = 1
        self.assertEqual((quant.quantity, quant.inventory_diff_quantity), (2, -1))
        self.assertRefused("tagged old parts", quant.action_apply_inventory)
        self.assertEqual((part.state, part.location_id), ("collected", self.store))
        self.assertLedgerEqualsStock()

    def test_what_is_packed_does_not_leave_by_another_transfer(self):
        part = self._take_out()
        self._pack(part)
        with self.assertRaisesRegex(UserError, "packed for a return"):
            self._transfer(part, self.env.ref("stock.stock_location_suppliers"))

    def test_shipped_parts_come_back_by_their_own_button_only(self):
        part = self._take_out()
        self._ship(part)
        with self.assertRaisesRegex(UserError, "tagged old parts"):
            self._transfer(part, self.store)

    def test_the_button_says_that_all_is_well_or_lists_what_differs(self):
        part = self._take_out()
        ledger = self.env["old.part"].with_user(self.clerk)
        self.assertEqual(ledger.action_check_ledger()["params"]["type"], "success")
        self.env["stock.quant"]._update_available_quantity(self.part, self.store, 2, owner_id=self.supplier)
        action = ledger.action_check_ledger()
        line = self.env[action["res_model"]].with_user(self.clerk).search(action["domain"])
        self.assertEqual(
            (line.product_id, line.location_id, line.owner_id), (self.part, self.store, self.supplier)
        )
        self.assertEqual((line.ledger_quantity, line.stock_quantity, line.difference), (1, 3, 2))
        with self.assertRaises(AccessError):
            ledger.with_user(self.technician).action_check_ledger()
        self.assertEqual(part.quantity, 1)

    def _walk(self, part, step):
        """Try a step; what the rules refuse is undone as a whole."""
        tries = {
            "appraise": lambda: self._appraise(part),
            "appraise_usable": lambda: self._appraise(part, usable=True),
            "move": lambda: part._move_to_place(self.shelf),
            "keeper_moves": lambda: self._transfer(part, self.shelf),
            "pack": part.action_return,
            "unpack": part.action_unpack,
            "ship": lambda: self._ship_batch(part),
            "keeper_ships": lambda: self._transfer(part, self.env.ref("stock.stock_location_suppliers")),
            "receive": part.action_receive,
            "accept": part.action_accept,
            "reject": lambda: self._reject(part),
            "take_back": part.action_take_back,
            "scrap_there": part.action_scrap_at_supplier,
            "scrap": lambda: self._scrap(part),
        }
        try:
            with self.env.cr.savepoint():
                tries[step]()
                return True
        except UserError:
            self.env.invalidate_all()
            return False

    def _ship_batch(self, part):
        part.return_id.write({"carrier_id": self.carrier.id, "tracking_number": "NF-9"})
        part.return_id.action_ship()

    def _reject(self, part):
        part.reject_reason = "Not ours"
        part.action_reject()

    def _scrap(self, part):
        report = self._propose_scrap(part)
        report.part_ids._scrap_stock()

    def test_the_ledger_equals_the_stock_after_any_sequence_of_moves(self):
        parts = self._release(
            self._take_out() | self._take_out({self.fan: 2}) | self._take_out({self.part: 3})
        )
        done = set()

        @given(walk=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STEPS)), min_size=4, max_size=14))
        @settings(
            max_examples=8,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def check(walk):
            with self.env.cr.savepoint() as savepoint:
                for number, step in walk:
                    if self._walk(parts[number], step):
                        done.add(step)
                    self.assertLedgerEqualsStock()
                savepoint.rollback()
            self.env.invalidate_all()

        check()
        self.assertGreaterEqual(len(done), 5, "the walks lead somewhere")

    def test_no_step_touches_our_stock_value(self):
        """Under average cost, first in first out, and standard price."""
        for method in ("average", "fifo", "standard"):
            with self.subTest(method=method):
                categ = self.env["product.category"].create(
                    {"name": method, "property_cost_method": method, "property_valuation": "periodic"}
                )
                product = self._make_part(f"Pump {method}", 40.0, categ_id=categ.id)
                self._purchase(product, 4, 30.0)
                self._purchase(product, 6, 50.0, days_ago=20)
                parts = self._release(self._take_out({product: 1}) | self._take_out({product: 1}))
                first, second = parts

                def value(product=product):
                    product.invalidate_recordset()
                    return product.with_company(self.company).total_value

                before = value()
                self.assertTrue(before)
                self._appraise(first, usable=True)
                self._appraise(second)
                second._move_to_place(self.shelf)
                self._ship(parts)
                self.assertEqual(value(), before, "moved and shipped")
                for part in parts:
                    part.action_receive()
                    self._reject(part)
                first.action_take_back()
                second.action_scrap_at_supplier()
                self.assertEqual(value(), before, "come back")
                self._scrap(first)
                self.assertEqual(value(), before, "scrapped")
                self.assertEqual(first.state, "scrapped")
                moves = self.env["stock.move"].search(
                    [("id", "in", (parts.out_move_id | parts.last_move_id).ids)]
                )
                self.assertFalse(any(moves.mapped("value")))
                self.assertLedgerEqualsStock()

    def test_lots_are_told_apart(self):
        motor = self._make_part("Motor", 90.0, tracking="serial")
        lots = self.env["stock.lot"].create(
            [{"name": f"L{n}", "product_id": motor.id, "company_id": self.company.id} for n in range(2)]
        )
        self.env["stock.quant"]._update_available_quantity(
            motor, self.warehouse.lot_stock_id, 1, lot_id=lots[0]
        )
        repair = self._make_repair({motor: 1}, finish=False).with_user(self.technician)
        repair.action_repair_start()
        for move, lot in zip(repair.move_ids, lots, strict=True):
            move.write({"lot_ids": [Command.set(lot.ids)], "picked": True})
        self._pass_quality_check(repair)
        repair.action_repair_done()
        part = repair.old_part_ids.with_user(self.clerk)
        part._move_to_place(self.shelf)
        self._ship(part)
        self.assertEqual(part.out_move_id.move_line_ids.lot_id, lots[1])
        self.assertLedgerEqualsStock()
