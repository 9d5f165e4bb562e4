# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields, models, sql_db
from odoo.orm.model_classes import add_to_registry

from .common import ComplianceCase

DOCUMENT = "test.compliance.document"
LINE = "test.compliance.document.line"


def _define_models():
    """Return the classes of a document with lines, one field of each kind that evidence can be made of."""

    class Document(models.Model):
        _module = None
        _name = DOCUMENT
        _description = "Test Document"
        _inherit = ["compliance.evidence.mixin", "compliance.signature.mixin", "mail.thread"]

        name = fields.Char(translate=True)
        company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
        currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
        partner_id = fields.Many2one("res.partner")
        country_ids = fields.Many2many(
            "res.country", "test_compliance_document_country_rel", "document_id", "country_id"
        )
        amount = fields.Monetary()
        quantity = fields.Float(digits="Product Unit")
        ratio = fields.Float()
        signed_on = fields.Date()
        moment = fields.Datetime()
        body = fields.Html()
        data = fields.Json()
        active = fields.Boolean(default=True)
        picture = fields.Binary(attachment=True)
        stamp = fields.Binary(attachment=False)
        state = fields.Selection([("draft", "Draft"), ("done", "Done")], default="draft")
        note = fields.Text()
        total = fields.Float(compute="_compute_total", store=True)
        line_ids = fields.One2many(LINE, "document_id")
        signed_as = fields.Char()

        @api.depends("line_ids.quantity")
        def _compute_total(self):
            for document in self:
                document.total = sum(document.line_ids.mapped("quantity"))

        def _get_evidence_fields(self):
            return [name for name in super()._get_evidence_fields() if name not in ("note", "signed_as")]

        def _get_signature_meanings(self):
            return {"review": "Review", "approve": "Approval"}

        def _signed(self, signature):
            self.signed_as = signature.meaning

    class Line(models.Model):
        _module = None
        _name = LINE
        _description = "Test Document Line"
        _inherit = "compliance.evidence.line.mixin"
        _evidence_parent_field = "document_id"

        document_id = fields.Many2one(DOCUMENT, required=True, ondelete="cascade")
        name = fields.Char()
        quantity = fields.Float(digits=(16, 3))
        scan = fields.Binary(attachment=True)

    return Document, Line


class EvidenceCase(ComplianceCase):
    """Adds a model of documents with lines to the registry for the time of the tests."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_models()
        cls.Document = cls.env[DOCUMENT].with_company(cls.company)
        cls.Chain = cls.env["compliance.evidence.chain"]
        cls.Link = cls.env["compliance.evidence.link"]
        cls.Verification = cls.env["compliance.evidence.verification"]
        cls.partner = cls.env["res.partner"].create({"name": "Wang Pharmacy"})
        cls.countries = cls.env["res.country"].search([], limit=3)

    @classmethod
    def _add_models(cls):
        names = [DOCUMENT, LINE]
        for definition in _define_models():
            # defined outside of any addon, so that no other registry picks them up; they belong to this one now
            definition._module = "compliance_base"
            for field in definition._field_definitions:
                field._module = "compliance_base"
            add_to_registry(cls.registry, definition)
        cls.addClassCleanup(cls._remove_models, names)
        cls.registry._setup_models__(cls.env.cr, [])
        cls.registry.init_models(cls.env.cr, names, {})
        cls.env["ir.model"]._reflect_models(names)
        for name in names:
            cls.env["ir.model.access"].create(
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("base.group_user").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
            )

    @classmethod
    def _remove_models(cls, names):
        for model_class in cls.registry.values():
            for name in names:
                model_class._inherit_children.discard(name)
        for name in names:
            del cls.registry.models[name]
        with cls.registry.cursor() as cr:
            cls.registry._setup_models__(cr)

    @classmethod
    def make_document(cls, **vals):
        return cls.Document.create(
            {
                "name": "Sale of 12 March",
                "company_id": cls.company.id,
                "partner_id": cls.partner.id,
                "country_ids": [fields.Command.set(cls.countries[:2].ids)],
                "amount": 12.3,
                "quantity": 1.005,
                "ratio": 0.1 + 0.2,
                "signed_on": "2026-03-12",
                "moment": "2026-03-12 08:30:00",
                "body": "<p>Two <b>packs</b></p>",
                "data": {"b": 1, "a": [1.5, None]},
                "picture": b"R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
                "stamp": b"c3RhbXA=",
                "line_ids": [
                    fields.Command.create({"name": "Paracetamol", "quantity": 2.0004}),
                    fields.Command.create({"name": "Loratadine", "quantity": 1}),
                ],
                **vals,
            }
        )

    @classmethod
    def attach(cls, record, raw=b"scan", **vals):
        return cls.env["ir.attachment"].create(
            {"name": "scan.txt", "raw": raw, "res_model": record._name, "res_id": record.id, **vals}
        )

    def sql(self, query, *params):
        """Do what only somebody with access to the database can do."""
        self.env.flush_all()
        self.env.cr.execute(query, params)
        self.env.invalidate_all()

    def verify(self, register=DOCUMENT, company=None):
        """Run a whole check of one chain and return it."""
        verification = self.Verification._start(register, company or self.company)
        verification._run()
        return verification

    def assertBroken(self, verification, kind, record=None, sequence=None):
        self.assertEqual((verification.state, verification.broken_kind), ("broken", kind))
        if record:
            self.assertEqual((verification.broken_model, verification.broken_id), (record._name, record.id))
        if sequence:
            self.assertEqual(verification.broken_sequence, sequence)


class RealTransactions:
    """For tests that need transactions of their own: they are really committed, and undone at the end of the test."""

    @contextmanager
    def transaction(self, uid=SUPERUSER_ID):
        """Open a transaction on a connection of its own; commit it at the end unless something is raised."""
        with sql_db.db_connect(self.env.cr.dbname).cursor() as cr:
            yield api.Environment(cr, uid, {})

    def forget_evidence(self, register, company_ids):
        """Delete committed rows of a test, as nobody can by the ORM."""
        with self.transaction() as env:
            table = env[register]._table
            env.cr.execute("DELETE FROM compliance_evidence_link WHERE company_id = ANY(%s)", [company_ids])
            env.cr.execute("DELETE FROM compliance_evidence_chain WHERE company_id = ANY(%s)", [company_ids])
            env.cr.execute(f"DELETE FROM {table} WHERE company_id = ANY(%s)", [company_ids])  # pylint: disable=sql-injection

    def run_parallel(self, *functions):
        """Run the functions in threads of their own; return what they return, in order; raise what one raises."""
        results = [None] * len(functions)
        errors = []

        def work(index, function):
            threading.current_thread().dbname = self.env.cr.dbname
            try:
                results[index] = function()
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work, args=item) for item in enumerate(functions)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        if errors:
            raise errors[0]
        return results
