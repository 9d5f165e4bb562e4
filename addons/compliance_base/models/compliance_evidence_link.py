# Part of Answerable. License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .. import evidence
from ..loose_many2one import LooseMany2one
from ..record_action import open_record_action


class ComplianceEvidenceLink(models.Model):
    """What a record said when it was closed, and where it stands in the chain of its company and register.

    The row is written in the transaction that closes the record, without a place in the chain; the sealer gives it
    one later. It lives apart from the record so that sealing never touches (or waits for) the record itself, and so
    that the chain still names a record that somebody deleted behind the program's back.
    """

    _name = "compliance.evidence.link"
    _description = "Link of an Evidence Chain"
    _log_access = False
    _order = "register, company_id, sequence, id"
    _rec_name = "res_name"

    register = fields.Char(string="Register Code", required=True, readonly=True)
    company_id = LooseMany2one("res.company", required=True, readonly=True)
    sequence = fields.Integer(
        string="Number", readonly=True, help="Without gaps per company and register; 0: not yet."
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char(string="Record", compute="_compute_res_name")
    closed_at = fields.Datetime(string="Closed On", required=True, readonly=True)
    schema_tag = fields.Char(string="Schema", required=True, readonly=True)
    attachment_ids = fields.Json(string="Attachments Bound", readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    previous_hash = fields.Char(readonly=True)
    evidence_hash = fields.Char(string="Hash", readonly=True)
    sealed_at = fields.Datetime(string="Sealed On", readonly=True)

    disposal_id = LooseMany2one("compliance.evidence.disposal", string="Disposed of By", readonly=True)

    _record_uniq = models.UniqueIndex("(res_model, res_id)", "A record is closed only once.")
    _sequence_uniq = models.UniqueIndex(
        "(register, company_id, sequence) WHERE sequence IS NOT NULL",
        "Each number of a chain is given only once.",
    )
    _unsealed_idx = models.Index("(register, company_id, closed_at, id) WHERE sequence IS NULL")

    def _compute_res_name(self):
        for link in self:
            link.res_name = f"{link.res_model},{link.res_id}"
        for model_name, links in self.grouped("res_model").items():
            if model_name not in self.env:
                continue
            records = self.env[model_name].browse(links.mapped("res_id")).exists()
            names = {record.id: record.display_name for record in records._filtered_access("read")}
            for link in links:
                link.res_name = names.get(link.res_id, link.res_name)

    # ------------------------------------------------------------
    # Nobody creates, writes or deletes a link through the ORM
    # ------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Links of an evidence chain are made only by closing a record."))

    def write(self, vals):
        raise UserError(self.env._("A link of an evidence chain cannot be changed by anybody."))

    def unlink(self):
        raise UserError(self.env._("A link of an evidence chain cannot be deleted by anybody."))

    def action_open_record(self):
        """Open the record that the link stands for."""
        self.ensure_one()
        self.check_access("read")
        return open_record_action(self.env, self.res_model, self.res_id)

    # ------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------
    @api.model
    def _get_by_record(self, model_name, ids):
        """Return ``{record id: link}`` of the records ``ids`` of one model; an empty link for any other key."""
        links = (
            self.search([("res_model", "=", model_name), ("res_id", "in", list(ids))])
            if ids
            else self.browse()
        )
        return defaultdict(self.browse, {link.res_id: link for link in links})

    @api.model
    def _hash_content(self, model_name, res_id, tag, values):
        """Return the hash of one content; ``values`` as ``evidence.read_contents`` gives them."""
        return evidence.digest(
            evidence.canonical({"model": model_name, "id": res_id, "schema": tag, "values": values})
        )

    @api.model
    def _queue(self, records, tag, contents, files):
        """Write down the hashes of records that have just been closed, in one statement.

        :param dict contents: ``{id: values}`` of ``evidence.read_contents``
        :param dict files: ``{id: [attachment ids]}`` bound to the records
        """
        rows = [
            (
                contents[record_id]["company_id"],
                record_id,
                contents[record_id]["evidence_closed_at"],
                evidence.canonical(sorted(files.get(record_id, ()))),
                self._hash_content(records._name, record_id, tag, contents[record_id]),
            )
            for record_id in records.ids
        ]
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO compliance_evidence_link
                       (register, res_model, schema_tag, company_id, res_id, closed_at, attachment_ids, content_hash)
                SELECT %s, %s, %s, val.*
                  FROM unnest(%s::int[], %s::int[], %s::timestamp[], %s::jsonb[], %s::varchar[]) AS val
                """,
                records._get_evidence_register(),
                records._name,
                tag,
                *(list(column) for column in zip(*rows, strict=True)),
            )
        )
        self.invalidate_model(flush=False)
