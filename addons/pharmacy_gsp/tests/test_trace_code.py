# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_acceptance import AcceptanceCommon

IDENTIFIER = "8199999"


@tagged("post_install", "-at_install")
class TestTraceCode(AcceptanceCommon):
    """Each package is scanned in once, with its own lot, and handed over once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._change(cls.otc, gsp_trace_kind="code20", gsp_trace_identifier=IDENTIFIER)

    def _code(self, number):
        return f"{IDENTIFIER}{number:013d}"

    def _scan(self, record, *codes, user=None):
        """As the window of the scanner does."""
        user = user or self.clerk
        record = record.with_user(user)
        action = record.action_scan() if record._name == "gsp.acceptance" else record.action_gsp_scan()
        wizard = (
            self.env["gsp.trace.scan"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"codes": "\n".join(codes)})
        )
        wizard.action_apply()

    def _stocked(self, quantity=3):
        """Lot in stock with the codes of its packages."""
        # expires before the other lot of the drug: it is the one to sell first
        _picking, acceptance = self._received((self.otc, quantity, {"expiration_date": self._expiry(350)}))
        self._scan(acceptance, *(self._code(number) for number in range(1, quantity + 1)))
        self._examine(acceptance)
        self._sign(acceptance, "accept", self.acceptor)
        return acceptance.line_ids.lot_id

    def _codes(self, lot):
        return self.env["gsp.trace.code"].search([("lot_id", "=", lot.id)], order="name")

    def test_17601_goods_without_their_codes_do_not_enter_stock(self):
        """Given a drug with trace codes, when a package was not scanned, then the acceptance cannot be signed;
        when the codes of the packages sold were not scanned, then the delivery is refused.

        Covers: P-17601-R1.
        """
        _picking, acceptance = self._received((self.otc, 3, {"expiration_date": self._expiry(350)}))
        self._examine(acceptance)
        self._scan(acceptance, self._code(1), self._code(2))
        self.assertRefused("gsp.acceptance.trace", self._sign, acceptance, "accept", self.acceptor)
        self._scan(acceptance, self._code(3))
        self._sign(acceptance, "accept", self.acceptor)
        lot = acceptance.line_ids.lot_id
        codes = self._codes(lot)
        self.assertEqual(set(codes.mapped("state")), {"in_stock"})
        self.assertEqual(codes.acceptance_line_id, acceptance.line_ids)
        order = self._sell((self.otc, 2))
        self.assertRefused("gsp.trace.missing", self._deliver, order, lot)
        self._set_lot(order.picking_ids.move_ids, lot)
        self._scan(order.picking_ids, self._code(1))
        self.assertRefused("gsp.trace.missing", order.picking_ids.button_validate)
        self._scan(order.picking_ids, self._code(3))
        order.picking_ids.button_validate()
        self.assertEqual(self._codes(lot).mapped("state"), ["out", "in_stock", "out"])
        events = codes[0].event_ids.sorted("id")
        self.assertEqual(events.mapped("kind"), ["scan", "accept", "out"])
        self.assertEqual(events[-1].move_line_id.picking_id, order.picking_ids)

    def test_17601_a_code_is_scanned_in_once(self):
        """All that is wrong with a scan is said at once, and nothing of it is kept."""
        _picking, acceptance = self._received((self.otc, 2, {}))
        other = self.env["gsp.trace.code"].search_count([])
        wrong = [self._code(1), self._code(1), "12345", "8177777" + "0" * 13, self._code(2), self._code(3)]
        self.assertRefused(["gsp.trace.scan"] * 4, self._scan, acceptance, *wrong)
        self.assertEqual(self.env["gsp.trace.code"].search_count([]), other)
        self._scan(acceptance, self._code(1))
        self.assertRefused("gsp.trace.scan", self._scan, acceptance, self._code(1))
        codes = self._codes(acceptance.line_ids.lot_id)
        codes.with_user(self.clerk).action_unscan()
        self.assertFalse(codes.exists())
        self._scan(acceptance, self._code(1))

    def test_17601_a_code_is_sold_once_only(self):
        """Given a package sold, when its code is scanned or forced on another delivery, then it is refused.

        Covers: P-17601-R5.
        """
        lot = self._stocked(3)
        first = self._sell((self.otc, 1))
        self._set_lot(first.picking_ids.move_ids, lot)
        self._scan(first.picking_ids, self._code(1))
        first.picking_ids.button_validate()
        second = self._sell((self.otc, 1))
        self._set_lot(second.picking_ids.move_ids, lot)
        self.assertRefused("gsp.trace.scan", self._scan, second.picking_ids, self._code(1))
        sold = self._codes(lot)[0]
        second.picking_ids.move_line_ids.gsp_trace_code_ids = sold
        self.assertRefused("gsp.trace.code", second.picking_ids.button_validate)
        with self.assertRaises(UserError):
            sold.with_user(self.clerk).action_unscan()

    def test_17601_a_code_of_another_lot_is_refused(self):
        lot = self._stocked(2)
        other = self._create_lot(self.otc, "OTHER", 300)
        order = self._sell((self.otc, 1))
        self._set_lot(order.picking_ids.move_ids, other)
        self.assertRefused("gsp.trace.scan", self._scan, order.picking_ids, self._code(1))
        order.picking_ids.move_line_ids.gsp_trace_code_ids = self._codes(lot)[0]
        self.assertRefused("gsp.trace.code", order.picking_ids.button_validate)

    def test_gs1_code_names_lot_and_dates(self):
        """Given a GS1 code, when lot or expiry differ from what was typed, then the package is not taken over."""
        self._change(self.otc, gsp_trace_kind="gs1", gsp_trace_identifier=False)
        self.otc.barcode = "06999999999997"
        _picking, acceptance = self._received((self.otc, 2, {"lot_name": "G1"}))
        expiry = acceptance.line_ids.expiry_date.strftime("%y%m%d")
        good = f"(01)06999999999997(17){expiry}(10)G1(21)S1"
        parsed = self.env["barcode.nomenclature"]._parse_trace_code(good)
        self.assertEqual((parsed["lot"], parsed["serial"]), ("G1", "S1"))
        for code in (
            f"(01)06999999999997(17){expiry}(10)G2(21)S1",
            "(01)06999999999997(17)200101(10)G1(21)S1",
            f"(01)06999999999997(17){expiry}(10)G1",
        ):
            self.assertRefused("gsp.trace.scan", self._scan, acceptance, code)
        self._scan(acceptance, good)
        self.assertEqual(acceptance.line_ids.trace_code_count, 1)

    def test_codes_and_events_are_written_by_scanning_only(self):
        lot = self._stocked(1)
        code = self._codes(lot)
        for user in (self.clerk, self.quality):
            with self.assertRaises(AccessError):
                code.with_user(user).write({"state": "in_stock"})
            with self.assertRaises(AccessError):
                code.with_user(user).unlink()
            with self.assertRaises(UserError):
                code.event_ids.with_user(user).write({"kind": "back"})
            with self.assertRaises(AccessError):
                self.env["gsp.trace.code"].with_user(user).create(
                    {"name": "X", "kind": "gs1", "company_id": self.company.id, "product_id": self.otc.id}
                )
        elsewhere = self._create_company("Elsewhere")
        stranger = self._create_user("gsp_elsewhere_2", "quality", company=elsewhere)
        with self.assertRaises(AccessError):
            code.with_user(stranger).read(["name"])
