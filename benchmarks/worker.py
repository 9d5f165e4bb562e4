#!/usr/bin/env python3
# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One side of a measurement: `worker.py DATABASE CONFIG` answers each line `KIND LINES` with one line of JSON.

Everything is rolled back after each answer, so that every repetition finds the same database. An order before the
measured one fills the caches that a rollback may have emptied.
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
        for line in sys.stdin:
            kind, lines = line.split()
            delivery = Delivery(api.Environment(cr, admin.id, {}), kind, int(lines), repetitions=2).prepare()
            delivery.run()
            cost = delivery.run()
            cr.rollback()
            print(json.dumps(dataclasses.asdict(cost)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
