#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a settlement of 50,000 lines takes: memory for its statement, memory, time and queries for its posting.

    make bench

The lines, each of its own repair and unit, are put into a copy of the template database. The statement is made by one
process and the posting done by another, so that the memory of each is its own: the highest resident set that the
system saw, Odoo itself included. Queries per document are exact. The table goes to benchmarks/claim_size.md. Ends
with 1 when a limit is passed.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(Path(__file__).resolve().parent)]

LINES = 50_000
BATCH = 500
# Megabytes that the statement may take of memory, on top of a process that has done nothing yet but load Odoo
MOST_STATEMENT = 250
# Megabytes on top of the gate's, which reads all lines, for posting all documents one after the other in one process
MOST_POSTING = 100
# More queries than the first that the last document may take
JITTER = 10


def get_peak():
    """Highest resident set of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class World:
    """A supplier with an agreed claim of many lines, committed."""

    def __init__(self, env):
        from odoo import Command

        self.env, self.Command = env, Command

    def make(self, lines):
        """The id of a draft settlement with so many lines."""
        from claim_rows import copy_rows

        env = self.env
        company = env.company
        company.claim_batch_lines = BATCH
        self._make_accounts()
        supplier = env["res.partner"].create(
            {
                "name": "Harbor Compressors",
                "is_company": True,
                "property_account_payable_id": self.payable.id,
            }
        )
        part = env["product.product"].create(
            {"name": "Compressor", "is_storable": True, "property_account_expense_id": self.expense.id}
        )
        unit = env["product.product"].create({"name": "Fridge", "is_storable": True, "tracking": "serial"})
        lot = env["stock.lot"].create({"name": "BENCH-0", "product_id": unit.id})
        line = {"product_id": part.id, "product_uom_qty": 1, "repair_line_type": "add"}
        repair = env["repair.order"].create(
            {"product_id": unit.id, "lot_id": lot.id, "move_ids": [self.Command.create(line)]}
        )
        own = {"company_id": company.id, "currency_id": company.currency_id.id, "supplier_id": supplier.id}
        claim = env["parts.claim"].create(own | {"date_from": "2026-01-01", "date_to": "2026-01-31"})
        line = env["parts.claim.line"].create(
            own
            | {
                "amount_agreed": 401.13,
                "amount_claimed": 401.13,
                "claim_id": claim.id,
                "decision": "accepted",
                "move_id": repair.move_ids.id,
                "product_id": part.id,
                "quantity": 1,
                "repair_date": "2026-01-15",
                "repair_id": repair.id,
                "unit_lot_id": lot.id,
                "unit_price": 401.13,
                "unit_product_id": unit.id,
                "uom_id": part.uom_id.id,
            }
        )
        claim._set({"state": "agreed", "agreed_date": "2026-02-01"})
        env.flush_all()
        more = lines - 1
        lots = copy_rows(lot, more, name="'BENCH-' || number")
        repairs = copy_rows(repair, more, name="'BENCH/' || number", lot_id="%(lots)s", lots=lots)
        moves = copy_rows(repair.move_ids, more, repair_id="%(repairs)s", repairs=repairs)
        copy_rows(
            line,
            more,
            move_id="%(moves)s",
            moves=moves,
            repair_id="%(repairs)s",
            repairs=repairs,
            unit_lot_id="%(lots)s",
            lots=lots,
            source_key="'move:' || %(moves)s",
        )
        env.invalidate_all()
        settlement = env["claim.settlement"]._open_for(company, supplier, company.currency_id)
        return settlement.id

    def _make_accounts(self):
        kinds = {"219999": "liability_payable", "649999": "expense"}
        self.payable, self.expense = self.env["account.account"].create(
            [
                {"name": kind, "code": code, "account_type": kind, "reconcile": kind == "liability_payable"}
                for code, kind in kinds.items()
            ]
        )
        self.env["account.journal"].create({"name": "Purchases", "code": "BNC", "type": "purchase"})


@contextlib.contextmanager
def opened(database, config_file):
    """An environment of the administrator, committed at the end."""
    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", config_file, "-d", database, "--no-http", "--log-level=error"], setup_logging=True
    )
    with Registry(database).cursor() as cr:
        admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
        yield api.Environment(cr, admin.id, {"allowed_company_ids": admin.company_id.ids})


def make(env, lines):
    """Worker: fill the database."""
    begin = time.perf_counter()
    settlement_id = World(env(su=True)).make(int(lines))
    cost = {"settlement": settlement_id, "seconds": time.perf_counter() - begin, "peak": get_peak()}
    # What the database would know by itself after a minute, had the lines come one by one.
    env.flush_all()
    env.cr.execute("ANALYZE")
    return cost


def state(env, settlement_id):
    """Worker: make the statement as a spreadsheet."""
    settlement = env["claim.settlement"].browse(int(settlement_id))
    report = env["report.parts_claims.settlement_xlsx"].with_context(active_model="claim.settlement")
    before, begin = get_peak(), time.perf_counter()
    content, kind = report.create_xlsx_report(settlement.ids, {})
    seconds = time.perf_counter() - begin
    if kind != "xlsx" or len(content) < 1000:
        raise AssertionError("this is no spreadsheet")
    return {"before": before, "peak": get_peak(), "seconds": seconds, "bytes": len(content)}


def post(env, settlement_id, documents):
    """Worker: post the documents, each in a transaction of its own; so many of them, or all (0)."""
    settlement = env["claim.settlement"].browse(int(settlement_id))
    cr, before = env.cr, get_peak()
    begin = time.perf_counter()
    settlement.action_post()
    cr.commit()
    started, peak_started = time.perf_counter() - begin, get_peak()
    costs = []
    while (batch := settlement._get_next_batch()) and len(costs) != int(documents):
        queries = cr.sql_log_count
        settlement._run_batch_job(batch.number)
        cr.commit()
        costs.append(cr.sql_log_count - queries)
    seconds = time.perf_counter() - begin - started
    peak = get_peak()
    posted = settlement.batch_ids.filtered(lambda batch: batch.state == "posted")
    booked = sum(posted.move_id.mapped("amount_untaxed"))
    settled = sum(posted.line_ids.mapped("amount"))
    if settlement.currency_id.compare_amounts(booked, settled) or len(posted) != len(costs):
        raise AssertionError(f"{len(posted)} documents: {booked} in the books, {settled} settled")
    return {
        "batches": len(settlement.batch_ids),
        "before": before,
        "documents": len(costs),
        "first": costs[1],
        "last": costs[-2],
        "peak": peak,
        "peak_started": peak_started,
        "seconds": seconds,
        "started": started,
    }


WORKERS = {"make": make, "state": state, "post": post}


def run_worker(name, database, *arguments):
    """Do one thing in a process of its own: what it found."""
    from odoo.tools import config

    done = subprocess.run(
        [sys.executable, __file__, "--worker", name, database, config["config"], *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def report(lines, statement, posting):
    """The text of claim_size.md."""
    taken = statement["peak"] - statement["before"]
    gate = posting["peak_started"]
    return "\n".join(
        [
            "# What a large settlement takes",
            "",
            f"Written by `make bench`: a settlement of {lines:,} lines, each of its own repair and unit. Memory is the",
            "highest resident set of the process that does it and nothing else.",
            "",
            "| | seconds | memory before | highest | more | limit |",
            "|---|--:|--:|--:|--:|--:|",
            f"| statement as a spreadsheet, {statement['bytes'] / 1024**2:.1f} MB | {statement['seconds']:.0f} "
            f"| {statement['before']:.0f} MB | {statement['peak']:.0f} MB | {taken:.0f} MB | {MOST_STATEMENT} MB |",
            f"| the gate, and {posting['batches']} batches made | {posting['started']:.0f} "
            f"| {posting['before']:.0f} MB | {gate:.0f} MB "
            f"| {gate - posting['before']:.0f} MB | |",
            f"| {posting['documents']} documents posted, {posting['seconds'] / posting['documents']:.1f} s each "
            f"| {posting['seconds']:.0f} | {gate:.0f} MB | {posting['peak']:.0f} MB | {posting['peak'] - gate:.0f} MB "
            f"| {MOST_POSTING} MB |",
            "",
            f"Queries of a document of {BATCH} lines: {posting['first']} for the second, {posting['last']} for the "
            "last but one.",
            "",
        ]
    )


def passed_limits(statement, posting):
    """One line per limit that is passed."""
    taken = statement["peak"] - statement["before"]
    if taken >= MOST_STATEMENT:
        yield f"the statement takes {taken:.0f} MB, less than {MOST_STATEMENT} are allowed"
    more = posting["peak"] - posting["peak_started"]
    if more >= MOST_POSTING:
        yield f"posting takes {more:.0f} MB, less than {MOST_POSTING} are allowed"
    if posting["last"] > posting["first"] + JITTER:
        yield f"{posting['first']} queries for a document at first, {posting['last']} at last: it grows"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--documents", type=int, default=0, help="post only so many documents")
    parser.add_argument("--template", help="a database with the addons, instead of installing them")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("claim_size.md"))
    parser.add_argument("--config", help="Odoo's configuration file (default: as Odoo itself finds it)")
    options = parser.parse_args()

    from odoo.tools import config

    words = [
        "-d",
        f"{os.environ['ANSWERABLE_TEMPLATE_DB']}_bench{os.getpid()}",
        "--log-level=error",
        "--no-http",
    ]
    config.parse_config(words + (["-c", options.config] if options.config else []), setup_logging=True)

    from scratch import ADDONS, run_odoo, scratch_database

    with scratch_database("size", options.template) as name:
        if not options.template:
            print("  Installing the addons")
            run_odoo(name, "-i", ",".join(ADDONS), "--stop-after-init", "--no-http", "--log-level=error")
        made = run_worker("make", name, options.lines)
        print(
            f"  {options.lines:,} lines collected: {made['seconds']:.0f} s, {made['peak']:.0f} MB", flush=True
        )
        statement = run_worker("state", name, made["settlement"])
        print(f"  Statement made: {statement['seconds']:.0f} s, {statement['peak']:.0f} MB", flush=True)
        posting = run_worker("post", name, made["settlement"], options.documents)
    text = report(options.lines, statement, posting)
    options.output.write_text(text, encoding="utf-8")
    print(text)
    problems = list(passed_limits(statement, posting))
    for problem in problems:
        print(f"limit passed: {problem}", file=sys.stderr)
    return 1 if problems else 0


def work(name, database, config_file, *arguments):
    """The other side of ``run_worker()``."""
    with opened(database, config_file) as env:
        print(json.dumps(WORKERS[name](env, *arguments)), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        work(*sys.argv[2:])
    else:
        sys.exit(main())
