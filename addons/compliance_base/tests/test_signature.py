# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import json
import logging
import time
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models import res_users

from ..models import compliance_signature
from .common_evidence import DOCUMENT, EvidenceCase, RealTransactions

PASSWORD = "a-long-secret-of-the-signer"
CREDENTIALS_RULE = compliance_signature.CREDENTIALS_RULE
LOGIN_LOGGER = "odoo.addons.base.models.res_users"


class SignatureCase(RealTransactions, EvidenceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.signer = new_test_user(
            cls.env,
            "law_signer",
            name="Zhao Yun",
            password=PASSWORD,
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.document = cls.make_document()
        cls.Signature = cls.env["compliance.signature"]

    def setUp(self):
        super().setUp()
        self.addCleanup(self.forget_credential_refusals)

    def forget_credential_refusals(self):
        with self.transaction() as env:
            env.cr.execute(
                "DELETE FROM compliance_evidence_link WHERE res_model = 'compliance.refusal' AND res_id IN"
                " (SELECT id FROM compliance_refusal WHERE rule = %s)",
                [CREDENTIALS_RULE],
            )
            env.cr.execute("DELETE FROM compliance_refusal WHERE rule = %s", [CREDENTIALS_RULE])

    def sign(self, meaning="review", password=PASSWORD, user=None, document=None, **context):
        """Sign as the wizard in the web client does."""
        document = (document or self.document).with_user(user or self.signer)
        wizard = self.env["compliance.signature.wizard"].with_user(user or self.signer)
        wizard = wizard.browse(document._action_sign(meaning)["res_id"])
        wizard.with_context(password=password, **context).action_sign()
        return self.Signature.search([("res_id", "=", document.id), ("res_model", "=", DOCUMENT)], limit=1)


@tagged("post_install", "-at_install")
class TestSignature(SignatureCase):
    """A signature says who, as what, when and over what; nobody gives it in another's name."""

    def assertNotSigned(self, function, *args, error=UserError, **kwargs):
        with self.assertRaises(error), mute_logger(LOGIN_LOGGER):
            function(*args, **kwargs)
        self.assertFalse(self.Signature.search([("res_model", "=", DOCUMENT)]))

    def test_signature_says_who_as_what_when_and_over_what(self):
        signature = self.sign()
        self.assertEqual(signature.user_id, self.signer)
        self.assertEqual((signature.user_name, signature.user_login), ("Zhao Yun", "law_signer"))
        self.assertEqual((signature.meaning, signature.meaning_name), ("review", "Review"))
        self.assertEqual(signature.method, "password")
        self.assertEqual(signature.res_name, "Sale of 12 March")
        self.assertEqual(json.loads(signature.content)["amount"], "12.3")
        self.assertRegex(signature.content_hash, r"^[0-9a-f]{64}$")
        self.assertEqual(signature.evidence_state, "closed")
        self.assertEqual(self.document.signed_as, "review", "the record was told")
        self.assertEqual(self.document.signature_ids, signature)
        self.assertEqual(self.document.signature_count, 1)

    def test_wrong_or_missing_password_signs_nothing(self):
        for password in ("wrong", "", False, None, PASSWORD.upper()):
            with self.subTest(password=password):
                self.assertNotSigned(self.sign, password=password)

    def test_password_of_somebody_else_signs_nothing(self):
        new_test_user(self.env, "law_other", password="other-password", groups="base.group_user")
        self.assertNotSigned(self.sign, password="other-password")

    def test_administrator_cannot_sign_with_the_right_to_do_anything(self):
        admin = self.env.ref("base.user_admin")
        self.assertNotSigned(self.sign, user=admin, password="not the password")
        self.assertNotSigned(
            self.Signature.with_user(admin).sudo()._sign,
            self.document.with_user(admin).sudo(),
            "review",
            {"password": "not the password"},
        )

    def test_wrong_password_is_written_down(self):
        self.assertNotSigned(self.sign, password="wrong")
        with self.transaction() as env:
            refusal = env["compliance.refusal"].search([("rule", "=", CREDENTIALS_RULE)])
            self.assertEqual((refusal.user_name, refusal.res_name), ("Zhao Yun", "Sale of 12 March"))
            for value in refusal.read()[0].values():
                self.assertNotIn('wrong"', str(value))

    def test_too_many_wrong_passwords_make_the_signer_wait(self):
        with patch.object(compliance_signature, "FAILURES_ALLOWED", 0):
            self.assertNotSigned(self.sign)

    def test_password_is_stored_nowhere(self):
        wizard = self.env["compliance.signature.wizard"].with_user(self.signer)
        wizard = wizard.browse(self.document.with_user(self.signer)._action_sign("review")["res_id"])
        with Form(wizard) as form:
            form.password = PASSWORD
        wizard.create(
            {"res_model": DOCUMENT, "res_id": self.document.id, "meaning": "x", "password": PASSWORD}
        )
        wizard.write({"password": PASSWORD, "code": "123456"})
        self.sign()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_name LIKE 'compliance%' AND table_type = 'BASE TABLE'"
        )
        tables = [row[0] for row in self.env.cr.fetchall()]
        self.assertIn("compliance_signature_wizard", tables)
        for table in [*tables, "ir_logging", "mail_message", "test_compliance_document"]:
            self.env.cr.execute(f'SELECT t::text FROM "{table}" t')  # pylint: disable=sql-injection
            for (row,) in self.env.cr.fetchall():
                self.assertNotIn(PASSWORD, row, table)
                self.assertNotIn("123456", row, table)

    def test_password_is_not_logged(self):
        with self.assertLogs("odoo", logging.DEBUG) as logs:
            self.sign()
            with self.assertRaises(UserError):
                self.sign(password=PASSWORD + "wrong")
        self.assertNotIn(PASSWORD, "\n".join(logs.output))

    def test_forged_signature_is_refused_for_everybody(self):
        vals = {
            "company_id": self.company.id,
            "user_id": self.manager.id,
            "user_name": self.manager.name,
            "user_login": self.manager.login,
            "meaning": "approve",
            "meaning_name": "Approval",
            "signed_at": "2026-01-01 00:00:00",
            "method": "password",
            "res_model": DOCUMENT,
            "res_id": self.document.id,
            "res_name": "x",
            "content": "{}",
            "content_hash": "x",
        }
        admin = self.env.ref("base.user_admin")
        for user in (self.signer, self.manager, admin):
            for su in (False, True):
                model = self.Signature.with_user(user).sudo(su)
                self.assertNotSigned(model.create, vals, error=UserError)
                self.assertFalse(model.load(list(vals), [[str(value) for value in vals.values()]])["ids"])

    def test_signature_cannot_be_changed_deleted_or_copied(self):
        signature = self.sign()
        admin = self.env.ref("base.user_admin")
        for record in (
            signature.with_user(self.signer),
            signature.with_user(admin),
            signature.with_user(admin).sudo(),
        ):
            for function, *args in (
                (record.write, {"user_id": admin.id}),
                (record.write, {"meaning": "approve"}),
                (record.write, {"content": "{}"}),
                (record.unlink,),
                (record.copy,),
            ):
                with self.assertRaises(UserError):
                    function(*args)

    def test_private_methods_cannot_be_called_by_a_client(self):
        for model, name in (
            (self.Signature, "_sign"),
            (self.document, "_signed"),
            (self.document, "_action_sign"),
        ):
            with self.assertRaises(AccessError):
                get_public_method(model, name)

    def test_wizard_of_somebody_else_cannot_be_used(self):
        wizard_id = self.document.with_user(self.signer)._action_sign("review")["res_id"]
        wizard = self.env["compliance.signature.wizard"].with_user(self.user).browse(wizard_id)
        self.assertNotSigned(wizard.with_context(password="law_plain_user").action_sign, error=UserError)

    def test_wizard_signs_no_record_the_signer_may_not_write(self):
        rule = self.env["ir.rule"].create(
            {
                "name": "Only own documents",
                "model_id": self.env["ir.model"]._get_id(DOCUMENT),
                "domain_force": "[('create_uid', '=', user.id)]",
                "perm_read": False,
            }
        )
        self.assertTrue(rule)
        wizard = self.env["compliance.signature.wizard"].with_user(self.signer)
        wizard = wizard.create({"res_model": DOCUMENT, "res_id": self.document.id, "meaning": "review"})
        self.assertNotSigned(wizard.with_context(password=PASSWORD).action_sign, error=AccessError)

    def test_wizard_signs_no_other_model_and_no_unknown_meaning(self):
        wizard = self.env["compliance.signature.wizard"].with_user(self.signer)
        for vals in (
            {"res_model": "res.partner", "res_id": self.signer.partner_id.id, "meaning": "review"},
            {"res_model": "no.such.model", "res_id": 1, "meaning": "review"},
            {"res_model": DOCUMENT, "res_id": 999_999_999, "meaning": "review"},
            {"res_model": DOCUMENT, "res_id": self.document.id, "meaning": "made up"},
        ):
            with self.subTest(vals=vals):
                self.assertNotSigned(wizard.create(vals).with_context(password=PASSWORD).action_sign)

    def test_context_of_the_client_forges_nothing(self):
        signature = self.sign(
            default_user_id=self.manager.id,
            default_user_name="Somebody",
            default_signed_at="2020-01-01 00:00:00",
            default_meaning="approve",
            uid=self.manager.id,
            default_evidence_closed_at=False,
        )
        self.assertEqual((signature.user_id, signature.meaning), (self.signer, "review"))
        self.assertEqual(signature.user_name, "Zhao Yun")
        self.assertGreater(signature.signed_at.year, 2020)

    def test_changed_record_is_told_from_what_was_signed(self):
        signature = self.sign()
        self.assertEqual(signature.content_state, "valid")
        self.document.state = "done"
        self.document.note = "not covered"
        signature.invalidate_recordset()
        self.assertEqual(signature.content_state, "valid", "moving on is no change of what was signed")
        late = self.attach(self.document)
        signature.invalidate_recordset()
        self.assertEqual(
            signature.content_state, "valid", "a later attachment changes nothing that was signed"
        )
        late.unlink()
        self.document.line_ids[0].quantity = 7
        self.document.amount = 1
        signature.invalidate_recordset()
        self.assertEqual(signature.content_state, "changed")
        self.assertIn("Amount", signature.content_changes)
        self.document.unlink()
        signature.invalidate_recordset()
        self.assertEqual(signature.content_state, "gone")

    def test_who_reads_signatures(self):
        signature = self.sign()
        self.assertTrue(signature.with_user(self.signer).read(["user_name"]))
        self.assertTrue(signature.with_user(self.reader).read(["user_name"]))
        self.assertEqual(self.document.with_user(self.user).signature_ids, signature)
        self.assertTrue(
            signature.with_user(self.user).read(["user_name"]),
            "whoever reads the record reads its signatures",
        )
        self.env["ir.rule"].create(
            {
                "name": "Nobody",
                "model_id": self.env["ir.model"]._get_id(DOCUMENT),
                "domain_force": "[('id', '=', 0)]",
                "groups": [Command.link(self.env.ref("base.group_user").id)],
            }
        )
        self.assertFalse(self.Signature.with_user(self.user).search([]))
        with self.assertRaises(AccessError):
            signature.with_user(self.user).read(["content"])
        with self.assertRaises(AccessError):
            signature.with_user(self.stranger).read(["content"])
        self.assertFalse(self.Signature.with_user(self.stranger).search([]))

    def test_search_by_signature(self):
        signature = self.sign()
        unsigned = self.make_document()
        self.assertEqual(self.Document.search([("signature_ids", "in", signature.ids)]), self.document)
        self.assertEqual(
            self.Document.search([("signature_ids.user_id", "=", self.signer.id)]), self.document
        )
        self.assertIn(unsigned, self.Document.search([("signature_ids", "=", False)]))
        self.assertNotIn(self.document, self.Document.search([("signature_ids", "=", False)]))

    def test_signatures_form_a_chain(self):
        first, second = self.sign(), self.sign(meaning="approve")
        self.Signature._seal_evidence()
        self.assertEqual(second.previous_hash, first.evidence_hash)
        verification = self.verify("compliance.signature")
        self.assertEqual(verification.state, "ok")
        self.sql("UPDATE compliance_signature SET user_id = %s WHERE id = %s", self.manager.id, first.id)
        with mute_logger("odoo.addons.compliance_base.models.compliance_evidence_verification"):
            self.assertBroken(self.verify("compliance.signature"), "content", first, first.evidence_sequence)

    def test_second_factor_needs_a_code(self):
        with patch.object(res_users.ResUsersPatchedInTest, "_mfa_type", lambda self: "totp"):
            self.assertNotSigned(self.sign)
            self.assertNotSigned(self.sign, code="")
            self.assertNotSigned(self.sign, code="abc")
            self.assertNotSigned(self.sign, code="123456")


@tagged("post_install", "-at_install")
class TestSignatureOverHttp(SignatureCase, HttpCase):
    """The same through the routes of the web client, with a real request."""

    def call(self, model, method, ids, **context):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "id": 1,
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": [ids],
                        "kwargs": {"context": context},
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def start(self):
        wizard_id = self.document.with_user(self.signer)._action_sign("review")["res_id"]
        self.authenticate("law_signer", PASSWORD)
        return wizard_id

    def test_right_password_signs(self):
        answer = self.call("compliance.signature.wizard", "action_sign", [self.start()], password=PASSWORD)
        self.assertEqual(answer["result"]["type"], "ir.actions.act_window_close", answer)
        self.assertEqual(self.document.signature_ids.user_id, self.signer)

    def test_wrong_password_is_a_plain_message_written_down_with_its_address(self):
        wizard_id = self.start()
        answer = self.call("compliance.signature.wizard", "action_sign", [wizard_id], password="wrong")
        self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.UserError")
        self.assertIn("was not signed", answer["error"]["data"]["message"])
        with self.transaction() as env:
            refusals = env["compliance.refusal"].search([("rule", "=", CREDENTIALS_RULE)])
            self.assertEqual(
                refusals.mapped("door"), ["/web/dataset/call_kw/compliance.signature.wizard/action_sign"]
            )
        self.call("compliance.signature.wizard", "action_sign", [wizard_id], password="wrong")
        with self.transaction() as env:
            count = env["compliance.refusal"].search_count([("rule", "=", CREDENTIALS_RULE)])
            self.assertEqual(count, 1, "the same request sent twice")

    def test_signature_cannot_be_created_by_a_client(self):
        self.start()
        response = self.url_open(
            "/web/dataset/call_kw/compliance.signature/create",
            data=json.dumps(
                {"params": {"model": "compliance.signature", "method": "create", "args": [{}], "kwargs": {}}}
            ),
            headers={"Content-Type": "application/json"},
        )
        self.assertIn("error", response.json())
        for method in ("_sign", "_close_evidence", "_mark_evidence_closed"):
            self.assertIn("error", self.call("compliance.signature", method, []))

    def test_second_factor_is_checked(self):
        if "totp_secret" not in self.env["res.users"]._fields:
            self.skipTest("auth_totp is not installed")
        from odoo.addons.auth_totp.models.totp import hotp  # noqa: PLC0415  the addon need not be installed

        secret = base64.b32encode(b"12345678901234567890").decode()
        self.signer.sudo().totp_secret = secret
        self.env.flush_all()
        wizard_id = self.start()
        arguments = ("compliance.signature.wizard", "action_sign", [wizard_id])
        with mute_logger("odoo.http"):
            self.assertIn("error", self.call(*arguments, password=PASSWORD))
            self.assertIn("error", self.call(*arguments, password=PASSWORD, code="000000"))
        self.assertFalse(self.document.signature_ids)
        counter = int(time.time() / 30)
        code = str(hotp(base64.b32decode(secret), counter)).zfill(6)
        answer = self.call(*arguments, password=PASSWORD, code=code)
        self.assertIn("result", answer, answer)
        self.env.invalidate_all()
        self.assertEqual(self.document.signature_ids.method, "password, totp")
        wizard_id = self.document.with_user(self.signer)._action_sign("review")["res_id"]
        with mute_logger("odoo.http"):
            answer = self.call(
                "compliance.signature.wizard", "action_sign", [wizard_id], password=PASSWORD, code=code
            )
        self.assertIn("error", answer, "a code is good for one signature")
