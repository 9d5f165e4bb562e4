# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Does the jobs of one settlement in a process of its own: ``settlement_worker.py CONFIG DATABASE SETTLEMENT``.

Each job has a transaction of its own. The number of the batch is printed when its job is committed.
"""

import sys


def main(config_file, database, settlement_id):
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(
        ["-c", config_file, "-d", database, "--no-http", "--log-level=error"], setup_logging=True
    )
    number = 0
    while number is not None:
        with Registry(database).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            settlement = env["claim.settlement"].browse(int(settlement_id))
            number = settlement._get_next_batch().number or None
            if number:
                settlement._run_batch_job(number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
