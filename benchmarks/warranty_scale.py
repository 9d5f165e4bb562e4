#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What warranties cost where there are many units.

    make bench ARGS=warranty_scale
    make bench ARGS="warranty_scale --only delivery"

One delivery of a thousand serial numbers under a warranty term, beside the same delivery on the bare platform, by turns
in the same run; and the list of ten thousand units with what is covered and until when. Queries are exact; of the times
the fastest counts, for all else on the machine only adds. The tables go to benchmarks/warranty_scale.md. Ends with 1
when a limit is passed.
"""

import argparse
import contextlib
import os
import statistics
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

# Serial numbers of a delivery → how often it is measured.
DELIVERIES = {250: 1, 1000: 2}
# More queries than the bare platform, for each serial number.
MOST_PER_SERIAL = 1.0
# Queries more or less between deliveries: rows are inserted in batches, and the platform tidies up now and then.
JITTER = 8
MOST_TIME = 1.15
# Units in a list. The platform reads and computes at most a thousand records at a time (`PREFETCH_MAX`).
LISTS = (1000, 10000)
BATCH = 1000
COLUMNS = {
    "name": {},
    "product_id": {"fields": {"display_name": {}}},
    "holder_id": {"fields": {"display_name": {}}},
    "cover_status": {},
    "cover_end_date": {},
}


def measure_deliveries(bare, ours):
    """{serial numbers: ((queries, seconds) bare, (queries, seconds) ours)}, measured by turns."""
    results = {}
    for serials, repetitions in DELIVERIES.items():
        taken = {bare: [], ours: []}
        for side in taken:
            side.ask(f"serials {serials} {repetitions}")
        for turn in range(repetitions):
            for side in (bare, ours) if turn % 2 else (ours, bare):
                taken[side].append(side.ask("run"))
        results[serials] = tuple(
            (
                statistics.median_low(cost["queries"] for cost in taken[side]),
                min(cost["seconds"] for cost in taken[side]),
            )
            for side in (bare, ours)
        )
    return results


def make_units(env, count):
    """So many units of one machine, each registered under a term."""
    from datetime import timedelta

    from scenario import warranted_values

    from odoo import fields

    product = env["product.product"].create(
        {"name": "Machine", "is_storable": True, "tracking": "serial", **warranted_values(env)}
    )
    customers = env["res.partner"].create([{"name": f"Customer {number}"} for number in range(100)])
    lots = env["stock.lot"].create(
        [{"name": f"BENCH-{number}", "product_id": product.id} for number in range(count)]
    )
    env["warranty.registration"].create(
        [
            {
                "product_id": product.id,
                "lot_id": lot.id,
                "partner_id": customers[number % len(customers)].id,
                "start_date": fields.Date.today() - timedelta(days=number % 30),
            }
            for number, lot in enumerate(lots)
        ]
    ).action_activate()
    return lots


def measure_lists(env):
    """{units: (queries, seconds)} of the list of units as its web client reads it, each with an empty cache."""
    from unit_life import measure

    lots = make_units(env, max(LISTS))
    return {count: measure(List(lots, count), repetitions=2) for count in LISTS}


class List:
    """A read of so many units."""

    def __init__(self, lots, count):
        self.env, self.domain, self.count = lots.env, [("id", "in", lots.ids)], count

    def __call__(self):
        page = self.env["stock.lot"].web_search_read(self.domain, COLUMNS, limit=self.count)
        if [row["cover_status"] for row in page["records"]] != ["covered"] * self.count:
            raise AssertionError("not every unit of the list is covered")


def report_deliveries(results):
    """The table of deliveries."""
    yield "| delivery | queries, bare | queries, ours | more per serial number | time, ours ÷ bare |"
    yield "|---|--:|--:|--:|--:|"
    for serials, ((bare, bare_seconds), (ours, our_seconds)) in results.items():
        more, ratio = (ours - bare) / serials, our_seconds / bare_seconds
        yield f"| {serials} serial numbers | {bare} | {ours} | {more:.3f} | {ratio:.2f} |"
    yield ""
    yield (
        f"Limits: fewer than {MOST_PER_SERIAL:g} more queries for each serial number, not more of them with "
        f"more serial numbers; {MOST_TIME - 1:.0%} more time for {max(results)}."
    )
    yield ""


def report_lists(results):
    """The table of lists."""
    yield "| list | queries | seconds |"
    yield "|---|--:|--:|"
    for count, (queries, seconds) in results.items():
        yield f"| {count} units with their cover | {queries} | {seconds:.2f} |"
    yield ""
    yield (
        f"Limit: no query per row. The platform itself reads {BATCH} records at a time, so a list may take as many "
        f"times the queries of {BATCH} units as it has such batches, and no more."
    )
    yield ""


def passed_limits(deliveries, lists):
    """One line per limit that is passed."""
    surplus = {serials: ours[0] - bare[0] for serials, (bare, ours) in deliveries.items()}
    for serials, more in surplus.items():
        if more >= MOST_PER_SERIAL * serials:
            yield f"{serials} serial numbers: {more} more queries, fewer than {MOST_PER_SERIAL * serials:g} are allowed"
        if more > surplus[min(surplus)] * serials / min(surplus) + JITTER:
            few = min(surplus)
            yield f"{surplus[few]} more queries for {few} serial numbers, {more} for {serials}: it grows"
    if deliveries:
        (_bare, bare_seconds), (_ours, our_seconds) = deliveries[max(deliveries)]
        if our_seconds > MOST_TIME * bare_seconds:
            ratio = our_seconds / bare_seconds
            yield f"{max(deliveries)} serial numbers: {ratio:.2f} times as long, at most {MOST_TIME:.2f} is allowed"
    if lists:
        batches = max(LISTS) // BATCH
        small, large = lists[BATCH][0], lists[max(LISTS)][0]
        if large > small * batches:
            yield f"{large} queries for {max(LISTS)} units, at most {small} for each {BATCH} are allowed"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--only", choices=("delivery", "list"), help="measure only one of the two")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("warranty_scale.md"))
    parser.add_argument("--config", help="Odoo's configuration file (default: as Odoo itself finds it)")
    options = parser.parse_args()

    from odoo.tools import config

    template = os.environ["ANSWERABLE_TEMPLATE_DB"]
    words = ["-d", f"{template}_scale{os.getpid()}", "--log-level=error", "--no-http"]
    config.parse_config(words + (["-c", options.config] if options.config else []), setup_logging=True)

    from gate_cost import Side
    from scratch import ADDONS, run_odoo, scratch_database

    from odoo import api
    from odoo.modules.registry import Registry

    deliveries, lists = {}, {}
    with contextlib.ExitStack() as stack:
        name = stack.enter_context(scratch_database("ours"))
        print("  Installing the addons")
        run_odoo(name, "-i", ",".join(ADDONS), "--stop-after-init", "--no-http", "--log-level=error")
        if options.only != "list":
            bare = stack.enter_context(scratch_database("bare"))
            with contextlib.ExitStack() as sides:
                deliveries = measure_deliveries(Side(bare, sides), Side(name, sides))
        if options.only != "delivery":
            with Registry(name).cursor() as cr:
                admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
                lists = measure_lists(api.Environment(cr, admin.id, {}))
                cr.rollback()
    text = "\n".join(
        [
            "# What warranties cost where there are many units",
            "",
            "Written by `make bench`. The delivery is measured on a database with all addons and on one with the same",
            "platform modules and none of ours, by turns in the same run.",
            "",
            *(report_deliveries(deliveries) if deliveries else ()),
            *(report_lists(lists) if lists else ()),
        ]
    )
    if not options.only:
        options.output.write_text(text, encoding="utf-8")
    print(text)
    problems = list(passed_limits(deliveries, lists))
    for problem in problems:
        print(f"limit passed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
