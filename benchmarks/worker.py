#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One side of a measurement: `worker.py DATABASE CONFIG` answers each line with one line of JSON.

`KIND LINES REPETITIONS` prepares goods and stock for so many orders and makes one that fills the caches; the answer is
`{}`. `run` makes the next order of them; the answer is its cost. What was prepared before is rolled back.
"""

import dataclasses
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main(database, config_file):
    from scenario import Delivery

    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", config_file, "-d", database, "--no-http", "--log-level=error"], setup_logging=True
    )
    with Registry(database).cursor() as cr:
        admin = api.Environment(cr, api.SUPERUSER_ID, {}).ref("base.user_admin")
        delivery = None
        for line in sys.stdin:
            cost = {}
            if line.strip() == "run":
                cost = dataclasses.asdict(delivery.run())
            else:
                kind, lines, repetitions = line.split()
                cr.rollback()
                env = api.Environment(cr, admin.id, {})
                delivery = Delivery(env, kind, int(lines), repetitions=int(repetitions) + 1).prepare()
                delivery.run()
            print(json.dumps(cost), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
