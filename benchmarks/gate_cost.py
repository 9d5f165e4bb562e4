#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the addons cost an order that is confirmed and delivered, beside the bare platform in the same run.

    make bench ARGS=gate_cost

Two copies of the template database, one bare, one with all addons. A process on each makes the same orders, by turns,
so that whatever slows the machine down slows both. Queries are exact; of the times of each side the fastest counts:
whatever else runs on the machine only adds to it. The table goes to benchmarks/results.md. Ends with 1 when a limit
is passed.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

KINDS = {
    "plain": "lot-tracked goods",
    "drug": "drugs with lot and expiry",
    "warranted": "machines with warranty",
}
# Lines of an order → how often it is measured.
SIZES = {20: 15, 200: 3}
# More queries than the bare platform that an order of a kind may take, whatever the number of its lines. A warranted
# machine gets a registration: a document with a number, lines and a chatter.
MOST_QUERIES = {"plain": 12, "drug": 12, "warranted": 18}
# Two queries more or less between orders: the platform tidies up now and then.
JITTER = 2
MOST_TIME = 1.10


class Side:
    """A worker process on one database."""

    def __init__(self, database, stack):
        from odoo.tools import config

        worker = str(Path(__file__).with_name("worker.py"))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        self.process = subprocess.Popen(
            [sys.executable, worker, database, config["config"]],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
        )
        stack.callback(self.process.wait)
        stack.callback(self.process.stdin.close)

    def ask(self, question):
        """Send a line to the worker, return its answer."""
        print(question, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"the worker ended while it was asked: {question}")
        return json.loads(answer)


def measure(bare, ours, sizes):
    """Measure both sides by turns: {(kind, lines): ((queries, [seconds]) bare, (queries, [seconds]) ours)}."""
    results = {}
    for lines, repetitions in sizes.items():
        for kind in KINDS:
            taken = {bare: [], ours: []}
            for side in taken:
                side.ask(f"{kind} {lines} {repetitions}")
            for turn in range(repetitions):
                for side in (bare, ours) if turn % 2 else (ours, bare):
                    taken[side].append(side.ask("run"))
                print(f"  {kind}, {lines} lines: {turn + 1} of {repetitions}", end="\r", flush=True)
            results[kind, lines] = tuple(
                (
                    statistics.median_low(cost["queries"] for cost in taken[side]),
                    [cost["seconds"] for cost in taken[side]],
                )
                for side in (bare, ours)
            )
    return results


def time_ratio(bare_seconds, our_seconds):
    """How many times as long ours take: the fastest order of each side, for all else on the machine only adds."""
    return min(our_seconds) / min(bare_seconds)


def table(results):
    """The results as lines of a Markdown table."""
    yield "| order | lines | queries, bare | queries, ours | more | time, ours ÷ bare |"
    yield "|---|--:|--:|--:|--:|--:|"
    for (kind, lines), ((bare, bare_seconds), (ours, our_seconds)) in results.items():
        ratio = time_ratio(bare_seconds, our_seconds)
        yield f"| {KINDS[kind]} | {lines} | {bare} | {ours} | {ours - bare:+} | {ratio:.2f} |"


def passed_limits(results):
    """One line per limit that is passed."""
    for (kind, lines), ((bare, bare_seconds), (ours, our_seconds)) in results.items():
        small_lines = min(size for _kind, size in results)
        (small_bare, _seconds), (small_ours, _seconds) = results[kind, small_lines]
        surplus, small_surplus = ours - bare, small_ours - small_bare
        ratio = time_ratio(bare_seconds, our_seconds)
        if surplus > MOST_QUERIES[kind]:
            yield f"{kind}, {lines} lines: {surplus} more queries, at most {MOST_QUERIES[kind]} are allowed"
        if surplus > small_surplus + JITTER:
            yield f"{kind}: {small_surplus} more queries at {small_lines} lines, {surplus} at {lines}: it grows"
        if ratio > MOST_TIME:
            yield f"{kind}, {lines} lines: {ratio:.2f} times as long, at most {MOST_TIME:.2f} is allowed"


def report(results, sizes):
    """The text of results.md."""
    return "\n".join(
        [
            "# What the gates cost",
            "",
            "Written by `make bench`: an order confirmed and delivered on a database with all addons and on one with",
            "the same platform modules and none of ours, by turns in the same run. The fastest of "
            + ", ".join(f"{repetitions} orders of {lines} lines" for lines, repetitions in sizes.items())
            + ".",
            "",
            *table(results),
            "",
            "Limits, whatever the number of lines: "
            + ", ".join(f"{most} more queries for {KINDS[kind]}" for kind, most in MOST_QUERIES.items())
            + f"; {MOST_TIME - 1:.0%} more time.",
            "",
        ]
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--lines", type=int, choices=SIZES, help="measure only orders of so many lines")
    parser.add_argument("--repetitions", type=int, help="how often, instead of the usual")
    parser.add_argument("--output", type=Path, default=Path(__file__).with_name("results.md"))
    parser.add_argument("--config", help="Odoo's configuration file (default: as Odoo itself finds it)")
    options = parser.parse_args()

    from odoo.tools import config

    sizes = {
        lines: options.repetitions or usual
        for lines, usual in SIZES.items()
        if options.lines in (None, lines)
    }
    template = os.environ["ANSWERABLE_TEMPLATE_DB"]
    words = ["-d", f"{template}_bench{os.getpid()}", "--log-level=error"]
    config.parse_config(words + (["-c", options.config] if options.config else []), setup_logging=True)

    from scratch import ADDONS, run_odoo, scratch_database

    with contextlib.ExitStack() as stack:
        bare = stack.enter_context(scratch_database("bare"))
        ours = stack.enter_context(scratch_database("ours"))
        print("  Installing the addons in one of two copies")
        run_odoo(ours, "-i", ",".join(ADDONS), "--stop-after-init", "--no-http", "--log-level=error")
        results = measure(Side(bare, stack), Side(ours, stack), sizes)
    text = report(results, sizes)
    options.output.write_text(text, encoding="utf-8")
    print(text)
    problems = list(passed_limits(results))
    for problem in problems:
        print(f"limit passed: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
