# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is measured: a repair with three parts, from its first entry to its end, with and without the addons.

On the bare platform that is all there is; with the addons the unit has a warranty, the repair has two lines of labor as
well, every part and line of labor is judged, priced and guarded, the customer signs intake and bill, an inspector
passes the quality check, and the unit is handed over with its record. Works on any environment.
"""

import time
from datetime import timedelta

from scenario import Cost

from odoo import fields
from odoo.fields import Command

PARTS = 3
LABOR = 2


class Repair:
    """`prepare()` once, then `run()` up to `repetitions` times."""

    def __init__(self, env, repetitions=1):
        self.env, self.repetitions = env, repetitions
        self.ours = "warranty.registration" in env
        # Queries up to a step on the way, of the last run
        self.steps = {}

    def prepare(self):
        """Make the customer, a unit per repetition, enough parts in stock, and the warranty where there is one."""
        env = self.env
        self.customer = env["res.partner"].create({"name": "Customer of the bench"})
        supplier = env["res.partner"].create({"name": "Supplier of the bench"})
        goods = {"type": "consu", "is_storable": True}
        self.machine = env["product.product"].create({"name": "Machine", "tracking": "serial", **goods})
        self.parts = env["product.product"].create(
            [
                {"name": f"Part {number}", "list_price": 10.0, **goods}
                | {"seller_ids": [Command.create({"partner_id": supplier.id, "price": 4.0})]}
                for number in range(PARTS)
            ]
        )
        self.lots = env["stock.lot"].create(
            [{"name": f"BENCH-{number}", "product_id": self.machine.id} for number in range(self.repetitions)]
        )
        warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
        quants = env["stock.quant"]
        for lot in self.lots:
            quants._update_available_quantity(self.machine, warehouse.lot_stock_id, 1, lot_id=lot)
        for part in self.parts:
            quants._update_available_quantity(part, warehouse.lot_stock_id, self.repetitions)
        if self.ours:
            self._cover()
        self.waiting = list(self.lots)
        return self

    def _cover(self):
        """A warranty on every unit, two operations and their rate."""
        env = self.env
        component = env["warranty.component"].create({"code": "BENCH", "name": "Main unit", "kind": "main"})
        start = fields.Date.today() - timedelta(days=30)
        env["warranty.term"].create(
            {
                "name": "Two years",
                "valid_from": start,
                "product_tmpl_ids": [Command.set(self.machine.product_tmpl_id.ids)],
                "line_ids": [Command.create({"component_id": component.id, "months": 24})],
            }
        )
        env["warranty.registration"].create(
            [
                {
                    "product_id": self.machine.id,
                    "lot_id": lot.id,
                    "partner_id": self.customer.id,
                    "start_date": start,
                }
                for lot in self.lots
            ]
        ).action_activate()
        self.operations = env["repair.operation"].create(
            [{"code": f"BENCH-{number}", "name": f"Job {number}", "hours": 1} for number in range(LABOR)]
        )
        env["repair.labor.rate"].create({"name": "Bench", "rate": 100, "date_from": start})
        self.inspector = env["res.users"].create(
            {
                "name": "Inspector",
                "login": "bench_inspector",
                "group_ids": [
                    Command.set(env.ref("aftersales_service.aftersales_service_group_quality").ids)
                ],
            }
        )
        # The smallest picture: one black dot
        self.signature = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNg"
            b"YGD4DwABBAEAfbLI3wAAAABJRU5ErkJggg=="
        )

    def _pass_quality_check(self, repair):
        repair.action_request_quality_check()
        check = repair.quality_check_id.with_user(self.inspector)
        check.action_all_in_order()
        check.action_pass()

    def _prepare_repair(self, lot):
        values = {
            "product_id": self.machine.id,
            "lot_id": lot.id,
            "partner_id": self.customer.id,
            "move_ids": [
                Command.create({"repair_line_type": "add", "product_id": part.id, "product_uom_qty": 1})
                for part in self.parts
            ],
        }
        if self.ours:
            request = {
                "name": "It stopped",
                "read_back": True,
                "state": "solved",
                "resolution": "Parts replaced",
            }
            values |= {
                "labor_ids": [Command.create({"operation_id": one.id}) for one in self.operations],
                "request_ids": [Command.create(request)],
                "valuables_warned": True,
                "next_service_reason": "Bench",
            }
        return values

    def run(self):
        """Enter a repair, confirm, start and end it: gives the `Cost` of that, everything written to the database."""
        values = self._prepare_repair(self.waiting.pop())
        cursor = self.env.cr
        self.env.flush_all()
        self.env.invalidate_all()
        queries, begin = cursor.sql_log_count, time.perf_counter()
        repair = self.env["repair.order"].create(values)
        if self.ours:
            repair._sign_as_customer("intake", "Customer", self.signature)
        repair.action_validate()
        repair.action_repair_start()
        repair.move_ids.picked = True
        if self.ours:
            self._pass_quality_check(repair)
        repair.action_repair_end()
        if self.ours:
            self.steps["ready"] = cursor.sql_log_count - queries
            repair._sign_as_customer("bill", "Customer", self.signature)
            repair.action_settle()
            repair.action_hand_over()
        self.env.flush_all()
        cost = Cost(cursor.sql_log_count - queries, time.perf_counter() - begin)
        if repair.state != "done" or set(repair.move_ids.mapped("state")) != {"done"}:
            raise AssertionError(f"the repair is {repair.state}, its parts {repair.move_ids.mapped('state')}")
        return cost
