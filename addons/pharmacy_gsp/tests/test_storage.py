# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_acceptance import AcceptanceCommon

# (special class, kind of place, allowed): the matrix of clause *17301
MATRIX = [
    ("narcotic", "special_store", True),
    ("narcotic", "dedicated_store", False),
    ("psychotropic_1", "special_store", True),
    ("toxic", "special_store", True),
    ("toxic", False, False),
    ("radioactive", "radiation_store", True),
    ("radioactive", "radiation_cabinet", True),
    ("radioactive", "special_store", False),
    ("poppy_shell", "poppy_store", True),
    ("poppy_shell", "special_store", False),
    ("precursor", "precursor_store", True),
    ("precursor", "special_store", True),
    ("precursor", "dedicated_store", False),
    ("psychotropic_2", "dedicated_store", True),
    ("psychotropic_2", "dedicated_zone", True),
    ("psychotropic_2", "dedicated_cabinet", True),
    ("psychotropic_2", False, False),
    ("anabolic", "dedicated_cabinet", True),
    ("anabolic", "special_store", False),
    ("peptide", "dedicated_zone", True),
    ("peptide", False, False),
    ("ephedrine", False, True),
    ("ephedrine", "special_store", False),
    (False, False, True),
    (False, "poppy_store", False),
    (False, "dedicated_cabinet", False),
]


