#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How many covered repair lines become filed claims in a second, beside returns of OCA's `rma` in the same run.

    make bench

Two copies of the template database: one with all addons, one with `rma` alone (see requirements-bench.txt). A process
on each works by turns: returns, claims, returns; of the returns the faster turn counts. Queries are exact. The table
goes to benchmarks/claim_rate.md. Ends with 1 when a limit is passed. Nothing is committed.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(Path(__file__).resolve().parent)]

LINES = 10_000
RETURNS = 300
LEAST_RATIO = 10
# Two queries more or less between batches: the platform tidies up now and then.
JITTER = 2


def work(database, config_file, addons_path, kind):
    """Worker: answer each line of the input, a number of lines to do, with one line of JSON, the rate."""
    from claim_lines import Claims, Returns

    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    words = [
        "-c",
        config_file,
        "-d",
        database,
        "--no-http",
        "--log-level=error",
        "--addons-path",
        addons_path,
    ]
    config.parse_config(words, setup_logging=True)
    with Registry(database).cursor() as cr:
        admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
        env = api.Environment(cr, admin.id, {"allowed_company_ids": admin.company_id.ids})
        side = (Claims if kind == "claims" else Returns)(env).prepare()
        # The first of each fills the caches.
        side.run(side.multiply(10) if kind == "claims" else 10)
        print("{}", flush=True)
        for line in sys.stdin:
            count = int(line)
            rate = side.run(side.multiply(count) if kind == "claims" else count)
            print(json.dumps(dataclasses.asdict(rate)), flush=True)
        cr.rollback()


class Side:
    """A worker process on one database."""

    def __init__(self, database, addons_path, kind, stack):
        from odoo.tools import config

        words = [sys.executable, __file__, "--worker", database, config["config"], addons_path, kind]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True)
        stack.callback(self.process.wait)
        stack.callback(self.process.stdin.close)
        self.read()

    def read(self):
        """What the worker says next."""
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit("a worker ended before its answer")
        return json.loads(answer)

    def run(self, count):
        """The rate of so many lines."""
        print(count, file=self.process.stdin, flush=True)
        return self.read()


def get_speed(rate):
    """Lines per second."""
    return rate["lines"] / rate["seconds"]


def report(returns, claims):
    """The text of claim_rate.md."""
    per_return = returns["queries"][0] / returns["lines"]
    return "\n".join(
        [
            "# How fast covered repair lines become claims",
            "",
            f"Written by `make bench`: {claims['lines']:,} covered lines, each of its own repair and unit, made into",
            f"claim lines, gathered into claims, checked and filed, in {len(claims['queries'])} batches; beside "
            f"{returns['lines']} returns of OCA's `rma`",
            "created and confirmed in the same run.",
            "",
            "| | lines | seconds | lines per second | queries |",
            "|---|--:|--:|--:|--:|",
            f"| `rma` | {returns['lines']} | {returns['seconds']:.1f} | {get_speed(returns):.1f} "
            f"| {per_return:.1f} per line |",
            f"| claims | {claims['lines']} | {claims['seconds']:.1f} | {get_speed(claims):.1f} "
            f"| {claims['queries'][1]} to {max(claims['queries'][1:])} per batch |",
            "",
            f"{get_speed(claims) / get_speed(returns):.1f} times as fast; at least {LEAST_RATIO} times is promised.",
            "",
        ]
    )


def passed_limits(returns, claims):
    """One line per limit that is passed."""
    ratio = get_speed(claims) / get_speed(returns)
    if ratio < LEAST_RATIO:
        yield f"claims are {ratio:.1f} times as fast as returns, at least {LEAST_RATIO} times is promised"
    batches = claims["queries"][1:]
    if max(batches) > min(batches) + JITTER:
        yield f"between {min(batches)} and {max(batches)} queries for a batch: they are not constant"


@contextlib.contextmanager
def installed_rma():
    """The folder of addons that holds `rma`."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
        subprocess.run([*words, "-r", str(ROOT / "requirements-bench.txt")], check=True)
        yield f"{folder}/odoo/addons"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--returns", type=int, default=RETURNS)
    parser.add_argument("--template", help="a database with the addons, instead of installing them")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("claim_rate.md"))
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

    quiet = ("--stop-after-init", "--no-http", "--log-level=error")
    with contextlib.ExitStack() as stack:
        ours = stack.enter_context(scratch_database("claims", options.template))
        theirs = stack.enter_context(scratch_database("returns"))
        own_path = ",".join(config["addons_path"])
        rma_path = f"{own_path},{stack.enter_context(installed_rma())}"
        print("  Installing the addons in one of two copies, rma in the other")
        if not options.template:
            run_odoo(ours, "-i", ",".join(ADDONS), *quiet)
        run_odoo(theirs, "--addons-path", rma_path, "-i", "rma", *quiet)
        rma, own = Side(theirs, rma_path, "returns", stack), Side(ours, own_path, "claims", stack)
        before = rma.run(options.returns)
        claims = own.run(options.lines)
        after = rma.run(options.returns)
    returns = min(before, after, key=lambda rate: rate["seconds"])
    text = report(returns, claims)
    options.output.write_text(text, encoding="utf-8")
    print(text)
    problems = list(passed_limits(returns, claims))
    for problem in problems:
        print(f"limit passed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        work(*sys.argv[2:])
    else:
        sys.exit(main())
