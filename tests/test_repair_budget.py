# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a full repair may cost: judged and guarded line by line, and yet not twice the platform's own queries."""

import sys

from scratch import ROOT, scratch_database

from odoo.tests import TransactionCase, tagged
from odoo.tools import config

sys.path.insert(0, str(ROOT / "benchmarks"))
import repair_cost  # noqa: E402
from repair_scenario import Repair  # noqa: E402


@tagged("post_install", "-at_install")
class TestRepairBudget(TransactionCase):
    def test_a_full_repair_takes_at_most_so_many_times_the_queries_of_the_bare_platform(self):
        with scratch_database("bare") as database:
            bare, _seconds = repair_cost.measure(database, config["config"], repetitions=2)
        env = self.env(user=self.env.ref("base.user_admin"))
        repair = Repair(env, repetitions=3).prepare()
        repair.run()
        ours = min(repair.run().queries for _time in range(2))
        self.assertLessEqual(ours, repair_cost.MOST_QUERIES * bare, f"bare platform: {bare}")
