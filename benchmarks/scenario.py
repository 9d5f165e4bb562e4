# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is measured: an order of lot- or serial-tracked lines, confirmed and delivered, with and without the addons.

The goods are the same on both sides: what the addons know about them (that it is a drug, that it has a warranty) is
written only where the addons are installed. Works on any environment, so tests measure with it too.
"""

import gc
import time
from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

GOODS = {
    # kind: (tracking, has an expiry date, what the addons know about it)
    "plain": ("lot", False, lambda env: {}),
    "drug": ("lot", True, lambda env: drug_values(env)),
    "warranted": ("serial", False, lambda env: warranted_values(env)),
    "serials": ("serial", False, lambda env: warranted_values(env)),
}
# Of these, one product is ordered in as many pieces as there are lines, each with a serial number of its own.
ONE_PRODUCT = {"serials"}


@dataclass(frozen=True)
class Cost:
    queries: int
    seconds: float


def drug_values(env):
    """An over-the-counter drug: the gates of sale run, and there is nothing to refuse."""
    if "gsp_kind" not in env["product.product"]._fields:
        return {}
    maker = env["res.partner"].create({"name": "Drug maker", "is_company": True})
    return {
        "gsp_kind": "drug",
        "gsp_drug_type": "chemical",
        "gsp_drug_class": "otc_b",
        "gsp_generic_name": "Vitamin C tablets",
        "gsp_dosage_form": "Tablet",
        "gsp_strength": "0.1 g × 100",
        "gsp_approval_number": "国药准字H20990001",
        "gsp_holder_id": maker.id,
        "gsp_manufacturer_id": maker.id,
    }


def warranted_values(env):
    """A machine of a category with a warranty term: its delivery makes a registration."""
    category = env["product.category"].create({"name": "Machines"})
    if "warranty.term" in env:
        code = f"bench-{category.id}"
        component = env["warranty.component"].create({"code": code, "name": "Main unit", "kind": "main"})
        env["warranty.term"].create(
            {
                "name": "Two years",
                "start_event": "delivery",
                "valid_from": fields.Date.today() - timedelta(days=30),
                "categ_ids": [Command.set(category.ids)],
                "line_ids": [Command.create({"component_id": component.id, "months": 24})],
            }
        )
    return {"categ_id": category.id}


class Delivery:
    """An order of `lines` different goods (or serial numbers) of one kind: `prepare()` once, then `run()` up to
    `repetitions` times."""

    def __init__(self, env, kind, lines, repetitions=1):
        self.env, self.kind, self.lines, self.repetitions = env, kind, lines, repetitions
        self.pieces = lines if kind in ONE_PRODUCT else 1

    def prepare(self):
        """Make the customer, the goods and enough stock for all repetitions."""
        tracking, expires, values = GOODS[self.kind]
        self.customer = self.env["res.partner"].create({"name": f"Customer of {self.kind} goods"})
        common = {
            "type": "consu",
            "is_storable": True,
            "tracking": tracking,
            "use_expiration_date": expires,
            "list_price": 10.0,
            **values(self.env),
        }
        names = [f"{self.kind} {self.lines}/{number}" for number in range(self.lines // self.pieces)]
        self.products = self.env["product.product"].create([{"name": name, **common} for name in names])
        self._receive(serial=tracking == "serial", expires=expires)
        return self

    def _receive(self, serial, expires):
        """Put the stock there as an inventory would: one lot per product, or one serial per repetition."""
        expiry = fields.Datetime.now() + timedelta(days=700)
        lots = self.env["stock.lot"].create(
            [
                {"name": f"{product.name}-{number}", "product_id": product.id}
                | ({"expiration_date": expiry} if expires else {})
                for product in self.products
                for number in range(self.repetitions * self.pieces if serial else 1)
            ]
        )
        location = (
            self.env["stock.warehouse"]
            .search([("company_id", "=", self.env.company.id)], limit=1)
            .lot_stock_id
        )
        self.env["stock.quant"].sudo().create(
            [
                {
                    "product_id": lot.product_id.id,
                    "location_id": location.id,
                    "lot_id": lot.id,
                    "quantity": 1 if serial else self.repetitions,
                }
                for lot in lots
            ]
        )

    def run(self):
        """Confirm an order and deliver it: gives the `Cost` of that alone, everything written to the database."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": self.pieces})
                    for product in self.products
                ],
            }
        )
        cursor = self.env.cr
        self.env.flush_all()
        self.env.invalidate_all()
        # Python's collector of garbage would strike one side or the other by chance.
        gc.collect()
        gc.disable()
        try:
            queries, begin = cursor.sql_log_count, time.perf_counter()
            order.action_confirm()
            picking = order.picking_ids
            picking.button_validate()
            self.env.flush_all()
            cost = Cost(cursor.sql_log_count - queries, time.perf_counter() - begin)
        finally:
            gc.enable()
        if picking.state != "done" or len(picking.move_line_ids) != self.lines:
            raise AssertionError(
                f"{self.kind}: the delivery is {picking.state} with {len(picking.move_line_ids)} lines"
            )
        return cost
