# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_evidence import DOCUMENT, LINE, EvidenceCase

VERIFICATION_LOGGER = "odoo.addons.compliance_base.models.compliance_evidence_verification"


@tagged("post_install", "-at_install")
class TestEvidenceDisposal(EvidenceCase):
    """Evidence can be destroyed only after its time, by a manager, with a trace, and only while the chain is intact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.Document.concat(
            *(cls.make_document(name=f"Sale {number}") for number in range(1, 5))
        )
        cls.old, cls.kept = cls.documents[:2], cls.documents[2:]
        cls.scan = cls.attach(cls.old[0])
        cls.line_scan = cls.attach(cls.old[0].line_ids[0])
        cls.old[0].message_post(body="A note")
        today = cls.company._get_law_date()
        days = {
            cls.old[0].id: today - timedelta(1),
            cls.old[1].id: today - timedelta(400),
            cls.kept[0].id: today,
        }
        cls.patch_class(type(cls.Document), days)
        cls.documents._close_evidence()
        cls.Document._seal_evidence()
        cls.chain = cls.Chain.search([("register", "=", DOCUMENT), ("company_id", "=", cls.company.id)])
        cls.Disposal = cls.env["compliance.evidence.disposal"]

    @classmethod
    def patch_class(cls, model_class, days):
        model_class._get_retain_until = lambda self: {
            record_id: days.get(record_id) for record_id in self.ids
        }
        cls.addClassCleanup(delattr, model_class, "_get_retain_until")

    def dispose(self, user=None, reason="Time is over"):
        wizard = self.env["compliance.disposal.wizard"].with_user(user or self.manager)
        wizard = wizard.browse(self.chain.with_user(user or self.manager).action_dispose()["res_id"])
        wizard.reason = reason
        return self.Disposal.browse(wizard.action_dispose()["res_id"])

    def test_record_is_kept_up_to_and_including_its_last_day(self):
        self.assertEqual(self.kept[0].retain_until, self.company._get_law_date())
        due = self.Disposal._find_due(self.chain)
        self.assertEqual([link["res_id"] for link in due], self.old.ids)

    def test_what_is_over_is_destroyed_with_lines_attachments_and_messages(self):
        ids, line_ids, messages = self.old.ids, self.old.line_ids.ids, self.old.message_ids
        disposal = self.dispose()
        self.assertFalse(self.Document.browse(ids).exists())
        self.assertFalse(self.env[LINE].browse(line_ids).exists())
        self.assertFalse((self.scan + self.line_scan).exists())
        self.assertFalse(messages.exists())
        self.assertEqual(len(self.kept.exists()), 2)
        self.assertEqual(
            (disposal.record_count, disposal.user_id, disposal.reason), (2, self.manager, "Time is over")
        )
        self.assertEqual(disposal.evidence_state, "closed")

    def test_chain_is_still_intact_and_still_notices(self):
        self.dispose()
        self.assertEqual(self.verify().state, "ok")
        self.Disposal._seal_evidence()
        self.assertEqual(self.verify("compliance.evidence.disposal").state, "ok")
        self.sql("UPDATE test_compliance_document SET amount = 1 WHERE id = %s", self.kept[0].id)
        with mute_logger(VERIFICATION_LOGGER):
            self.assertBroken(self.verify(), "content", self.kept[0], 3)

    def test_disposal_vouches_only_for_what_it_lists(self):
        disposal = self.dispose()
        self.sql("DELETE FROM test_compliance_document WHERE id = %s", self.kept[0].id)
        self.sql(
            "UPDATE compliance_evidence_link SET disposal_id = %s WHERE res_model = %s AND sequence = 3",
            disposal.id,
            DOCUMENT,
        )
        with mute_logger(VERIFICATION_LOGGER):
            self.assertBroken(self.verify(), "gone", sequence=3)

    def test_altered_evidence_is_not_destroyed(self):
        self.sql("UPDATE test_compliance_document SET amount = 1 WHERE id = %s", self.old[0].id)
        with self.assertRaisesRegex(UserError, "not what it was"):
            self.dispose()
        self.assertEqual(len(self.old.exists()), 2)

    def test_only_managers_dispose_and_say_why(self):
        for user in (self.reader, self.user):
            with self.assertRaises(AccessError):
                self.dispose(user)
            with self.assertRaises(AccessError):
                self.Disposal.with_user(user)._dispose(self.chain.with_user(user), "x")
        with self.assertRaises(AccessError):
            self.dispose(self.stranger)
        with self.assertRaisesRegex(UserError, "why"):
            self.dispose(reason="  ")

    def test_nothing_due_is_said(self):
        self.dispose()
        with self.assertRaisesRegex(UserError, "no sealed record"):
            self.dispose()

    def test_disposal_is_evidence_and_made_in_no_other_way(self):
        disposal = self.dispose()
        for record in (disposal, disposal.with_user(self.env.ref("base.user_admin")).sudo()):
            with self.assertRaises(UserError):
                record.write({"reason": "x"})
            with self.assertRaises(UserError):
                record.unlink()
            with self.assertRaises(UserError):
                record.create({"reason": "x"})

    def test_record_whose_time_is_over_is_still_locked(self):
        with self.assertRaisesRegex(UserError, "disposed of"):
            self.old.unlink()
        with self.assertRaises(UserError):
            self.old.write({"retain_until": "2000-01-01"})

    def test_exported_head_is_still_found_after_a_disposal(self):
        wizard = self.env["compliance.head.wizard"].with_user(self.reader)
        heads = self.chain._get_heads()
        self.dispose()
        wizard = wizard.create({"heads_file": base64.b64encode(json.dumps(heads).encode())})
        wizard.action_compare()
        self.assertEqual((wizard.state, wizard.line_ids.mapped("difference")), ("same", [False]))

    def test_heads_of_a_rewritten_chain_differ(self):
        heads = self.chain._get_heads()
        heads["heads"][0]["hash"] = "0" * 64
        wizard = self.env["compliance.head.wizard"].with_user(self.reader)
        wizard = wizard.create({"heads_file": base64.b64encode(json.dumps(heads).encode())})
        wizard.action_compare()
        self.assertEqual(wizard.state, "differs")
        self.assertIn("another hash", wizard.line_ids.difference)

    def test_file_of_another_kind_or_database_is_refused(self):
        heads = self.chain._get_heads()
        wizard = self.env["compliance.head.wizard"].with_user(self.reader).create({})
        for content in (
            b"",
            b"no json",
            b"[]",
            b'{"heads": []}',
            json.dumps({**heads, "heads": [{}]}).encode(),
        ):
            wizard.heads_file = base64.b64encode(content)
            with self.assertRaisesRegex(UserError, "holds no chain heads"):
                wizard.action_compare()
        wizard.heads_file = base64.b64encode(json.dumps({**heads, "database": "other"}).encode())
        with self.assertRaisesRegex(UserError, "another database"):
            wizard.action_compare()
