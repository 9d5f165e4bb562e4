# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a closed record says, in a form that can be hashed, and the two hashes that are made of it.

Contents are read from the database itself, not through the cache of the ORM: what is hashed is what is stored, in all
languages, whatever the precision, language or time zone of whoever closes or checks. Each content names the *schema*
it was made by (which columns of which tables, in which form), so that a field added by a later version of an addon
does not change the hash of older records.
"""

import hashlib
import json
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from odoo.tools import SQL

ALGORITHM = "1"
GENESIS = "0" * 64
TECHNICAL_FIELDS = ("evidence_closed_at", "evidence_content_hash", "retain_until")
AUTOMATIC_FIELDS = {
    "id",
    "display_name",
    "parent_path",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
}
BOOKKEEPING_MIXINS = ("mail.thread", "mail.activity.mixin", "portal.mixin", "rating.mixin")
KINDS = {
    "int4": "integer",
    "int8": "integer",
    "bool": "boolean",
    "varchar": "text",
    "text": "text",
    "date": "date",
    "timestamp": "datetime",
    "numeric": "number",
    "float8": "number",
    "jsonb": "json",
    "bytea": "bytes",
}


def _to_json(value):
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value)} has no canonical form")


def canonical(value):
    """Return the one text form of ``value``: sorted keys, no blanks, characters as they are."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_to_json)


def digest(text):
    """Return the SHA-256 of a text or of bytes, in hexadecimal."""
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()


def link_hash(register, company_id, sequence, previous_hash, content_hash):
    """Return the hash of one link: it binds the content to its place and to everything before it."""
    return digest(f"{ALGORITHM}|{register}|{company_id}|{sequence}|{previous_hash}|{content_hash}")


# ---------------------------------------------------------------------------
# Schema: which columns make up the content
# ---------------------------------------------------------------------------
def default_fields(model):
    """Return the names of the stored fields that belong to the model itself, as evidence is made of them.

    Left out are the automatic fields, those of the evidence itself, the bookkeeping of chatter and activities, and
    one2many fields unless their lines are owned by the record (``compliance.evidence.line.mixin``).
    """
    skipped = AUTOMATIC_FIELDS.union(TECHNICAL_FIELDS)
    for name in BOOKKEEPING_MIXINS:
        if name in model.env.registry:
            skipped |= model.env.registry[name]._fields.keys()
    return [
        name
        for name, field in model._fields.items()
        if name not in skipped
        and field.store
        and (
            field.type != "one2many"
            or hasattr(model.env.registry[field.comodel_name], "_evidence_parent_field")
        )
    ]


def make_schema(model, names):
    """Return how the content of ``model`` is read: a dict that can be stored as JSON and needs no Python to follow.

    Shape: ``{"model", "table", "columns": {name: kind}, "relations": {name: [table, column, column]},
    "lines": {name: schema with "parent"}, "files": [binary fields kept as attachments]}``.
    """
    schema = {
        "model": model._name,
        "table": model._table,
        "columns": {},
        "relations": {},
        "lines": {},
        "files": [],
    }
    for name in sorted(names):
        field = model._fields[name]
        if field.type == "one2many":
            lines = model.env[field.comodel_name]
            line_names = getattr(lines, "_get_evidence_fields", lambda lines=lines: default_fields(lines))()
            schema["lines"][name] = make_schema(lines, line_names) | {"parent": field.inverse_name}
        elif field.type == "many2many":
            schema["relations"][name] = [field.relation, field.column1, field.column2]
        elif field.type == "binary" and field.attachment:
            schema["files"].append(name)
        elif field.store and field.column_type:
            schema["columns"][name] = KINDS[field.column_type[0]]
        else:
            raise ValueError(f"{field} is not stored and cannot be part of evidence")
    return schema


def schema_tag(schema):
    """Return the short name of a schema: version of the algorithm and fingerprint of the schema."""
    return f"{ALGORITHM}-{digest(canonical(schema))[:32]}"


# ---------------------------------------------------------------------------
# Content: what the database holds
# ---------------------------------------------------------------------------
def canonical_number(text):
    """Return a number as the database prints it in its shortest decimal form: ``"1.20"`` and ``"1.2"`` are one."""
    if text is None:
        return None
    number = Decimal(text)
    if not number.is_finite():
        return str(number)
    return format(number.normalize(), "f") if number else "0"


def _column_sql(name, kind):
    column = SQL.identifier("record", name)
    if kind in ("number", "json"):
        return SQL("%s::text", column)
    if kind == "bytes":
        return SQL("encode(sha256(%s), 'hex')", column)
    return column


