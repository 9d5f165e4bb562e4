# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is measured: covered repair lines that become filed claims, and returns of OCA's `rma` created and confirmed.

The covered lines are copies, in the database, of the part of one covered repair that was really done: each with a
repair and a unit of its own, as if so many repairs had closed while nobody generated claims.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

from claim_rows import copy_rows
from repair_scenario import Repair

from odoo import fields
from odoo.fields import Command

BATCH = 500


@dataclass(frozen=True)
class Rate:
    lines: int
    seconds: float
    # Queries of each batch
    queries: list


class Returns:
    """Returns of one customer, each of one product, with the receipt that its confirmation makes."""

    def __init__(self, env):
        self.env = env

    def prepare(self):
        """Customer, product and operation."""
        env = self.env
        self.customer = env["res.partner"].create({"name": "Customer of the bench"})
        self.product = env["product.product"].create({"name": "Part", "is_storable": True})
        self.operation = env["rma.operation"].create(
            {
                "name": "Bench",
                "action_create_receipt": "automatic_on_confirm",
                "action_create_delivery": False,
                "action_create_refund": "manual_after_receipt",
            }
        )
        return self

    def run(self, count):
        """Create and confirm so many returns."""
        cursor = self.env.cr
        values = {
            "operation_id": self.operation.id,
            "partner_id": self.customer.id,
            "product_id": self.product.id,
            "product_uom_qty": 1,
        }
        self.env.flush_all()
        self.env.invalidate_all()
        queries, begin = cursor.sql_log_count, time.perf_counter()
        self.env["rma"].create([values] * count).action_confirm()
        self.env.flush_all()
        rate = Rate(count, time.perf_counter() - begin, [cursor.sql_log_count - queries])
        if self.env["rma"].search_count([("state", "=", "confirmed")]) < count:
            raise AssertionError("the returns are not confirmed")
        return rate


class Claims:
    """Covered lines of a supplier with an agreement."""

    def __init__(self, env):
        self.env = env

    def prepare(self):
        """A covered repair, done; its lines are not claimed yet."""
        env = self.env
        repair = Repair(env).prepare()
        self.supplier = repair.parts.seller_ids.partner_id
        self.supplier.is_company = True
        self.agreement = env["claim.agreement"].create(
            {
                "name": "Bench",
                "date_from": fields.Date.today() - timedelta(days=30),
                "old_part_required": False,
                "price_basis": "vendor_price",
                "supplier_id": self.supplier.id,
                "line_ids": [Command.clear()],
            }
        )
        self.agreement.action_activate()
        repair.run()
        self.move = env["stock.move"].search(
            [("product_id", "in", repair.parts.ids), ("repair_line_type", "=", "add")], limit=1
        )
        self._forget_claims()
        return self

    def _forget_claims(self):
        """The lines the repair itself made go: what is measured makes them."""
        self.env.flush_all()
        repair = [self.move.repair_id.id]
        self.env.cr.execute("UPDATE old_part SET claim_line_id = NULL WHERE repair_id = %s", repair)
        self.env.cr.execute("DELETE FROM parts_claim_line WHERE repair_id = %s", repair)
        self.env.invalidate_all()

    def multiply(self, count):
        """So many covered lines, each of its own repair and unit: their ids."""
        repair = self.move.repair_id
        lots = copy_rows(repair.lot_id, count, name="'RATE-' || number")
        repairs = copy_rows(repair, count, name="'RATE/' || number", lot_id="%(lots)s", lots=lots)
        ids = copy_rows(self.move, count, repair_id="%(repairs)s", repairs=repairs)
        self.env.invalidate_all()
        return ids

    def run(self, move_ids):
        """Make claim lines of the moves, put them into claims, and file these; in batches."""
        env, cursor = self.env, self.env.cr
        claims, seconds, queries = env["parts.claim"], 0.0, []
        for start in range(0, len(move_ids), BATCH):
            env.flush_all()
            env.invalidate_all()
            before, begin = cursor.sql_log_count, time.perf_counter()
            moves = env["stock.move"].browse(move_ids[start : start + BATCH])
            # As the repair's own hook does it: these records are the system's.
            lines = env["parts.claim.line"].sudo()._collect(moves).sudo(False)
            claim = claims._gather(lines)
            claim.action_submit()
            env.flush_all()
            seconds += time.perf_counter() - begin
            queries.append(cursor.sql_log_count - before)
            if claim.state != "submitted" or len(claim.line_ids) != len(moves):
                raise AssertionError(f"{claim.state}: {len(claim.line_ids)} of {len(moves)} lines are filed")
        return Rate(len(move_ids), seconds, queries)
