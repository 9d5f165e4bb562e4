# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo import SUPERUSER_ID, api
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name

SECONDS = 120
LINES = 6
AMOUNTS = [100.0 + number for number in range(LINES)]


class SettlementWorld(BaseCase):
    """Agreed lines of a supplier, committed so that other connections and processes see them; deleted afterwards."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.ids = {}
        self.addCleanup(self._remove_world)
        # Leaving the block commits.
        with self.registry.cursor() as cr:
            self._make_world(api.Environment(cr, SUPERUSER_ID, {}))

    def _open(self):
        """An environment on a connection of its own."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})

    def _wait_for(self, query, args, alive=lambda: True):
        """The first row of a query as soon as it has one; None when what is waited for has ended."""
        watcher = self._open()
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            # What the view of activities says stands still within a transaction.
            watcher.cr.rollback()
            watcher.cr.execute(query, args)
            if row := watcher.cr.fetchone():
                return row
            if not alive():
                return None
            time.sleep(0.05)
        return self.fail(f"waited in vain for: {query}")

    def _make_world(self, env):
        warehouse = env["stock.warehouse"].search([], limit=1)
        company = warehouse.company_id
        env = env(context={"allowed_company_ids": company.ids})
        kinds = {"21999901": "liability_payable", "64999901": "expense", "11999901": "asset_receivable"}
        accounts = env["account.account"].create(
            [
                {"name": kind, "code": code, "account_type": kind, "reconcile": kind != "expense"}
                for code, kind in kinds.items()
            ]
        )
        payable, expense, receivable = accounts
        journal = env["account.journal"].create(
            {"name": "Purchases of two at once", "code": "TAO", "type": "purchase"}
        )
        supplier = env["res.partner"].create(
            {
                "name": "Supplier of two at once",
                "is_company": True,
                "property_account_payable_id": payable.id,
                "property_account_receivable_id": receivable.id,
            }
        )
        part = env["product.product"].create(
            {
                "name": "Part of two at once",
                "is_storable": True,
                "property_account_expense_id": expense.id,
                "supplier_taxes_id": [Command.clear()],
            }
        )
        repair = env["repair.order"].create(
            {
                "company_id": company.id,
                "picking_type_id": warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create({"product_id": part.id, "product_uom_qty": 1, "repair_line_type": "add"})
                    for _amount in AMOUNTS
                ],
            }
        )
        own = {"company_id": company.id, "currency_id": company.currency_id.id, "supplier_id": supplier.id}
        claim = env["parts.claim"].create(own | {"date_from": "2026-01-01", "date_to": "2026-01-31"})
        line = own | {
            "claim_id": claim.id,
            "decision": "accepted",
            "product_id": part.id,
            "quantity": 1,
            "repair_date": "2026-01-15",
            "repair_id": repair.id,
            "uom_id": part.uom_id.id,
        }
        env["parts.claim.line"].create(
            [
                line
                | {
                    "amount_claimed": amount,
                    "amount_agreed": amount,
                    "move_id": move.id,
                    "unit_price": amount,
                }
                for amount, move in zip(AMOUNTS, repair.move_ids, strict=True)
            ]
        )
        claim._set({"state": "agreed", "agreed_date": "2026-02-01"})
        self.old_size = company.claim_batch_lines
        company.claim_batch_lines = 2
        self.ids = {
            "account_account": accounts.ids,
            "account_journal": journal.ids,
            "parts_claim": claim.ids,
            "product": part.ids,
            "repair_order": repair.ids,
            "res_company": company.ids,
            "res_partner": supplier.ids,
        }

    def _remove_world(self):
        """Posted entries, claims and settlements cannot be deleted through their models."""
        if not self.ids:
            return
        with self.registry.cursor() as cr:
            supplier = tuple(self.ids["res_partner"])
            settlements = "(SELECT id FROM claim_settlement WHERE supplier_id IN %s)"
            for table in ("claim_settlement_line", "claim_settlement_batch"):
                cr.execute(f"DELETE FROM {table} WHERE settlement_id IN {settlements}", [supplier])
            for table, column in (
                ("claim_settlement", "supplier_id"),
                ("account_move", "partner_id"),
                ("parts_claim_line", "supplier_id"),
                ("parts_claim", "supplier_id"),
            ):
                cr.execute(f"DELETE FROM {table} WHERE {column} IN %s", [supplier])
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["res.company"].browse(self.ids["res_company"]).claim_batch_lines = self.old_size
            repair = env["repair.order"].browse(self.ids["repair_order"])
            repair.move_ids.unlink()
            repair.unlink()
            env["product.product"].browse(self.ids["product"]).unlink()
            env["res.partner"].browse(self.ids["res_partner"]).unlink()
            env["account.journal"].browse(self.ids["account_journal"]).unlink()
            env["account.account"].browse(self.ids["account_account"]).unlink()

    def _open_settlement(self, env):
        """The draft settlement with everything agreed."""
        claim = env["parts.claim"].browse(self.ids["parts_claim"])
        env = env(context={"allowed_company_ids": claim.company_id.ids})
        return env["claim.settlement"]._open_for(claim.company_id, claim.supplier_id, claim.currency_id)