def content_sql(schema, bound=None):
    """Return the columns, of the table of ``schema`` called ``record``, of which ``make_contents`` makes contents.

    The attachments come along as one column, so that closing can return everything with the statement that locks.
    """
    columns = [_column_sql(name, kind) for name, kind in schema["columns"].items()]
    return SQL(", ").join([SQL.identifier("record", "id"), _files_sql(schema, bound), *columns])


def _files_sql(schema, bound):
    if bound is not None and not bound:
        return SQL("NULL")
    return SQL(
        """
        (SELECT jsonb_agg(
                    jsonb_build_array(file.id, COALESCE(file.res_field, ''), file.name, file.type, file.url)
                    ORDER BY file.id
                )
           FROM ir_attachment AS file
          WHERE file.res_model = %s
            AND file.res_id = record.id
            AND (file.res_field IS NULL OR file.res_field = ANY(%s))
            AND %s)
        """,
        schema["model"],
        schema["files"],
        SQL("TRUE") if bound is None else SQL("file.id = ANY(%s)", list(bound)),
    )


def read_contents(env, schema, ids, bound=None):
    """Read the contents of the records ``ids`` as ``schema`` says, from the database.

    The number of queries depends on the schema, not on the number of records.

    :param bound: ids of the attachments to look at; all those of the records when None
    :return: ``({id: values}, {id: [attachment ids]})``, without the ids that do not exist
    """
    env.cr.execute(
        SQL(
            "SELECT %s FROM %s AS record WHERE record.id = ANY(%s)",
            content_sql(schema, bound),
            SQL.identifier(schema["table"]),
            list(ids),
        )
    )
    return make_contents(env, schema, env.cr.fetchall(), bound)


def make_contents(env, schema, rows, bound=None):
    """Return contents and files as ``read_contents`` does, from the rows that ``content_sql`` gave."""
    contents, files = {}, defaultdict(list)
    names = list(schema["columns"])
    for record_id, attachments, *values in rows:
        contents[record_id] = _convert_row(schema, names, values) | {"attachments": []}
        for attachment in attachments or ():
            contents[record_id]["attachments"].append(_describe_file(env, *attachment))
            files[record_id].append(attachment[0])
    _read_relations(env, schema, contents)
    _read_lines(env, schema, contents, files, bound)
    return contents, files


def _convert_row(schema, names, row):
    values = dict(zip(names, row, strict=True))
    for name, kind in schema["columns"].items():
        if kind == "number":
            values[name] = canonical_number(values[name])
    return values


def _read_relations(env, schema, contents):
    for name, (table, column1, column2) in schema["relations"].items():
        env.cr.execute(
            SQL(
                """
                SELECT %(one)s, array_agg(%(two)s ORDER BY %(two)s)
                  FROM %(table)s WHERE %(one)s = ANY(%(ids)s) GROUP BY 1
                """,
                one=SQL.identifier(column1),
                two=SQL.identifier(column2),
                table=SQL.identifier(table),
                ids=list(contents),
            )
        )
        related = dict(env.cr.fetchall())
        for res_id, values in contents.items():
            values[name] = related.get(res_id, [])


def _read_lines(env, schema, contents, files, bound):
    for name, line_schema in schema["lines"].items():
        env.cr.execute(
            SQL(
                "SELECT id, %(parent)s FROM %(table)s WHERE %(parent)s = ANY(%(ids)s) ORDER BY id",
                parent=SQL.identifier(line_schema["parent"]),
                table=SQL.identifier(line_schema["table"]),
                ids=list(contents),
            )
        )
        parents = dict(env.cr.fetchall())
        lines, line_files = read_contents(env, line_schema, list(parents), bound) if parents else ({}, {})
        for values in contents.values():
            values[name] = []
        for line_id, parent_id in parents.items():
            contents[parent_id][name].append({"id": line_id, **lines[line_id]})
            files[parent_id].extend(line_files.get(line_id, ()))


def _describe_file(env, attachment_id, res_field, name, kind, url):
    """Say what an attachment is: its name and the SHA-256 of what the file store really holds."""
    # sudo: the seal covers every attachment, also those the closing user may not open
    attachment = env["ir.attachment"].sudo().browse(attachment_id)
    content = digest(url or "") if kind == "url" else digest(attachment.raw or b"")
    attachment.invalidate_recordset(["raw", "datas"], flush=False)
    return [attachment_id, res_field, name, kind, content]
