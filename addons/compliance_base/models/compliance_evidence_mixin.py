# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from .. import evidence


class ComplianceEvidenceMixin(models.AbstractModel):
    """A record that is evidence: once closed, nobody changes or deletes it or its attachments through the ORM.

    Closing takes the hash of what the record says and queues it for the chain of its company and register; a sealer
    links it later (``compliance.evidence.chain``). The inheriting model needs a stored ``company_id``.
    """

    _name = "compliance.evidence.mixin"
    _inherit = "compliance.evidence.part"
    _description = "Evidence"

    # Chain to which the records belong; the name of the model when empty
    _evidence_register = None
    # Code of the legal parameter (in years) that says how long closed records are kept; no end when empty
    _evidence_retention_parameter = None

    evidence_closed_at = fields.Datetime(
        string="Closed On",
        readonly=True,
        copy=False,
        help="From this moment on the record is evidence: it can no longer be changed or deleted.",
    )
    retain_until = fields.Date(
        readonly=True,
        copy=False,
        help="The record must be kept up to and including this day; for good when empty.",
    )
    evidence_state = fields.Selection(
        # A method, so that the labels are translated here for every model that inherits them
        selection="_selection_evidence_state",
        string="Evidence",
        compute="_compute_evidence_link",
        search="_search_evidence_state",
        help="Closed: can no longer be changed. Sealed: also linked into the chain of its register.",
    )
    evidence_content_hash = fields.Char(string="Content Hash", compute="_compute_evidence_link")
    evidence_sequence = fields.Integer(
        string="Number in the Chain", compute="_compute_evidence_link", search="_search_evidence_sequence"
    )
    previous_hash = fields.Char(compute="_compute_evidence_link")
    evidence_hash = fields.Char(compute="_compute_evidence_link")

    # ------------------------------------------------------------
    # Setup
    # ------------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _get_evidence_locked_fields(self):
        """Return the frozen set of field names that nobody writes once the record is closed."""
        return super()._get_evidence_locked_fields() | {"company_id", *evidence.TECHNICAL_FIELDS}

    @api.model
    @tools.ormcache()
    def _get_evidence_schema(self):
        """Return ``(tag, schema)``: how the content of this model's records is read today."""
        names = {*self._get_evidence_fields(), "company_id", "evidence_closed_at", "retain_until"}
        schema = evidence.make_schema(self, names)
        return evidence.schema_tag(schema), schema

    # ------------------------------------------------------------
    # Compute and search
    # ------------------------------------------------------------
    @api.model
    def _selection_evidence_state(self):
        return [
            ("open", self.env._("Not Closed")),
            ("closed", self.env._("Closed")),
            ("sealed", self.env._("Sealed")),
        ]

    @api.depends("evidence_closed_at")
    def _compute_evidence_link(self):
        closed = self.filtered("evidence_closed_at")
        # sudo: whoever may read the record may read where it stands in the chain
        links = self.env["compliance.evidence.link"].sudo()._get_by_record(self._name, closed.ids)
        for record in self:
            link = links.get(record._origin.id, links[None])
            record.evidence_content_hash = link.content_hash
            record.evidence_sequence = link.sequence
            record.previous_hash = link.previous_hash
            record.evidence_hash = link.evidence_hash
            record.evidence_state = (
                ("sealed" if link.sequence else "closed") if record.evidence_closed_at else "open"
            )

    def _search_evidence_sequence(self, operator, value):
        links = self.env["compliance.evidence.link"].sudo()
        query = links._search([("res_model", "=", self._name), ("sequence", operator, value)])
        return [("id", "in", query.subselect("res_id"))]

    def _search_evidence_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        sealed = self._search_evidence_sequence(">", 0)
        states = {
            "open": [("evidence_closed_at", "=", False)],
            "closed": ["&", ("evidence_closed_at", "!=", False), "!", *sealed],
            "sealed": sealed,
        }
        return fields.Domain.OR(fields.Domain(states[state]) for state in value if state in states)

    # ------------------------------------------------------------
    # Create, write, delete
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        closing = {"evidence_closed_at"}
        for vals in vals_list:
            if any(vals.get(name) for name in closing):
                raise UserError(
                    self.env._("A record cannot be created as closed evidence: create it, then close it.")
                )
        # The context comes from the client: no default may close a record or say how long it is kept
        context = {
            key: value
            for key, value in self.env.context.items()
            if key.removeprefix("default_") not in evidence.TECHNICAL_FIELDS
        }
        vals_list = [vals | dict.fromkeys(closing, False) for vals in vals_list]
        return super(ComplianceEvidenceMixin, self.with_context(context)).create(vals_list)

    def write(self, vals):
        if "evidence_closed_at" in vals:
            raise UserError(self.env._("The moment of closing is set by closing the record, never by hand."))
        return super().write(vals)

    def unlink(self):
        kept = self._filter_evidence_kept().sudo()
        if kept:
            raise UserError(
                self.env._(
                    "“%(record)s” was closed on %(moment)s and is evidence: nobody can delete it. "
                    "It can be disposed of from its chain when the time for which it must be kept is over.",
                    record=kept[0].display_name,
                    moment=fields.Datetime.to_string(kept[0].evidence_closed_at),
                )
            )
        return super().unlink()

    def _filter_evidence_closed(self):
        """Return the closed records, whoever asks."""
        # sudo: the lock holds for everybody, also for those who may not read the record
        return self.sudo().filtered("evidence_closed_at").sudo(self.env.su)

    def _filter_evidence_kept(self):
        """Return the closed records that have not been given up by a disposal of evidence."""
        closed = self._filter_evidence_closed()
        if not closed:
            return closed
        # sudo: the lock holds for everybody; the disposal was checked when it was made
        links = self.env["compliance.evidence.link"].sudo()._get_by_record(self._name, closed.ids)
        return closed.filtered(lambda record: not links[record.id].disposal_id)

    def _check_evidence_open(self, names, touch=True):
        # the record's own row is what both sides change: nothing to touch
        touched = self._get_evidence_locked_fields().intersection(names)
        closed = self._filter_evidence_closed() if touched else self.browse()
        if closed:
            labels = self.fields_get(touched, ["string"])
            raise UserError(
                self.env._(
                    "“%(record)s” was closed on %(moment)s and is evidence: %(fields)s can no longer be changed. "
                    "If something in it is wrong, make a new record that corrects it.",
                    record=closed[0].sudo().display_name,
                    moment=fields.Datetime.to_string(closed[0].sudo().evidence_closed_at),
                    fields=", ".join(sorted(labels.get(name, {}).get("string", name) for name in touched)),
                )
            )

    def _touch_evidence(self):
        """Make closing one of these records at the same time fail and be tried again.

        What belongs to a record (lines, attachments) lies in other rows. A transaction that changes such a row and
        one that closes the record would not see each other; by writing to the record's own row they do.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET evidence_closed_at = evidence_closed_at WHERE id = ANY(%s)",
                    SQL.identifier(self._table),
                    list(self.ids),
                )
            )

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------
    def _get_retain_until(self):
        """Return ``{id: date}`` of the day up to which each record must be kept; to be overridden.

        By default the years of ``_evidence_retention_parameter`` after today, in the company's calendar. A record
        that is missing or False keeps what its ``retain_until`` says already, and without that is kept for good.
        """
        code = self._evidence_retention_parameter
        if not code:
            return {}
        result = {}
        for company, records in self.grouped("company_id").items():
            today = company._get_law_date()
            years = self.env["compliance.parameter"]._value(code, on=today, company=company)
            result.update(dict.fromkeys(records.ids, today + relativedelta(years=int(years))))
        return result

    def _close_evidence(self):
        """Close the records: lock them, hash what they say, and queue them for the chain.

        Takes a handful of queries for any number of records and no lock that another closing could wait for. Records
        that are closed already are left alone.

        :return: the records closed now
        """
        # sudo: whoever may bring a record to its end may close it; the caller has checked who that is
        records = self.sudo().filtered(lambda record: not record.evidence_closed_at)
        if not records:
            return self.browse()
        orphans = records.filtered(lambda record: not record.company_id)
        if orphans:
            raise UserError(
                self.env._(
                    "“%(record)s” cannot be closed: it has no company.", record=orphans[0].display_name
                )
            )
        self.env.flush_all()
        tag, schema = self._get_evidence_schema()
        rows = records._mark_evidence_closed(fields.Datetime.now(), records._get_retain_until(), schema)
        contents, files = evidence.make_contents(self.env, schema, rows)
        self.env["compliance.evidence.link"]._queue(records, tag, contents, files)
        records.invalidate_recordset(["evidence_closed_at", "retain_until"], flush=False)
        records.modified(["evidence_closed_at", "retain_until"])
        return records.sudo(self.env.su)

    def _mark_evidence_closed(self, moment, retain_until, schema):
        """Lock the records and return, of the same statement, what they say: rows of ``evidence.content_sql``."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s AS record
                   SET evidence_closed_at = %(moment)s,
                       retain_until = COALESCE(val.retain_until, record.retain_until)
                  FROM unnest(%(ids)s::int[], %(days)s::date[]) AS val (id, retain_until)
                 WHERE record.id = val.id AND record.evidence_closed_at IS NULL
             RETURNING %(content)s
                """,
                table=SQL.identifier(self._table),
                moment=moment,
                ids=self.ids,
                days=[retain_until.get(record_id) or None for record_id in self.ids],
                content=evidence.content_sql(schema),
            )
        )
        rows = self.env.cr.fetchall()
        if len(rows) != len(self):
            raise ConcurrencyError(
                f"{self._name} {self.ids} were closed or deleted by somebody else meanwhile"
            )
        return rows

    # ------------------------------------------------------------
    # Chain
    # ------------------------------------------------------------
    @api.model
    def _get_evidence_register(self):
        """Return the name of the register in whose chains the records of this model are linked."""
        return self._evidence_register or self._name

    @api.model
    def _seal_evidence(self):
        """Link the closed records of this register into the chains of their companies; see the sealer there."""
        return self.env["compliance.evidence.chain"]._seal_register(self._get_evidence_register())

    @api.model
    def action_verify_chain(self):
        """Start a check of this register's chains in the companies the user works in, and show its progress.

        :raise AccessError: if the user is no compliance reader
        """
        return self.env["compliance.evidence.chain"]._action_verify_register(self._get_evidence_register())
