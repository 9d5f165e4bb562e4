# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_evidence import DOCUMENT, LINE, EvidenceCase


@tagged("post_install", "-at_install")
class TestEvidenceLock(EvidenceCase):
    """A closed record can be changed or deleted by nobody, by no way through the ORM."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.document = cls.make_document()
        cls.scan = cls.attach(cls.document)
        cls.document._close_evidence()

    def assertRefused(self, function, *args, **kwargs):
        with self.assertRaisesRegex(UserError, "closed|closing|evidence"):
            function(*args, **kwargs)
            self.env.flush_all()

    def test_closing_sets_moment_and_hash_at_once(self):
        self.assertEqual(self.document.evidence_state, "closed")
        self.assertTrue(self.document.evidence_closed_at)
        self.assertRegex(self.document.evidence_content_hash, r"^[0-9a-f]{64}$")
        self.assertFalse(self.document.evidence_hash, "the link is made later, by the sealer")

    def test_closing_twice_changes_nothing(self):
        before = self.document.evidence_content_hash
        self.assertFalse(self.document._close_evidence())
        self.assertEqual(self.document.evidence_content_hash, before)
        self.assertEqual(
            self.Link.search_count([("res_model", "=", DOCUMENT), ("res_id", "=", self.document.id)]), 1
        )

    def test_write_of_each_kind_of_field_is_refused_for_everybody(self):
        values = {
            "name": "X",
            "company_id": self.other_company.id,
            "partner_id": self.env.user.partner_id.id,
            "country_ids": [Command.clear()],
            "amount": 1,
            "quantity": 5,
            "signed_on": "2020-01-01",
            "body": "<p>other</p>",
            "data": {},
            "active": False,
            "picture": False,
            "stamp": False,
            "state": "done",
            "line_ids": [Command.clear()],
            "retain_until": "2020-01-01",
            "evidence_closed_at": False,
        }
        admin = self.env.ref("base.user_admin")
        for user, su in ((self.user, False), (self.manager, False), (admin, False), (admin, True)):
            document = self.document.with_user(user).sudo(su)
            for name, value in values.items():
                with self.subTest(user=user.login, su=su, field=name):
                    self.assertRefused(document.write, {name: value})

    def test_context_keys_open_nothing(self):
        context = {
            "tracking_disable": True,
            "evidence_force": True,
            "_force_unlink": True,
            "install_mode": True,
            "module_uninstall": True,
            "_import_current_module": "x",
        }
        document = self.document.with_user(self.manager).with_context(**context)
        self.assertRefused(document.write, {"name": "X"})
        self.assertRefused(document.unlink)

    def test_fields_left_open_by_the_model_can_be_written(self):
        self.document.write({"note": "called back"})
        self.env.flush_all()
        self.assertEqual(self.document.note, "called back")

    def test_open_records_can_be_written_and_deleted(self):
        document = self.make_document()
        document.write({"name": "X", "line_ids": [Command.clear()]})
        document.unlink()
        self.assertFalse(document.exists())

    def test_batch_with_one_closed_record_is_refused_as_a_whole(self):
        documents = self.make_document() + self.document
        self.assertRefused(documents.write, {"name": "X"})
        self.assertRefused(documents.unlink)
        self.assertNotIn("X", documents.mapped("name"))

    def test_import_cannot_change_or_close(self):
        result = self.Document.load(["id", "name"], [["__test__.doc", "Imported"]])
        document = self.Document.browse(result["ids"])
        document._close_evidence()
        with mute_logger("odoo.sql_db"):
            result = self.Document.load(["id", "name"], [["__test__.doc", "Changed"]])
        self.assertFalse(result["ids"])
        self.assertEqual(document.name, "Imported")
        result = self.Document.load(["name", "evidence_closed_at"], [["New", "2026-01-01 00:00:00"]])
        self.assertFalse(result["ids"])

    def test_translation_cannot_be_changed(self):
        self.assertRefused(self.document.update_field_translations, "name", {"en_US": "X"})

    def test_assignment_that_reaches_the_database_without_write_is_refused(self):
        field = self.document._fields["note"]
        self.assertFalse(field.name in self.document._get_evidence_locked_fields())
        self.assertRefused(self.document._write, {"name": "X"})
        self.assertRefused(self.document._write_multi, [{"amount": 3.0}])

    def test_frozen_computed_field_is_not_computed_again(self):
        total = self.document.total
        self.env.add_to_compute(self.document._fields["total"], self.document)
        self.sql(
            "UPDATE test_compliance_document_line SET quantity = 99 WHERE document_id = %s", self.document.id
        )
        self.env.flush_all()
        self.assertEqual(self.document.total, total)
        opened = self.make_document()
        opened.line_ids[0].quantity = 10
        self.assertEqual(opened.total, 11, "an open record is computed as ever")

    def test_record_cannot_be_created_closed(self):
        self.assertRefused(self.Document.create, {"name": "X", "evidence_closed_at": fields.Datetime.now()})

    def test_default_from_the_context_closes_nothing(self):
        document = self.Document.with_context(
            default_evidence_closed_at="2026-01-01 00:00:00", default_retain_until="2020-01-01"
        ).create({"name": "X"})
        self.assertFalse(document.evidence_closed_at)
        self.assertFalse(document.retain_until)

    def test_default_of_a_user_closes_nothing(self):
        self.env["ir.default"].set(DOCUMENT, "evidence_closed_at", "2026-01-01 00:00:00")
        self.assertFalse(self.Document.create({"name": "X"}).evidence_closed_at)

    def test_copy_is_open(self):
        copy = self.document.copy()
        self.assertFalse(copy.evidence_closed_at)
        self.assertEqual(copy.evidence_state, "open")
        copy.write({"name": "Copy"})

    def test_lines_are_locked_with_their_parent(self):
        line = self.document.line_ids[0]
        other = self.make_document()
        for su in (False, True):
            lines = self.env[LINE].with_user(self.manager).sudo(su)
            self.assertRefused(lines.create, {"document_id": self.document.id, "name": "X"})
            self.assertRefused(lines.browse(line.id).write, {"quantity": 7})
            self.assertRefused(lines.browse(line.id).write, {"document_id": other.id})
            self.assertRefused(lines.browse(line.id).unlink)
            self.assertRefused(lines.browse(other.line_ids[0].id).write, {"document_id": self.document.id})
            self.assertRefused(lines.browse(line.id)._write, {"quantity": 7})

    def test_line_command_through_the_parent_is_refused(self):
        line = self.document.line_ids[0]
        for command in (
            Command.update(line.id, {"quantity": 3}),
            Command.delete(line.id),
            Command.create({}),
        ):
            self.assertRefused(self.document.write, {"line_ids": [command]})

    def test_many2many_from_the_other_side_is_refused(self):
        field = self.document._fields["country_ids"]
        # what the ORM does on our side when the field's inverse is written on the other
        self.assertRefused(self.document.modified, [field.name])

    def test_named_partner_cannot_be_deleted(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.partner.unlink()
        self.assertEqual(self.document.partner_id, self.partner)

    def test_named_country_cannot_be_deleted(self):
        self.assertEqual(self.document._fields["country_ids"].ondelete, "restrict")
        self.env.cr.execute(
            "SELECT confdeltype FROM pg_constraint WHERE conrelid = 'test_compliance_document_country_rel'::regclass"
            " AND confrelid = 'res_country'::regclass"
        )
        self.assertEqual(self.env.cr.fetchone()[0], "r", "PostgreSQL restricts the deletion")

    def test_merging_away_a_named_partner_is_refused(self):
        target = self.env["res.partner"].create({"name": "Wang Pharmacy Ltd"})
        wizard = self.env["base.partner.merge.automatic.wizard"]
        self.assertRefused(wizard._merge, (self.partner + target).ids, target)
        self.assertEqual(self.document.partner_id, self.partner)
        wizard._merge((self.partner + target).ids, self.partner)
        self.assertFalse(target.exists(), "the other way round is possible")

    def test_attachments_are_locked(self):
        other = self.make_document()
        foreign = self.attach(other)
        for su in (False, True):
            scan = self.scan.with_user(self.manager).sudo(su)
            self.assertRefused(scan.unlink)
            for vals in (
                {"raw": b"forged"},
                {"datas": b"Zm9yZ2Vk"},
                {"name": "other.txt"},
                {"res_id": other.id},
                {"res_model": "res.partner"},
                {"type": "url", "url": "https://example.com"},
                {"db_datas": b"forged"},
                {"mimetype": "image/png"},
            ):
                with self.subTest(su=su, vals=vals):
                    self.assertRefused(scan.write, vals)
        self.assertEqual(self.scan.raw, b"scan")
        foreign.write({"raw": b"new"})
        foreign.unlink()

    def test_attachment_of_a_binary_field_and_of_a_line_are_locked(self):
        attachments = self.env["ir.attachment"].search(
            [("res_model", "=", DOCUMENT), ("res_id", "=", self.document.id), ("res_field", "=", "picture")]
        )
        self.assertRefused(attachments.unlink)
        line_scan = self.attach(self.document.line_ids[0])
        self.assertRefused(line_scan.unlink)

    def test_attachment_may_be_added_later_and_is_locked_then(self):
        before = self.document.evidence_content_hash
        late = self.attach(self.document, b"late")
        self.assertEqual(self.document.evidence_content_hash, before)
        self.assertRefused(late.unlink)
        self.assertEqual(self.verify().state, "ok", "what is added later is no part of the seal")

    def test_attachment_can_be_shared_and_its_store_moved(self):
        self.scan.generate_access_token()
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        self.scan._migrate()
        self.assertEqual(self.scan.raw, b"scan")
        self.assertTrue(self.scan.db_datas)

    def test_message_can_be_posted_on_closed_record(self):
        message = self.document.message_post(body="called", attachments=[("note.txt", b"note")])
        self.assertIn(message, self.document.message_ids)
        self.assertRefused(message.attachment_ids.unlink)

    def test_record_without_company_cannot_be_closed(self):
        document = self.make_document()
        self.sql("ALTER TABLE test_compliance_document ALTER company_id DROP NOT NULL")
        self.sql("UPDATE test_compliance_document SET company_id = NULL WHERE id = %s", document.id)
        with self.assertRaisesRegex(UserError, "no company"):
            document._close_evidence()

    def test_retention_is_counted_from_the_day_of_the_company(self):
        parameter = self.make_parameter("test.retention")
        self.make_edition(parameter, "5", "2000-01-01")
        document = self.make_document()
        self.patch(type(document), "_evidence_retention_parameter", "test.retention")
        document._close_evidence()
        today = self.company._get_law_date()
        self.assertEqual(document.retain_until.year, today.year + 5)
        self.assertTrue(document.retain_until - today >= timedelta(days=5 * 365))

    def test_addon_with_evidence_is_not_uninstalled_from_the_screen(self):
        module = self.env["ir.module.module"].search([("name", "=", "compliance_base")])
        with patch("odoo.addons.compliance_base.models.ir_module_module.request", True):
            self.assertRefused(module.button_uninstall)
            self.assertRefused(module.sudo().write, {"state": "to remove"})
            self.sql("DELETE FROM compliance_evidence_link")
            module._check_no_evidence_lost()

    def test_links_chains_and_schemas_belong_to_nobody(self):
        self.Document._seal_evidence()
        link = self.Link.search([("res_model", "=", DOCUMENT)], limit=1)
        chain = self.Chain.search([("register", "=", DOCUMENT)])
        schema = self.env["compliance.evidence.schema"].search([], limit=1)
        for record in (link, chain, schema):
            with self.subTest(model=record._name):
                self.assertTrue(record)
                self.assertRefused(record.unlink)
                self.assertRefused(record.create, {})
                self.assertRefused(record.write, {"register": "x"} if "register" in record else {"tag": "x"})
