# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import namedtuple

from odoo import api, sql_db
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common_gate import MINOR, GateCommon

# A sale that breaks one rule: what is sold, from which lot, with what on the document.
Case = namedtuple("Case", "rule product lot quantity vals line_vals on_order", defaults=(1, {}, {}, True))

CONTEXT_KEYS = (
    "skip_expired",
    "skip_backorder",
    "skip_sanity_check",
    "skip_immediate",
    "is_scrap",
    "inventory_mode",
    "install_mode",
    "import_file",
    "gsp_release_run",
    "gsp_reservation_filter",
    "gsp_known_holds",
    "gsp_skip_gate",
    "default_gsp_exception_reason",
    "default_gsp_expiry_told_how",
)


class WalkedBack(Exception):
    """The way has been walked; undo it."""


@tagged("post_install", "-at_install")
class TestGateMatrix(GateCommon):
    """Every way out of stock times every violation: no cell sells.

    A way is walked to its end. Somewhere on it the case's own rule must refuse, and afterwards nothing of the lot is
    with anybody and the register says nothing.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity = cls._identity()
        cls.cases = cls._make_cases()
        cls.production = cls.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _make_cases(cls):
        def drug(name, drug_class="otc_b", days=400, **vals):
            product = cls._create_drug(f"Test {name}", drug_class, **vals)
            return product, cls._create_lot(product, name.upper(), days)

        cases = {}
        product, lot = drug("Held")
        cls._hold(lot)
        cases["held lot"] = Case("gsp.sale.held", product, lot, on_order=False)
        product, lot = drug("Stopped")
        cls._hold(product=product)
        cases["held product"] = Case("gsp.sale.held", product, lot)
        product, lot = drug("Expired", days=-1)
        cases["expired"] = Case("gsp.sale.expired", product, lot, on_order=False)
        product, lot = drug("Near", days=30)
        cases["near expiry, not told"] = Case("gsp.sale.near_expiry", product, lot, on_order=False)
        product, lot = drug("Younger")
        cls._create_lot(product, "OLDER", 300)
        cases["younger lot first"] = Case("gsp.sale.fefo", product, lot, on_order=False)
        product, lot = drug("Prescribed", "rx")
        cases["no prescription"] = Case("gsp.sale.prescription", product, lot)
        product, lot = drug("Morphine", "rx", gsp_special_class="narcotic")
        cases["never at retail"] = Case("gsp.special.forbidden", product, lot)
        product, lot = drug("Diazepam", "rx", gsp_special_class="psychotropic_2")
        cases["chain only"] = Case("gsp.special.chain", product, lot)
        child = cls._identity(MINOR, "Test Child")
        cases["minor"] = Case("gsp.special.minor", product, lot, vals={"gsp_identity_id": child.id})
        product, lot = drug("Ephedrine", "otc_a", gsp_special_class="ephedrine")
        cases["not registered"] = Case("gsp.special.identity", product, lot)
        cases["too many packs"] = Case(
            "gsp.special.packs", product, lot, 3, {"gsp_identity_id": cls.identity.id}
        )
        product, lot = drug("Shell", False, gsp_drug_type="pieces", gsp_special_class="poppy_shell")
        cases["raw"] = Case("gsp.special.raw", product, lot)
        product, lot = drug("Gift", "otc_a")
        cases["gift"] = Case("gsp.sale.gift", product, lot, line_vals={"price_unit": 0})
        product, lot = drug("Vaccine", gsp_drug_type="biological")
        shop = cls.env["res.partner"].create({"name": "Test Shop", "is_company": True})
        cases["company"] = Case("gsp.sale.buyer", product, lot, vals={"partner_id": shop.id})
        cls.company.gsp_max_retail_packs = 20
        cases["reseller's quantity"] = Case("gsp.sale.wholesale", product, lot, 21)
        return cases

    # -- the doors ----------------------------------------------------------------------------------------------

    def _rpc(self, record, method, *args, **context):
        """As a client calls: ids, and any context it likes."""
        env = self.env(user=self.clerk, context={"allowed_company_ids": self.company.ids, **context})
        return call_kw(env[record._name], method, [record.ids, *args], {})

    def _order(self, case):
        return self._create_order((case.product, case.quantity, case.line_vals), **case.vals)

    def _launch(self, order):
        """Ask for the delivery of an order that was confirmed past the button."""
        if not order.picking_ids:
            order.order_line._action_launch_stock_rule()

    def _finish(self, case, order):
        self._deliver(order, lot=case.lot)

    def _door_order_button(self, case):
        order = self._order(case)
        order.action_confirm()
        self._finish(case, order)

    def _door_order_rpc_with_context(self, case):
        order = self._order(case)
        self._rpc(order, "action_confirm", **dict.fromkeys(CONTEXT_KEYS, True))
        picking = order.picking_ids
        self._set_lot(picking.move_ids, case.lot, case.quantity)
        self._rpc(picking, "button_validate", **dict.fromkeys(CONTEXT_KEYS, True))

    def _door_order_state_written(self, case):
        order = self._order(case)
        self._rpc(order, "write", {"state": "sale"})
        self._launch(order)
        self._finish(case, order)

    def _door_order_created_confirmed(self, case):
        order = self._create_order((case.product, case.quantity, case.line_vals), **case.vals, state="sale")
        self._launch(order)
        self._finish(case, order)

    def _door_order_imported(self, case):
        names = ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/product_uom_qty"]
        values = [
            str(case.vals.get("partner_id", self.customer.id)),
            "sale",
            str(case.product.id),
            str(case.quantity),
        ]
        if "gsp_identity_id" in case.vals:
            names.append("gsp_identity_id/.id")
            values.append(str(case.vals["gsp_identity_id"]))
        for name, value in case.line_vals.items():
            names.append(f"order_line/{name}")
            values.append(str(value))
        result = self.env["sale.order"].with_user(self.clerk).load(names, [values])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])
        order = self.env["sale.order"].with_user(self.clerk).browse(result["ids"])
        self._finish(case, order)

    def _door_line_added_to_confirmed_order(self, case):
        order = self._create_order(self.plain, **case.vals)
        order.action_confirm()
        order.write(
            {
                "order_line": [
                    Command.create(
                        {"product_id": case.product.id, "product_uom_qty": case.quantity, **case.line_vals}
                    )
                ]
            }
        )
        self._finish(case, order)

    def _transfer(self, case, **kwargs):
        picking = self._create_transfer(case.product, case.quantity, lot=case.lot, **kwargs)
        picking.write(case.vals)
        return picking

    def _door_transfer_button(self, case):
        self._transfer(case).button_validate()

    def _door_transfer_rpc_with_context(self, case):
        self._rpc(self._transfer(case), "button_validate", **dict.fromkeys(CONTEXT_KEYS, True))

    def _door_transfer_done(self, case):
        self._transfer(case).with_context(**dict.fromkeys(CONTEXT_KEYS, True))._action_done()

    def _door_move_done(self, case):
        self._transfer(case).move_ids._action_done()

    def _door_move_line_done(self, case):
        self._transfer(case).move_line_ids._action_done()

    def _door_inter_company(self, case):
        self._transfer(case, destination=self.env.ref("stock.stock_location_inter_company")).button_validate()

    def _door_use(self, case):
        self._transfer(
            case, destination=self.production, picking_type=self.warehouse.int_type_id
        ).button_validate()

    def _door_scrap_to_customer(self, case):
        scrap = (
            self.env["stock.scrap"]
            .with_user(self.clerk)
            .create(
                {
                    "product_id": case.product.id,
                    "lot_id": case.lot.id,
                    "scrap_qty": case.quantity,
                    "location_id": self.stock.id,
                    "scrap_location_id": self.customers.id,
                }
            )
        )
        scrap.do_scrap()

    # Consumption is no sale: nobody buys, so nobody is told or pays; goods and classes count all the same.
    SALE_ONLY = ("near expiry, not told", "no prescription", "gift", "company", "reseller's quantity")
    # A scrap names no partner and no card: these cases cannot be made of one.
    WITHOUT_PERSON = ("minor", "company")

    def _is_reachable(self, door, name):
        """Whether the case's own rule has a say at this door; at all others nothing may be sold either."""
        return door != "use" or name not in self.SALE_ONLY

    def _walk(self, door, case):
        """Walk one way to its end, look, and go back.

        :return: (rules that refused, None if nothing did; (quantity with buyers, lines in the register))
        """
        before = self._get_last_refusal()
        refused = None
        with self.assertRaises(WalkedBack), self.cr.savepoint():
            try:
                with self.cr.savepoint():
                    getattr(self, f"_door_{door}")(case)
            except UserError as error:
                # a refused import reports and does not raise; the register of refusals has its rules all the same
                refused = [violation.rule for violation in getattr(error, "violations", [])]
                refused = refused or self._read_rules_after(before) or [str(error)]
            out = self._count_out(case.lot)
            raise WalkedBack
        self.env.invalidate_all()
        return refused, out

    def _get_last_refusal(self):
        with sql_db.db_connect(self.cr.dbname).cursor() as cr:
            cr.execute("SELECT COALESCE(max(id), 0) FROM compliance_refusal")
            return cr.fetchone()[0]

    def _read_rules_after(self, refusal_id):
        with sql_db.db_connect(self.cr.dbname).cursor() as cr:
            cr.execute(
                "SELECT rule FROM compliance_refusal WHERE id > %s AND user_name = %s",
                [refusal_id, self.clerk.name],
            )
            return [row[0] for row in cr.fetchall()]

    def _count_out(self, lot):
        quants = self.env["stock.quant"].search([("lot_id", "=", lot.id)])
        return sum(
            quants.filtered(lambda quant: quant.location_id._gsp_is_buyer()).mapped("quantity")
        ), self.env["gsp.sale.record"].search_count([("lot_id", "=", lot.id)])

    @api.model
    def _get_doors(self):
        return [name.removeprefix("_door_") for name in dir(self) if name.startswith("_door_")]

    def test_no_cell_of_doors_and_violations_sells(self):
        doors = self._get_doors()
        self.assertGreaterEqual(len(doors), 13)
        for door in doors:
            for name, case in self.cases.items():
                if door == "scrap_to_customer" and name in self.WITHOUT_PERSON:
                    continue
                with self.subTest(door=door, violation=name):
                    refused, out = self._walk(door, case)
                    self.assertEqual(out, (0, 0), "sold")
                    if self._is_reachable(door, name):
                        self.assertIn(case.rule, refused or ["not refused"])

    def test_every_door_is_open_to_a_lawful_sale(self):
        """The matrix proves something only if the same ways lead out for goods that may leave."""
        lot = self._create_lot(self._create_drug("Test Lawful", "otc_b"), "LAWFUL", 400)
        case = Case(None, lot.product_id, lot, vals={"partner_id": self.customer.id})
        for door in self._get_doors():
            with self.subTest(door=door):
                refused, out = self._walk(door, case)
                self.assertIsNone(refused)
                self.assertEqual(out[0], 0 if door == "use" else 1)
                if door not in (
                    "use",
                    "move_line_done",
                ):  # a line alone is half a delivery: its move is not done
                    self.assertEqual(out[1], 1)

    def test_all_violations_of_one_sale_come_at_once(self):
        near = self._create_lot(self.ephedrine, "EPH-NEAR", 20)
        self._create_lot(self.ephedrine, "EPH-NEARER", 10)
        self._hold(near)
        picking = self._create_transfer(self.ephedrine, 3, lot=near)
        error = self.assertRefused(
            [
                "gsp.sale.fefo",
                "gsp.sale.gift",
                "gsp.sale.held",
                "gsp.sale.near_expiry",
                "gsp.special.identity",
                "gsp.special.packs",
            ],
            picking.button_validate,
        )
        for clause in ("17005", "17301", "18001"):
            self.assertIn(clause, str(error))
        kept = {refusal["rule"] for refusal in self._read_refusals(picking)}
        self.assertEqual(kept, {violation.rule for violation in error.violations})
