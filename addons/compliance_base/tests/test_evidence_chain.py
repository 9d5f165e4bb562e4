# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .. import evidence
from ..models import compliance_evidence_verification
from .common_evidence import DOCUMENT, EvidenceCase

VERIFICATION_LOGGER = "odoo.addons.compliance_base.models.compliance_evidence_verification"


@tagged("post_install", "-at_install")
class TestEvidenceHash(EvidenceCase):
    """The hash says what the database holds, and says it the same way tomorrow."""

    def content(self, document):
        self.env.flush_all()
        _tag, schema = document._get_evidence_schema()
        contents, _files = evidence.read_contents(self.env, schema, document.ids)
        return contents[document.id]

    def test_hash_is_stable_after_reload_in_another_language_and_time_zone(self):
        document = self.make_document()
        document._close_evidence()
        before = self.content(document)
        self.env.invalidate_all()
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.user.write({"lang": "zh_CN", "tz": "Asia/Shanghai"})
        self.assertEqual(evidence.canonical(self.content(document)), evidence.canonical(before))

    def test_every_kind_of_field_is_part_of_the_content(self):
        document = self.make_document()
        values = self.content(document)
        self.assertEqual(values["partner_id"], self.partner.id)
        self.assertEqual(values["country_ids"], sorted(self.countries[:2].ids))
        self.assertEqual(values["quantity"], "1.01", "rounded by the digits of the field, as stored")
        self.assertEqual(values["ratio"], "0.30000000000000004")
        self.assertEqual(values["amount"], "12.3")
        self.assertEqual(values["signed_on"].isoformat(), "2026-03-12")
        self.assertEqual(json.loads(values["name"]), {"en_US": "Sale of 12 March"})
        self.assertEqual(json.loads(values["data"]), {"a": [1.5, None], "b": 1})
        self.assertEqual(values["stamp"], evidence.digest(b"c3RhbXA="))
        self.assertEqual([line["quantity"] for line in values["line_ids"]], ["2", "1"])
        self.assertEqual(values["attachments"][0][1:4], ["picture", "picture", "binary"])

    def test_changed_precision_of_numbers_changes_no_hash(self):
        document = self.make_document(quantity=1.2)
        document._close_evidence()
        self.Document._seal_evidence()
        self.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 4
        self.env.invalidate_all()
        self.assertEqual(self.verify().state, "ok")

    def test_numbers_have_one_form(self):
        for text, expected in (
            ("1.20", "1.2"),
            ("0.00", "0"),
            ("-0", "0"),
            ("1E+3", "1000"),
            ("1000", "1000"),
            ("NaN", "NaN"),
            (None, None),
        ):
            self.assertEqual(evidence.canonical_number(text), expected)

    def test_field_added_later_breaks_no_older_record(self):
        document = self.make_document()
        document._close_evidence()
        self.Document._seal_evidence()
        names = [name for name in self.Document._get_evidence_fields() if name != "body"]
        with patch.object(type(self.Document), "_get_evidence_fields", lambda self: names):
            self.env.registry.clear_cache()
            self.addCleanup(self.env.registry.clear_cache)
            younger = self.make_document()
            younger._close_evidence()
            self.Document._seal_evidence()
            self.env["compliance.evidence.schema"]._register_hook()
            self.assertNotEqual(*self.Link.search([("res_model", "=", DOCUMENT)]).mapped("schema_tag"))
            self.assertEqual(self.verify().state, "ok")
            self.sql("UPDATE test_compliance_document SET body = 'x' WHERE id = %s", younger.id)
            self.assertEqual(self.verify().state, "ok", "no part of the younger record's seal")
            self.sql("UPDATE test_compliance_document SET body = 'x' WHERE id = %s", document.id)
            self.assertBroken(self.verify(), "content", document, 1)

    def test_closing_takes_as_many_queries_for_twenty_records_as_for_one(self):
        counts = []
        for size in (1, 20):
            documents = self.Document.concat(*(self.make_document() for _number in range(size)))
            self.env.flush_all()
            documents.mapped("company_id")
            documents.mapped("evidence_closed_at")
            before = self.env.cr.sql_log_count
            documents._close_evidence()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 8)


