#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a full repair costs with the addons, beside the bare platform in the same run.

    make bench ARGS=repair_cost

Two copies of the template database, one bare, one with all addons; a process on each makes the same repair of three
parts, ours with two lines of labor as well. Queries are exact; of the repetitions the median counts. Ends with 1 when
the limit is passed.
"""

import argparse
import contextlib
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

# So many times the queries of the bare platform a repair may take: with both signatures, the quality check, the
# statement, the call-backs and the record of the hand-over, none of which the platform has.
MOST_QUERIES = 1.8


def work(database, config_file, repetitions):
    """The worker on one database: one line of JSON per repair, after one that fills the caches. Nothing is kept."""
    from repair_scenario import Repair

    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", config_file, "-d", database, "--no-http", "--log-level=error"], setup_logging=True
    )
    with Registry(database).cursor() as cr:
        admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
        repair = Repair(api.Environment(cr, admin.id, {}), repetitions=repetitions + 1).prepare()
        repair.run()
        for _time in range(repetitions):
            print(json.dumps(dataclasses.asdict(repair.run())), flush=True)
        cr.rollback()


def measure(database, config_file, repetitions):
    """(queries, seconds) of a repair on one database: the medians."""
    words = [sys.executable, str(Path(__file__).resolve()), "--worker", database]
    with tempfile.TemporaryDirectory() as folder:
        answers = subprocess.run(
            [*words, "--config", config_file, "--repetitions", str(repetitions)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=folder,
            check=True,
        ).stdout.splitlines()
    costs = [json.loads(answer) for answer in answers]
    return (
        statistics.median_low(cost["queries"] for cost in costs),
        statistics.median(cost["seconds"] for cost in costs),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--config", help="Odoo's configuration file (default: as Odoo itself finds it)")
    parser.add_argument("--worker", metavar="DATABASE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker, options.config, options.repetitions)
        return 0

    from odoo.tools import config

    template = os.environ["ANSWERABLE_TEMPLATE_DB"]
    words = ["-d", f"{template}_repair{os.getpid()}", "--log-level=error"]
    config.parse_config(words + (["-c", options.config] if options.config else []), setup_logging=True)

    from scratch import ADDONS, run_odoo, scratch_database

    with contextlib.ExitStack() as stack:
        bare = stack.enter_context(scratch_database("bare"))
        ours = stack.enter_context(scratch_database("ours"))
        run_odoo(ours, "-i", ",".join(ADDONS), "--stop-after-init", "--no-http", "--log-level=error")
        bare_queries, bare_seconds = measure(bare, config["config"], options.repetitions)
        our_queries, our_seconds = measure(ours, config["config"], options.repetitions)
    ratio = our_queries / bare_queries
    print("| repair | queries | seconds |")
    print("|---|--:|--:|")
    print(f"| bare platform, 3 parts | {bare_queries} | {bare_seconds:.2f} |")
    print(f"| with the addons, 3 parts and 2 lines of labor | {our_queries} | {our_seconds:.2f} |")
    print(f"\n{ratio:.2f} times the queries, at most {MOST_QUERIES} are allowed")
    return 0 if ratio <= MOST_QUERIES else 1


if __name__ == "__main__":
    sys.exit(main())
