# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
from types import SimpleNamespace
from unittest.mock import patch

from odoo import api, sql_db
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method, retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.compliance_refusal import ATTEMPTS
from ..violation import Violation
from .common import ComplianceCase
from .common_evidence import RealTransactions

RULE = "test.refusal"
REFUSAL = "odoo.addons.compliance_base.models.compliance_refusal"


@tagged("post_install", "-at_install")
class TestRefusal(RealTransactions, ComplianceCase):
    """What was refused is written down although the refused operation leaves no trace."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Li Clinic", "company_id": cls.company.id})
        cls.Refusal = cls.env["compliance.refusal"]

    def setUp(self):
        super().setUp()
        self.addCleanup(self.forget_rule)
        # each test is an attempt of its own
        ATTEMPTS.pop(self.env.cr, None)

    def violation(self, message="The license has expired.", **vals):
        return Violation(**{"rule": RULE, "record": self.partner, "message": message, **vals})

    def refuse(self, *violations, env=None):
        with self.assertRaises(UserError) as caught:
            (env or self.env)["compliance.refusal"]._refuse(violations or [self.violation()])
        return caught.exception

    def read_committed(self, *names):
        """Read the refusals as another connection sees them."""
        with self.transaction() as env:
            return env["compliance.refusal"].search([("rule", "=", RULE)], order="id").read(names)

    def test_nothing_to_refuse_is_no_refusal(self):
        self.assertIsNone(self.Refusal._refuse([]))
        self.assertFalse(self.read_committed())

    def test_one_message_names_all_reasons_and_remedies(self):
        error = self.refuse(
            self.violation(remedy="Renew the license.", reference="Art. 17"),
            self.violation("The lot is on hold."),
        )
        for text in (
            "2 reasons",
            "The license has expired.",
            "Art. 17",
            "Renew the license.",
            "The lot is on hold.",
        ):
            self.assertIn(text, str(error))
        self.assertEqual(type(error), UserError, "the web client knows how to show it")
        self.assertEqual(len(error.violations), 2)

    def test_refusal_says_what_to_whom_why_and_by_which_rule(self):
        self.refuse(
            self.violation(remedy="Renew the license.", reference="Art. 17"),
            env=self.env(user=self.user),
        )
        (refusal,) = self.read_committed()
        self.assertEqual(refusal["rule"], RULE)
        self.assertEqual(refusal["message"], "The license has expired.")
        self.assertEqual((refusal["remedy"], refusal["reference"]), ("Renew the license.", "Art. 17"))
        self.assertEqual((refusal["res_model"], refusal["res_id"]), ("res.partner", self.partner.id))
        self.assertEqual((refusal["res_name"], refusal["res_model_name"]), ("Li Clinic", "Contact"))
        self.assertEqual(refusal["user_name"], self.user.name)
        self.assertEqual(refusal["evidence_state"], "closed")
        self.assertEqual(refusal["door"], "server")

    def test_refusal_outlasts_the_rollback_of_what_it_refused(self):
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            partner = env["res.partner"].create({"name": "Never to be"})
            with self.assertRaises(UserError):
                env["compliance.refusal"]._refuse([self.violation(record=partner)])
            partner_id = partner.id
            cr.rollback()
        (refusal,) = self.read_committed()
        self.assertEqual((refusal["res_id"], refusal["res_name"]), (partner_id, "Never to be"))
        self.assertFalse(self.env["res.partner"].browse(partner_id).exists())

    def test_company_user_and_record_of_the_refused_transaction_need_not_exist(self):
        """The companies and users of this test are committed nowhere, yet the refusal names them."""
        self.refuse(env=self.env(user=self.manager))
        (refusal,) = self.read_committed("company_id", "user_id", "user_name")
        self.assertEqual(refusal["user_name"], self.manager.name)

    def test_rows_locked_by_the_refused_transaction_are_not_in_the_way(self):
        with self.transaction() as env:
            admin = env.ref("base.user_admin")
            # the company's row is shared with this test's own transaction, which names it
            for record in (admin, admin.partner_id):
                record.lock_for_update()
            with (
                self.assertRaises(UserError),
                self.assertNoLogs(REFUSAL, "ERROR"),
            ):
                env(user=admin)["compliance.refusal"]._refuse([self.violation(record=admin.partner_id)])
            env.cr.rollback()
        refusals = self.read_committed("user_name")
        self.assertEqual(len(refusals), 1)

    def forget_rule(self):
        with self.transaction() as env:
            env.cr.execute(
                "DELETE FROM compliance_evidence_link WHERE res_model = 'compliance.refusal' AND res_id IN"
                " (SELECT id FROM compliance_refusal WHERE rule = %s)",
                [RULE],
            )
            env.cr.execute("DELETE FROM compliance_refusal WHERE rule = %s", [RULE])

    def test_gate_stays_shut_when_the_register_cannot_be_written(self):
        with (
            patch(f"{REFUSAL}.sql_db.db_connect", side_effect=RuntimeError("no connection left")),
            self.assertLogs(REFUSAL, "ERROR"),
        ):
            error = self.refuse()
        self.assertIn("The license has expired.", str(error))

    def test_operation_run_again_by_the_server_is_written_down_once(self):
        """A batch goes on after one refusal, collides with another transaction, and is run again as a whole."""
        runs = []
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})

            def batch():
                runs.append(1)
                with self.assertRaises(UserError), env.cr.savepoint():
                    env["compliance.refusal"]._refuse([self.violation(), self.violation("Second")])
                if len(runs) < 3:
                    env.cr.execute(
                        "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$"
                    )

            with mute_logger("odoo.sql_db", "odoo.service.model"), patch("time.sleep"):
                retrying(batch, env)
        self.assertEqual(len(runs), 3)
        self.assertEqual(
            [r["message"] for r in self.read_committed("message")], ["The license has expired.", "Second"]
        )

    def test_next_attempt_after_a_commit_is_written_down_again(self):
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            for _attempt in range(2):
                with self.assertRaises(UserError):
                    env["compliance.refusal"]._refuse([self.violation()])
                cr.commit()  # pylint: disable=invalid-commit
        self.assertEqual(len(self.read_committed()), 2)

    def fake_request(
        self, body=b'{"id": 1}', sid="session", path="/web/dataset/call_button/sale.order/action_confirm"
    ):
        """Return what stands for one HTTP request as the server sees it."""
        return SimpleNamespace(
            httprequest=SimpleNamespace(
                path=path,
                content_length=len(body),
                get_data=lambda cache=True: body,
                remote_addr="127.0.0.1",
            ),
            session=SimpleNamespace(sid=sid),
        )

    def refuse_in_request(self, request, env=None):
        with patch(f"{REFUSAL}.request", request):
            return self.refuse(env=env)

    def test_request_run_again_by_the_server_is_written_down_once(self):
        request = self.fake_request()
        self.refuse_in_request(request)
        self.refuse_in_request(request)
        (refusal,) = self.read_committed("door")
        self.assertEqual(refusal["door"], "/web/dataset/call_button/sale.order/action_confirm")

    def test_request_sent_twice_is_written_down_once(self):
        self.refuse_in_request(self.fake_request())
        self.refuse_in_request(self.fake_request())
        self.assertEqual(len(self.read_committed()), 1)

    def test_another_request_session_user_or_reason_is_written_down(self):
        self.refuse_in_request(self.fake_request())
        self.refuse_in_request(self.fake_request(body=b'{"id": 2}'))
        self.refuse_in_request(self.fake_request(sid="other"))
        self.refuse_in_request(self.fake_request(), env=self.env(user=self.user))
        self.assertEqual(len(self.read_committed()), 4)

    def test_same_request_a_while_later_is_another_attempt(self):
        self.refuse_in_request(self.fake_request())
        with patch(f"{REFUSAL}.RESEND_SECONDS", 0):
            self.refuse_in_request(self.fake_request())
        self.assertEqual(len(self.read_committed()), 2)

    def test_request_sent_twice_at_the_same_moment_is_written_down_once(self):
        vals = self.Refusal._prepare_refusal(self.violation())
        barrier = threading.Barrier(4)

        def send(number):
            barrier.wait(10)
            with self.transaction() as env:
                env.cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                env["compliance.refusal"]._insert_once(
                    [{**vals, "attempt_key": f"attempt {number}", "resend_key": "same request"}]
                )

        self.run_parallel(*(lambda number=number: send(number) for number in range(4)))
        self.assertEqual(len(self.read_committed()), 1)

    def test_same_violation_listed_twice_is_one_refusal(self):
        self.refuse(self.violation(), self.violation())
        self.assertEqual(len(self.read_committed()), 1)

    def test_violation_without_record_and_with_a_new_record(self):
        self.refuse(
            self.violation(record=None), self.violation(record=self.env["res.partner"].new({"name": "New"}))
        )
        refusals = self.read_committed("res_model", "res_id")
        self.assertEqual(
            [(r["res_model"], r["res_id"]) for r in refusals], [(False, False), ("res.partner", False)]
        )

    def test_twenty_refusals_take_as_many_queries_as_one(self):
        counts = []
        for size in (1, 20):
            violations = [self.violation(f"Reason {size} {number}") for number in range(size)]
            values = [self.Refusal._prepare_refusal(violation) for violation in violations]
            for number, vals in enumerate(values):
                vals |= {"attempt_key": f"{size} {number}", "resend_key": None}
            with self.transaction() as env:
                env["compliance.refusal"]._insert_once([])
                before = env.cr.sql_log_count
                env["compliance.refusal"]._insert_once(values)
                counts.append(env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_nobody_writes_changes_or_deletes_a_refusal(self):
        self.refuse()
        with self.transaction() as env:
            refusal = env["compliance.refusal"].search([("rule", "=", RULE)])
            admin = env.ref("base.user_admin")
            for record in (refusal.with_user(admin), refusal.with_user(admin).sudo()):
                with self.assertRaises(UserError):
                    record.write({"message": "x"})
                with self.assertRaises(UserError):
                    record.unlink()
                with self.assertRaises(UserError):
                    record.create({"rule": "forged", "message": "x", "company_id": 1, "user_id": 1})

    def test_who_reads_refusals(self):
        self.refuse()
        for user in (self.user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.Refusal.with_user(user).search([])
        # what other connections have committed is not seen by this transaction: look from a younger one
        (refusal,) = self.read_committed("company_id")
        with self.transaction() as env:
            refusals = env["compliance.refusal"].search([("id", "=", refusal["id"])])
            for user, found in ((self.reader, 1), (self.manager, 1), (self.stranger, 0)):
                domain = self.env["ir.rule"].with_user(user)._compute_domain("compliance.refusal", "read")
                self.assertEqual(len(refusals.filtered_domain(domain)), found)

    def test_refuse_cannot_be_called_by_a_client(self):
        with self.assertRaises(AccessError):
            get_public_method(self.Refusal, "_refuse")