@tagged("post_install", "-at_install")
class TestEvidenceChain(EvidenceCase):
    """The check of a chain names the first record that is not what it was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.documents = cls.Document.concat(
            *(cls.make_document(name=f"Sale {number}") for number in range(1, 6))
        )
        cls.scan = cls.attach(cls.documents[2])
        cls.documents._close_evidence()
        cls.Document._seal_evidence()
        cls.chain = cls.Chain.search([("register", "=", DOCUMENT), ("company_id", "=", cls.company.id)])

    def broken(self, kind, record=None, sequence=None):
        with mute_logger(VERIFICATION_LOGGER):
            verification = self.verify()
        self.assertBroken(verification, kind, record, sequence)
        return verification

    def test_chain_is_numbered_and_linked_without_gaps(self):
        self.assertEqual(self.documents.mapped("evidence_sequence"), [1, 2, 3, 4, 5])
        self.assertEqual(self.documents[0].previous_hash, evidence.GENESIS)
        self.assertEqual(
            self.documents[1:].mapped("previous_hash"), self.documents[:-1].mapped("evidence_hash")
        )
        self.assertEqual(self.chain.last_sequence, 5)
        self.assertEqual(self.chain.last_hash, self.documents[-1].evidence_hash)
        self.assertEqual(self.documents.mapped("evidence_state"), ["sealed"] * 5)
        self.assertEqual(self.verify().state, "ok")

    def test_link_hash_can_be_recomputed_by_anybody(self):
        document = self.documents[1]
        text = f"1|{DOCUMENT}|{self.company.id}|2|{document.previous_hash}|{document.evidence_content_hash}"
        self.assertEqual(document.evidence_hash, evidence.digest(text))

    def test_each_company_has_a_chain_of_its_own(self):
        foreign = self.make_document(company_id=self.other_company.id)
        foreign._close_evidence()
        self.Document._seal_evidence()
        self.assertEqual(foreign.evidence_sequence, 1)
        self.assertEqual(self.verify(company=self.other_company).state, "ok")
        self.assertEqual(self.chain.last_sequence, 5)

    def test_search_by_number_and_state(self):
        self.assertEqual(self.Document.search([("evidence_sequence", "=", 3)]), self.documents[2])
        opened, closed = self.make_document(), self.make_document()
        closed._close_evidence()
        self.assertEqual(self.Document.search([("evidence_state", "=", "sealed")]), self.documents)
        self.assertEqual(self.Document.search([("evidence_state", "=", "closed")]), closed)
        self.assertEqual(self.Document.search([("evidence_state", "=", "open")]), opened)
        self.assertEqual(self.Document.search([("evidence_state", "!=", "sealed")]), opened + closed)

    def test_altered_content_is_named(self):
        document = self.documents[2]
        for column, value in (
            ("amount", 99),
            ("name", '{"en_US": "Sale of 13 March"}'),
            ("partner_id", self.env.user.partner_id.id),
            ("data", "{}"),
            ("stamp", b"x"),
            ("evidence_closed_at", "2026-01-01"),
            ("retain_until", "2026-01-01"),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.sql(
                    f"UPDATE test_compliance_document SET {column} = %s WHERE id = %s", value, document.id
                )
                verification = self.broken("content", document, 3)
                self.assertIn("Sale", verification.broken_name)
                self.assertEqual(verification.processed, 2)
                savepoint.close(rollback=True)

    def test_altered_line_and_relation_are_named(self):
        document = self.documents[3]
        for query in (
            "UPDATE test_compliance_document_line SET quantity = 9 WHERE document_id = %s",
            "DELETE FROM test_compliance_document_line WHERE document_id = %s",
            "INSERT INTO test_compliance_document_line (document_id, name) VALUES (%s, 'X')",
            "DELETE FROM test_compliance_document_country_rel WHERE document_id = %s",
        ):
            with self.subTest(query=query), self.env.cr.savepoint() as savepoint:
                self.sql(query, document.id)
                self.broken("content", document, 4)
                savepoint.close(rollback=True)

    def test_altered_attachment_is_named(self):
        document = self.documents[2]
        for query in (
            "DELETE FROM ir_attachment WHERE id = %s",
            "UPDATE ir_attachment SET name = 'other' WHERE id = %s",
            "UPDATE ir_attachment SET res_id = 0 WHERE id = %s",
            "UPDATE ir_attachment SET store_fname = NULL, db_datas = 'forged' WHERE id = %s",
        ):
            with self.subTest(query=query), self.env.cr.savepoint() as savepoint:
                self.sql(query, self.scan.id)
                self.broken("content", document, 3)
                savepoint.close(rollback=True)

    def test_file_replaced_in_the_file_store_is_named(self):
        self.assertTrue(self.scan.store_fname)
        with patch.object(type(self.scan), "_file_read", lambda self, fname, size=None: b"forged"):
            self.broken("content", None, 1)

    def test_deleted_record_is_named_although_it_is_gone(self):
        document = self.documents[1]
        res_id = document.id
        self.sql("DELETE FROM test_compliance_document WHERE id = %s", res_id)
        verification = self.broken("gone", None, 2)
        self.assertEqual((verification.broken_model, verification.broken_id), (DOCUMENT, res_id))

    def test_record_opened_again_is_named(self):
        document = self.documents[1]
        self.sql("UPDATE test_compliance_document SET evidence_closed_at = NULL WHERE id = %s", document.id)
        self.broken("reopened", document, 2)

    def test_altered_link_is_named(self):
        link = self.Link.search([("res_model", "=", DOCUMENT), ("sequence", "=", 2)])
        for column in ("evidence_hash", "previous_hash"):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.sql(f"UPDATE compliance_evidence_link SET {column} = 'x' WHERE id = %s", link.id)
                self.broken("link", self.documents[1], 2)
                savepoint.close(rollback=True)

    def test_content_and_link_altered_together_are_named(self):
        document = self.documents[1]
        self.sql("UPDATE test_compliance_document SET amount = 1 WHERE id = %s", document.id)
        tag, schema = self.Document._get_evidence_schema()
        values = evidence.read_contents(self.env, schema, document.ids)[0][document.id]
        forged = self.Link._hash_content(DOCUMENT, document.id, tag, values)
        self.sql(
            "UPDATE compliance_evidence_link SET content_hash = %s WHERE res_model = %s AND res_id = %s",
            forged,
            DOCUMENT,
            document.id,
        )
        self.broken("link", document, 2)

    def test_removed_link_is_named_by_its_number(self):
        self.sql("DELETE FROM compliance_evidence_link WHERE res_model = %s AND sequence = 3", DOCUMENT)
        self.broken("missing", None, 3)

    def test_cut_tail_is_noticed(self):
        self.sql("DELETE FROM compliance_evidence_link WHERE res_model = %s AND sequence > 3", DOCUMENT)
        self.sql("DELETE FROM test_compliance_document WHERE id = ANY(%s)", self.documents[3:].ids)
        self.broken("tail", None, 4)

    def test_rewound_head_is_noticed(self):
        self.sql(
            "UPDATE compliance_evidence_chain SET last_sequence = 3, last_hash = %s WHERE id = %s",
            self.documents[2].evidence_hash,
            self.chain.id,
        )
        self.broken("head")

    def test_deleted_head_is_noticed_and_no_new_chain_is_started(self):
        self.sql("DELETE FROM compliance_evidence_chain WHERE id = %s", self.chain.id)
        self.make_document()._close_evidence()
        with self.assertLogs("odoo.addons.compliance_base.models.compliance_evidence_sealer", "ERROR"):
            self.assertEqual(self.Document._seal_evidence(), 0)
        self.broken("head")

    def test_tail_cut_together_with_the_head_is_noticed_by_an_exported_head(self):
        heads = self.chain._get_heads()
        self.assertEqual(heads["heads"][0]["sequence"], 5)
        self.assertIsNone(self.Chain._compare_head(heads["heads"][0]))
        self.sql("DELETE FROM compliance_evidence_link WHERE res_model = %s AND sequence > 3", DOCUMENT)
        self.sql("DELETE FROM test_compliance_document WHERE id = ANY(%s)", self.documents[3:].ids)
        self.sql(
            "UPDATE compliance_evidence_chain SET last_sequence = 3, last_hash = %s WHERE id = %s",
            self.documents[2].evidence_hash,
            self.chain.id,
        )
        self.assertEqual(self.verify().state, "ok", "within the database nothing is left to notice it by")
        self.assertIn("No. 5 is missing", self.Chain._compare_head(heads["heads"][0]))

    def test_chain_rewritten_to_its_end_is_noticed_by_an_exported_head(self):
        head = self.chain._get_heads()["heads"][0]
        self.sql("UPDATE compliance_evidence_link SET evidence_hash = 'x' WHERE sequence = 5")
        self.assertIn("another hash", self.Chain._compare_head(head))

    def test_record_slipped_in_behind_the_program_is_named(self):
        forged = self.make_document()
        self.sql("UPDATE test_compliance_document SET evidence_closed_at = now() WHERE id = %s", forged.id)
        self.broken("forged", forged)

    def test_unsealed_record_is_checked_too(self):
        document = self.make_document()
        document._close_evidence()
        self.assertEqual(self.verify().state, "ok")
        self.sql("UPDATE test_compliance_document SET amount = 1 WHERE id = %s", document.id)
        self.broken("content", document)

    def test_tampered_schema_is_noticed(self):
        self.env["compliance.evidence.schema"]._register_hook()
        tag, _schema = self.Document._get_evidence_schema()
        self.sql("UPDATE compliance_evidence_schema SET content = '{}' WHERE tag = %s", tag)
        self.assertIsNone(self.env["compliance.evidence.schema"]._load(tag))
        self.sql(
            "UPDATE compliance_evidence_link SET schema_tag = 'x' WHERE res_model = %s AND sequence = 4",
            DOCUMENT,
        )
        self.broken("schema", self.documents[3], 4)

    def test_column_dropped_by_an_uninstallation_is_noticed(self):
        _tag, schema = self.Document._get_evidence_schema()
        older = {**schema, "columns": {**schema["columns"], "dropped": "text"}}
        tag = evidence.schema_tag(older)
        self.env["compliance.evidence.schema"]._insert([(tag, DOCUMENT, evidence.canonical(older))])
        self.sql("UPDATE compliance_evidence_link SET schema_tag = %s WHERE res_model = %s", tag, DOCUMENT)
        with mute_logger("odoo.sql_db"):
            self.broken("schema", self.documents[0], 1)

    def test_unsealed_for_too_long_is_named_and_reported(self):
        document = self.make_document()
        document._close_evidence()
        late = fields.Datetime.now() + timedelta(minutes=20)
        with patch.object(fields.Datetime, "now", lambda: late):
            self.broken("unsealed", document)
            self.Chain.search([]).activity_ids.unlink()
            with self.assertLogs("odoo.addons.compliance_base.models.compliance_evidence_chain", "ERROR"):
                self.Chain._cron_watch_unsealed()
            self.assertIn(self.manager, self.chain.activity_ids.user_id)
            self.assertNotIn(self.stranger, self.chain.activity_ids.user_id)
            count = len(self.chain.activity_ids)
            with self.assertLogs("odoo.addons.compliance_base.models.compliance_evidence_chain", "ERROR"):
                self.Chain._cron_watch_unsealed()
            self.assertEqual(len(self.chain.activity_ids), count, "told once")
        self.assertEqual(
            (self.chain.unsealed_count, self.chain.unsealed_since), (1, document.evidence_closed_at)
        )

    def test_broken_chain_is_reported_to_the_managers(self):
        self.sql("UPDATE test_compliance_document SET amount = 1 WHERE id = %s", self.documents[0].id)
        self.broken("content")
        self.assertIn(self.manager, self.chain.activity_ids.user_id)
        self.assertEqual(self.chain.verification_state, "broken")

    def test_check_is_resumed_batch_by_batch(self):
        with patch.object(compliance_evidence_verification, "VERIFY_BATCH", 2):
            verification = self.Verification._start(DOCUMENT, self.company)
            self.assertEqual(verification._run_batch(), 2)
            self.assertEqual((verification.processed, verification.progress), (2, 40))
            self.make_document()._close_evidence()
            self.Document._seal_evidence()
            self.assertTrue(verification._run(), "sealing goes on while a check is running")
            self.assertEqual((verification.processed, verification.total), (5, 5))

    def test_check_resumed_by_the_scheduled_job(self):
        self.chain.with_user(self.reader).action_verify()
        verification = self.chain.verification_ids[:1]
        self.assertEqual((verification.state, verification.user_id), ("running", self.reader))
        with patch.object(self.env.cr, "commit", lambda: None):
            self.Verification._cron_verify()
        self.assertEqual(verification.state, "ok")
        self.assertEqual(self.chain.verified_at, verification.finished_at)

    def test_who_may_start_a_check(self):
        action = self.Document.with_user(self.reader).action_verify_chain()
        self.assertEqual(action["res_model"], "compliance.evidence.verification")
        for user in (self.user, self.env.ref("base.public_user")):
            with self.assertRaises(AccessError):
                self.Document.with_user(user).action_verify_chain()
            with self.assertRaises(AccessError):
                self.chain.with_user(user).action_verify()
        with self.assertRaises(AccessError):
            self.chain.with_user(self.stranger).action_verify()

    def test_strangers_see_nothing_of_the_chain(self):
        self.verify()
        for model in (self.Chain, self.Link, self.Verification):
            domain = [("company_id", "=", self.company.id)]
            self.assertTrue(model.with_user(self.reader).search_count(domain))
            self.assertFalse(model.with_user(self.stranger).search_count(domain))
            with self.assertRaises(AccessError):
                model.with_user(self.user).search_count(domain)

    def test_nobody_makes_up_the_result_of_a_check(self):
        verification = self.verify()
        for user in (self.manager, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                verification.with_user(user).write({"state": "broken"})
            with self.assertRaises(AccessError):
                self.Verification.with_user(user).create(
                    {"register": DOCUMENT, "company_id": self.company.id, "state": "ok"}
                )

    def test_heads_are_exported_as_a_file(self):
        action = self.chain.with_user(self.reader).action_export_heads()
        attachment = self.env["ir.attachment"].browse(int(action["url"].split("/")[3].split("?")[0]))
        heads = json.loads(base64.b64decode(attachment.datas))
        self.assertEqual(heads["heads"][0]["hash"], self.documents[-1].evidence_hash)
        with self.assertRaises(AccessError):
            self.chain.with_user(self.user).action_export_heads()

    def test_heads_are_mailed_if_an_address_is_set(self):
        mails = self.env["mail.mail"].search_count([])
        self.Chain._cron_mail_heads()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.env["ir.config_parameter"].set_param("compliance_base.heads_email", "notary@example.com")
        with patch.object(type(self.env["mail.mail"]), "send", lambda self: None):
            self.Chain._cron_mail_heads()
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertEqual(mail.email_to, "notary@example.com")
        self.assertIn(self.documents[-1].evidence_hash.encode(), mail.attachment_ids.raw)

    def test_head_is_moved_by_nobody_else(self):
        for vals in ({"last_sequence": 1}, {"last_hash": "x"}, {"company_id": self.other_company.id}):
            with self.assertRaisesRegex(Exception, "sealer"):
                self.chain.write(vals)

    def test_attachment_bound_by_command_on_create_is_sealed(self):
        document = self.make_document(
            line_ids=[Command.create({"name": "X", "scan": base64.b64encode(b"line scan")})]
        )
        document._close_evidence()
        self.Document._seal_evidence()
        link = self.Link.search([("res_model", "=", DOCUMENT), ("res_id", "=", document.id)])
        scan = self.env["ir.attachment"].search(
            [("res_model", "like", "line"), ("res_field", "=", "scan")], limit=1
        )
        self.assertIn(scan.id, link.attachment_ids)
        self.sql("UPDATE ir_attachment SET store_fname = NULL, db_datas = 'forged' WHERE id = %s", scan.id)
        self.broken("content", document)
