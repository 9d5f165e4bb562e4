# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
from datetime import timedelta

import psycopg2.errors

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import evidence
from ..violation import Violation
from .common import ComplianceCase
from .common_evidence import RealTransactions

REGISTER = "compliance.refusal"


@tagged("post_install", "-at_install")
class TestEvidenceParallel(RealTransactions, ComplianceCase):
    """Many tills close records at once, on connections of their own; the chain neither forks nor skips.

    The register used is that of refusals, whose records are closed as they are written.
    """

    def setUp(self):
        super().setUp()
        # a company that exists for nobody else: its rows can be told from others and removed afterwards
        self.company_ids = [2_000_000_000 + self.company.id, 2_000_100_000 + self.company.id]
        self.addCleanup(self.forget_evidence, REGISTER, self.company_ids)

    def insert_refusal(self, env, number, company_id=None):
        """Write one refusal in the transaction of ``env`` and close it, as a till closes a sale."""
        env[REGISTER]._insert_once(
            [
                {
                    "refused_at": fields.Datetime.now(),
                    "company_id": company_id or self.company_ids[0],
                    "user_id": env.uid,
                    "rule": "test.parallel",
                    "message": f"Refusal {number}",
                    "attempt_key": evidence.digest(f"{self.company_ids[0]} {number}"),
                    "resend_key": None,
                }
            ]
        )

    def close_some(self, till, count):
        for number in range(count):
            with self.transaction() as env:
                self.insert_refusal(env, f"{till}-{number}")

    def seal_until(self, stop):
        """Run a sealer over and over until ``stop`` is set; return how many records it sealed."""
        sealed = 0
        while True:
            last_round = stop.is_set()
            with self.transaction() as env:
                batch = env["compliance.evidence.chain"]._try_seal_batch(REGISTER, self.company_ids[0])
            sealed += batch
            if last_round and not batch:
                return sealed

    def read_links(self):
        with self.transaction() as env:
            env.cr.execute(
                "SELECT sequence, previous_hash, evidence_hash FROM compliance_evidence_link"
                " WHERE company_id = %s ORDER BY sequence",
                [self.company_ids[0]],
            )
            return env.cr.fetchall()

    def test_many_tills_and_sealers_make_one_chain_without_gap_or_fork(self):
        stop = threading.Event()
        tills, count, sealers = 6, 15, 3
        results = []
        sealer_threads = [
            threading.Thread(target=lambda: results.append(self.seal_until(stop)))
            for _number in range(sealers)
        ]
        with mute_logger("odoo.sql_db"):
            for thread in sealer_threads:
                thread.start()
            self.run_parallel(*(lambda till=till: self.close_some(till, count) for till in range(tills)))
            stop.set()
            for thread in sealer_threads:
                thread.join(60)
        self.assertEqual(len(results), sealers, "no sealer failed")
        self.assertEqual(sum(results), tills * count, "none sealed twice")
        links = self.read_links()
        self.assertEqual([link[0] for link in links], list(range(1, tills * count + 1)))
        self.assertEqual([link[1] for link in links], [evidence.GENESIS] + [link[2] for link in links[:-1]])
        with self.transaction() as env:
            company = env["res.company"].browse(self.company_ids[0])
            verification = env["compliance.evidence.verification"].new(
                {"register": REGISTER, "company_id": company.id, "last_hash": evidence.GENESIS}
            )
            found = verification._read_links(evidence.SQL("TRUE"), "sequence")
            self.assertIsNone(verification._find_broken(found))

    def test_closing_waits_for_no_sealer(self):
        with self.transaction() as env:
            self.insert_refusal(env, "first")
        with self.transaction() as sealer:
            self.assertEqual(
                sealer["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[0]), 1
            )
            # the sealer has not committed: it holds the head and the links it has sealed
            with self.transaction() as till:
                till.cr.execute("SET LOCAL lock_timeout = '200ms'")
                self.insert_refusal(till, "second")
            with self.transaction() as other:
                other.cr.execute("SET LOCAL lock_timeout = '200ms'")
                batch = other["compliance.evidence.chain"]._try_seal_batch(REGISTER, self.company_ids[0])
                self.assertEqual(batch, 0, "a second sealer leaves at once")
        with self.transaction() as env:
            self.assertEqual(env["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[0]), 1)
        self.assertEqual([link[0] for link in self.read_links()], [1, 2])

    def test_chains_of_two_companies_are_sealed_at_the_same_time(self):
        for number, company_id in enumerate(self.company_ids):
            with self.transaction() as env:
                self.insert_refusal(env, number, company_id)
        with self.transaction() as first, self.transaction() as second:
            self.assertEqual(first["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[0]), 1)
            self.assertEqual(
                second["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[1]), 1
            )

    def test_record_committed_late_comes_later_and_is_not_skipped(self):
        with self.transaction() as slow:
            self.insert_refusal(slow, "slow")
            with self.transaction() as quick:
                self.insert_refusal(quick, "quick")
            with self.transaction() as sealer:
                self.assertEqual(
                    sealer["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[0]), 1
                )
        with self.transaction() as sealer:
            self.assertEqual(
                sealer["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[0]), 1
            )
        self.assertEqual([link[0] for link in self.read_links()], [1, 2])

    def test_sealer_that_saw_an_older_head_does_not_fork(self):
        with self.transaction() as env:
            self.insert_refusal(env, "a")
            env["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[0])
        with self.transaction() as stale:
            stale.cr.execute("SELECT 1 FROM compliance_evidence_chain")  # takes the snapshot
            with self.transaction() as env:
                self.insert_refusal(env, "b")
                env["compliance.evidence.chain"]._seal_batch(REGISTER, self.company_ids[0])
            with self.transaction() as env:
                self.insert_refusal(env, "c")
            with mute_logger("odoo.sql_db"):
                batch = stale["compliance.evidence.chain"]._try_seal_batch(REGISTER, self.company_ids[0])
            self.assertEqual(batch, 0)
        self.assertEqual([link[0] for link in self.read_links()], [1, 2, None])

    def test_closing_one_record_twice_at_once_is_a_conflict_to_be_tried_again(self):
        with self.transaction() as env:
            self.insert_refusal(env, "twice")
            record_id = env[REGISTER].search([("company_id", "=", self.company_ids[0])]).id
            env.cr.execute(
                "DELETE FROM compliance_evidence_link WHERE res_id = %s AND res_model = %s",
                [record_id, REGISTER],
            )
            env.cr.execute(
                "UPDATE compliance_refusal SET evidence_closed_at = NULL WHERE id = %s", [record_id]
            )
        with self.transaction() as loser:
            record = loser[REGISTER].browse(record_id)
            self.assertEqual(record.evidence_state, "open")
            with self.transaction() as winner:
                winner[REGISTER].browse(record_id)._close_evidence()
            with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger("odoo.sql_db"):
                record._close_evidence()
            loser.cr.rollback()

    def test_scheduled_job_seals_what_was_committed(self):
        self.close_some("cron", 3)
        with self.transaction() as env:
            env["compliance.evidence.chain"]._cron_seal()
        self.assertEqual([link[0] for link in self.read_links()], [1, 2, 3])

    def test_late_ones_are_found_over_all_registers(self):
        self.close_some("late", 2)
        with self.transaction() as env:
            late = env["compliance.evidence.chain"]._get_late(fields.Datetime.now() + timedelta(minutes=1))
        self.assertIn((REGISTER, self.company_ids[0], 2), [row[:3] for row in late])

    def test_refusal_of_a_gate_ends_up_in_the_chain(self):
        violation = Violation("test.parallel", self.company, "No.")
        with self.assertRaisesRegex(Exception, "No."):
            self.env[REGISTER].with_company(self.company)._refuse([violation])
        self.company_ids.append(self.env.company.id)
        with self.transaction() as env:
            refusal = env[REGISTER].search([("rule", "=", "test.parallel"), ("message", "=", "No.")], limit=1)
            self.assertEqual(refusal.evidence_state, "closed")


@tagged("post_install", "-at_install")
class TestEvidenceAndItsParts(RealTransactions, ComplianceCase):
    """Lines and attachments lie in rows of their own; changing one while the record is closed is a conflict."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            template = env["compliance.checklist.template"].create(
                {
                    "code": "PARALLEL",
                    "name": "Parallel",
                    "company_id": env.company.id,
                    "line_ids": [fields.Command.create({"name": "Words", "kind": "text"})],
                }
            )
            template.action_publish()
            checklist = env["compliance.checklist"].create({"template_id": template.id})
            attachment = env["ir.attachment"].create(
                {"name": "scan", "raw": b"scan", "res_model": checklist._name, "res_id": checklist.id}
            )
            self.template_id, self.checklist_id, self.attachment_id = template.id, checklist.id, attachment.id
            self.assertTrue(checklist.line_ids)
        self.addCleanup(self.forget_checklist)

    def forget_checklist(self):
        with self.transaction() as env:
            for query in (
                "DELETE FROM compliance_evidence_link"
                " WHERE res_model = 'compliance.checklist' AND res_id = %(checklist)s",
                "DELETE FROM mail_message WHERE model = 'compliance.checklist' AND res_id = %(checklist)s",
                "DELETE FROM ir_attachment WHERE id = %(attachment)s",
                "DELETE FROM compliance_checklist_line WHERE checklist_id = %(checklist)s",
                "DELETE FROM compliance_checklist WHERE id = %(checklist)s",
                "DELETE FROM compliance_checklist_template_line WHERE template_id = %(template)s",
                "DELETE FROM compliance_checklist_template WHERE id = %(template)s",
            ):
                env.cr.execute(
                    query,
                    {
                        "checklist": self.checklist_id,
                        "template": self.template_id,
                        "attachment": self.attachment_id,
                    },
                )

    def checklist(self, env):
        return env["compliance.checklist"].browse(self.checklist_id)

    def change_line(self, env):
        self.checklist(env).line_ids[0].write({"answer_text": "Changed"})
        env.flush_all()

    def change_attachment(self, env):
        env["ir.attachment"].browse(self.attachment_id).write({"raw": b"changed"})
        env.flush_all()

    def test_part_changed_after_another_transaction_closed_the_record(self):
        for change in (self.change_line, self.change_attachment):
            with self.subTest(change=change.__name__), self.transaction() as late:
                self.assertFalse(self.checklist(late).evidence_closed_at, "as this transaction sees it")
                with self.transaction() as env:
                    self.checklist(env)._close_evidence()
                with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger("odoo.sql_db"):
                    change(late)
                late.cr.rollback()
                with self.transaction() as env:
                    env.cr.execute(
                        "UPDATE compliance_checklist SET evidence_closed_at = NULL WHERE id = %s",
                        [self.checklist_id],
                    )
                    env.cr.execute(
                        "DELETE FROM compliance_evidence_link WHERE res_model = 'compliance.checklist' AND res_id = %s",
                        [self.checklist_id],
                    )

    def test_record_closed_after_another_transaction_changed_a_part(self):
        for change in (self.change_line, self.change_attachment):
            with self.subTest(change=change.__name__), self.transaction() as late:
                self.assertFalse(self.checklist(late).evidence_closed_at)
                with self.transaction() as env:
                    change(env)
                with self.assertRaises(psycopg2.errors.SerializationFailure), mute_logger("odoo.sql_db"):
                    self.checklist(late)._close_evidence()
                late.cr.rollback()
