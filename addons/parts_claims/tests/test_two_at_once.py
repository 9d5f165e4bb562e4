# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import LockError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .two_at_once import TwoAtOnce


@tagged("post_install", "-at_install")
class TestTwoAtOnce(TwoAtOnce):
    """Two users at the same moment, on two real connections. What has to be committed for that is deleted again."""

    def _make_world(self, env):
        warehouse = env["stock.warehouse"].search([], limit=1)
        company = warehouse.company_id
        supplier = env["res.partner"].create({"name": "Supplier of two at once", "is_company": True})
        part = env["product.product"].create({"name": "Part of two at once", "is_storable": True})
        repair = env["repair.order"].create(
            {
                "company_id": company.id,
                "picking_type_id": warehouse.repair_type_id.id,
                "move_ids": [
                    fields.Command.create(
                        {"product_id": part.id, "product_uom_qty": 1, "repair_line_type": "add"}
                    )
                ],
            }
        )
        vals = {
            "company_id": company.id,
            "supplier_id": supplier.id,
            "currency_id": company.currency_id.id,
        }
        self.claim_vals = vals | {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        settlement = env["claim.settlement"].create(vals)
        claim = env["parts.claim"].create(self.claim_vals | {"date_from": "2025-12-01"})
        self.line_vals = {
            "company_id": company.id,
            "currency_id": company.currency_id.id,
            "move_id": repair.move_ids.id,
            "product_id": part.id,
            "quantity": 1,
            "repair_date": "2026-01-15",
            "repair_id": repair.id,
            "uom_id": part.uom_id.id,
        }
        labor = env["repair.labor"].create({"repair_id": repair.id, "name": "Work", "hours": 1})
        self.labor_vals = self.line_vals | {"labor_id": labor.id, "move_id": False, "kind": "labor"}
        self.settlement_id, self.claim_id = settlement.id, claim.id
        self.addCleanup(self._remove_world, supplier.id, part.id, repair.id)

    def _remove_world(self, supplier_id, part_id, repair_id):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            # Claims and settlements cannot be deleted through their models.
            cr.execute("DELETE FROM claim_settlement WHERE supplier_id = %s", [supplier_id])
            cr.execute("DELETE FROM parts_claim WHERE supplier_id = %s", [supplier_id])
            repair = env["repair.order"].browse(repair_id)
            repair.move_ids.unlink()
            repair.unlink()
            env["product.product"].browse(part_id).unlink()
            env["res.partner"].browse(supplier_id).unlink()

    def test_a_part_is_claimed_by_one_of_two_users(self):
        self.first["parts.claim.line"].create(self.line_vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(LockNotAvailable):
            self.second["parts.claim.line"].create(self.line_vals)

    def test_labor_is_claimed_by_one_of_two_users(self):
        self.first["parts.claim.line"].create(self.labor_vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(LockNotAvailable):
            self.second["parts.claim.line"].create(self.labor_vals)

    def test_a_share_of_one_supplier_is_claimed_by_one_of_two_users(self):
        with self.registry.cursor() as cr:
            root = api.Environment(cr, SUPERUSER_ID, {})["parts.claim.line"].create(self.line_vals)
        self.addCleanup(self._remove_line, root.id)
        share = self.line_vals | {"split_from_id": root.id, "supplier_id": self.claim_vals["supplier_id"]}
        self.first["parts.claim.line"].create(share)
        with mute_logger("odoo.sql_db"), self.assertRaises(LockNotAvailable):
            self.second["parts.claim.line"].create(share)

    def _remove_line(self, line_id):
        for env in (self.first, self.second):
            env.cr.rollback()
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM parts_claim_line WHERE id = %s", [line_id])

    def test_a_draft_claim_is_opened_by_one_of_two_users(self):
        self.first["parts.claim"].create(self.claim_vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(LockNotAvailable):
            self.second["parts.claim"].create(self.claim_vals)

    def test_a_settlement_is_posted_by_one_of_two_users(self):
        self.first["claim.settlement"].browse(self.settlement_id).action_cancel()
        with self.assertRaises(LockError):
            self.second["claim.settlement"].browse(self.settlement_id).action_post()

    def test_a_claim_is_moved_by_one_of_two_users(self):
        self.first["parts.claim"].browse(self.claim_id).action_cancel()
        with self.assertRaises(LockError):
            self.second["parts.claim"].browse(self.claim_id).action_submit()
