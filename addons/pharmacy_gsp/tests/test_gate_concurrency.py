# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL, mute_logger

from .common_gate import with_check_character
from .test_concurrency import Connection


@tagged("post_install", "-at_install")
class TestConcurrentPacks(BaseCase):
    """Two tills, two connections, one person, and two packs that are allowed: real transactions that commit."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self._remove_everything)
        with Connection() as env:
            self._create_world(env)

    def _create_world(self, env):
        company = env.company
        self.company_id = company.id
        self.former_kind = company.gsp_company_kind
        company.gsp_company_kind = (
            "wholesale"  # the same limits, and fewer papers to make and take away again
        )
        self.license_ids = self._license(env, "drug_business", "special") + self._license(env, "business")
        product = env["product.product"].create(
            {
                "name": "Test Compound of Two Tills",
                "is_storable": True,
                "tracking": "lot",
                "use_expiration_date": True,
                "list_price": 10,
                "taxes_id": False,
                "gsp_kind": "drug",
                "gsp_drug_type": "chemical",
                "gsp_drug_class": "otc_a",
                "gsp_special_class": "ephedrine",
                "gsp_generic_name": "Test Compound of Two Tills",
            }
        )
        self.product_id, self.template_id = product.id, product.product_tmpl_id.id
        warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        lots = env["stock.lot"]
        for name in ("TILL-A", "TILL-B"):
            lot = env["stock.lot"].create({"name": name, "product_id": product.id})
            lot.expiration_date = "2099-12-31 04:00:00"
            env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 2, lot_id=lot)
            lot._gsp_set_acceptance_state("accepted")
            lots += lot
        self.lot_ids = lots.ids
        partner = env["res.partner"].create({"name": "Test Customer of Two Tills"})
        self.partner_id = partner.id
        identity = env["gsp.buyer.identity"]._register_person(
            company, "resident", "Test Person of Two Tills", with_check_character("99999919751231765")
        )
        self.identity_id = identity.id
        # the gate at the order would count the first against the second: the person comes last
        orders = env["sale.order"]
        for _till in lots:
            order = env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
                }
            )
            orders += order
        self.order_ids = orders.ids

    def _license(self, env, code, scope=None):
        record = env["gsp.license"].create(
            {
                "name": f"TILLS-{code}",
                "type_id": env.ref(f"pharmacy_gsp.gsp_license_type_{code}").id,
                "company_id": env.company.id,
                "holder_kind": "company",
                "valid_from": "2020-01-01",
                "valid_to": "2099-12-31",
                "scan": "JVBERi0xLjQ=",
                "scope_ids": [
                    (6, 0, [env.ref(f"pharmacy_gsp.gsp_scope_{name}").id for name in ("drug", scope)])
                ]
                if scope
                else False,
            }
        )
        record._move_to("valid")
        return record.ids

    def _sell(self, env, order_id):
        order = env["sale.order"].browse(order_id)
        order.gsp_identity_id = self.identity_id
        order.action_confirm()
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_17301_two_orders_at_once_do_not_pass_the_limit(self):
        first, second = Connection(), Connection()
        with first as env_1, second as env_2:
            # both transactions have begun: neither sees what the other does
            self.assertFalse(env_2["gsp.buyer.identity"].browse(self.identity_id).sale_record_count)
            self._sell(env_1, self.order_ids[0])
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._sell(env_2, self.order_ids[1])
            second.rollback()
            # the server tries again, and now the gate sees the first order
            with self.assertRaises(UserError) as caught:
                self._sell(env_2, self.order_ids[1])
            self.assertEqual([item.rule for item in caught.exception.violations], ["gsp.special.packs"])
            second.rollback()

    @mute_logger("odoo.sql_db")
    def test_17301_two_deliveries_at_once_do_not_pass_the_limit(self):
        with Connection() as env:
            orders = env["sale.order"].browse(self.order_ids)
            for order in orders:
                self._sell(env, order.id)
                order.gsp_identity_id = False
            orders.picking_ids.gsp_identity_id = self.identity_id
            orders.picking_ids.move_ids.picked = True
        first, second = Connection(), Connection()
        with first as env_1, second as env_2:
            self.assertFalse(env_2["gsp.buyer.identity"].browse(self.identity_id).sale_record_count)
            self._deliver(env_1, self.order_ids[0])
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._deliver(env_2, self.order_ids[1])
            second.rollback()
            with self.assertRaises(UserError) as caught:
                self._deliver(env_2, self.order_ids[1])
            self.assertEqual([item.rule for item in caught.exception.violations], ["gsp.special.packs"])
            second.rollback()

    @mute_logger("odoo.sql_db")
    def test_the_last_unit_is_sold_once_and_only_after_its_acceptance(self):
        with Connection() as env:
            env["product.template"].browse(self.template_id).gsp_special_class = False
            env["stock.lot"].browse(self.lot_ids)._gsp_set_acceptance_state("pending")
            env["sale.order"].browse(self.order_ids).action_confirm()
        lot_id = self.lot_ids[0]
        first, second = Connection(), Connection()
        with first as env_1, second as env_2:
            # both transactions have begun: the second does not see the acceptance of the first
            self.assertEqual(env_2["stock.lot"].browse(lot_id).gsp_acceptance_state, "pending")
            env_1["stock.lot"].browse(lot_id)._gsp_set_acceptance_state("accepted")
            first.commit()
            with self.assertRaises(UserError) as caught:
                self._deliver_lot(env_2, self.order_ids[0], lot_id)
            self.assertIn("gsp.stock.unaccepted", [item.rule for item in caught.exception.violations])
            second.rollback()
            # now both tills want the same last units
            for env in (env_1, env_2):
                self.assertEqual(env["stock.lot"].browse(lot_id).gsp_acceptance_state, "accepted")
            self._deliver_reserved(env_1, self.order_ids[0])
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._deliver_reserved(env_2, self.order_ids[1])
            second.rollback()
            # the server tries again, and nothing accepted is left
            with self.assertRaises(UserError):
                self._deliver_reserved(env_2, self.order_ids[1])
            second.rollback()

    def _deliver_lot(self, env, order_id, lot_id):
        move = env["sale.order"].browse(order_id).picking_ids.move_ids
        move.move_line_ids.unlink()
        env["stock.move.line"].create({**move._prepare_move_line_vals(quantity=2), "lot_id": lot_id})
        move.picked = True
        self._deliver(env, order_id)

    def _deliver_reserved(self, env, order_id):
        env["sale.order"].browse(order_id).picking_ids.action_assign()
        self._deliver(env, order_id)

    def _deliver(self, env, order_id):
        env["sale.order"].browse(order_id).picking_ids.button_validate()
        env.flush_all()

    def _remove_everything(self):
        """Take out, past all locks, what the transactions of this test committed."""
        with Connection() as env:
            env["res.company"].browse(self.company_id).gsp_company_kind = self.former_kind
            records = env["gsp.sale.record"].search([("product_id", "=", self.product_id)]).ids
            moves = env["stock.move"].search([("product_id", "=", self.product_id)])
            pickings, lines = moves.picking_id.ids, env["sale.order"].browse(self.order_ids).order_line.ids
            closed = {
                "gsp.sale.record": records,
                "gsp.buyer.identity": [self.identity_id],
                "gsp.license": self.license_ids,
            }
            env.flush_all()
            statements = [
                SQL(
                    "DELETE FROM compliance_evidence_link WHERE res_model = %s AND res_id = ANY(%s)",
                    model,
                    ids,
                )
                for model, ids in closed.items()
            ]
            tables = {
                "gsp_sale_record": records,
                "stock_move_line": moves.move_line_ids.ids,
                "stock_move": moves.ids,
                "stock_quant": env["stock.quant"].search([("product_id", "=", self.product_id)]).ids,
                "stock_picking": pickings,
                "sale_order_line": lines,
                "sale_order": self.order_ids,
                "gsp_buyer_identity": [self.identity_id],
                "gsp_license": self.license_ids,
                "stock_lot": self.lot_ids,
                "product_product": [self.product_id],
                "product_template": [self.template_id],
                "res_partner": [self.partner_id],
            }
            for table, ids in tables.items():
                model = table.replace("_", ".")
                for name, column in (
                    ("mail_message", "model"),
                    ("mail_followers", "res_model"),
                    ("mail_activity", "res_model"),
                    ("ir_attachment", "res_model"),
                ):
                    statements.append(
                        SQL(
                            "DELETE FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                            SQL.identifier(name),
                            SQL.identifier(column),
                            model,
                            ids,
                        )
                    )
                statements.append(SQL("DELETE FROM %s WHERE id = ANY(%s)", SQL.identifier(table), ids))
            for statement in statements:
                env.cr.execute(statement)
