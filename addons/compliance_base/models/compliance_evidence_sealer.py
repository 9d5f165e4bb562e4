# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import logging

import psycopg2.errors

from odoo import api, fields, models
from odoo.tools import SQL

from .. import evidence

_logger = logging.getLogger(__name__)

SEAL_BATCH = 1000


class ComplianceEvidenceChain(models.Model):
    """The sealer: gives closed records their place in the chain.

    It works on what has been committed, in the order of closing, one sealer at a time for each chain; a second one
    leaves at once. No transaction that closes records ever waits for it.
    """

    _inherit = "compliance.evidence.chain"

    @api.model
    def _get_pending(self, register=None):
        """Return ``[(register, company id, number of records)]`` that wait to be sealed."""
        return self.env.execute_query(
            SQL(
                """
                SELECT register, company_id, count(*) FROM compliance_evidence_link
                 WHERE sequence IS NULL AND %s
                 GROUP BY register, company_id ORDER BY min(closed_at)
                """,
                SQL("register = %s", register) if register else SQL("TRUE"),
            )
        )

    @api.model
    def _seal_register(self, register):
        """Seal all records of one register that this transaction sees; return how many.

        Commits nothing. Raises a serialization error, to be tried again, if another sealer was quicker.
        """
        sealed = 0
        for name, company_id, _count in self._get_pending(register):
            while batch := self._seal_batch(name, company_id):
                sealed += batch
        return sealed

    @api.model
    def _cron_seal(self):
        """Seal what has been closed, chain by chain, committing after each batch; to be run each minute."""
        pending = self._get_pending()
        remaining = sum(count for _register, _company, count in pending)
        self.env["ir.cron"]._commit_progress(remaining=remaining)
        for register, company_id, _count in pending:
            while batch := self._try_seal_batch(register, company_id):
                remaining = max(remaining - batch, 0)
                if not self.env["ir.cron"]._commit_progress(batch, remaining=remaining):
                    return

    @api.model
    def _try_seal_batch(self, register, company_id):
        """Seal a batch; if another sealer is at work on the chain, leave it to him and return 0."""
        try:
            with self.env.cr.savepoint(flush=False):
                return self._seal_batch(register, company_id)
        except (psycopg2.errors.SerializationFailure, psycopg2.errors.LockNotAvailable):
            _logger.info("Evidence chain %s of company %s is being sealed elsewhere", register, company_id)
            return 0

    @api.model
    def _seal_batch(self, register, company_id, limit=SEAL_BATCH):
        """Link up to ``limit`` closed records of one chain, oldest first; return how many.

        The head row is locked without waiting. The order within the chain is that of closing among what is committed;
        a record whose transaction ends later comes later, so none is skipped and no number is left out.
        """
        head = self._lock_head(register, company_id)
        if not head:
            return 0
        head_id, sequence, previous = head
        rows = []
        for link_id, content_hash in self._get_unsealed(register, company_id, limit):
            sequence += 1
            current = evidence.link_hash(register, company_id, sequence, previous, content_hash)
            rows.append((link_id, sequence, previous, current))
            previous = current
        if rows:
            self._write_seal(head_id, rows)
        return len(rows)

    @api.model
    def _get_unsealed(self, register, company_id, limit):
        return self.env.execute_query(
            SQL(
                """
                SELECT id, content_hash FROM compliance_evidence_link
                 WHERE register = %s AND company_id = %s AND sequence IS NULL
                 ORDER BY closed_at, id LIMIT %s
                """,
                register,
                company_id,
                limit,
            )
        )

    @api.model
    def _write_seal(self, head_id, rows):
        """Write the places of the links and move the head; ``rows``: [(link id, number, previous hash, hash)]."""
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                UPDATE compliance_evidence_link AS link
                   SET sequence = val.sequence, previous_hash = val.previous_hash,
                       evidence_hash = val.evidence_hash, sealed_at = %s
                  FROM unnest(%s::int[], %s::int[], %s::varchar[], %s::varchar[])
                       AS val (id, sequence, previous_hash, evidence_hash)
                 WHERE link.id = val.id AND link.sequence IS NULL
                """,
                now,
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE compliance_evidence_chain SET last_sequence = %s, last_hash = %s, last_sealed_at = %s
                 WHERE id = %s
                """,
                rows[-1][1],
                rows[-1][3],
                now,
                head_id,
            )
        )
        self.env["compliance.evidence.link"].invalidate_model(flush=False)
        self.browse(head_id).invalidate_recordset(flush=False)

    @api.model
    def _lock_head(self, register, company_id):
        """Return ``(id, last number, last hash)`` of the chain, locked; None if another sealer holds it.

        A chain without a head although records of it are sealed has been tampered with: it is not started anew.
        """
        self.env.cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", f"evidence {register}", company_id)
        )
        if not self.env.cr.fetchone()[0]:
            return None
        select = SQL(
            """
            SELECT id, last_sequence, last_hash FROM compliance_evidence_chain
             WHERE register = %s AND company_id = %s FOR NO KEY UPDATE NOWAIT
            """,
            register,
            company_id,
        )
        rows = self.env.execute_query(select)
        if not rows:
            self._start_chain(register, company_id)
            rows = self.env.execute_query(select)
        if not rows:
            _logger.error("The head of evidence chain %s of company %s is missing", register, company_id)
        return rows[0] if rows else None

    @api.model
    def _start_chain(self, register, company_id):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO compliance_evidence_chain
                       (register, company_id, last_sequence, last_hash, create_uid, create_date, write_uid, write_date)
                SELECT %(register)s, %(company)s, 0, %(genesis)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                 WHERE NOT EXISTS (
                           SELECT 1 FROM compliance_evidence_link
                            WHERE register = %(register)s AND company_id = %(company)s AND sequence IS NOT NULL)
                ON CONFLICT DO NOTHING
                """,
                register=register,
                company=company_id,
                genesis=evidence.GENESIS,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
