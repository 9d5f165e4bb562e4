# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from . import test_gate_matrix


@tagged("post_install", "-at_install")
class TestMoreDoors(test_gate_matrix.TestGateMatrix):
    """The same matrix for the ways that do not look like a sale: no cell of these sells either."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendors = cls.env.ref("stock.stock_location_suppliers")
        cls.env["stock.lot"].search([("company_id", "=", cls.company.id)]).flush_recordset()

    def _get_doors(self):
        return [name.removeprefix("_door_") for name in vars(type(self)) if name.startswith("_door_")]

    def _door_picked_and_shipped(self, case):
        """Two steps: the goods are picked to the output first."""
        self.warehouse.delivery_steps = "pick_ship"
        order = self._order(case)
        order.action_confirm()
        for _step in range(2):
            picking = order.picking_ids.filtered(lambda item: item.state not in ("done", "cancel")).sorted(
                "id"
            )[:1]
            for move in picking.move_ids:
                self._set_lot(move, case.lot, case.quantity)
            picking.with_context(skip_expired=True).button_validate()

    def _door_transfer_imported(self, case):
        names = [
            "picking_type_id/.id",
            "location_id/.id",
            "location_dest_id/.id",
            "partner_id/.id",
            "move_ids/product_id/.id",
            "move_ids/product_uom_qty",
            "move_ids/location_id/.id",
            "move_ids/location_dest_id/.id",
            "move_ids/state",
        ]
        values = [
            str(item)
            for item in (
                self.warehouse.out_type_id.id,
                self.stock.id,
                self.customers.id,
                case.vals.get("partner_id", self.customer.id),
                case.product.id,
                case.quantity,
                self.stock.id,
                self.customers.id,
                "done",
            )
        ]
        result = self.env["stock.picking"].with_user(self.clerk).load(names, [values])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])
        picking = self.env["stock.picking"].with_user(self.clerk).browse(result["ids"])
        picking.write(case.vals)
        self._set_lot(picking.move_ids, case.lot, case.quantity)
        picking.button_validate()

    def _plain_transfer(self, case):
        picking = self._create_transfer(self.plain, 1)
        picking.write(case.vals)
        return picking

    def _door_line_added_to_transfer(self, case):
        picking = self._plain_transfer(case)
        self.env["stock.move.line"].with_user(self.clerk).create(
            {
                "picking_id": picking.id,
                "product_id": case.product.id,
                "product_uom_id": case.product.uom_id.id,
                "quantity": case.quantity,
                "lot_id": case.lot.id,
                "location_id": self.stock.id,
                "location_dest_id": self.customers.id,
                "company_id": self.company.id,
                "picked": True,
            }
        )
        picking.with_context(skip_backorder=True).button_validate()

    def _door_destination_changed(self, case):
        """An internal move becomes a delivery at the last moment."""
        shelf = self.env["stock.location"].create(
            {
                "name": "Test Shelf",
                "usage": "internal",
                "location_id": self.stock.id,
                "company_id": self.company.id,
            }
        )
        picking = self._create_transfer(
            case.product,
            case.quantity,
            lot=case.lot,
            destination=shelf,
            picking_type=self.warehouse.int_type_id,
        )
        picking.write(case.vals)
        picking.move_ids.location_dest_id = self.customers
        picking.move_line_ids.location_dest_id = self.customers
        picking.button_validate()

    def _door_scrap_as_consumption(self, case):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": case.product.id,
                    "lot_id": case.lot.id,
                    "scrap_qty": case.quantity,
                    "location_id": self.stock.id,
                    "scrap_location_id": self.production.id,
                }
            )
        )
        scrap.do_scrap()

    def _door_exchange(self, case):
        """Goods once delivered come back and others go out in exchange, without a new order."""
        order = self._order(case)
        order.action_confirm()
        picking = order.picking_ids
        self._set_lot(picking.move_ids, case.lot, case.quantity)
        self._pretend_done(picking)
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.clerk)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id, "gsp_return_reason": "packaging"})
        )
        wizard.product_return_moves.quantity = case.quantity
        wizard.action_create_exchanges()
        for exchange in order.picking_ids - picking:
            if exchange.location_dest_id == self.customers:
                exchange.write(case.vals)
                for move in exchange.move_ids:
                    self._set_lot(move, case.lot, case.quantity)
                exchange.button_validate()

    def _pretend_done(self, picking):
        """What was delivered in better days: the transfer is over, whatever the gate would say of it today."""
        self.env.flush_all()
        for table, ids in (
            ("stock_picking", picking.ids),
            ("stock_move", picking.move_ids.ids),
            ("stock_move_line", picking.move_line_ids.ids),
        ):
            self.env.cr.execute(
                SQL("UPDATE %s SET state = 'done' WHERE id = ANY(%s)", SQL.identifier(table), ids)
            )
        self.env.invalidate_all()

    def _door_dropship(self, case):
        """From the supplier to the buyer, past our shelves."""
        picking = self._create_transfer(
            case.product,
            case.quantity,
            lot=case.lot,
            source=self.vendors,
            picking_type=self.warehouse.in_type_id,
        )
        picking.write(case.vals)
        picking.button_validate()

    def _door_counted_at_the_customers(self, case):
        """A count that finds the goods at the customers' place."""
        quant = (
            self.env["stock.quant"]
            .with_user(self.clerk)
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": case.product.id,
                    "lot_id": case.lot.id,
                    "location_id": self.customers.id,
                    "inventory_quantity": case.quantity,
                }
            )
        )
        quant.action_apply_inventory()

    # at these doors something else stands in the way before the case's own rule has a say
    OTHERWISE_SHUT = ("dropship", "transfer_imported")
    CONSUMPTION = ("scrap_as_consumption",)
    # first expired first is judged where goods leave from: at the output, or where they are found, no older lot lies
    NO_OLDER_LOT = ("picked_and_shipped", "counted_at_the_customers")
    # nothing names a person there, so these cases cannot be made
    WITHOUT_DOCUMENT = ("scrap_as_consumption", "counted_at_the_customers")

    def _is_reachable(self, door, name):
        if door in self.OTHERWISE_SHUT:
            return False
        if door in self.CONSUMPTION:
            return name not in self.SALE_ONLY
        return super()._is_reachable(door, name)

    def test_no_cell_of_doors_and_violations_sells(self):
        doors = self._get_doors()
        self.assertGreaterEqual(len(doors), 8)
        for door in doors:
            for name, case in self.cases.items():
                if door in self.WITHOUT_DOCUMENT and name in self.WITHOUT_PERSON:
                    continue
                if door in self.NO_OLDER_LOT and name == "younger lot first":
                    continue
                with self.subTest(door=door, violation=name):
                    refused, out = self._walk(door, case)
                    self.assertEqual(out, (0, 0), "sold")
                    if self._is_reachable(door, name):
                        self.assertIn(case.rule, refused or ["not refused"])

    def test_every_door_is_open_to_a_lawful_sale(self):
        """These ways lead out for goods that may leave, but for those that are shut to everybody."""
        lot = self._create_lot(self._create_drug("Test Lawful", "otc_b"), "LAWFUL", 400)
        case = test_gate_matrix.Case(None, lot.product_id, lot, vals={"partner_id": self.customer.id})
        for door in self._get_doors():
            with self.subTest(door=door):
                refused, out = self._walk(door, case)
                if door in self.OTHERWISE_SHUT:
                    self.assertIsNotNone(refused)
                    self.assertEqual(out, (0, 0))
                elif door in self.CONSUMPTION:
                    self.assertIsNone(refused)
                    self.assertEqual(out[0], 0)
                else:
                    self.assertIsNone(refused)
                    self.assertEqual(out, (1, 1))

    def test_all_violations_of_one_sale_come_at_once(self):
        """Proved once, with the other doors; here: whatever the way, the refusal names the clause."""
        case = self.cases["held lot"]
        for door in ("exchange", "destination_changed"):
            refused, out = self._walk(door, case)
            self.assertEqual((refused, out), (["gsp.sale.held"], (0, 0)))
