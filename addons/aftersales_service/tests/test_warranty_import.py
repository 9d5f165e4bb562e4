# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import AftersalesCase

COLUMNS = ["product_id", "lot_id", "partner_id", "start_date"]


@tagged("post_install", "-at_install")
class TestWarrantyImport(AftersalesCase):
    """Old sales come in by the platform's own import: what is wrong is named line by line, the rest can follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine.name = "Importmachine"
        cls.lots = cls.create_lots(4, prefix="IMP")
        cls.sold = cls.create_lots(prefix="SOLD")
        cls.sell_and_deliver(cls.sold, partner=cls.other_customer)
        cls.foreign = cls.create_lots(
            1, cls.create_product("Othermachine", cls.machine_categ, tracking="serial"), "OTH"
        )
        cls.excluded = cls.create_lots(prefix="EXC")
        cls.excluded.warranty_exclusion_id = cls.env.ref("aftersales_service.warranty_exclusion_elsewhere")

    def load(self, rows):
        return self.env["warranty.registration"].with_user(self.reception).load(COLUMNS, rows)

    def good(self, number):
        return ["Importmachine", self.lots[number].name, "Customer", f"2026-01-0{number + 1}"]

    def test_half_the_lines_wrong_each_is_named_and_the_good_ones_stay_importable(self):
        bad = {
            0: (["Importmachine", self.sold.name, "Customer", "2026-01-01"], "was sold to Other Customer"),
            2: (["Importmachine", self.foreign.name, "Customer", "2026-01-01"], "is a Othermachine"),
            4: (["Importmachine", "", "Customer", "2026-01-01"], "name the serial number"),
            6: (["Importmachine", self.excluded.name, "Customer", "2026-01-01"], "Bought elsewhere"),
            7: (["Importmachine", "IMP00003", "Customer", "2015-01-01"], "No warranty term was in force"),
        }
        good = {1: self.good(0), 3: self.good(1), 5: self.good(2), 8: self.good(3)}
        rows = [row for _number, row in sorted({**good, **{n: row for n, (row, _m) in bad.items()}}.items())]
        before = self.env["warranty.registration"].search_count([])
        result = self.load(rows)
        self.assertFalse(result["ids"], "nothing half-done")
        self.assertEqual(self.env["warranty.registration"].search_count([]), before)
        named = {}
        for message in result["messages"]:
            named.setdefault(message["record"], []).append(message["message"])
        for number, (_row, text) in bad.items():
            self.assertTrue(any(text in message for message in named.get(number, [])), (number, named))
        self.assertFalse(set(named) & set(good), named)
        result = self.load(list(good.values()))
        registrations = self.env["warranty.registration"].browse(result["ids"])
        self.assertEqual(registrations.lot_id, self.lots, result["messages"])
        self.assertEqual(set(registrations.mapped("source")), {"manual"})

    def test_the_same_serial_twice_in_a_file_is_refused(self):
        result = self.load([self.good(0), self.good(0)])
        self.assertFalse(result["ids"])
        self.assertTrue(any("SN" in m["message"] or "twice" in m["message"] for m in result["messages"]))

    def test_unit_sold_to_someone_else_is_refused_by_hand_too(self):
        with self.assertRaisesRegex(UserError, f"{self.sold.name} was sold to Other Customer"):
            self.env["warranty.registration"].with_user(self.reception).create(
                {"product_id": self.machine.id, "lot_id": self.sold.id, "partner_id": self.customer.id}
            )

    # Speed

    def test_import_of_many_lines_costs_no_queries_per_line(self):
        few, many = self.count_manual(10, "A"), self.count_manual(60, "B")
        self.assertLessEqual(many - few, 6)

    def count_manual(self, size, prefix):
        lots = self.create_lots(size, prefix=prefix)
        values = [
            {"product_id": self.machine.id, "lot_id": lot.id, "start_date": "2026-01-01"} for lot in lots
        ]
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["warranty.registration"].with_user(self.reception).create(values)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_delivery_of_200_serials_costs_as_many_queries_as_of_20_also_with_all_conditions(self):
        """Every condition that is copied at delivery is set: card, proofs, parties."""
        self.env["warranty.registration"].search([("term_id", "=", self.term.id)])._close("void", "test")
        proofs = self.env["warranty.proof"].search([], limit=2)
        term = self.term.copy({"product_tmpl_ids": [Command.set(self.pump.product_tmpl_id.ids)]})
        term.write({"registration_days": 20, "proof_ids": [Command.set(proofs.ids)]})
        term.line_ids[0].write({"responsible": "manufacturer", "responsible_partner_id": self.supplier.id})
        self.pump.tracking = "serial"
        counts = {size: self.count_delivery(size) for size in (20, 200)}
        self.assertLess(counts[20], 45)
        # the platform inserts a hundred rows at a time, in three tables
        self.assertLessEqual(counts[200] - counts[20], 6)

    def count_delivery(self, size):
        lots = self.create_lots(size, self.pump, f"D{size}-")
        move = self.env["stock.move"].create(
            {
                "product_id": self.pump.id,
                "product_uom_qty": size,
                "location_id": self.stock_location.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "partner_id": self.customer.id,
                "move_line_ids": [
                    Command.create({"product_id": self.pump.id, "lot_id": lot.id, "quantity": 1})
                    for lot in lots
                ],
            }
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE stock_move SET state = 'done' WHERE id = %s", [move.id])
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        move._register_warranty()
        self.env.flush_all()
        spent = self.cr.sql_log_count - before
        registrations = self.get_registrations(lots)
        self.assertEqual(len(registrations), size)
        self.assertTrue(all(registration.card_deadline for registration in registrations))
        self.assertEqual(len(registrations.line_ids.proof_ids), 2)
        return spent
