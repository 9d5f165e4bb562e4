# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import evidence


class ComplianceEvidenceSchema(models.Model):
    """How the content of a model's records was read when they were closed.

    A later version of an addon may add fields to a model. The records that were closed before keep the hash of what
    they consisted of then; each names the schema by which it can still be checked. The name of a schema is its own
    fingerprint, so a schema cannot be changed without notice.
    """

    _name = "compliance.evidence.schema"
    _description = "Schema of Evidence"
    _log_access = False
    _order = "id desc"
    _rec_name = "tag"

    tag = fields.Char(required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    content = fields.Text(required=True, readonly=True)

    _tag_uniq = models.UniqueIndex("(tag)", "Each schema is kept once.")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Schemas of evidence are written down by the program only."))

    def write(self, vals):
        raise UserError(self.env._("A schema of evidence cannot be changed by anybody."))

    def unlink(self):
        raise UserError(self.env._("A schema of evidence cannot be deleted by anybody."))

    def _register_hook(self):
        """Write down, each time the program starts, the schemas by which it will close records."""
        super()._register_hook()
        schemas = dict(
            self.env[name]._get_evidence_schema()
            for name, model_class in self.env.registry.items()
            if not model_class._abstract and hasattr(model_class, "_evidence_register")
        )
        known = {tag for (tag,) in self.env.execute_query(SQL("SELECT tag FROM compliance_evidence_schema"))}
        rows = [
            (tag, schema["model"], evidence.canonical(schema))
            for tag, schema in schemas.items()
            if tag not in known
        ]
        if rows:
            self._insert(rows)

    def _insert(self, rows):
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(hashtext('compliance.evidence.schema'))")
        if not self.env.cr.fetchone()[0]:
            # another process that started at the same time is writing the same rows
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        """
                        INSERT INTO compliance_evidence_schema (tag, res_model, content) VALUES %s
                        ON CONFLICT DO NOTHING
                        """,
                        SQL(", ").join(rows),
                    )
                )
        except psycopg2.errors.SerializationFailure:
            # it has just done so
            return

    @api.model
    def _load(self, tag):
        """Return the schema that is called ``tag``, or None if it is unknown or was tampered with."""
        row = self.env.execute_query(
            SQL("SELECT content FROM compliance_evidence_schema WHERE tag = %s", tag)
        )
        schema = json.loads(row[0][0]) if row else None
        return schema if schema and evidence.schema_tag(schema) == tag else None
