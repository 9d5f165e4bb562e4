# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The gates are set-based: what they add to an order does not grow with its lines, and is small.

The bare platform is measured in the same run, on a copy of the template database, by the benchmark's own worker.
"""

import json
import subprocess
import sys
import tempfile

from scratch import ROOT, scratch_database

from odoo.tests import TransactionCase, tagged
from odoo.tools import config

sys.path.insert(0, str(ROOT / "benchmarks"))
import gate_cost  # noqa: E402
import scenario  # noqa: E402

SIZES = (5, 20, 40)


@tagged("post_install", "-at_install")
class TestQueryBudget(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bare = cls._measure_bare()

    @classmethod
    def _measure_bare(cls):
        """Queries of the platform alone, by (kind, lines); of two orders the cheaper: now and then the platform
        tidies up on the way."""
        wanted = [(kind, lines) for kind in gate_cost.KINDS for lines in SIZES]
        with scratch_database("bare") as database, tempfile.TemporaryDirectory() as folder:
            answers = subprocess.run(
                [sys.executable, str(ROOT / "benchmarks" / "worker.py"), database, config["config"]],
                input="".join(f"{kind} {lines} 2\nrun\nrun\n" for kind, lines in wanted),
                stdout=subprocess.PIPE,
                text=True,
                cwd=folder,
                check=True,
            ).stdout.splitlines()
        queries = [cost["queries"] for cost in map(json.loads, answers) if cost]
        return {
            case: min(pair)
            for case, pair in zip(wanted, zip(queries[::2], queries[1::2], strict=True), strict=True)
        }

    def surplus(self, kind, lines):
        """How many queries more than the bare platform an order of one kind takes here."""
        env = self.env(user=self.env.ref("base.user_admin"))
        delivery = scenario.Delivery(env, kind, lines, repetitions=3).prepare()
        delivery.run()
        return min(delivery.run().queries for _time in range(2)) - self.bare[kind, lines]

    def test_an_order_costs_a_few_queries_more_whatever_its_lines(self):
        for kind in gate_cost.KINDS:
            with self.subTest(kind=kind):
                surplus = {lines: self.surplus(kind, lines) for lines in SIZES}
                self.assertLessEqual(max(surplus.values()), gate_cost.MOST_QUERIES[kind], surplus)
                self.assertLessEqual(
                    surplus[SIZES[-1]],
                    surplus[SIZES[0]] + gate_cost.JITTER,
                    f"it grows with the lines: {surplus}",
                )
