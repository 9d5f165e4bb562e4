# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api, sql_db
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import SQL, mute_logger


@tagged("post_install", "-at_install")
class TestConcurrentSales(BaseCase):
    """Two tills, two connections, one last package: real transactions that commit."""

    def setUp(self):
        super().setUp()
        self.made = {}
        self.addCleanup(self._remove_everything)
        with self._connect() as env:
            self._create_world(env)

    def _connect(self):
        """Environment on a connection of its own, as another worker process has it; commits at the end."""
        return Connection()

    def _keep(self, records):
        self.made.setdefault(records._name, set()).update(records.ids)
        return records

    def _create_world(self, env):
        product = env["product.product"].create(
            {
                "name": "Test Drug of Two Tills",
                "is_storable": True,
                "tracking": "lot",
                "use_expiration_date": True,
                "taxes_id": False,
                "gsp_kind": "drug",
                "gsp_drug_type": "chemical",
                "gsp_drug_class": "rx",
                "gsp_generic_name": "Test Drug of Two Tills",
            }
        )
        self._keep(product)
        self._keep(product.product_tmpl_id)
        warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        # one package in each lot, so that nothing but the prescription stands between the two tills
        for name in ("TILL-1", "TILL-2"):
            lot = self._keep(env["stock.lot"].create({"name": name, "product_id": product.id}))
            lot.expiration_date = "2099-12-31 04:00:00"
            env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, 1, lot_id=lot)
        partner = self._keep(env["res.partner"].create({"name": "Test Customer of Two Tills"}))
        prescription = env["gsp.prescription"].create(
            {"date": env.company._get_law_date(), "line_ids": [Command.create({"product_id": product.id})]}
        )
        self._keep(prescription)
        self._keep(prescription.line_ids)
        prescription._move_to("reviewed")
        # the gate at confirmation would count the first order against the second: link them afterwards
        orders = env["sale.order"]
        for _till in range(2):
            order = env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "gsp_prescription_id": prescription.id,
                    "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 1})],
                }
            )
            order.action_confirm()
            order.gsp_prescription_id = False
            orders += order
        orders.gsp_prescription_id = prescription
        self._keep(orders)
        self._keep(orders.order_line)
        self._keep(orders.picking_ids)
        self._keep(orders.picking_ids.move_ids)
        self.order_ids, self.prescription_id = orders.ids, prescription.id

    def _deliver(self, env, order_id):
        picking = env["sale.order"].browse(order_id).picking_ids
        picking.move_ids.picked = True
        picking.button_validate()
        env.flush_all()

    @mute_logger("odoo.sql_db")
    def test_17002_the_last_prescribed_package_is_sold_once(self):
        first, second = Connection(), Connection()
        with first as env_1, second as env_2:
            # both transactions have begun: neither sees what the other does
            left = env_2["gsp.prescription"].browse(self.prescription_id).line_ids.remaining_quantity
            self.assertEqual(left, 1)
            self._deliver(env_1, self.order_ids[0])
            first.commit()
            with self.assertRaises(SerializationFailure):
                self._deliver(env_2, self.order_ids[1])
            second.rollback()
            # the server tries again, and now the gate sees the first sale
            with self.assertRaises(UserError) as caught:
                self._deliver(env_2, self.order_ids[1])
            self.assertEqual(
                [violation.rule for violation in caught.exception.violations], ["gsp.sale.quantity"]
            )
            second.rollback()
        with self._connect() as env:
            prescription = env["gsp.prescription"].browse(self.prescription_id)
            self.assertEqual(prescription.state, "dispensed")
            self.assertEqual(prescription.line_ids.dispensed_quantity, 1)
            self.assertEqual(len(prescription.sale_record_ids), 1)

    def _remove_everything(self):
        """Take out, past all locks, what the transactions of this test committed."""
        with Connection() as env:
            products = tuple(self.made["product.product"])
            records = env["gsp.sale.record"].search([("product_id", "in", products)]).ids
            moves = env["stock.move"].search([("product_id", "in", products)]).ids
            statements = [
                SQL(
                    "DELETE FROM compliance_evidence_link WHERE res_model = 'gsp.sale.record' AND res_id = ANY(%s)",
                    records,
                ),
                SQL("DELETE FROM gsp_sale_record WHERE id = ANY(%s)", records),
                SQL("DELETE FROM stock_move_line WHERE product_id = ANY(%s)", list(products)),
                SQL("DELETE FROM stock_move WHERE id = ANY(%s)", moves),
                SQL("DELETE FROM stock_quant WHERE product_id = ANY(%s)", list(products)),
            ]
            order = (
                "stock.picking",
                "sale.order.line",
                "sale.order",
                "gsp.prescription.line",
                "gsp.prescription",
                "stock.lot",
                "product.product",
                "product.template",
                "res.partner",
            )
            for model in order:
                ids = list(self.made.get(model, ()))
                table = SQL.identifier(env[model]._table)
                for name in ("mail_message", "mail_followers", "mail_activity"):
                    column = SQL.identifier("model" if name == "mail_message" else "res_model")
                    statements.append(
                        SQL(
                            "DELETE FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                            SQL.identifier(name),
                            column,
                            model,
                            ids,
                        )
                    )
                statements.append(SQL("DELETE FROM %s WHERE id = ANY(%s)", table, ids))
            for statement in statements:
                env.cr.execute(statement)


class Connection:
    """``with Connection() as env``: a superuser's environment on a real connection, committed at the end."""

    def __enter__(self):
        self.cr = sql_db.db_connect(get_db_name()).cursor()
        self.env = api.Environment(
            self.cr, SUPERUSER_ID, {"tracking_disable": True, "mail_create_nolog": True}
        )
        return self.env

    def commit(self):
        self.env.flush_all()
        self.cr.commit()  # pylint: disable=invalid-commit

    def rollback(self):
        self.env.clear()
        self.cr.rollback()

    def __exit__(self, error_type, *_args):
        if error_type is None:
            self.commit()
        else:
            self.rollback()
        self.cr.close()