@tagged("post_install", "-at_install")
class TestStorage(AcceptanceCommon):
    """Goods lie where class and temperature allow, and yellow and red places keep what is in them."""

    def _move(self, product, lot, source, destination, quantity=1):
        picking = self._create_transfer(
            product,
            quantity,
            lot,
            destination=destination,
            source=source,
            picking_type=self.warehouse.int_type_id,
        )
        return picking

    def test_17301_matrix_of_special_stores(self):
        """Given each class and each kind of store, when it is put there, then only the matrix lets it.

        Covers: P-17301-R8.
        """
        places = {
            kind: self._place(f"Place {kind}", gsp_store_kind=kind)
            for kind in {row[1] for row in MATRIX if row[1]}
        }
        places[False] = self._place("Plain")
        drugs = {
            name: self._create_drug(
                f"Drug {name}", "rx", gsp_special_class=name, gsp_must_rx_group="other" if name else False
            )
            for name in {row[0] for row in MATRIX}
        }
        lots = {name: self._create_lot(drug, f"LOT-{name}", 400) for name, drug in drugs.items()}
        for special_class, kind, allowed in MATRIX:
            with self.subTest(special_class=special_class, kind=kind):
                picking = self._move(drugs[special_class], lots[special_class], self.stock, places[kind])
                if allowed:
                    picking.button_validate()
                    self.assertEqual(picking.state, "done")
                else:
                    self.assertRefused("gsp.storage.special", picking.button_validate)

    def test_17301_cold_peptides_have_a_cold_place_of_their_own(self):
        drug = self._create_drug(
            "Cold Peptide", "rx", gsp_special_class="peptide", gsp_storage_condition_id=self.cold.id
        )
        lot = self._create_lot(drug, "COLD-PEPTIDE", 400)
        cabinet = self._place(
            "Cabinet", gsp_store_kind="dedicated_cabinet", gsp_storage_condition_id=self.cold.id
        )
        zone = self._place("Cold Zone", gsp_store_kind="cold_zone", gsp_storage_condition_id=self.cold.id)
        self.assertRefused("gsp.storage.special", self._move(drug, lot, self.stock, cabinet).button_validate)
        self._move(drug, lot, self.stock, zone).button_validate()
        self.assertEqual(self._on_hand(lot, zone), 1)

    def test_all_faults_of_a_place_at_once(self):
        drug = self._create_drug(
            "Cold Toxic", "rx", gsp_special_class="toxic", gsp_storage_condition_id=self.cold.id
        )
        lot = self._create_lot(drug, "COLD-TOXIC", 400)
        shelf = self._place("Shelf", gsp_storage_condition_id=self.normal.id)
        picking = self._move(drug, lot, self.stock, shelf)
        error = self.assertRefused(
            ["gsp.storage.special", "gsp.storage.temperature"], picking.button_validate
        )
        self.assertIn("17301", str(error))
        self.assertEqual(len(self._read_refusals(picking)), 2)

    def test_temperature_on_the_label(self):
        """Given the label's limits, when it is put elsewhere, then what is too warm, too cold or unknown is refused."""
        shelf = self._place("Normal", gsp_storage_condition_id=self.normal.id)
        cool = self._place("Cool", gsp_storage_condition_id=self.cool.id)
        cold = self._place("Cold", gsp_storage_condition_id=self.cold.id)
        inside = self._place("Drawer", parent=cold)
        table = [
            (self.normal, {shelf: True, cool: True, cold: False, self._place("Unknown"): False}),
            (self.cool, {shelf: False, cool: True, cold: True}),
            (self.cold, {shelf: False, cool: False, cold: True, inside: True}),
        ]
        for condition, expected in table:
            drug = self._create_drug(f"Drug {condition.code}", "otc_b", gsp_storage_condition_id=condition.id)
            lot = self._create_lot(drug, f"LOT-{condition.code}", 400)
            for place, allowed in expected.items():
                with self.subTest(condition=condition.code, place=place.name):
                    picking = self._move(drug, lot, self.stock, place)
                    if allowed:
                        picking.button_validate()
                    else:
                        self.assertRefused("gsp.storage.temperature", picking.button_validate)

    def test_83_every_door_out_of_the_receiving_zone_is_shut(self):
        """Given goods not accepted yet, when they are moved, sold, used or relocated, then nothing goes through."""
        _picking, acceptance = self._received((self.otc, 10, {}))
        line = acceptance.line_ids
        lot, zone = line.lot_id, line.location_id
        rule = "gsp.stock.unaccepted"
        shelf = self._place("Shelf")
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "in", [False, self.company.id])], limit=1
        )
        self.assertRefused(rule, self._move(self.otc, lot, zone, shelf).button_validate)
        for context in (
            {"skip_expired": True},
            {"gsp_acceptance_run": True},
            {"gsp_reservation_filter": False},
        ):
            picking = self._move(self.otc, lot, zone, shelf).with_context(**context)
            self.assertRefused(rule, picking.button_validate)
        self.assertRefused(rule, self._move(self.otc, lot, zone, self.customers).button_validate)
        self.assertRefused(rule, self._move(self.otc, lot, zone, production).move_ids._action_done)
        batch = self._move(self.otc, lot, zone, shelf) | self._move(self.otc, lot, zone, shelf)
        self.assertRefused([rule, rule], batch._action_done)
        quant = self.env["stock.quant"].search([("lot_id", "=", lot.id), ("location_id", "=", zone.id)])
        self.assertRefused(rule, quant.with_user(self.clerk).sudo().move_quants, location_dest_id=shelf)
        order = self._sell((self.otc, 101))
        self.assertNotIn(lot, order.picking_ids.move_line_ids.lot_id)
        self.assertEqual(self._on_hand(lot, zone), 10)

    def test_83_reservation_takes_accepted_goods_only(self):
        _picking, acceptance = self._received((self.otc, 10, {}))
        line = acceptance.line_ids
        move = self._create_transfer(
            self.otc,
            10,
            destination=self.stock,
            source=line.location_id,
            picking_type=self.warehouse.int_type_id,
        )
        move.action_assign()
        self.assertFalse(move.move_line_ids)
        lot = self._create_lot(self.otc, "NOT-ACCEPTED", 10, quantity=0)
        self.env["stock.quant"]._update_available_quantity(self.otc, self.stock, 8, lot_id=lot)
        order = self._sell((self.otc, 100))
        self.assertEqual(order.picking_ids.move_line_ids.lot_id, self.otc_lot)

    def test_83_unfit_goods_may_leave_the_receiving_zone(self):
        """Back to the supplier, to the red zone and to scrap: that is where they belong."""
        _picking, acceptance = self._received((self.otc, 10, {}))
        line = acceptance.line_ids
        lot, zone = line.lot_id, line.location_id
        red = self._place("Red", gsp_zone="nonconforming")
        for destination in (red, self.vendors):
            picking = self._move(self.otc, lot, zone, destination)
            picking.button_validate()
            self.assertEqual(picking.state, "done")
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.otc.id,
                "lot_id": lot.id,
                "scrap_qty": 1,
                "location_id": zone.id,
                "company_id": self.company.id,
            }
        )
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")

    def test_83_zones_are_set_by_quality_and_do_not_release_goods(self):
        _picking, acceptance = self._received((self.otc, 10, {}))
        zone = acceptance.line_ids.location_id
        manager = self._create_user("gsp_stock_manager", "stock.group_stock_manager")
        for vals in ({"gsp_zone": "storage"}, {"gsp_store_kind": "special_store"}):
            with self.assertRaises(AccessError):
                zone.with_user(manager).write(vals)
        with self.assertRaises(AccessError):
            self.env["stock.location"].with_user(manager).create(
                {"name": "Mine", "location_id": self.stock.id, "gsp_zone": "receiving"}
            )
        with self.assertRaises(UserError):
            zone.write({"gsp_zone": "storage"})
        yellow = self._place("Yellow", gsp_zone="receiving")
        inner = self._place("Inner", parent=yellow)
        self.assertEqual(inner.gsp_color, "yellow")
        self.env["stock.quant"]._update_available_quantity(self.otc, inner, 1, lot_id=self.otc_lot)
        with self.assertRaises(UserError):
            inner.write({"location_id": self.stock.id})

    def test_company_without_gsp_moves_as_before(self):
        self.company.gsp_company_kind = False
        drug = self._create_drug("Toxic", "rx", gsp_special_class="toxic")
        lot = self._create_lot(drug, "TOXIC", 400, quantity=0)
        self.env["stock.quant"]._update_available_quantity(drug, self.stock, 8, lot_id=lot)
        picking = self._move(drug, lot, self.stock, self._place("Anywhere"))
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_signing_an_acceptance_into_a_wrong_place_is_refused(self):
        self._change(self.otc, gsp_storage_condition_id=self.cool.id)
        _picking, acceptance = self._received((self.otc, 10, {}))
        self.assertFalse(acceptance.line_ids.location_dest_id, "no place in stock is known to be cool")
        warm = self._place("Warm", gsp_storage_condition_id=self.normal.id)
        self._examine(acceptance, location_dest_id=warm.id)
        self.assertRefused("gsp.storage.temperature", self._sign, acceptance, "accept", self.acceptor)
        red = self._place("Red Shelf", gsp_zone="nonconforming")
        acceptance.line_ids.location_dest_id = red
        self.assertRefused("gsp.storage.color", self._sign, acceptance, "accept", self.acceptor)

    def test_done_moves_between_places_are_not_rewritten(self):
        shelf, other = self._place("Shelf"), self._place("Other")
        picking = self._move(self.otc, self.otc_lot, self.stock, shelf)
        picking.button_validate()
        for vals in ({"location_dest_id": other.id}, {"quantity": 5}):
            with self.assertRaises(UserError):
                picking.move_line_ids.write(vals)
        with self.assertRaises(UserError):
            picking.write(
                {"move_line_ids": [Command.update(picking.move_line_ids.id, {"location_dest_id": other.id})]}
            )
