# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, hmac

# Questions one address may ask the public warranty check, per hour.
MOST_QUESTIONS = 20
KEPT_HOURS = 24


class WarrantyCheckAttempt(models.Model):
    """How often an address asked the public warranty check within an hour. Addresses are kept as a keyed hash only,
    and for one day."""

    _name = "warranty.check.attempt"
    _description = "Public Warranty Check: Attempts"

    address_hash = fields.Char(required=True, readonly=True)
    hour = fields.Datetime(required=True, readonly=True, index=True)
    count = fields.Integer(required=True, readonly=True)

    _address_hour_uniq = models.UniqueIndex("(address_hash, hour)")

    @api.model
    def _count_question(self, address):
        """Count one question of a network address and tell whether it may still be answered.

        One statement, so that questions asked at the same time are all counted.
        """
        hour = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        address_hash = hmac(self.env(su=True), "warranty-check", address)
        self.env.cr.execute(
            SQL(
                """INSERT INTO warranty_check_attempt (address_hash, hour, count) VALUES (%s, %s, 1)
                   ON CONFLICT (address_hash, hour) DO UPDATE SET count = warranty_check_attempt.count + 1
                   RETURNING count""",
                address_hash,
                hour,
            )
        )
        return self.env.cr.fetchone()[0] <= MOST_QUESTIONS

    @api.autovacuum
    def _gc_attempts(self):
        limit = fields.Datetime.now() - timedelta(hours=KEPT_HOURS)
        self.search([("hour", "<", limit)]).unlink()
