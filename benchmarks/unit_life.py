#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the page of a unit costs when much has happened to it, beside the platform's own product form in the same run.

    make bench ARGS=unit_life

A unit gets repairs with parts, requests and faults, tickets, a sale and an invoice. The page is read as its web client
reads it: the form, and the events of its life. Queries are exact; of the seconds the fastest read counts, for all else
on the machine only adds. The table goes to benchmarks/unit_life.md. Ends with 1 when a limit is passed. Everything is
rolled back.
"""

import argparse
import contextlib
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

SIZES = (50, 500)
MOST_QUERIES = 60
MOST_SECONDS = 0.3
# Two queries more or less between reads: the platform tidies up now and then.
JITTER = 2


def get_form_specification(model):
    """What the web client asks for when it opens the form of a model: {field: {}}, with the lists inside it."""
    from lxml import etree

    arch = etree.fromstring(model.get_view(view_type="form")["arch"])

    def read(nodes, fields):
        return {
            node.get("name"): {
                "fields": read(
                    node.xpath(".//field"), model.env[fields[node.get("name")].comodel_name]._fields
                )
            }
            if fields[node.get("name")].type in ("one2many", "many2many")
            else {}
            for node in nodes
            if node.get("name") in fields
        }

    return read(arch.xpath("//field[not(ancestor::field)]"), model._fields)


def measure(call, repetitions):
    """(queries, seconds) of the fastest of some calls, each with an empty cache."""
    taken = []
    for _turn in range(repetitions):
        call.env.flush_all()
        call.env.invalidate_all()
        queries, start = call.env.cr.sql_log_count, time.perf_counter()
        call()
        taken.append((call.env.cr.sql_log_count - queries, time.perf_counter() - start))
    return min(queries for queries, _seconds in taken), min(seconds for _queries, seconds in taken)


class Read:
    """A read of one record, as the web client does it."""

    def __init__(self, record, events=0):
        self.record, self.env, self.events = record, record.env, events
        self.specification = None if events else get_form_specification(record)

    def __call__(self):
        if self.events:
            return self.record.get_life_events(limit=self.events)
        return self.record.web_read(self.specification)


class Unit:
    """A unit to which much has happened."""

    def __init__(self, env):
        from odoo import Command

        self.env, self.Command = env, Command
        self.customer = env["res.partner"].create({"name": "Customer"})
        self.product, self.part = env["product.product"].create(
            [
                {"name": "Machine", "is_storable": True, "tracking": "serial"},
                {"name": "Part", "is_storable": True},
            ]
        )
        self.symptom = env["service.fault"].create({"code": "BENCH", "name": "Leak", "kind": "symptom"})
        env.company.one_open_repair = False
        self.lot = env["stock.lot"].create({"name": "BENCH-1", "product_id": self.product.id})

    def live(self, events):
        """Half of the events are tickets, half repairs."""
        count = events // 2
        base = {"product_id": self.product.id, "lot_id": self.lot.id, "partner_id": self.customer.id}
        ticket = {"name": "It leaks", "description": "It leaks."}
        self.env["helpdesk.ticket"].create([base | ticket for _number in range(count)])
        part = {"repair_line_type": "add", "product_id": self.part.id, "product_uom_qty": 1}
        for _number in range(count):
            self.env["repair.order"].create(
                base
                | {
                    "symptom_id": self.symptom.id,
                    "meter_reading": 100,
                    "meter_unit": "hours",
                    "request_ids": [self.Command.create({"name": "It leaks"})],
                    "move_ids": [self.Command.create(part), self.Command.create(part)],
                }
            )
        return self


def run(env, repetitions):
    """{label: (queries, seconds)} of all reads."""
    unit = Unit(env)
    results = {"platform's product form": measure(Read(unit.product.product_tmpl_id), repetitions)}
    lived = 0
    for size in SIZES:
        unit.live(size - lived)
        lived = size
        results[f"unit's form, {size} events"] = measure(Read(unit.lot), repetitions)
        results[f"life, all of {size} events"] = measure(Read(unit.lot, events=size), repetitions)
        results[f"life, first page of {size} events"] = measure(Read(unit.lot, events=51), repetitions)
        form, life = results[f"unit's form, {size} events"], results[f"life, all of {size} events"]
        results[f"unit's page, {size} events"] = (form[0] + life[0], form[1] + life[1])
    return results


def passed_limits(results):
    """One line per limit that is passed."""
    small, large = (results[f"unit's page, {size} events"] for size in SIZES)
    if large[0] >= MOST_QUERIES:
        yield f"{large[0]} queries, fewer than {MOST_QUERIES} are allowed"
    if large[0] > small[0] + JITTER:
        yield f"{small[0]} queries with {SIZES[0]} events, {large[0]} with {SIZES[1]}: it grows"
    if large[1] >= MOST_SECONDS:
        yield f"{large[1] * 1000:.0f} ms, less than {MOST_SECONDS * 1000:.0f} are allowed"


def report(results, repetitions):
    """The text of unit_life.md."""
    lines = [
        "# What the page of a unit costs",
        "",
        "Written by `make bench`: the form of a unit and all events of its life in one go, beside the platform's own",
        f"product form in the same run. The fastest of {repetitions} reads, each with an empty cache.",
        "",
        "| read | queries | ms |",
        "|---|--:|--:|",
        *(f"| {label} | {queries} | {seconds * 1000:.0f} |" for label, (queries, seconds) in results.items()),
        "",
        f"Limits for the page with {SIZES[1]} events: fewer than {MOST_QUERIES} queries, {MOST_SECONDS * 1000:.0f} ms.",
        "",
    ]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--repetitions", type=int, default=7)
    parser.add_argument("--database", help="a database with the addons, instead of a new one")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("unit_life.md"))
    parser.add_argument("--config", help="Odoo's configuration file (default: as Odoo itself finds it)")
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
            name = stack.enter_context(scratch_database("life"))
            print("  Installing the addons")
            run_odoo(name, "-i", ",".join(ADDONS), "--stop-after-init", "--no-http", "--log-level=error")
        with Registry(name).cursor() as cr:
            admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
            results = run(api.Environment(cr, admin.id, {}), options.repetitions)
            cr.rollback()
    text = report(results, options.repetitions)
    options.output.write_text(text, encoding="utf-8")
    print(text)
    problems = list(passed_limits(results))
    for problem in problems:
        print(f"limit passed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
