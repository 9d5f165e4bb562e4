#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What tracing, the near-expiry register, a hold and the nightly look cost in a pharmacy of many years.

    python benchmarks/gsp_scale.py -c odoo.conf                1 million lots, 5 million sale records, new database
    python benchmarks/gsp_scale.py -c odoo.conf --scale 0.01   the same, a hundredth of it

Lots, movements, stock and records are written by SQL, as years of business would have left them; what is measured goes
through the program. Each figure is the fastest of some runs with an empty cache, the memory is the peak of what the
nightly job allocates. Writes a table to benchmarks/gsp_scale.md; ends with 1 when a limit is passed.
"""

import argparse
import contextlib
import os
import sys
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

LOTS, RECORDS = 1_000_000, 5_000_000
PRODUCTS, BUYERS = 2_000, 20_000
# of so many lots one is still on the shelf
ON_HAND_EVERY = 40
LIMITS = {
    "trace of a lot to its buyers": (1.0, "s"),
    "near-expiry register of the month": (5.0, "s"),
    "hold of a lot": (0.2, "s"),
    "nightly look at expiry dates": (300.0, "MB"),
}


class Pharmacy:
    """A store with products, lots, stock, movements and sales of five years."""

    def __init__(self, env, scale):
        self.env, self.cr = env, env.cr
        self.lots, self.records = max(int(LOTS * scale), 100), max(int(RECORDS * scale), 500)
        self.products = max(int(PRODUCTS * scale), 10)
        self.buyers = max(int(BUYERS * scale), 50)
        self.company = env.company
        self.company.gsp_company_kind = "store"
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", self.company.id)], limit=1)
        self.stock = self.warehouse.lot_stock_id
        self.customers = env.ref("stock.stock_location_customers")
        self.vendors = env.ref("stock.stock_location_suppliers")

    def fill(self):
        """Write everything; returns one lot that was sold often."""
        first = self.env["product.product"].create(
            [
                {
                    "name": f"Drug {number}",
                    "is_storable": True,
                    "tracking": "lot",
                    "use_expiration_date": True,
                    "gsp_kind": "drug",
                    "gsp_drug_type": "chemical",
                    "gsp_drug_class": "otc_b",
                    "gsp_generic_name": f"Drug {number}",
                }
                for number in range(self.products)
            ]
        )
        self.env["res.partner"].create([{"name": f"Buyer {number}"} for number in range(self.buyers)])
        self.env.flush_all()
        self.cr.execute("SELECT array_agg(id ORDER BY id) FROM res_partner WHERE name LIKE 'Buyer %'")
        partners = self.cr.fetchone()[0]
        unit = first[0].uom_id.id
        values = {
            "company": self.company.id,
            "products": first.ids,
            "product_count": len(first),
            "partners": partners,
            "partner_count": len(partners),
            "lots": self.lots,
            "records": self.records,
            "unit": unit,
            "stock": self.stock.id,
            "customers": self.customers.id,
            "vendors": self.vendors.id,
            "every": ON_HAND_EVERY,
            "currency": self.company.currency_id.id,
        }
        for title, query in QUERIES.items():
            start = time.perf_counter()
            self.cr.execute(query, values)
            print(
                f"  {title:<12} {self.cr.rowcount:>10,} rows {time.perf_counter() - start:8.1f} s", flush=True
            )
        self.env.invalidate_all()
        self.cr.execute(
            "SELECT lot_id FROM gsp_sale_record GROUP BY lot_id ORDER BY count(*) DESC, lot_id LIMIT 1"
        )
        return self.env["stock.lot"].browse(self.cr.fetchone()[0])


QUERIES = {
    "lots": """
        INSERT INTO stock_lot (name, product_id, company_id, expiration_date, gsp_acceptance_state, create_date)
        SELECT 'L' || n, (%(products)s::int[])[1 + n %% %(product_count)s], %(company)s,
               now() AT TIME ZONE 'UTC' - interval '1600 days' + n * interval '2600 days' / %(lots)s, 'accepted',
               now() AT TIME ZONE 'UTC'
          FROM generate_series(1, %(lots)s) AS n
    """,
    "moves": """
        INSERT INTO stock_move (product_id, product_uom, product_uom_qty, quantity, state, company_id, date,
                                location_id, location_dest_id, reference, procure_method, picked)
        SELECT product_id, %(unit)s, 1, 1, 'done', %(company)s, now() AT TIME ZONE 'UTC',
               location_id, location_dest_id, reference, 'make_to_stock', TRUE
          FROM unnest(%(products)s::int[]) AS product_id,
               (VALUES (%(vendors)s, %(stock)s, 'IN'), (%(stock)s, %(customers)s, 'OUT'))
               AS way (location_id, location_dest_id, reference)
    """,
    "receipts": """
        INSERT INTO stock_move_line (move_id, product_id, product_uom_id, quantity, quantity_product_uom, state,
                                     company_id, date, lot_id, location_id, location_dest_id, picked)
        SELECT move.id, lot.product_id, %(unit)s, 10, 10, 'done', %(company)s,
               lot.expiration_date - interval '700 days', lot.id, %(vendors)s, %(stock)s, TRUE
          FROM stock_lot lot
          JOIN stock_move move ON move.product_id = lot.product_id AND move.reference = 'IN'
         WHERE lot.name LIKE 'L%%' AND lot.product_id = ANY(%(products)s)
    """,
    "sales": """
        WITH lot AS (
            SELECT row_number() OVER (ORDER BY id) AS number, id, product_id, name, expiration_date
              FROM stock_lot WHERE product_id = ANY(%(products)s)
        ), made AS (
            INSERT INTO gsp_sale_record (company_id, seller_name, kind, date, done_at, voucher_number,
                document_name, product_id, generic_name, lot_id, lot_name, expiry_date, quantity, uom_name,
                unit_price, amount, currency_id, partner_id, buyer_name, move_id, evidence_closed_at)
            SELECT %(company)s, 'Store', 'retail', (lot.expiration_date - interval '400 days')::date,
                   lot.expiration_date - interval '400 days' + n * interval '1 second',
                   'OUT/' || n, 'S' || n, lot.product_id, 'Drug', lot.id, lot.name, lot.expiration_date::date,
                   1, 'Units', 20, 20, %(currency)s, (%(partners)s::int[])[1 + n %% %(partner_count)s],
                   'Buyer ' || n %% %(partner_count)s, move.id, now() AT TIME ZONE 'UTC'
              FROM generate_series(1, %(records)s) AS n
              JOIN lot ON lot.number = 1 + (n::bigint * 7919) %% %(lots)s
              JOIN stock_move move ON move.product_id = lot.product_id AND move.reference = 'OUT'
            RETURNING lot_id, product_id, done_at, move_id
        )
        INSERT INTO stock_move_line (move_id, product_id, product_uom_id, quantity, quantity_product_uom, state,
                                     company_id, date, lot_id, location_id, location_dest_id, picked)
        SELECT move_id, product_id, %(unit)s, 1, 1, 'done', %(company)s, done_at, lot_id, %(stock)s, %(customers)s,
               TRUE
          FROM made
    """,
    "stock": """
        INSERT INTO stock_quant (product_id, lot_id, company_id, location_id, quantity, reserved_quantity,
                                 in_date, expiration_date)
        SELECT product_id, id, %(company)s, %(stock)s, 5, 0, expiration_date - interval '700 days', expiration_date
          FROM stock_lot WHERE product_id = ANY(%(products)s) AND id %% %(every)s = 0
    """,
    "one lot": """
        UPDATE gsp_sale_record SET lot_id = first.lot_id, lot_name = first.lot_name, product_id = first.product_id
          FROM (SELECT lot_id, lot_name, product_id FROM gsp_sale_record WHERE document_name = 'S1') AS first
         WHERE gsp_sale_record.id IN (
               SELECT id FROM gsp_sale_record ORDER BY id LIMIT LEAST(500, %(records)s / 10))
    """,
    "statistics": "ANALYZE stock_lot, stock_quant, stock_move, stock_move_line, gsp_sale_record",
}


def measure(env, call, repetitions):
    """Seconds of the fastest of some calls, each with an empty cache and undone afterwards."""
    taken = []
    for _turn in range(repetitions):
        env.flush_all()
        env.invalidate_all()
        with contextlib.suppress(Undone), env.cr.savepoint():
            prepared = call.prepare() if hasattr(call, "prepare") else None
            env.flush_all()
            start = time.perf_counter()
            call(prepared) if prepared is not None else call()
            env.flush_all()
            taken.append(time.perf_counter() - start)
            raise Undone
        env.invalidate_all()
    return min(taken)


class Undone(Exception):
    """The measured call is taken back."""


class Hold:
    """The signature under a hold; the password is checked beforehand, for that is slow on purpose."""

    def __init__(self, env, lot):
        self.env, self.lot = env, lot

    def prepare(self):
        hold = self.env["gsp.hold"].create({"lot_id": self.lot.id, "kind": "recall", "reason": "Recall"})
        signature = self.env["compliance.signature"]._sign(hold, "hold", {"password": "admin"})
        return hold, signature

    def __call__(self, prepared):
        hold, signature = prepared
        hold._signed(signature)
        if hold.state != "held":
            raise RuntimeError("the lot is not held")


def run(env, scale, repetitions):
    """{label: (figure, unit)} of everything that has a limit."""
    pharmacy = Pharmacy(env, scale)
    lot = pharmacy.fill()
    on_hand = (
        env["stock.quant"].search([("location_id", "=", pharmacy.stock.id)], limit=1, order="id desc").lot_id
    )
    trace = env["gsp.lot.trace"].create({"lot_id": lot.id, "product_id": lot.product_id.id})
    register = env["gsp.near.expiry"].create(
        {"company_id": pharmacy.company.id, "month": pharmacy.company._get_law_date().replace(day=1)}
    )
    results = {
        "trace of a lot to its buyers": (measure(env, trace.action_trace, repetitions), "s"),
        "near-expiry register of the month": (measure(env, register.action_fill, repetitions), "s"),
        "hold of a lot": (measure(env, Hold(env, on_hand), repetitions), "s"),
    }
    trace.action_trace()
    print(f"  {trace.buyer_count} buyers of the lot, {trace.sold:g} units sold", flush=True)
    tracemalloc.start()
    measure(env, env["gsp.near.expiry"]._cron_open_registers, 1)
    results["nightly look at expiry dates"] = (tracemalloc.get_traced_memory()[1] / 2**20, "MB")
    tracemalloc.stop()
    return pharmacy, results


def passed_limits(results):
    """One line per limit that is passed."""
    for label, (limit, unit) in LIMITS.items():
        figure = results[label][0]
        if figure >= limit:
            yield f"{label}: {figure:.2f} {unit}, less than {limit:g} {unit} are allowed"


def report(pharmacy, results):
    """The text of gsp_scale.md."""
    return "\n".join(
        [
            "# A pharmacy of many years",
            "",
            f"Written by `benchmarks/gsp_scale.py`: {pharmacy.lots:,} lots, {pharmacy.records:,} sale records, "
            f"{pharmacy.lots // ON_HAND_EVERY:,} lots on the shelf.",
            "",
            "| what | measured | limit |",
            "|---|--:|--:|",
            *(
                f"| {label} | {figure:.3f} {unit} | {LIMITS[label][0]:g} {unit} |"
                for label, (figure, unit) in results.items()
            ),
            "",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument(
        "--database", help="a database with the addons, instead of a new one; nothing is kept in it"
    )
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("gsp_scale.md"))
    parser.add_argument("-c", "--config", help="Odoo's configuration file (default: as Odoo itself finds it)")
    options = parser.parse_args()

    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    name = options.database or f"{os.environ['ANSWERABLE_TEMPLATE_DB']}_bench{os.getpid()}"
    words = ["-d", name, "--log-level=error", "--no-http"]
    config.parse_config(words + (["-c", options.config] if options.config else []), setup_logging=True)

    from scratch import ADDONS, run_odoo, scratch_database

    with contextlib.ExitStack() as stack:
        if not options.database:
            name = stack.enter_context(scratch_database("scale"))
            print("  Installing the addons", flush=True)
            run_odoo(name, "-i", ",".join(ADDONS), "--stop-after-init", "--no-http", "--log-level=error")
        with Registry(name).cursor() as cr:
            admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
            pharmacy, results = run(api.Environment(cr, admin.id, {}), options.scale, options.repetitions)
            text = report(pharmacy, results)
            cr.rollback()
    options.output.write_text(text, encoding="utf-8")
    print(text)
    problems = list(passed_limits(results))
    for problem in problems:
        print(f"limit passed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
